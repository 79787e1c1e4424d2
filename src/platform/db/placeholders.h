// `?` to `$1`, `$2`, …: how PostgreSQL wants its placeholders. Question marks within '…', "…", $tag$…$tag$, `--` and
// /* */ are text and stay.
#pragma once

#include <string>
#include <string_view>

namespace boon::db {

struct Numbered {
    std::string sql;
    int placeholders = 0;
};
Numbered number_placeholders(std::string_view sql);

}  // namespace boon::db
