#include "action/serving/next_contact.h"

#include <algorithm>

#include <fmt/format.h>

namespace boon::serving {

namespace {

// `sent` ascending. When one more within `days` is allowed: now, or once the oldest of the last `most` is that old.
Timestamp free_at(const std::vector<Timestamp>& sent, std::int32_t most, std::int64_t days, Timestamp now) {
    const auto count = static_cast<std::size_t>(std::max(most, 1));
    if (sent.size() < count) return now;
    return std::max(now, plus_days(sent[sent.size() - count], days));
}

std::int32_t within(const std::vector<Timestamp>& sent, std::int64_t days, Timestamp now) {
    return static_cast<std::int32_t>(std::ranges::count_if(sent, [&](Timestamp at) {
        return now < plus_days(at, days);
    }));
}

}  // namespace

NextContact next_contact(std::vector<Timestamp> sent, const ContactLimits& limits, Timestamp now) {
    std::erase_if(sent, [&](Timestamp at) { return now < at; });
    std::ranges::sort(sent);
    const Timestamp by_day = free_at(sent, limits.per_day, 1, now);
    const Timestamp by_week = free_at(sent, limits.per_week, 7, now);
    NextContact next{
        .at = std::max(by_day, by_week),
        .now = true,
        .reason = {},
        .sent_24_hours = within(sent, 1, now),
        .sent_7_days = within(sent, 7, now),
    };
    next.now = next.at == now;
    if (next.now) {
        next.reason = sent.empty() ? "no message went out lately" : "last message " + to_string(sent.back());
    } else if (next.at == by_week) {
        next.reason = fmt::format("{} messages in 7 days are the most", limits.per_week);
    } else {
        next.reason = fmt::format(
            "{} message{} a day {} the most", limits.per_day, limits.per_day == 1 ? "" : "s",
            limits.per_day == 1 ? "is" : "are"
        );
    }
    return next;
}

}  // namespace boon::serving
