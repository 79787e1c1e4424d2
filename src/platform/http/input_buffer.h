// Bytes read and not yet used: grows at the back, is used up from the front.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace boon::http {

class InputBuffer {
public:
    [[nodiscard]] std::string_view bytes() const { return {data_.get() + begin_, end_ - begin_}; }
    [[nodiscard]] bool empty() const { return begin_ == end_; }

    void consume(std::size_t n) {
        begin_ += n;
        if (begin_ == end_) begin_ = end_ = 0;
    }

    // Room for at least one byte, while fewer than `most` are held: the used part is given up first, then it doubles.
    void make_room(std::size_t most) {
        if (end_ < capacity_) return;
        if (begin_ > 0) {
            std::memmove(data_.get(), data_.get() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
            return;
        }
        const std::size_t larger = std::max(kSmallest, std::min(capacity_ * 2, most));
        auto grown = std::make_unique_for_overwrite<char[]>(larger);
        if (end_ > 0) std::memcpy(grown.get(), data_.get(), end_);
        data_ = std::move(grown);
        capacity_ = larger;
    }
    // Makes an empty buffer at least this large.
    void widen(std::size_t size) {
        if (!empty() || capacity_ >= size) return;
        data_ = std::make_unique_for_overwrite<char[]>(size);
        capacity_ = size;
    }
    [[nodiscard]] char* free_space() { return data_.get() + end_; }
    [[nodiscard]] std::size_t free_size() const { return capacity_ - end_; }
    void fill(std::size_t n) { end_ += n; }

    // Gives back what a large request needed.
    void shrink() {
        if (!empty() || capacity_ <= kSmallest) return;
        data_.reset();
        capacity_ = 0;
    }

private:
    static constexpr std::size_t kSmallest = 4096;

    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace boon::http
