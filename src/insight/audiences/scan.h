// Who of a whole base is in an audience: goes through the resident profiles, on two threads where there are many. How
// long that takes: bench/audience_bench.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "insight/audiences/selector.h"
#include "platform/base/timestamp.h"
#include "records/profiles/base_order.h"
#include "records/profiles/table.h"

namespace boon::audiences {

// One bit a row of the image.
class Members {
public:
    explicit Members(std::size_t rows) : rows_(rows), words_((rows + kBits - 1) / kBits) {}

    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] bool contains(std::size_t row) const { return (words_[row / kBits] >> row % kBits & 1U) != 0; }
    [[nodiscard]] std::int64_t count() const;
    // At most `most` rows, evenly spread over all members in the order of the image: the same each time.
    [[nodiscard]] std::vector<std::uint32_t> sample(std::size_t most) const;

private:
    friend Members scan(const profiles::Image& image, const Selector& selector, Timestamp now);
    static constexpr std::size_t kBits = 64;

    std::size_t rows_;
    std::vector<std::uint64_t> words_;
};

// Of whom the rule is true at `now`.
Members scan(const profiles::Image& image, const Selector& selector, Timestamp now);

// The members by customer id, page after page.
class Pages {
public:
    // Both must outlive it.
    Pages(const profiles::Image& image, const Selector& selector, Timestamp now)
        : image_(image), order_(image), selector_(selector), now_(now) {}

    // The next `limit` members behind `after`; an empty one: from the first on.
    [[nodiscard]] std::vector<std::uint32_t> next(std::string_view after, std::size_t limit) const;

private:
    const profiles::Image& image_;
    profiles::BaseOrder order_;
    const Selector& selector_;
    Timestamp now_;
};

}  // namespace boon::audiences
