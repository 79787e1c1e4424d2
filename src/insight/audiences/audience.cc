#include "insight/audiences/audience.h"

#include <algorithm>

#include <fmt/format.h>

namespace boon::audiences {

namespace {

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

std::unexpected<Error> wrong_name(std::string detail) {
    Error error{ErrorCode::invalid, "one field is wrong"};
    error.fields.push_back({"/name", std::move(detail)});
    return std::unexpected(std::move(error));
}

}  // namespace

Status check_name(std::string_view name, const std::vector<std::string>& taken) {
    const bool right = !name.empty() && name.size() <= kMaxName && is_word(name.front()) &&
                       std::ranges::all_of(name, [](char c) { return is_word(c) || c == '_' || c == '-'; });
    if (!right) {
        return wrong_name(fmt::format("must be 1 to {} of a-z, 0-9, _ and -, a letter or digit first", kMaxName));
    }
    if (std::ranges::find(taken, name) != taken.end()) {
        return wrong_name(fmt::format("`{}` is a segment that offers can name already", name));
    }
    return {};
}

}  // namespace boon::audiences
