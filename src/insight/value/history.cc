#include "insight/value/history.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "platform/db/blocks.h"
#include "platform/db/record.h"

namespace boon::value {

namespace {

constexpr std::size_t kRowsPerStatement = 200;

constexpr std::string_view kColumns =
    "customer_id, at, value_score, value_segment, is_partial, in_base, r, f, m, rfm_segment, revenue_365d, "
    "lifetime_value, predicted_ltv";
constexpr std::string_view kMarks = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kReplace =
    " on conflict (customer_id, at) do update set value_score = excluded.value_score, "
    "value_segment = excluded.value_segment, is_partial = excluded.is_partial, in_base = excluded.in_base, "
    "r = excluded.r, f = excluded.f, m = excluded.m, rfm_segment = excluded.rfm_segment, "
    "revenue_365d = excluded.revenue_365d, lifetime_value = excluded.lifetime_value, "
    "predicted_ltv = excluded.predicted_ltv";

void push(db::Params& params, const ValuePoint& point) {
    params.push_back(point.customer_id);
    params.push_back(point.at);
    params.push_back(point.value_score);
    params.push_back(point.value_segment);
    params.push_back(point.is_partial);
    params.push_back(point.in_base);
    params.push_back(point.r);
    params.push_back(point.f);
    params.push_back(point.m);
    params.push_back(point.rfm_segment);
    params.push_back(point.revenue_365d);
    params.push_back(point.lifetime_value);
    params.push_back(point.predicted_ltv);
}

Status mark_block(db::Connection& connection, std::span<const ValuePoint> points) {
    std::vector<std::string_view> ids;
    for (const ValuePoint& point : points) ids.push_back(point.customer_id);
    return profiles::mark_loose(connection, kSegmentPast, ids);
}

}  // namespace

bool is_worth_keeping(const ValuePoint& last, const ValuePoint& next) {
    return last.value_segment != next.value_segment || last.rfm_segment != next.rfm_segment || last.r != next.r ||
           last.f != next.f || last.m != next.m || last.in_base != next.in_base || last.is_partial != next.is_partial ||
           std::fabs(last.value_score - next.value_score) >= kKeptMove;
}

Result<PointsByCustomer> last_points(db::Connection& connection, std::string_view after, std::string_view up_to) {
    PointsByCustomer points;
    BOON_CHECK(db::for_each<ValuePoint>(
        connection,
        "select h.* from (select customer_id, max(at) as last from value_history "
        "where customer_id > ? and customer_id <= ? group by customer_id) l "
        "join value_history h on h.customer_id = l.customer_id and h.at = l.last order by l.customer_id",
        {after, up_to},
        [&](ValuePoint&& point) -> Status {
            std::string id = point.customer_id;
            points.emplace_hint(points.end(), std::move(id), std::move(point));
            return {};
        }
    ));
    return points;
}

Result<PointsByCustomer> last_points(db::Connection& connection, std::span<const std::string_view> customer_ids) {
    PointsByCustomer points;
    BOON_CHECK(db::in_blocks(customer_ids, [&](std::string_view marks, const db::Params& ids) {
        const auto sql = fmt::format(
            "select * from value_history h where customer_id in ({}) "
            "and at = (select max(at) from value_history l where l.customer_id = h.customer_id)",
            marks
        );
        return db::for_each<ValuePoint>(connection, sql, ids, [&](ValuePoint&& point) -> Status {
            std::string id = point.customer_id;
            points.emplace(std::move(id), std::move(point));
            return {};
        });
    }));
    return points;
}

Result<std::vector<ValuePoint>> history_of(db::Connection& connection, std::string_view customer_id) {
    return db::select<ValuePoint>(
        connection, "select * from value_history where customer_id = ? order by at desc", {customer_id}
    );
}

Status keep_points(db::Connection& connection, std::span<const ValuePoint> points) {
    for (std::size_t first = 0; first < points.size(); first += kRowsPerStatement) {
        const auto block = points.subspan(first, std::min(kRowsPerStatement, points.size() - first));
        BOON_CHECK(mark_block(connection, block));
        std::string sql = fmt::format("insert into value_history ({}) values ", kColumns);
        db::Params params;
        for (std::size_t i = 0; i < block.size(); ++i) {
            if (i > 0) sql += ", ";
            sql += kMarks;
            push(params, block[i]);
        }
        BOON_CHECK(connection.execute(sql.append(kReplace), params));
    }
    return {};
}

Status keep_run(db::Connection& connection, const ValueRun& run) {
    BOON_CHECK(connection.execute("delete from value_runs where as_of = ?", {run.as_of}));
    return db::insert(connection, "value_runs", run);
}

Result<std::optional<ValueRun>> last_run(db::Connection& connection) {
    return db::select_one<ValueRun>(connection, "select * from value_runs order by as_of desc limit 1");
}

Result<std::vector<ValueSeriesPoint>> series(db::Connection& connection, Timestamp from, Timestamp to) {
    return db::select<ValueSeriesPoint>(
        connection,
        "select as_of, customers, in_base, is_partial, model_version, segments from value_runs "
        "where as_of >= ? and as_of <= ? order by as_of",
        {from, to}
    );
}

Result<std::vector<Movement>> movements(db::Connection& connection, Timestamp from, Timestamp to) {
    if (to < from) return fail(ErrorCode::invalid, "the end lies before the beginning");
    std::vector<std::string> names;
    profiles::StatePairs pairs;
    BOON_CHECK(profiles::each_past(connection, kSegmentPast, names, [&](profiles::Past past) {
        pairs.add(profiles::state_at(past, from), profiles::state_at(past, to));
    }));
    std::vector<Movement> movements;
    for (const auto& [pair, customers] : pairs.named(names)) {
        movements.push_back({pair.first, pair.second, customers});
    }
    return movements;
}

}  // namespace boon::value
