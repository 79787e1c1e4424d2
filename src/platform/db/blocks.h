// Many keys in statements that carry some hundred each: few round trips, within both engines' limit of parameters.
//
//     BOON_CHECK(db::in_blocks(ids, [&](std::string_view marks, const db::Params& keys) {
//         return connection.query(fmt::format("select … where id in ({})", marks), keys, on_row);
//     }));
#pragma once

#include <algorithm>
#include <cstddef>
#include <ranges>
#include <string>
#include <string_view>

#include "platform/base/error.h"
#include "platform/db/param.h"

namespace boon::db {

inline constexpr std::size_t kKeysPerStatement = 250;

// `use` gets a `?` for each key, with commas, and the keys. Its first error ends it.
template <std::ranges::random_access_range Keys, class Use>
Status in_blocks(const Keys& keys, Use&& use) {
    const auto count = static_cast<std::size_t>(std::ranges::size(keys));
    for (std::size_t first = 0; first < count; first += kKeysPerStatement) {
        std::string marks;
        Params params;
        for (std::size_t i = first; i < std::min(first + kKeysPerStatement, count); ++i) {
            marks += i == first ? "?" : ", ?";
            params.push_back(keys[i]);
        }
        BOON_CHECK(use(std::string_view(marks), params));
    }
    return {};
}

}  // namespace boon::db
