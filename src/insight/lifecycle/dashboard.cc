#include "insight/lifecycle/dashboard.h"

#include <array>

#include <fmt/format.h>

#include "platform/db/record.h"

namespace boon::lifecycle {

namespace {

struct StageCount {
    std::string stage;
    std::int64_t customers = 0;
};
BOOST_DESCRIBE_STRUCT(StageCount, (), (stage, customers))

struct StepCount {
    std::int64_t step = 0;
    std::string stage;
    std::int64_t customers = 0;
};
BOOST_DESCRIBE_STRUCT(StepCount, (), (step, stage, customers))

// Entries or exits (`column`) in (from, to] by the step they fall in, counted from 0.
Status count_by_step(db::Connection& connection, std::string_view column, const Span& span, const auto& on_count) {
    const std::string sql = fmt::format(
        "select ({0} - ? - 1) / ? as step, stage, count(*) as customers from stays where {0} > ? and {0} <= ? "
        "group by 1, 2",
        column
    );
    return db::for_each<StepCount>(
        connection, sql, {span.from, span.step_micros, span.from, span.to},
        [&](StepCount&& count) -> Status {
            on_count(static_cast<std::size_t>(count.step) + 1, count.stage, count.customers);
            return {};
        }
    );
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

struct Pair {
    std::string before;
    std::optional<std::string> after;
    std::int64_t customers = 0;
};
BOOST_DESCRIBE_STRUCT(Pair, (), (before, after, customers))

constexpr std::array kBins = {0.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 365.0};
constexpr std::size_t kMostSurvivalPoints = 1200;

struct LengthCount {
    std::string stage;
    std::int64_t days = 0;
    bool ended = false;
    std::int64_t stays = 0;
    double sum_days = 0;
};
BOOST_DESCRIBE_STRUCT(LengthCount, (), (stage, days, ended, stays, sum_days))

// What one stage's stays were, collected length by length.
struct Collected {
    std::vector<Lasting> lengths;
    double ended_days = 0;

    void add(const LengthCount& count) {
        const auto days = static_cast<double>(count.days);
        if (lengths.empty() || lengths.back().days != days) lengths.push_back({.days = days});
        (count.ended ? lengths.back().ended : lengths.back().open) += count.stays;
        if (count.ended) ended_days += count.sum_days;
    }
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

Durations durations_of(const std::string& stage, const Collected& collected) {
    Durations result;
    result.stage = stage;
    for (const Lasting& length : collected.lengths) {
        result.ended += length.ended;
        result.open += length.open;
    }
    result.stays = result.ended + result.open;
    if (result.ended > 0) result.mean_ended_days = collected.ended_days / static_cast<double>(result.ended);
    result.survival = survival_of(collected.lengths);
    result.p25_days = length_outlasted_by(result.survival, 0.75);
    result.median_days = length_outlasted_by(result.survival, 0.5);
    result.p75_days = length_outlasted_by(result.survival, 0.25);
    result.p90_days = length_outlasted_by(result.survival, 0.1);
    result.histogram = histogram_of(collected.lengths);
    if (result.survival.size() > kMostSurvivalPoints) result.survival.resize(kMostSurvivalPoints);
    return result;
}

}  // namespace

Result<Counts> distribution_at(db::Connection& connection, Timestamp at) {
    Counts counts;
    BOON_CHECK(db::for_each<StageCount>(
        connection,
        "select stage, count(*) as customers from stays where entered_at <= ? and (exited_at is null or exited_at > ?) "
        "group by stage",
        {at, at},
        [&](StageCount&& count) -> Status {
            counts[count.stage] = count.customers;
            return {};
        }
    ));
    return counts;
}

Result<std::vector<SeriesPoint>> series(db::Connection& connection, const Span& span) {
    BOON_TRY(const std::size_t count, points_of(span));
    std::vector<SeriesPoint> points(count);
    for (std::size_t i = 0; i < count; ++i) {
        points[i].at = plus_micros(span.from, static_cast<std::int64_t>(i) * span.step_micros);
    }
    const Span whole{span.from, points.back().at, span.step_micros};
    BOON_TRY(points.front().customers, distribution_at(connection, span.from));
    BOON_CHECK(count_by_step(
        connection, "entered_at", whole,
        [&](std::size_t step, const std::string& stage, std::int64_t customers) {
            points[step].entered[stage] = customers;
        }
    ));
    BOON_CHECK(count_by_step(
        connection, "exited_at", whole,
        [&](std::size_t step, const std::string& stage, std::int64_t customers) {
            points[step].exited[stage] = customers;
        }
    ));
    for (std::size_t i = 1; i < count; ++i) {
        points[i].customers = points[i - 1].customers;
        for (const auto& [stage, customers] : points[i].entered) points[i].customers[stage] += customers;
        for (const auto& [stage, customers] : points[i].exited) points[i].customers[stage] -= customers;
    }
    return points;
}

Result<std::vector<Flow>> flows(db::Connection& connection, Timestamp from, Timestamp to) {
    if (to < from) return fail(ErrorCode::invalid, "the end lies before the beginning");
    // Most customers stay: they are counted without looking up where they went.
    std::map<std::pair<std::optional<std::string>, std::optional<std::string>>, std::int64_t> found;
    BOON_CHECK(db::for_each<StageCount>(
        connection,
        "select stage, count(*) as customers from stays where entered_at <= ? and (exited_at is null or exited_at > ?) "
        "group by stage",
        {from, to},
        [&](StageCount&& count) -> Status {
            found[{count.stage, count.stage}] += count.customers;
            return {};
        }
    ));
    BOON_CHECK(db::for_each<Pair>(
        connection,
        "select a.stage as before, b.stage as after, count(*) as customers from stays a left join stays b "
        "on b.customer_id = a.customer_id and b.entered_at <= ? and (b.exited_at is null or b.exited_at > ?) "
        "where a.entered_at <= ? and a.exited_at > ? and a.exited_at <= ? group by 1, 2",
        {to, to, from, from, to},
        [&](Pair&& pair) -> Status {
            found[{pair.before, pair.after}] += pair.customers;
            return {};
        }
    ));
    // Whoever is somewhere at the end and was nowhere at the beginning has come meanwhile.
    BOON_TRY(auto come, distribution_at(connection, to));
    for (const auto& [pair, customers] : found) {
        if (pair.second) come[*pair.second] -= customers;
    }
    std::vector<Flow> result;
    for (const auto& [stage, customers] : come) {
        if (customers > 0) result.push_back({std::nullopt, stage, customers});
    }
    for (const auto& [pair, customers] : found) result.push_back({pair.first, pair.second, customers});
    return result;
}

Result<std::vector<Conversion>> conversions(db::Connection& connection, Timestamp from, Timestamp to) {
    if (to < from) return fail(ErrorCode::invalid, "the end lies before the beginning");
    BOON_TRY(
        const auto pairs,
        db::select<Pair>(
            connection,
            "select a.stage as before, b.stage as after, count(*) as customers from stays a left join stays b "
            "on b.customer_id = a.customer_id and b.entered_at = a.exited_at "
            "where a.exited_at >= ? and a.exited_at < ? group by 1, 2 order by 1, 2",
            {from, to}
        )
    );
    Counts exits;
    for (const Pair& pair : pairs) exits[pair.before] += pair.customers;
    // Who was in the stage at some time: those that left it then, and those that are in it at the end.
    BOON_TRY(Counts stays, distribution_at(connection, plus_micros(to, -1)));
    for (const auto& [stage, customers] : exits) stays[stage] += customers;
    std::vector<Conversion> result;
    for (const Pair& pair : pairs) {
        const auto customers = static_cast<double>(pair.customers);
        result.push_back(
            {.from = pair.before,
             .to = pair.after,
             .customers = pair.customers,
             .share_of_exits = customers / static_cast<double>(exits[pair.before]),
             .share_of_stays = customers / static_cast<double>(stays[pair.before])}
        );
    }
    return result;
}

Result<std::vector<Durations>> durations(db::Connection& connection, Timestamp from, Timestamp to) {
    if (to < from) return fail(ErrorCode::invalid, "the end lies before the beginning");
    std::map<std::string, Collected> collected;
    BOON_CHECK(db::for_each<LengthCount>(
        connection,
        "select stage, days, ended, count(*) as stays, sum(micros) / 86400000000.0 as sum_days from ("
        "select stage, (least_end - entered_at) / 86400000000 as days, ended, (least_end - entered_at) * 1.0 as micros "
        "from (select stage, entered_at, "
        "case when exited_at is not null and exited_at < ? then exited_at else cast(? as bigint) end as least_end, "
        "case when exited_at is not null and exited_at < ? then 1 else 0 end as ended "
        "from stays where entered_at >= ? and entered_at < ?) ends) lengths "
        "group by stage, days, ended order by stage, days, ended",
        {to, to, to, from, to},
        [&](LengthCount&& count) -> Status {
            collected[count.stage].add(count);
            return {};
        }
    ));
    std::vector<Durations> result;
    for (const auto& [stage, stays] : collected) result.push_back(durations_of(stage, stays));
    return result;
}

}  // namespace boon::lifecycle
