// One customer's past read at one instant: each aggregate of definitions.h over it. Only online.cc includes it.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <vector>

#include "records/features/online.h"

namespace boon::features {

class Online::Reading {
public:
    Reading(const Online& online, const Past& past, std::int64_t as_of) : online_(online), past_(past), as_of_(as_of) {}

    // Missing where a sum is beyond 64 bits.
    float value(const Compiled& f, const Feature& feature) {
        fits_ = true;
        const float found = aggregate(f, feature);
        if (fits_) return found;
        all_fit_ = false;
        return kMissing;
    }

    // Whether every sum so far was within 64 bits.
    [[nodiscard]] bool all_fit() const { return all_fit_; }

private:
    static constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
    static constexpr double kMillionths = 1'000'000;

    float aggregate(const Compiled& f, const Feature& feature) {
        switch (f.aggregate) {
            case Aggregate::count: return static_cast<float>(count(f, f.days, 0, nullptr));
            case Aggregate::exists: return count(f, f.days, 0, nullptr) > 0 ? 1.0F : 0.0F;
            case Aggregate::sum: return scaled(f, total(f, f.days, 0, nullptr));
            case Aggregate::mean: return mean(f);
            case Aggregate::min:
            case Aggregate::max: return extreme(f);
            case Aggregate::distinct: return f.is_day ? days(f) : different(f);
            case Aggregate::days_since_first:
            case Aggregate::days_since_last: return since(f);
            case Aggregate::trend: {
                // The earlier window ends where the later begins; the two share no row.
                const std::int64_t length = f.days.value_or(1);
                return ratio(amount(f, length, 0, nullptr), amount(f, 2 * length, length, nullptr));
            }
            case Aggregate::share: return ratio(amount(f, f.days, 0, &f.part), amount(f, f.days, 0, nullptr));
            case Aggregate::value:
            case Aggregate::days_since:
            case Aggregate::years_since: return attribute(f, feature);
        }
        return kMissing;
    }

    [[nodiscard]] std::int64_t start(std::int64_t days) {
        const auto [found, is_new] = starts_.emplace(days, 0);
        if (is_new) found->second = online_.calendar_.start(as_of_, days);
        return found->second;
    }

    // Calls `take(row, cells, when)` for each countable row of each leg that meets its demands (or `instead` of them),
    // from `days` ago (nothing: all time) to `until_days` ago.
    template <class Take>
    void each(
        const Compiled& f, std::optional<std::int64_t> days, std::int64_t until_days, const Demands* instead,
        Take&& take
    ) {
        const Span span{
            days ? start(*days) : std::numeric_limits<std::int64_t>::min(), until_days > 0 ? start(until_days) : as_of_
        };
        for (const Leg& leg : f.legs) each_row(leg, instead == nullptr ? leg.demands : *instead, span, take);
    }

    struct Span {
        std::int64_t from;
        std::int64_t to;
    };
    template <class Take>
    void each_row(const Leg& leg, const Demands& demands, Span span, Take& take) {
        const PastRows& table = past_.tables[place_of(leg.table)];
        for (std::size_t i = 0; i < table.rows.size(); ++i) {
            const PastRow& row = table.rows[i];
            const std::int64_t when = leg.by_until ? row.until : row.at;
            if (!is_countable(row, when) || when < span.from || when >= span.to) continue;
            const auto cells = table.cells_of(i);
            if (is_wanted(leg, row, cells, demands)) take(row, cells, when);
        }
    }

    [[nodiscard]] bool is_countable(const PastRow& row, std::int64_t when) const {
        return when != kNoCell && when < as_of_ && row.known_at <= as_of_;
    }
    [[nodiscard]] bool is_wanted(
        const Leg& leg, const PastRow& row, std::span<const std::int64_t> cells, const Demands& demands
    ) const {
        return !(leg.not_automatic && cells[automatic_] == 1) && meets(row, cells, demands);
    }

    [[nodiscard]] bool meets(const PastRow& row, std::span<const std::int64_t> cells, const Demands& demands) const {
        return std::ranges::all_of(demands, [&](const Demand& demand) {
            std::int64_t value = 0;
            switch (demand.of) {
                case Demand::Of::cell: value = cells[demand.slot]; break;
                case Demand::Of::state: value = state(row); break;
                case Demand::Of::days_late: value = days_late(row); break;
                case Demand::Of::active: value = row.until == kNoCell || row.until >= as_of_ ? 1 : 0; break;
            }
            return value != kNoCell && std::ranges::find(demand.values, value) != demand.values.end();
        });
    }

    // tables.cc, kPaymentState: 0 on_time, 1 late, 2 unpaid.
    [[nodiscard]] std::int64_t state(const PastRow& row) const {
        if (row.until == kNoCell || row.until >= as_of_) return 2;
        return row.until - row.at >= kMicrosPerDay ? 1 : 0;
    }
    [[nodiscard]] std::int64_t days_late(const PastRow& row) const {
        const std::int64_t end = row.until != kNoCell && row.until < as_of_ ? row.until : as_of_;
        return std::max<std::int64_t>(0, (end - row.at) / kMicrosPerDay);
    }

    [[nodiscard]] std::int64_t whole(const Compiled& f, const PastRow& row, std::span<const std::int64_t> cells) const {
        return f.is_days_late ? days_late(row) : f.slot ? cells[*f.slot] : kNoCell;
    }

    std::int64_t count(
        const Compiled& f, std::optional<std::int64_t> days, std::int64_t until_days, const Demands* instead
    ) {
        std::int64_t found = 0;
        each(f, days, until_days, instead, [&](const PastRow&, std::span<const std::int64_t>, std::int64_t) {
            ++found;
        });
        return found;
    }

    void add(std::int64_t& sum, std::int64_t value) {
        if (__builtin_add_overflow(sum, value, &sum)) fits_ = false;
    }

    std::int64_t total(
        const Compiled& f, std::optional<std::int64_t> days, std::int64_t until_days, const Demands* instead
    ) {
        std::int64_t sum = 0;
        each(f, days, until_days, instead, [&](const PastRow& row, std::span<const std::int64_t> cells, std::int64_t) {
            const std::int64_t value = whole(f, row, cells);
            if (value != kNoCell) add(sum, value);
        });
        return sum;
    }

    std::int64_t amount(
        const Compiled& f, std::optional<std::int64_t> days, std::int64_t until_days, const Demands* instead
    ) {
        return f.slot || f.is_days_late ? total(f, days, until_days, instead) : count(f, days, until_days, instead);
    }

    static float ratio(std::int64_t part, std::int64_t of) {
        return of > 0 ? static_cast<float>(static_cast<double>(part) / static_cast<double>(of)) : kMissing;
    }

    [[nodiscard]] double divisor(const Compiled& f) const {
        if (f.kind == ColumnKind::money) return online_.minor_units_;
        return f.kind == ColumnKind::number ? kMillionths : 1;
    }
    [[nodiscard]] float scaled(const Compiled& f, std::int64_t value) const {
        const double by = divisor(f);
        // Straight to float32, as SQL casts whole numbers: by way of a double it would be rounded twice.
        return by == 1 ? static_cast<float>(value) : static_cast<float>(static_cast<double>(value) / by);
    }

    float mean(const Compiled& f) {
        std::int64_t counted = 0;
        std::int64_t sum = 0;
        each(f, f.days, 0, nullptr, [&](const PastRow& row, std::span<const std::int64_t> cells, std::int64_t) {
            const std::int64_t value = whole(f, row, cells);
            if (value == kNoCell) return;
            add(sum, value);
            ++counted;
        });
        if (counted == 0) return kMissing;
        return static_cast<float>(static_cast<double>(sum) / static_cast<double>(counted) / divisor(f));
    }

    float extreme(const Compiled& f) {
        std::int64_t found = kNoCell;
        each(f, f.days, 0, nullptr, [&](const PastRow& row, std::span<const std::int64_t> cells, std::int64_t) {
            const std::int64_t value = whole(f, row, cells);
            if (value == kNoCell) return;
            const bool is_beyond = f.aggregate == Aggregate::min ? value < found : value > found;
            if (found == kNoCell || is_beyond) found = value;
        });
        return found == kNoCell ? kMissing : scaled(f, found);
    }

    float days(const Compiled& f) {
        std::set<std::int64_t> found;
        each(f, f.days, 0, nullptr, [&](const PastRow&, std::span<const std::int64_t>, std::int64_t when) {
            found.insert(online_.calendar_.day(when));
        });
        return static_cast<float>(found.size());
    }

    float different(const Compiled& f) {
        std::set<std::int64_t> found;
        each(f, f.days, 0, nullptr, [&](const PastRow& row, std::span<const std::int64_t> cells, std::int64_t) {
            const std::int64_t value = whole(f, row, cells);
            if (value != kNoCell) found.insert(value);
        });
        return static_cast<float>(found.size());
    }

    [[nodiscard]] float days_from(std::int64_t at) const {
        return static_cast<float>(static_cast<double>(as_of_ - at) / static_cast<double>(kMicrosPerDay));
    }

    float since(const Compiled& f) {
        std::int64_t found = kNoCell;
        each(f, f.days, 0, nullptr, [&](const PastRow&, std::span<const std::int64_t>, std::int64_t when) {
            const bool is_beyond = f.aggregate == Aggregate::days_since_first ? when < found : when > found;
            if (found == kNoCell || is_beyond) found = when;
        });
        return found == kNoCell ? kMissing : days_from(found);
    }

    [[nodiscard]] float attribute(const Compiled& f, const Feature& feature) const {
        std::int64_t held = f.attribute < past_.attributes.size() ? past_.attributes[f.attribute] : kNoCell;
        if (!past_.is_listed) {
            // Whoever comes with an event joined with the first.
            held = feature.declaration.column == "joined_at" ? past_.first_seen : kNoCell;
        }
        if (held == kNoCell) return kMissing;
        if (f.aggregate == Aggregate::days_since) return held < as_of_ ? days_from(held) : kMissing;
        if (f.aggregate == Aggregate::years_since) {
            const int year = online_.calendar_.year(as_of_);
            return held <= year ? static_cast<float>(year - held) : kMissing;
        }
        return f.is_category ? static_cast<float>(held) : static_cast<float>(std::bit_cast<double>(held));
    }

    const Online& online_;
    const Past& past_;
    std::int64_t as_of_;
    std::map<std::int64_t, std::int64_t> starts_;
    bool fits_ = true;  // of the feature at hand
    bool all_fit_ = true;
    std::size_t automatic_ = online_.layout_.slot(Table::payments, "automatic").value_or(0);
};

}  // namespace boon::features
