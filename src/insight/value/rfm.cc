#include "insight/value/rfm.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace boon::value {

namespace {

constexpr std::uint8_t kNone = 255;

std::size_t cell(int r, int f) { return static_cast<std::size_t>((r - 1) * 5 + f - 1); }

bool is_score(std::int32_t score) { return score >= 1 && score <= 5; }

}  // namespace

int rfm_score(double share_worse) {
    // Shares are quotients of counts: 3 of 5 times 5 must not come out as 2.999….
    return 1 + std::clamp(static_cast<int>(std::floor(5 * share_worse + 1e-9)), 0, 4);
}

Status RfmSegments::take_cell(std::int32_t r, std::int32_t f, std::uint8_t place) {
    if (!is_score(r) || !is_score(f)) {
        return fail(
            ErrorCode::invalid, fmt::format("the RFM segment {} has R{} F{}", names_[place], r, f),
            "scores go from 1 to 5"
        );
    }
    std::uint8_t& holder = cells_.at(cell(r, f));
    if (holder != kNone) {
        return fail(
            ErrorCode::invalid,
            fmt::format("R{} F{} is in two RFM segments, {} and {}", r, f, names_[holder], names_[place]),
            "each pair of scores belongs to one segment"
        );
    }
    holder = place;
    return {};
}

Result<RfmSegments> RfmSegments::make(const std::vector<RfmSegment>& table) {
    RfmSegments segments;
    segments.cells_.fill(kNone);
    for (const RfmSegment& row : table) {
        const auto known = std::ranges::find(segments.names_, row.name);
        const auto place = static_cast<std::uint8_t>(known - segments.names_.begin());
        if (known == segments.names_.end()) segments.names_.push_back(row.name);
        for (const std::int32_t r : row.r) {
            for (const std::int32_t f : row.f) BOON_CHECK(segments.take_cell(r, f, place));
        }
    }
    const auto free = std::ranges::find(segments.cells_, kNone);
    if (free == segments.cells_.end()) return segments;
    const auto at = free - segments.cells_.begin();
    return fail(
        ErrorCode::invalid, fmt::format("R{} F{} is in no RFM segment", at / 5 + 1, at % 5 + 1),
        "each pair of scores belongs to one segment"
    );
}

const std::vector<RfmSegment>& RfmSegments::defaults() {
    static const std::vector<RfmSegment> kTable = {
        {"champions", {5}, {4, 5}},
        {"loyal", {3, 4}, {4, 5}},
        {"potential_loyalist", {4, 5}, {2, 3}},
        {"new", {5}, {1}},
        {"promising", {4}, {1}},
        {"needs_attention", {3}, {3}},
        {"about_to_sleep", {3}, {1, 2}},
        {"cant_lose", {1, 2}, {5}},
        {"at_risk", {1, 2}, {3, 4}},
        {"hibernating", {2}, {1, 2}},
        {"lost", {1}, {1, 2}},
    };
    return kTable;
}

std::size_t RfmSegments::segment_of(int r, int f) const {
    BOON_ASSERT(is_score(r) && is_score(f));
    return cells_.at(cell(r, f));
}

}  // namespace boon::value
