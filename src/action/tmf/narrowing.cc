#include "action/tmf/narrowing.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/base/timestamp.h"

namespace boon::tmf {

namespace {

constexpr std::size_t kMostValues = 20;

}  // namespace

void Narrowing::require(std::initializer_list<std::string_view> columns, const std::vector<db::Param>& values) {
    if (values.size() > kMostValues) return;
    if (values.empty()) {
        tail_ += " and 1 = 0";
        return;
    }
    // Two lengths only, since every text of a statement is kept prepared; the last value is asked for several times.
    const std::size_t places = values.size() == 1 ? 1 : kMostValues;
    const std::string marks = fmt::format("{}", fmt::join(std::vector<std::string_view>(places, "?"), ", "));
    std::string any;
    for (const std::string_view column : columns) {
        any += fmt::format("{}{} in ({})", any.empty() ? "" : " or ", column, marks);
        for (std::size_t i = 0; i < places; ++i) params_.push_back(values[std::min(i, values.size() - 1)]);
    }
    tail_ += fmt::format(" and ({})", any);
}

void Narrowing::order_by(std::string_view columns) { tail_ += fmt::format(" order by {}", columns); }

void Narrowing::slice(const ListQuery& query) {
    constexpr std::size_t kMost = 1'000'000'000;
    tail_ += " limit ? offset ?";
    params_.emplace_back(static_cast<std::int64_t>(std::min(room_of(query), kMost)));
    params_.emplace_back(static_cast<std::int64_t>(std::min(query.offset, kMost)));
}

std::vector<db::Param> times_of(std::string_view path, std::string_view wanted) {
    std::vector<db::Param> times;
    for (const std::string_view text : alternatives(path, wanted)) {
        if (const auto at = parse_timestamp(text)) times.emplace_back(*at);
    }
    return times;
}

std::vector<db::Param> texts_of(std::string_view path, std::string_view wanted) {
    std::vector<db::Param> texts;
    for (const std::string_view text : alternatives(path, wanted)) texts.emplace_back(text);
    return texts;
}

}  // namespace boon::tmf
