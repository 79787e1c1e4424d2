#include "records/profiles/table.h"

#include <bit>
#include <cmath>
#include <functional>

namespace boon::profiles {

namespace {

std::uint64_t hash_of(std::string_view id) {
    // The library's hash leaves little in the high bits of short texts; the multiplication spreads it.
    return std::hash<std::string_view>{}(id) * 0x9e3779b97f4a7c15U;
}

}  // namespace

std::string_view Image::Rows::id_at(std::size_t row) const {
    const std::uint64_t begin = row == 0 ? 0 : id_ends[row - 1];
    return std::string_view(ids).substr(begin, id_ends[row] - begin);
}

Image::Image() : rows_(std::make_shared<const Rows>()), standings_(std::make_shared<const Standings>()) {}

Profile Image::at(std::size_t row) const {
    const Standing& standing = standings_->at(row);
    const StandingNames& names = standings_->names();
    Profile profile{
        .customer_id = rows_->id_at(row),
        .features = std::span(rows_->features).subspan(row * rows_->stride, rows_->stride),
        .schema = rows_->schema.get(),
        .computed_at = Timestamp{rows_->computed_at[row]},
        .stage = name_at(names.stages, standing.stage),
        .value_segment = name_at(names.value_segments, standing.value_segment),
        .rfm_segment = name_at(names.rfm_segments, standing.rfm_segment),
        .lifetime_value = {},
        .standing = &standing,
    };
    if (rows_->lifetime_value && !std::isnan(profile.features[*rows_->lifetime_value])) {
        profile.lifetime_value = static_cast<double>(profile.features[*rows_->lifetime_value]);
    }
    return profile;
}

void Image::prefetch(std::size_t row, std::span<const std::size_t> columns) const {
    const float* features = rows_->features.data() + row * rows_->stride;
    if (rows_->lifetime_value) __builtin_prefetch(features + *rows_->lifetime_value);  // at() looks at it
    for (const std::size_t column : columns) {
        if (column < rows_->stride) __builtin_prefetch(features + column);
    }
}

std::optional<std::size_t> Image::row_of(std::string_view customer_id) const {
    if (rows_->slots.empty()) return std::nullopt;
    const std::uint64_t hash = hash_of(customer_id);
    const auto tag = static_cast<std::uint32_t>(hash);
    const std::size_t mask = rows_->slots.size() - 1;
    for (std::size_t i = hash >> 32U & mask;; i = (i + 1) & mask) {
        const Slot slot = rows_->slots[i];
        if (slot.row == kEmpty) return std::nullopt;
        if (slot.tag == tag && rows_->id_at(slot.row) == customer_id) return slot.row;
    }
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

std::size_t Image::memory_bytes() const {
    const Rows& rows = *rows_;
    return rows.features.capacity() * sizeof(float) + rows.computed_at.capacity() * sizeof(std::int64_t) +
           rows.ids.capacity() + rows.id_ends.capacity() * sizeof(std::uint64_t) +
           rows.slots.capacity() * sizeof(Slot) + standings_->memory_bytes();
}

void Image::Rows::index() {
    slots.assign(std::bit_ceil(computed_at.size() * 2 + 1), Slot{});
    const std::size_t mask = slots.size() - 1;
    for (std::size_t row = 0; row < computed_at.size(); ++row) {
        const std::uint64_t hash = hash_of(id_at(row));
        std::size_t i = hash >> 32U & mask;
        while (slots[i].row != kEmpty) i = (i + 1) & mask;
        slots[i] = {static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(hash)};
    }
}

ImageBuilder::ImageBuilder(std::shared_ptr<const Schema> schema, std::size_t expected_customers)
    : rows_(std::make_shared<Image::Rows>()) {
    rows_->stride = schema->columns.size();
    rows_->lifetime_value = schema->index_of(schema->lifetime_value_column);
    rows_->schema = std::move(schema);
    rows_->features.reserve(expected_customers * rows_->stride);
    rows_->computed_at.reserve(expected_customers);
    rows_->id_ends.reserve(expected_customers);
}

void ImageBuilder::add(std::string_view customer_id, std::span<const float> features, Timestamp computed_at) {
    BOON_ASSERT(features.size() == rows_->stride);
    rows_->features.insert(rows_->features.end(), features.begin(), features.end());
    rows_->computed_at.push_back(computed_at.micros);
    rows_->ids += customer_id;
    rows_->id_ends.push_back(rows_->ids.size());
}

std::shared_ptr<const Image> ImageBuilder::finish() && {
    rows_->index();
    auto image = std::make_shared<Image>();
    image->standings_ = std::make_shared<const Standings>(rows_->computed_at.size());
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
