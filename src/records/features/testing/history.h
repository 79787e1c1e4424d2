// Random histories of a few customers, with times that often fall on the edges of windows, and the programme's calendar
// worked out by hand. For the tests of this room.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rapidcheck.h>

#include "platform/base/timestamp.h"

namespace boon::features::testing {

constexpr std::int64_t kHour = kMicrosPerHour;
constexpr std::int64_t kDay = kMicrosPerDay;

inline std::int64_t micros(std::string_view text) { return parse_timestamp(text)->micros; }

// --- the calendar, by hand: Berlin is an hour ahead of UTC, two in summer ---

struct Calendar {
    bool berlin = false;

    [[nodiscard]] std::int64_t offset(std::int64_t t) const {
        if (!berlin) return 0;
        const bool summer = (t >= micros("2024-03-31T01:00:00Z") && t < micros("2024-10-27T01:00:00Z")) ||
                            (t >= micros("2025-03-30T01:00:00Z") && t < micros("2025-10-26T01:00:00Z"));
        return summer ? 2 * kHour : kHour;
    }
    [[nodiscard]] std::int64_t day(std::int64_t t) const { return (t + offset(t)) / kDay; }
    [[nodiscard]] std::int64_t midnight(std::int64_t local_day) const {
        const std::int64_t guess = local_day * kDay - offset(local_day * kDay - 3 * kHour);
        return day(guess) == local_day && day(guess - 1) < local_day ? guess
                                                                     : local_day * kDay - offset(local_day * kDay);
    }
    [[nodiscard]] std::int64_t start(std::int64_t t, int days) const { return midnight(day(t) - days); }
};

// --- histories ---

struct Event {  // a transaction, or an interaction
    std::optional<int> id;
    std::string customer;
    std::int64_t at = 0;
    std::int64_t known = 0;
    std::string type;
    std::int64_t minor = 0;
    std::optional<std::string> category;
};
struct Payment {
    std::string customer;
    std::int64_t due = 0;
    std::optional<std::int64_t> paid;
    std::optional<bool> automatic;
};
struct Holding {
    std::string customer;
    int product = 0;
    int tier = 0;
    std::int64_t from = 0;
    std::optional<std::int64_t> until;
};
struct History {
    std::vector<Event> transactions;
    std::vector<Event> interactions;
    std::vector<Payment> payments;
    std::vector<Holding> holdings;
};

inline const std::vector<std::string> kCustomers = {"ann", "bob", "cleo"};  // and `idle`, who does nothing

template <class... T>
std::int64_t one_of(T... values) {
    return *rc::gen::elementOf(std::vector<std::int64_t>{static_cast<std::int64_t>(values)...});
}

// Near an instant, a window's edge, or anywhere; often exactly on an edge or a microsecond beside it.
inline std::int64_t any_time(const Calendar& calendar, std::int64_t as_of) {
    static const std::vector<int> kWindows = {0, 1, 7, 14, 28, 30, 90};
    const int kind = *rc::gen::inRange(0, 4);
    if (kind == 0) return as_of + one_of(-1, 0, 1, -kHour, kHour);
    if (kind == 1) {
        return calendar.start(as_of, *rc::gen::elementOf(kWindows)) + one_of(-1, 0, 1, kHour);
    }
    return as_of + *rc::gen::inRange<std::int64_t>(-120 * 24, 6) * kHour;
}

inline std::vector<Event> any_events(
    const Calendar& calendar, std::int64_t as_of, const std::vector<std::string>& types, int first_id
) {
    std::vector<Event> events;
    const int count = *rc::gen::inRange(0, 25);
    for (int i = 0; i < count; ++i) {
        Event event;
        event.customer = *rc::gen::elementOf(kCustomers);
        if (*rc::gen::inRange(0, 5) > 0) event.id = first_id + i;
        event.at = any_time(calendar, as_of);
        event.known = event.at + one_of(0, 0, 0, 1, 30 * kHour);
        event.type = *rc::gen::elementOf(types);
        event.minor = *rc::gen::inRange<std::int64_t>(0, 5000) * (event.type == "return" ? -1 : 1);
        event.category = *rc::gen::element<std::optional<std::string>>("food", "fuel", "it's", std::nullopt);
        events.push_back(event);
        if (*rc::gen::inRange(0, 4) > 0) continue;
        // A copy, or a correction that is known later.
        if (event.id && *rc::gen::arbitrary<bool>()) {
            event.minor += 100;
            event.at += one_of(0, kHour);
            event.known = std::max(event.at, event.known) + one_of(kHour, 60 * kHour);
        }
        events.push_back(event);
    }
    return events;
}

inline History any_history(const Calendar& calendar, std::int64_t as_of) {
    History history;
    history.transactions = any_events(calendar, as_of, {"purchase", "purchase", "return", "recharge", "automatic"}, 0);
    history.interactions = any_events(calendar, as_of, {"sent", "viewed", "clicked", "converted"}, 1000);
    const int payments = *rc::gen::inRange(0, 8);
    for (int i = 0; i < payments; ++i) {
        Payment payment{*rc::gen::elementOf(kCustomers), any_time(calendar, as_of), {}, {}};
        if (*rc::gen::arbitrary<bool>()) payment.paid = payment.due + *rc::gen::inRange<std::int64_t>(-50, 200) * kHour;
        if (*rc::gen::arbitrary<bool>()) payment.automatic = *rc::gen::arbitrary<bool>();
        history.payments.push_back(payment);
    }
    const int holdings = *rc::gen::inRange(0, 6);
    for (int i = 0; i < holdings; ++i) {
        Holding holding{*rc::gen::elementOf(kCustomers), i, *rc::gen::inRange(1, 5), any_time(calendar, as_of), {}};
        if (*rc::gen::arbitrary<bool>()) holding.until = holding.from + *rc::gen::inRange<std::int64_t>(1, 900) * kHour;
        history.holdings.push_back(holding);
    }
    return history;
}

}  // namespace boon::features::testing
