#include "insight/lifecycle/dashboard.h"

#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "insight/lifecycle/stays.h"
#include "records/profiles/pasts.h"

namespace boon::lifecycle {

namespace {

using profiles::Change;
using profiles::Past;

// Customers by stage, a stage by its place in the list of names; none is the last.
using CountsByPlace = std::array<std::int64_t, Change::kNone + 1>;

Counts named(const CountsByPlace& counts, const std::vector<std::string>& names) {
    Counts result;
    for (std::size_t place = 0; place < names.size(); ++place) {
        if (counts.at(place) != 0) result[names[place]] = counts.at(place);
    }
    return result;
}

Status each_past(db::Connection& connection, std::vector<std::string>& names, const profiles::OnPast& on_past) {
    return profiles::each_past(connection, kStagePast, names, on_past);
}

Result<std::size_t> points_of(const Span& span) {
    if (span.to < span.from) return fail(ErrorCode::invalid, "the end lies before the beginning");
    const std::int64_t points = (span.to.micros - span.from.micros) / span.step_micros + 1;
    if (points > kMostPoints) {
        return fail(
            ErrorCode::invalid, fmt::format("{} points are too many", points),
            fmt::format("ask for at most {}: a shorter time, or longer steps", kMostPoints)
        );
    }
    return static_cast<std::size_t>(points);
}

constexpr std::array kBins = {0.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 365.0};
constexpr std::size_t kMostSurvivalPoints = 1200;

// What one stage's stays were, by how many whole days they lasted.
class Lengths {
public:
    void add(std::int64_t micros, bool ended) {
        const std::int64_t days = micros / kMicrosPerDay;
        Lasting& length = days < kNear ? near(static_cast<std::size_t>(days)) : far_[days];
        ++(ended ? length.ended : length.open);
        if (ended) ended_days_ += static_cast<double>(micros) / kMicrosPerDay;
    }

    [[nodiscard]] std::vector<Lasting> all() const {
        std::vector<Lasting> lengths;
        const auto add = [&](std::int64_t days, Lasting length) {
            if (length.ended + length.open == 0) return;
            length.days = static_cast<double>(days);
            lengths.push_back(length);
        };
        for (std::size_t days = 0; days < near_.size(); ++days) add(static_cast<std::int64_t>(days), near_[days]);
        for (const auto& [days, length] : far_) add(days, length);
        return lengths;
    }
    [[nodiscard]] double ended_days() const { return ended_days_; }

private:
    static constexpr std::int64_t kNear = 4096;  // kept in an array
    Lasting& near(std::size_t days) {
        if (days >= near_.size()) near_.resize(days + 1);
        return near_[days];
    }

    std::vector<Lasting> near_;
    std::map<std::int64_t, Lasting> far_;
    double ended_days_ = 0;
};

std::vector<DurationBin> histogram_of(const std::vector<Lasting>& lengths) {
    std::vector<DurationBin> bins;
    for (std::size_t i = 0; i < kBins.size(); ++i) {
        bins.push_back({.from_days = kBins[i], .to_days = {}});
        if (i + 1 < kBins.size()) bins.back().to_days = kBins[i + 1];
    }
    for (const Lasting& length : lengths) {
        std::size_t bin = kBins.size() - 1;
        while (kBins[bin] > length.days) --bin;
        bins[bin].ended += length.ended;
        bins[bin].open += length.open;
    }
    return bins;
}

Durations durations_of(const std::string& stage, const Lengths& collected) {
    Durations result;
    result.stage = stage;
    const std::vector<Lasting> lengths = collected.all();
    for (const Lasting& length : lengths) {
        result.ended += length.ended;
        result.open += length.open;
    }
    result.stays = result.ended + result.open;
    if (result.ended > 0) result.mean_ended_days = collected.ended_days() / static_cast<double>(result.ended);
    result.survival = survival_of(lengths);
    result.p25_days = length_outlasted_by(result.survival, 0.75);
    result.median_days = length_outlasted_by(result.survival, 0.5);
    result.p75_days = length_outlasted_by(result.survival, 0.25);
    result.p90_days = length_outlasted_by(result.survival, 0.1);
    result.histogram = histogram_of(lengths);
    if (result.survival.size() > kMostSurvivalPoints) result.survival.resize(kMostSurvivalPoints);
    return result;
}

// Who is in each stage at the points after the first: who was at the one before, and entered, and did not leave.
void count_on(std::vector<SeriesPoint>& points) {
    for (std::size_t i = 1; i < points.size(); ++i) {
        Counts& customers = points[i].customers;
        customers = points[i - 1].customers;
        for (const auto& [stage, entered] : points[i].entered) customers[stage] += entered;
        for (const auto& [stage, left] : points[i].exited) customers[stage] -= left;
    }
}

}  // namespace

Result<Counts> distribution_at(db::Connection& connection, Timestamp at) {
    std::vector<std::string> names;
    CountsByPlace counts{};
    BOON_CHECK(each_past(connection, names, [&](Past past) { ++counts.at(profiles::state_at(past, at)); }));
    return named(counts, names);
}

Result<std::vector<SeriesPoint>> series(db::Connection& connection, const Span& span) {
    BOON_TRY(const std::size_t count, points_of(span));
    const std::int64_t from = span.from.micros;
    const std::int64_t last = from + static_cast<std::int64_t>(count - 1) * span.step_micros;
    std::vector<std::string> names;
    CountsByPlace first{};
    std::vector<CountsByPlace> entered(count);  // by step
    std::vector<CountsByPlace> exited(count);
    BOON_CHECK(each_past(connection, names, [&](Past past) {
        std::uint8_t before = Change::kNone;
        std::uint8_t at_first = Change::kNone;
        for (const Change& change : past) {
            if (change.at > last) break;
            if (change.at <= from) {
                at_first = change.state;
            } else {
                const auto step = static_cast<std::size_t>((change.at - from - 1) / span.step_micros) + 1;
                ++entered[step].at(change.state);
                ++exited[step].at(before);
            }
            before = change.state;
        }
        ++first.at(at_first);
    }));
    std::vector<SeriesPoint> points(count);
    for (std::size_t i = 0; i < count; ++i) {
        points[i].at = plus_micros(span.from, static_cast<std::int64_t>(i) * span.step_micros);
        points[i].entered = named(entered[i], names);
        points[i].exited = named(exited[i], names);
    }
    points.front().customers = named(first, names);
    count_on(points);
    return points;
}

Result<std::vector<Flow>> flows(db::Connection& connection, Timestamp from, Timestamp to) {
    if (to < from) return fail(ErrorCode::invalid, "the end lies before the beginning");
    std::vector<std::string> names;
    profiles::StatePairs pairs;
    BOON_CHECK(each_past(connection, names, [&](Past past) {
        pairs.add(profiles::state_at(past, from), profiles::state_at(past, to));
    }));
    std::vector<Flow> result;
    for (const auto& [pair, customers] : pairs.named(names)) {
        result.push_back({pair.first, pair.second, customers});
    }
    return result;
}

Result<std::vector<Conversion>> conversions(db::Connection& connection, Timestamp from, Timestamp to) {
    if (to < from) return fail(ErrorCode::invalid, "the end lies before the beginning");
    std::vector<std::string> names;
    profiles::StatePairs pairs;
    // Who was in the stage at some time: those that left it then, and those that are in it at the end.
    CountsByPlace stays{};
    BOON_CHECK(each_past(connection, names, [&](Past past) {
        std::uint8_t before = Change::kNone;
        for (const Change& change : past) {
            if (change.at >= to.micros) break;
            if (change.at >= from.micros) {
                if (before != Change::kNone) pairs.add(before, change.state);
                ++stays.at(before);
            }
            before = change.state;
        }
        ++stays.at(before);
    }));
    Counts exits;
    const auto found = pairs.named(names);
    for (const auto& [pair, customers] : found) exits[*pair.first] += customers;
    const Counts all = named(stays, names);
    std::vector<Conversion> result;
    for (const auto& [pair, count] : found) {
        const auto customers = static_cast<double>(count);
        result.push_back(
            {.from = *pair.first,
             .to = pair.second,
             .customers = count,
             .share_of_exits = customers / static_cast<double>(exits[*pair.first]),
             .share_of_stays = customers / static_cast<double>(all.at(*pair.first))}
        );
    }
    return result;
}

namespace {

// How long a customer was in each stage that began within the time; by state.
void add_stays(Past past, Timestamp from, Timestamp to, std::vector<Lengths>& lengths) {
    for (std::size_t i = 0; i < past.size() && past[i].at < to.micros; ++i) {
        if (past[i].state == Change::kNone || past[i].at < from.micros) continue;
        const bool ended = i + 1 < past.size() && past[i + 1].at < to.micros;
        lengths[past[i].state].add((ended ? past[i + 1].at : to.micros) - past[i].at, ended);
    }
}

}  // namespace

Result<std::vector<Durations>> durations(db::Connection& connection, Timestamp from, Timestamp to) {
    if (to < from) return fail(ErrorCode::invalid, "the end lies before the beginning");
    std::vector<std::string> names;
    std::vector<Lengths> collected(Change::kNone + 1);
    BOON_CHECK(each_past(connection, names, [&](Past past) { add_stays(past, from, to, collected); }));
    std::map<std::string, Durations> by_stage;
    for (std::size_t place = 0; place < names.size(); ++place) {
        auto durations = durations_of(names[place], collected[place]);
        if (durations.stays > 0) by_stage.emplace(names[place], std::move(durations));
    }
    std::vector<Durations> result;
    for (auto& [stage, durations] : by_stage) result.push_back(std::move(durations));
    return result;
}

}  // namespace boon::lifecycle
