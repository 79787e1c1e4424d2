#include "program/cli/world_seeds.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace boon::cli {
namespace {

constexpr std::size_t kMostSeeds = 1'000;

std::optional<std::int64_t> whole(std::string_view text) {
    std::int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_whole = read.ec == std::errc() && read.ptr == text.data() + text.size() && value >= 0;
    return is_whole ? std::optional(value) : std::nullopt;
}

std::unexpected<Error> mistake(std::string_view text) {
    return fail(
        ErrorCode::invalid, fmt::format("`{}` says no seeds", text),
        fmt::format("write 7, 1,2,3 or 1..100; at most {}", kMostSeeds)
    );
}

}  // namespace

Result<std::vector<std::int64_t>> world_seeds(std::string_view text) {
    std::vector<std::int64_t> seeds;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t comma = std::min(text.find(',', start), text.size());
        const std::string_view part = text.substr(start, comma - start);
        const std::size_t dots = part.find("..");
        const auto first = whole(part.substr(0, dots));
        const auto last = dots == std::string_view::npos ? first : whole(part.substr(dots + 2));
        if (!first || !last || *last < *first) return mistake(text);
        if (static_cast<std::size_t>(*last - *first) + seeds.size() >= kMostSeeds) return mistake(text);
        for (std::int64_t seed = *first; seed <= *last; ++seed) seeds.push_back(seed);
        start = comma + 1;
    }
    return seeds;
}

}  // namespace boon::cli
