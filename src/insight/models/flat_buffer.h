// Reading a FlatBuffer (google/flatbuffers, doc/internals.md) without trusting it: every offset is checked against the
// bytes, and what lies outside reads as absent and is remembered as damage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace boon::models {

class FlatBuffer {
public:
    explicit FlatBuffer(std::span<const std::byte> bytes) : bytes_(bytes) {}

    // Whether something lay outside.
    [[nodiscard]] bool is_damaged() const { return damaged_; }

    template <class Number>
    Number number(std::size_t at) {
        Number value{};
        if (holds(at, sizeof(Number))) std::memcpy(&value, bytes_.data() + at, sizeof(Number));
        return value;
    }
    bool holds(std::size_t at, std::size_t size) {
        const bool inside = at <= bytes_.size() && size <= bytes_.size() - at;
        damaged_ = damaged_ || !inside;
        return inside;
    }
    [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

private:
    std::span<const std::byte> bytes_;
    bool damaged_ = false;
};

// Elements that stand one after the other, where they begin and how many.
struct FlatVector {
    std::size_t first = 0;
    std::size_t size = 0;
};

class FlatTable {
public:
    FlatTable(FlatBuffer& buffer, std::size_t at) : buffer_(&buffer), at_(at) {}

    static FlatTable root(FlatBuffer& buffer) { return {buffer, buffer.number<std::uint32_t>(0)}; }

    template <class Number>
    [[nodiscard]] Number number(int field, Number absent) const {
        const auto place = place_of(field);
        return place ? buffer_->number<Number>(*place) : absent;
    }
    // Nothing when it is absent.
    [[nodiscard]] std::optional<FlatTable> table(int field) const {
        const auto place = place_of(field);
        if (!place) return std::nullopt;
        return FlatTable(*buffer_, *place + buffer_->number<std::uint32_t>(*place));
    }
    // Of elements of so many bytes; empty when it is absent.
    [[nodiscard]] FlatVector vector(int field, std::size_t element_bytes) const {
        const auto place = place_of(field);
        if (!place) return {};
        const std::size_t start = *place + buffer_->number<std::uint32_t>(*place);
        const std::size_t size = buffer_->number<std::uint32_t>(start);
        return buffer_->holds(start + sizeof(std::uint32_t), size * element_bytes)
                   ? FlatVector{start + sizeof(std::uint32_t), size}
                   : FlatVector{};
    }
    // The i-th of a vector of tables.
    [[nodiscard]] FlatTable element(const FlatVector& tables, std::size_t i) const {
        const std::size_t place = tables.first + i * sizeof(std::uint32_t);
        return {*buffer_, place + buffer_->number<std::uint32_t>(place)};
    }
    [[nodiscard]] std::string_view text(int field) const {
        const FlatVector letters = vector(field, 1);
        return {reinterpret_cast<const char*>(buffer_->bytes().data()) + letters.first, letters.size};
    }

private:
    // Where the field's value stands: a table begins with the way back to its list of places.
    [[nodiscard]] std::optional<std::size_t> place_of(int field) const {
        const auto back = buffer_->number<std::int32_t>(at_);
        const auto list = static_cast<std::size_t>(static_cast<std::int64_t>(at_) - back);
        const auto entry = sizeof(std::uint16_t) * (2 + static_cast<std::size_t>(field));
        const auto size = buffer_->number<std::uint16_t>(list);
        if (entry + sizeof(std::uint16_t) > size) return std::nullopt;
        const auto offset = buffer_->number<std::uint16_t>(list + entry);
        return offset == 0 ? std::nullopt : std::optional(at_ + offset);
    }

    FlatBuffer* buffer_;
    std::size_t at_;
};

}  // namespace boon::models
