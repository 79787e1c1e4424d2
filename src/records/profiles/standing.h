// Where a customer stands: stage of the lifecycle, value, RFM. Resident beside the features, 24 bytes a customer, in
// blocks, so that one customer's change copies one block. Names are kept once and referred to by their place.
//
// A Standings never changes: with() makes the next one. Thread-safe to read.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/timestamp.h"

namespace boon::profiles {

struct Standing {
    static constexpr std::uint8_t kNone = 255;
    // Bits of `marks`.
    static constexpr std::uint8_t kOverridden = 1;   // the stage was set by hand
    static constexpr std::uint8_t kPartial = 2;      // the value score is by revenue alone
    static constexpr std::uint8_t kOutsideBase = 4;  // no activity in 365 days

    std::int64_t stage_since = 0;  // microseconds
    float value_score = std::numeric_limits<float>::quiet_NaN();
    float predicted_ltv = std::numeric_limits<float>::quiet_NaN();  // in currency units, of a model
    std::uint8_t stage = kNone;  // these: places in StandingNames; kNone where not known
    std::uint8_t value_segment = kNone;
    std::uint8_t rfm_segment = kNone;
    std::uint8_t r = 0;  // 0: no RFM
    std::uint8_t f = 0;
    std::uint8_t m = 0;
    std::uint8_t flags = 0;  // bit i: StandingNames::flags[i]
    std::uint8_t marks = 0;
};
static_assert(sizeof(Standing) == 24);

// Each list grows only: a place keeps its meaning.
struct StandingNames {
    std::vector<std::string> stages;
    std::vector<std::string> flags;  // at most 8
    std::vector<std::string> value_segments;
    std::vector<std::string> rfm_segments;
};

// The place of `name`, which is added when it is not there; kNone for an empty name or a full list.
std::uint8_t place_of(std::vector<std::string>& names, std::string_view name, std::size_t most = Standing::kNone);
// Empty for kNone.
std::string_view name_at(const std::vector<std::string>& names, std::uint8_t place);

class Standings {
public:
    // Of nobody known, for `customers` rows.
    explicit Standings(std::size_t customers = 0);

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] const Standing& at(std::size_t row) const { return (*blocks_[row / kBlock])[row % kBlock]; }
    [[nodiscard]] const StandingNames& names() const { return *names_; }
    [[nodiscard]] std::size_t memory_bytes() const { return blocks_.size() * sizeof(Block); }

    // The same with some rows changed; shares the blocks that none of them is in.
    [[nodiscard]] std::shared_ptr<const Standings> with(
        std::span<const std::pair<std::size_t, Standing>> changes, StandingNames names
    ) const;
    // What stands at a row from now on, ascending by `to`.
    struct Move {
        std::size_t to;
        std::size_t from;
    };
    using Moves = std::vector<Move>;
    // The same without the rows from `customers` on.
    [[nodiscard]] std::shared_ptr<const Standings> cut(std::size_t customers, const Moves& moves) const;
    // The same with further rows, of nobody known, up to `customers`.
    [[nodiscard]] std::shared_ptr<const Standings> grown(std::size_t customers) const;

private:
    friend class StandingsBuilder;
    static constexpr std::size_t kBlock = 256;
    using Block = std::array<Standing, kBlock>;

    std::size_t size_ = 0;
    std::vector<std::shared_ptr<const Block>> blocks_;
    std::shared_ptr<const StandingNames> names_;
};

// Fills a Standings in place, row by row in any order.
class StandingsBuilder {
public:
    explicit StandingsBuilder(std::size_t customers);

    Standing& at(std::size_t row);
    StandingNames& names() { return names_; }
    std::shared_ptr<const Standings> finish() &&;

private:
    std::size_t size_;
    std::vector<std::shared_ptr<Standings::Block>> blocks_;
    StandingNames names_;
};

}  // namespace boon::profiles
