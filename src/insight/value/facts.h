// What value reads of a profile. Thread-safe.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "insight/scoring/registry.h"
#include "insight/value/worth.h"
#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "records/profiles/table.h"

namespace boon::value {

class FactReader {
public:
    // `failed_precondition`, naming them, when features that value needs are not among the profiles' columns.
    static Result<FactReader> make(const profiles::Schema& schema);

    // Days since something go on after the profile was worked out; purchases and revenue stay as they are.
    [[nodiscard]] Facts read(const profiles::Profile& profile, double predicted_ltv, Timestamp as_of) const;
    [[nodiscard]] double revenue(const profiles::Profile& profile) const;

private:
    FactReader() = default;
    [[nodiscard]] float days(const profiles::Profile& profile, std::size_t column, Timestamp as_of) const;

    std::size_t last_activity_ = 0;
    std::size_t last_purchase_ = 0;
    std::size_t purchases_ = 0;
    std::size_t revenue_ = 0;
};

// Of every row of the image, with the prediction of the model that serves (null: none).
std::vector<Facts> facts_of(
    const profiles::Image& image, const FactReader& reader, const scoring::Serving* ltv, Timestamp as_of
);

}  // namespace boon::value
