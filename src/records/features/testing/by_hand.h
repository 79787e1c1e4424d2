// What each definition of agreement_test.cc means, written out without SQL, in their order.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "records/features/testing/history.h"

namespace boon::features::testing {

class ByHand {
public:
    ByHand(const Calendar& calendar, const History& history, std::string customer, std::int64_t as_of)
        : calendar_(calendar), history_(history), customer_(std::move(customer)), as_of_(as_of) {
        transactions_ = countable(history.transactions);
        interactions_ = countable(history.interactions);
    }

    [[nodiscard]] std::vector<float> vector() const {
        const auto tx = [this](int days, const std::set<std::string>& types) { return of(transactions_, days, types); };
        const auto ia = [this](int days, const std::string& kind) { return of(interactions_, days, {kind}); };
        const auto food =
            filtered(tx(90, {"purchase"}), [](const Event& e) { return e.category && *e.category != "fuel"; });
        const std::vector<std::int64_t> acts = activity();
        const auto recent = [&](int days) {
            std::vector<std::int64_t> times;
            for (const std::int64_t t : acts) {
                if (t >= calendar_.start(as_of_, days)) times.push_back(t);
            }
            return times;
        };
        const auto sent = ia(30, "sent");
        return {
            size(tx(7, {})),
            money(total(tx(14, {"purchase", "return"}))),
            mean(tx(28, {"purchase"})),
            extreme(tx(0, {}), true),
            extreme(tx(90, {}), false),
            number(quantity(tx(0, {}))),
            size(categories(tx(28, {"purchase"}))),
            size(days(times(tx(7, {})))),
            size(days(times(tx(0, {})))),
            size(days(recent(90))),
            size(recent(30)),
            acts.empty() ? missing() : elapsed(*std::ranges::min_element(acts)),
            acts.empty() ? missing() : elapsed(*std::ranges::max_element(acts)),
            trend(7),
            ratio(total(food), total(tx(90, {"purchase"}))),
            ratio(std::ssize(ia(30, "viewed")), std::ssize(sent)),
            ia(0, "clicked").empty() ? 0.0F : 1.0F,
            size(filtered(interactions_, [](const Event& e) { return std::abs(e.minor) % 7 == 3; })),
            sent.empty() ? missing() : elapsed(std::ranges::max(times(sent))),
            size(late_days(90, State::late)),
            size(late_days(0, State::unpaid)),
            mean_late(),
            size(tiers()),
            tiers().empty() ? missing() : static_cast<float>(std::ranges::max(tiers())),
        };
    }

private:
    static float missing() { return std::numeric_limits<float>::quiet_NaN(); }
    template <class T>
    static float size(const T& of) {
        return static_cast<float>(of.size());
    }
    static float money(std::int64_t minor) { return static_cast<float>(static_cast<double>(minor) / 100.0); }
    static float number(std::int64_t whole) { return static_cast<float>(whole); }
    static float ratio(std::int64_t part, std::int64_t whole) {
        return whole > 0 ? static_cast<float>(static_cast<double>(part) / static_cast<double>(whole)) : missing();
    }
    [[nodiscard]] float elapsed(std::int64_t t) const {
        return static_cast<float>(static_cast<double>(as_of_ - t) / static_cast<double>(kDay));
    }

    // The customer's events that happened before and were known by the instant; of one id, the first countable.
    [[nodiscard]] std::vector<Event> countable(const std::vector<Event>& all) const {
        std::map<int, Event> first;
        std::vector<Event> events;
        for (const Event& e : all) {
            if (e.customer != customer_ || e.at >= as_of_ || e.known > as_of_) continue;
            if (!e.id) {
                events.push_back(e);
                continue;
            }
            const auto [known, is_new] = first.emplace(*e.id, e);
            const auto when = [](const Event& x) { return std::max(x.at + 1, x.known); };
            if (!is_new && when(e) < when(known->second)) known->second = e;
        }
        for (const auto& [id, e] : first) events.push_back(e);
        return events;
    }

    template <class F>
    static std::vector<Event> filtered(const std::vector<Event>& events, F keep) {
        std::vector<Event> kept;
        for (const Event& e : events) {
            if (keep(e)) kept.push_back(e);
        }
        return kept;
    }
    // days 0: all time; no types: all.
    [[nodiscard]] std::vector<Event> of(const std::vector<Event>& events, int days, const std::set<std::string>& types)
        const {
        return filtered(events, [&](const Event& e) {
            return (days == 0 || e.at >= calendar_.start(as_of_, days)) && (types.empty() || types.contains(e.type));
        });
    }

    static std::int64_t total(const std::vector<Event>& events) {
        std::int64_t sum = 0;
        for (const Event& e : events) sum += e.minor;
        return sum;
    }
    static std::int64_t quantity(const std::vector<Event>& events) {
        std::int64_t sum = 0;
        for (const Event& e : events) sum += std::abs(e.minor) % 7;
        return sum;
    }
    static float mean(const std::vector<Event>& events) {
        if (events.empty()) return missing();
        return static_cast<float>(static_cast<double>(total(events)) / static_cast<double>(events.size()) / 100.0);
    }
    static float extreme(const std::vector<Event>& events, bool largest) {
        if (events.empty()) return missing();
        std::vector<std::int64_t> amounts;
        for (const Event& e : events) amounts.push_back(e.minor);
        return money(largest ? std::ranges::max(amounts) : std::ranges::min(amounts));
    }
    static std::set<std::string> categories(const std::vector<Event>& events) {
        std::set<std::string> found;
        for (const Event& e : events) {
            if (e.category) found.insert(*e.category);
        }
        return found;
    }
    static std::vector<std::int64_t> times(const std::vector<Event>& events) {
        std::vector<std::int64_t> found;
        for (const Event& e : events) found.push_back(e.at);
        return found;
    }
    [[nodiscard]] std::set<std::int64_t> days(const std::vector<std::int64_t>& instants) const {
        std::set<std::int64_t> found;
        for (const std::int64_t t : instants) found.insert(calendar_.day(t));
        return found;
    }
    [[nodiscard]] float trend(int days) const {
        const auto later = of(transactions_, days, {"purchase", "return"});
        const auto both = of(transactions_, 2 * days, {"purchase", "return"});
        return ratio(total(later), total(both) - total(later));
    }

    [[nodiscard]] std::vector<std::int64_t> activity() const {
        std::vector<std::int64_t> found = times(of(transactions_, 0, {"purchase", "recharge", "usage"}));
        for (const Payment& p : history_.payments) {
            if (p.customer != customer_ || !p.paid || *p.paid >= as_of_ || p.due > as_of_) continue;
            if (!p.automatic.value_or(false)) found.push_back(*p.paid);
        }
        return found;
    }

    enum class State { on_time, late, unpaid, any };
    // The days late of the customer's bills that were due, by state.
    [[nodiscard]] std::vector<std::int64_t> late_days(int days, State wanted) const {
        std::vector<std::int64_t> found;
        for (const Payment& p : history_.payments) {
            if (p.customer != customer_ || p.due >= as_of_) continue;
            if (days > 0 && p.due < calendar_.start(as_of_, days)) continue;
            const bool paid = p.paid && *p.paid < as_of_;
            const std::int64_t late = std::max<std::int64_t>(0, (paid ? *p.paid : as_of_) - p.due) / kDay;
            const State state = !paid ? State::unpaid : late > 0 ? State::late : State::on_time;
            if (wanted == State::any || wanted == state) found.push_back(late);
        }
        return found;
    }
    [[nodiscard]] float mean_late() const {
        const auto late = late_days(0, State::any);
        if (late.empty()) return missing();
        std::int64_t sum = 0;
        for (const std::int64_t d : late) sum += d;
        return static_cast<float>(static_cast<double>(sum) / static_cast<double>(late.size()));
    }

    [[nodiscard]] std::vector<int> tiers() const {
        std::vector<int> found;
        for (const Holding& h : history_.holdings) {
            const bool held = h.customer == customer_ && h.from < as_of_ && (!h.until || *h.until >= as_of_);
            if (held) found.push_back(h.tier);
        }
        return found;
    }

    Calendar calendar_;
    const History& history_;
    std::string customer_;
    std::int64_t as_of_;
    std::vector<Event> transactions_;
    std::vector<Event> interactions_;
};

}  // namespace boon::features::testing
