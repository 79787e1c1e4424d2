#include "insight/audiences/scan.h"

#include <algorithm>
#include <bit>
#include <thread>

namespace boon::audiences {

namespace {

// Below so many rows a second thread costs more than it brings.
constexpr std::size_t kWorthTwoThreads = 50'000;
// How many rows ahead the memory is asked: about as long as it takes to answer.
constexpr std::size_t kAhead = 16;

}  // namespace

std::int64_t Members::count() const {
    std::int64_t count = 0;
    for (const std::uint64_t word : words_) count += std::popcount(word);
    return count;
}

std::vector<std::uint32_t> Members::sample(std::size_t most) const {
    const auto members = static_cast<std::size_t>(count());
    const std::size_t wanted = std::min(most, members);
    std::vector<std::uint32_t> rows;
    rows.reserve(wanted);
    std::size_t seen = 0;
    for (std::size_t place = 0; place < words_.size() && rows.size() < wanted; ++place) {
        for (std::uint64_t word = words_[place]; word != 0 && rows.size() < wanted; word &= word - 1, ++seen) {
            // Number i of the sample is the member in the middle of the i-th of `wanted` equal parts.
            if (seen != (2 * rows.size() + 1) * members / (2 * wanted)) continue;
            rows.push_back(static_cast<std::uint32_t>(place * kBits + static_cast<std::size_t>(std::countr_zero(word)))
            );
        }
    }
    return rows;
}

Members scan(const profiles::Image& image, const Selector& selector, Timestamp now) {
    Members members(image.size());
    const auto fill = [&](std::size_t first, std::size_t end) {
        for (std::size_t place = first; place < end; ++place) {
            std::uint64_t word = 0;
            const std::size_t begin = place * Members::kBits;
            const std::size_t rows = std::min(Members::kBits, image.size() - begin);
            for (std::size_t bit = 0; bit < rows; ++bit) {
                if (begin + bit + kAhead < image.size()) image.prefetch(begin + bit + kAhead, selector.columns());
                const bool is_in = selector.test(image.at(begin + bit), now) == rules::Truth::yes;
                word |= std::uint64_t{is_in} << bit;
            }
            members.words_[place] = word;
        }
    };
    const std::size_t half = members.words_.size() / 2;
    if (image.size() < kWorthTwoThreads) {
        fill(0, members.words_.size());
    } else {
        const std::jthread second(fill, half, members.words_.size());
        fill(0, half);
    }
    return members;
}

std::vector<std::uint32_t> Pages::next(std::string_view after, std::size_t limit) const {
    std::vector<std::uint32_t> rows;
    for (const std::uint32_t row : order_.after(after)) {
        if (rows.size() == limit) break;
        if (selector_.test(image_.at(row), now_) == rules::Truth::yes) rows.push_back(row);
    }
    return rows;
}

}  // namespace boon::audiences
