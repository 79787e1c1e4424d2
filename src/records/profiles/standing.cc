#include "records/profiles/standing.h"

#include <algorithm>
#include <map>

#include "platform/base/error.h"

namespace boon::profiles {

std::uint8_t place_of(std::vector<std::string>& names, std::string_view name, std::size_t most) {
    if (name.empty()) return Standing::kNone;
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
        if (names.size() >= most) return Standing::kNone;
        names.emplace_back(name);
        return static_cast<std::uint8_t>(names.size() - 1);
    }
    return static_cast<std::uint8_t>(found - names.begin());
}

std::string_view name_at(const std::vector<std::string>& names, std::uint8_t place) {
    return place < names.size() ? std::string_view(names[place]) : std::string_view();
}

Standings::Standings(std::size_t customers) : size_(customers), names_(std::make_shared<const StandingNames>()) {
    // Nobody is known: all rows can share one block.
    const auto blank = std::make_shared<const Block>();
    blocks_.assign((customers + kBlock - 1) / kBlock, blank);
}

std::shared_ptr<const Standings> Standings::with(
    std::span<const std::pair<std::size_t, Standing>> changes, StandingNames names
) const {
    auto next = std::make_shared<Standings>(*this);
    next->names_ = std::make_shared<const StandingNames>(std::move(names));
    std::map<std::size_t, std::shared_ptr<Block>> copies;
    for (const auto& [row, standing] : changes) {
        BOON_ASSERT(row < size_);
        auto& copy = copies[row / kBlock];
        if (copy == nullptr) copy = std::make_shared<Block>(*blocks_[row / kBlock]);
        (*copy)[row % kBlock] = standing;
    }
    for (auto& [block, copy] : copies) next->blocks_[block] = std::move(copy);
    return next;
}

std::shared_ptr<const Standings> Standings::cut(std::size_t customers, const Moves& moves) const {
    std::vector<std::pair<std::size_t, Standing>> changes;
    for (const auto& [to, from] : moves) changes.emplace_back(to, at(from));
    for (std::size_t row = customers; row < size_; ++row) changes.emplace_back(row, Standing{});
    auto next = std::make_shared<Standings>(*with(changes, *names_));
    next->size_ = customers;
    next->blocks_.resize((customers + kBlock - 1) / kBlock);
    return next;
}

std::shared_ptr<const Standings> Standings::grown(std::size_t customers) const {
    BOON_ASSERT(customers >= size_);
    auto next = std::make_shared<Standings>(*this);
    next->size_ = customers;
    next->blocks_.resize((customers + kBlock - 1) / kBlock, std::make_shared<const Block>());
    return next;
}

StandingsBuilder::StandingsBuilder(std::size_t customers) : size_(customers) {
    blocks_.resize((customers + Standings::kBlock - 1) / Standings::kBlock);
    for (auto& block : blocks_) block = std::make_shared<Standings::Block>();
}

Standing& StandingsBuilder::at(std::size_t row) {
    BOON_ASSERT(row < size_);
    return (*blocks_[row / Standings::kBlock])[row % Standings::kBlock];
}

std::shared_ptr<const Standings> StandingsBuilder::finish() && {
    auto made = std::make_shared<Standings>();
    made->size_ = size_;
    made->blocks_.assign(blocks_.begin(), blocks_.end());
    made->names_ = std::make_shared<const StandingNames>(std::move(names_));
    return made;
}

}  // namespace boon::profiles
