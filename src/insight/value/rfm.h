// Recency, frequency and monetary value over 365 days: a score from 1 to 5 each, by how many of the base do strictly
// worse, and the segment that a customer's recency and frequency fall into. The table of segments is data.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "insight/value/distribution.h"
#include "platform/base/error.h"
#include "platform/base/record.h"

namespace boon::value {

// Below so many customers a fifth of the base says nothing: there are no scores then.
inline constexpr std::int64_t kLeastRfmBase = 25;

struct RfmScores {
    int r = 1;
    int f = 1;
    int m = 1;
    bool operator==(const RfmScores&) const = default;
};
BOOST_DESCRIBE_STRUCT(RfmScores, (), (r, f, m))

// 1 + min(4, ⌊5 × share strictly worse⌋).
int rfm_score(double share_worse);

// One segment: the scores of recency and of frequency that make it.
struct RfmSegment {
    std::string name;
    std::vector<std::int32_t> r;
    std::vector<std::int32_t> f;
};
BOOST_DESCRIBE_STRUCT(RfmSegment, (), (name, r, f))

class RfmSegments {
public:
    // A segment may stand in several rows. `invalid` unless each of the 25 pairs of scores is in exactly one row; the
    // message names the pair.
    static Result<RfmSegments> make(const std::vector<RfmSegment>& table);
    // champions (R5 F4–5), loyal, potential_loyalist, new, promising, needs_attention, about_to_sleep, cant_lose,
    // at_risk, hibernating, lost.
    static const std::vector<RfmSegment>& defaults();

    // In the order of the table, each once.
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    // The place of the segment in names().
    [[nodiscard]] std::size_t segment_of(int r, int f) const;

private:
    Status take_cell(std::int32_t r, std::int32_t f, std::uint8_t place);

    std::vector<std::string> names_;
    std::array<std::uint8_t, 25> cells_{};
};

}  // namespace boon::value
