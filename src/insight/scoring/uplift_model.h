// What a contact changes for one customer: the part of a version that was held against a control group. It reads the
// same row as the version itself.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "insight/models/tree_ensemble.h"
#include "platform/base/record.h"

namespace boon::scoring {

enum class UpliftWay {
    none,            // nothing is said; `words` has why
    two_models,      // P(response with a contact) − P(response without)
    changed_labels,  // one model of whether a row agrees with an effect
};
BOOST_DESCRIBE_ENUM(UpliftWay, none, two_models, changed_labels)

// Held-out contacts of similar score: above the band before this one, and at most `up_to` (the last: any).
struct UpliftBand {
    double up_to = 0;
    std::optional<double> lower;  // 95 % interval of their mean effect; nothing where an arm has too few of them
    std::optional<double> upper;
};
BOOST_DESCRIBE_STRUCT(UpliftBand, (), (up_to, lower, upper))

// uplift.json
struct UpliftPart {
    UpliftWay way = UpliftWay::none;
    std::string words;
    // What the trees say, drawn towards the mean of all: value = shift + slope × theirs. They tell customers apart more
    // than they differ.
    double slope = 1;  // > 0
    double shift = 0;
    std::vector<UpliftBand> bands = {};  // lowest first; empty: none
};
BOOST_DESCRIBE_STRUCT(UpliftPart, (), (way, words, slope, shift, bands))

inline constexpr std::string_view kUpliftFile = "uplift.json";
inline constexpr std::string_view kUpliftTreatedFile = "uplift_treated.ubj";      // two_models
inline constexpr std::string_view kUpliftUntreatedFile = "uplift_untreated.ubj";  // two_models
inline constexpr std::string_view kUpliftAgreementFile = "uplift_agreement.ubj";  // changed_labels

// The gain in the rate of response that a probability of agreeing with an effect stands for.
constexpr double gain_of_agreement(double probability) { return 2 * probability - 1; }

struct Uplift {
    double value = 0;             // change of the probability of a response, −1 to 1
    std::optional<double> lower;  // of the band that the value lies in
    std::optional<double> upper;
};

// Immutable and thread-safe.
class UpliftModel {
public:
    // Of an artefact's files; null without an uplift.json: the version was made before there was any. `conflict` for
    // files that are missing or damaged, or do not read `columns` columns.
    static Result<std::shared_ptr<const UpliftModel>> read(
        const std::map<std::string, std::string>& files, std::size_t columns
    );

    [[nodiscard]] const UpliftPart& part() const { return part_; }
    // Of the version's row; nothing when the way is none.
    [[nodiscard]] std::optional<Uplift> of(std::span<const float> row) const;
    // Of `count` rows, one after the other; the way is not none.
    [[nodiscard]] std::vector<double> values(std::span<const float> rows, std::size_t count) const;

private:
    UpliftModel() = default;

    UpliftPart part_;
    std::size_t columns_ = 0;
    std::vector<models::TreeEnsemble> trees_;  // treated and untreated, or that of agreement
};

}  // namespace boon::scoring
