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

std::string_view Image::id_at(std::size_t row) const {
    const std::uint64_t begin = row == 0 ? 0 : id_ends_[row - 1];
    return std::string_view(ids_).substr(begin, id_ends_[row] - begin);
}

Profile Image::at(std::size_t row) const {
    Profile profile{
        .customer_id = id_at(row),
        .features = std::span(features_).subspan(row * stride_, stride_),
        .schema = schema_.get(),
        .computed_at = Timestamp{computed_at_[row]},
        .stage = {},
        .value_segment = {},
        .rfm_segment = {},
        .lifetime_value = {},
    };
    if (lifetime_value_ && !std::isnan(profile.features[*lifetime_value_])) {
        profile.lifetime_value = static_cast<double>(profile.features[*lifetime_value_]);
    }
    return profile;
}

std::optional<Profile> Image::find(std::string_view customer_id) const {
    if (slots_.empty()) return std::nullopt;
    const std::uint64_t hash = hash_of(customer_id);
    const auto tag = static_cast<std::uint32_t>(hash);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = hash >> 32U & mask;; i = (i + 1) & mask) {
        const Slot slot = slots_[i];
        if (slot.row == kEmpty) return std::nullopt;
        if (slot.tag == tag && id_at(slot.row) == customer_id) return at(slot.row);
    }
}

std::size_t Image::memory_bytes() const {
    return features_.capacity() * sizeof(float) + computed_at_.capacity() * sizeof(std::int64_t) + ids_.capacity() +
           id_ends_.capacity() * sizeof(std::uint64_t) + slots_.capacity() * sizeof(Slot);
}

void Image::index() {
    slots_.assign(std::bit_ceil(size() * 2 + 1), Slot{});
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t row = 0; row < size(); ++row) {
        const std::uint64_t hash = hash_of(id_at(row));
        std::size_t i = hash >> 32U & mask;
        while (slots_[i].row != kEmpty) i = (i + 1) & mask;
        slots_[i] = {static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(hash)};
    }
}

ImageBuilder::ImageBuilder(std::shared_ptr<const Schema> schema, std::size_t expected_customers)
    : image_(std::make_shared<Image>()) {
    image_->stride_ = schema->columns.size();
    image_->lifetime_value_ = schema->index_of(schema->lifetime_value_column);
    image_->schema_ = std::move(schema);
    image_->features_.reserve(expected_customers * image_->stride_);
    image_->computed_at_.reserve(expected_customers);
    image_->id_ends_.reserve(expected_customers);
}

void ImageBuilder::add(std::string_view customer_id, std::span<const float> features, Timestamp computed_at) {
    BOON_ASSERT(features.size() == image_->stride_);
    image_->features_.insert(image_->features_.end(), features.begin(), features.end());
    image_->computed_at_.push_back(computed_at.micros);
    image_->ids_ += customer_id;
    image_->id_ends_.push_back(image_->ids_.size());
}

std::shared_ptr<const Image> ImageBuilder::finish() && {
    image_->index();
    return std::move(image_);
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
