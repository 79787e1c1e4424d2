#include "records/profiles/table.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <map>

namespace boon::profiles {

namespace {

std::uint64_t hash_of(std::string_view id) {
    // The library's hash leaves little in the high bits of short texts; the multiplication spreads it.
    return std::hash<std::string_view>{}(id) * 0x9e3779b97f4a7c15U;
}

// When so many customers have come that a second look is worth saving.
std::size_t most_later(std::size_t first) { return std::max<std::size_t>(1024, first / 8); }

}  // namespace

std::string_view Image::Ids::at(std::size_t place) const {
    const std::uint64_t begin = place == 0 ? 0 : ends_[place - 1];
    return std::string_view(text_).substr(begin, ends_[place] - begin);
}

std::optional<std::size_t> Image::Ids::find(std::string_view id) const {
    if (slots_.empty()) return std::nullopt;
    const std::uint64_t hash = hash_of(id);
    const auto tag = static_cast<std::uint32_t>(hash);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = hash >> 32U & mask;; i = (i + 1) & mask) {
        const Slot slot = slots_[i];
        if (slot.place == kEmpty) return std::nullopt;
        if (slot.tag == tag && at(slot.place) == id) return slot.place;
    }
}

std::size_t Image::Ids::memory_bytes() const {
    return text_.capacity() + ends_.capacity() * sizeof(std::uint64_t) + slots_.capacity() * sizeof(Slot);
}

void Image::Ids::add(std::string_view id) {
    text_ += id;
    ends_.push_back(text_.size());
}

void Image::Ids::index() {
    slots_.assign(std::bit_ceil(size() * 2 + 1), Slot{});
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t place = 0; place < size(); ++place) {
        const std::uint64_t hash = hash_of(at(place));
        std::size_t i = hash >> 32U & mask;
        while (slots_[i].place != kEmpty) i = (i + 1) & mask;
        slots_[i] = {static_cast<std::uint32_t>(place), static_cast<std::uint32_t>(hash)};
    }
}

std::string_view Image::Rows::id_at(std::size_t row) const {
    return row < first->size() ? first->at(row) : later->at(row - first->size());
}

void Image::Rows::add_ids(std::span<const std::string_view> ids) {
    if (ids.empty()) return;
    const bool join = later->size() + ids.size() > most_later(first->size());
    auto next = std::make_shared<Ids>(join ? *first : *later);
    for (std::size_t i = 0; join && i < later->size(); ++i) next->add(later->at(i));
    for (const std::string_view id : ids) next->add(id);
    next->index();
    if (join) later = std::make_shared<const Ids>();
    (join ? first : later) = std::move(next);
}

Image::Image()
    : rows_(std::make_shared<const Rows>()),
      standings_(std::make_shared<const Standings>()),
      scores_(std::make_shared<const Scores>()),
      attributes_(std::make_shared<const Attributes>()) {}

Profile Image::at(std::size_t row) const {
    const Standing& standing = standings_->at(row);
    const StandingNames& names = standings_->names();
    const Block& block = *rows_->blocks[row / kBlock];
    Profile profile{
        .customer_id = rows_->id_at(row),
        .features = std::span(block.features).subspan(row % kBlock * rows_->stride, rows_->stride),
        .schema = rows_->schema.get(),
        .computed_at = Timestamp{block.computed_at[row % kBlock]},
        .stage = name_at(names.stages, standing.stage),
        .value_segment = name_at(names.value_segments, standing.value_segment),
        .rfm_segment = name_at(names.rfm_segments, standing.rfm_segment),
        .lifetime_value = {},
        .standing = &standing,
        .scores = scores_->at(row),
        .attributes = {attributes_.get(), row},
    };
    if (rows_->lifetime_value && !std::isnan(profile.features[*rows_->lifetime_value])) {
        profile.lifetime_value = static_cast<double>(profile.features[*rows_->lifetime_value]);
    }
    return profile;
}

void Image::prefetch(std::size_t row, std::span<const std::size_t> columns) const {
    const float* features = rows_->blocks[row / kBlock]->features.data() + row % kBlock * rows_->stride;
    if (rows_->lifetime_value) __builtin_prefetch(features + *rows_->lifetime_value);  // at() looks at it
    for (const std::size_t column : columns) {
        if (column < rows_->stride) __builtin_prefetch(features + column);
    }
}

std::optional<std::size_t> Image::row_of(std::string_view customer_id) const {
    if (const auto place = rows_->first->find(customer_id)) return place;
    const auto place = rows_->later->find(customer_id);
    return place ? std::optional(rows_->first->size() + *place) : std::nullopt;
}

std::optional<Profile> Image::find(std::string_view customer_id) const {
    const auto row = row_of(customer_id);
    return row ? std::optional(at(*row)) : std::nullopt;
}

std::shared_ptr<const Image> Image::with(std::shared_ptr<const Standings> standings) const {
    BOON_ASSERT(standings->size() == size());
    auto next = std::make_shared<Image>(*this);
    next->standings_ = std::move(standings);
    return next;
}

std::shared_ptr<const Image> Image::with(std::shared_ptr<const Scores> scores) const {
    BOON_ASSERT(scores->size() <= size());
    auto next = std::make_shared<Image>(*this);
    next->scores_ = std::move(scores);
    return next;
}

std::shared_ptr<const Image> Image::with(std::shared_ptr<const Attributes> attributes) const {
    BOON_ASSERT(attributes->size() <= size());
    auto next = std::make_shared<Image>(*this);
    next->attributes_ = std::move(attributes);
    return next;
}

std::shared_ptr<const Image> Image::with(std::span<const ProfileRow> changed) const {
    auto rows = std::make_shared<Rows>(*rows_);
    std::map<std::string_view, std::size_t> added;
    std::vector<std::string_view> ids;
    std::map<std::size_t, std::shared_ptr<Block>> copies;
    for (const ProfileRow& change : changed) {
        BOON_ASSERT(change.features.size() == rows->stride);
        auto row = row_of(change.customer_id);
        if (!row) {
            const auto [place, is_new] = added.try_emplace(change.customer_id, size() + ids.size());
            if (is_new) ids.emplace_back(change.customer_id);
            row = place->second;
        }
        auto& block = copies[*row / kBlock];
        if (block == nullptr) {
            const bool is_there = *row / kBlock < rows->blocks.size();
            block = is_there ? std::make_shared<Block>(*rows->blocks[*row / kBlock]) : std::make_shared<Block>();
            block->features.resize(kBlock * rows->stride);
        }
        std::ranges::copy(
            change.features, block->features.begin() + static_cast<std::ptrdiff_t>(*row % kBlock * rows->stride)
        );
        block->computed_at[*row % kBlock] = change.computed_at.micros;
    }
    rows->add_ids(ids);
    rows->blocks.resize((rows->size() + kBlock - 1) / kBlock);
    for (auto& [place, block] : copies) rows->blocks[place] = std::move(block);
    auto next = std::make_shared<Image>(*this);
    if (!ids.empty()) next->standings_ = standings_->grown(rows->size());
    next->rows_ = std::move(rows);
    return next;
}

void Image::Rows::cut(std::size_t count, const Moves& moves) {
    auto ids = std::make_shared<Ids>();
    ids->reserve(count);
    for (std::size_t row = 0, move = 0; row < count; ++row) {
        const bool is_moved = move < moves.size() && moves[move].to == row;
        ids->add(id_at(is_moved ? moves[move++].from : row));
    }
    ids->index();
    std::map<std::size_t, std::shared_ptr<Block>> copies;
    const auto copy_of = [&](std::size_t place) -> Block& {
        auto& block = copies[place];
        if (block == nullptr) block = std::make_shared<Block>(*blocks[place]);
        return *block;
    };
    for (const auto& [to, from] : moves) {
        const Block& source = *blocks[from / kBlock];
        Block& target = copy_of(to / kBlock);
        const auto features = std::span(source.features).subspan(from % kBlock * stride, stride);
        std::ranges::copy(features, target.features.begin() + static_cast<std::ptrdiff_t>(to % kBlock * stride));
        target.computed_at[to % kBlock] = source.computed_at[from % kBlock];
    }
    if (const std::size_t in_last = count % kBlock; in_last != 0) {
        auto& features = copy_of(count / kBlock).features;
        std::fill(features.begin() + static_cast<std::ptrdiff_t>(in_last * stride), features.end(), 0.0F);
    }
    blocks.resize((count + kBlock - 1) / kBlock);
    for (auto& [place, block] : copies) blocks[place] = std::move(block);
    first = std::move(ids);
    later = std::make_shared<const Ids>();
}

std::shared_ptr<const Image> Image::without(std::span<const std::size_t> gone) const {
    if (gone.empty()) return std::make_shared<Image>(*this);
    const std::size_t count = size() - gone.size();
    Moves moves;
    std::size_t last = size();
    auto gone_last = gone.rbegin();
    for (const std::size_t row : gone) {
        if (row >= count) break;
        for (--last; gone_last != gone.rend() && *gone_last == last; --last) ++gone_last;
        moves.push_back({row, last});
    }
    auto rows = std::make_shared<Rows>(*rows_);
    rows->cut(count, moves);
    auto next = std::make_shared<Image>(*this);
    next->rows_ = std::move(rows);
    next->standings_ = standings_->cut(count, moves);
    next->scores_ = scores_->cut(count, moves);
    next->attributes_ = attributes_->cut(count, moves);
    return next;
}

std::size_t Image::memory_bytes() const {
    const std::size_t block = kBlock * rows_->stride * sizeof(float) + sizeof(Block);
    return rows_->blocks.size() * block + rows_->first->memory_bytes() + rows_->later->memory_bytes() +
           standings_->memory_bytes() + scores_->memory_bytes() + attributes_->memory_bytes();
}

ImageBuilder::ImageBuilder(std::shared_ptr<const Schema> schema, std::size_t expected_customers)
    : rows_(std::make_shared<Image::Rows>()), ids_(std::make_shared<Image::Ids>()) {
    rows_->stride = schema->columns.size();
    rows_->lifetime_value = schema->index_of(schema->lifetime_value_column);
    rows_->schema = std::move(schema);
    rows_->blocks.reserve(expected_customers / Image::kBlock + 1);
    ids_->reserve(expected_customers);
}

void ImageBuilder::add(std::string_view customer_id, std::span<const float> features, Timestamp computed_at) {
    BOON_ASSERT(features.size() == rows_->stride);
    const std::size_t place = ids_->size() % Image::kBlock;
    if (place == 0) {
        block_ = std::make_shared<Image::Block>();
        block_->features.resize(Image::kBlock * rows_->stride);
        rows_->blocks.push_back(block_);
    }
    std::ranges::copy(features, block_->features.begin() + static_cast<std::ptrdiff_t>(place * rows_->stride));
    block_->computed_at[place] = computed_at.micros;
    ids_->add(customer_id);
}

std::shared_ptr<const Image> ImageBuilder::finish() && {
    ids_->index();
    rows_->first = std::move(ids_);
    auto image = std::make_shared<Image>();
    image->standings_ = std::make_shared<const Standings>(rows_->size());
    image->rows_ = std::move(rows_);
    return image;
}

Table::Table() : image_(std::make_shared<const Image>()) {}

std::shared_ptr<const Image> Table::image() const {
    const std::lock_guard lock(mutex_);
    return image_;
}

void Table::publish(std::shared_ptr<const Image> image) {
    // The old image (hundreds of megabytes) is freed outside the lock.
    const std::lock_guard lock(mutex_);
    image_.swap(image);
}

}  // namespace boon::profiles
