#include "base_pasts.h"

#include <algorithm>
#include <optional>
#include <random>
#include <span>
#include <string_view>

#include <fmt/core.h>

#include "insight/lifecycle/stays.h"
#include "insight/value/history.h"
#include "records/profiles/past_line.h"

namespace base_bench {

using boon::Timestamp;

namespace {

// Of one customer: the stays, the last one open, and the points of the value.
void add_past(
    std::int64_t customer, int months, std::vector<boon::lifecycle::Stay>& stays,
    std::vector<boon::value::ValuePoint>& points
) {
    std::mt19937_64 rng(static_cast<std::uint64_t>(customer) + 1);
    const std::string id = id_of(customer);
    const auto moves = [&](int month) { return month == 0 || rng() % 10 < 3; };
    bool is_open = false;
    for (int month = 0; month < months; ++month) {
        const Timestamp at = boon::plus_days(kStart, 30L * month);
        if (moves(month)) {
            if (is_open) stays.back().exited_at = at;
            const std::string& stage = kStages[rng() % kStages.size()];
            stays.push_back({id, at, {}, stage, stage, "like most: purchases of 90 days 3, spend 81.20", 0});
            is_open = true;
        }
        if (!moves(month)) continue;
        points.push_back(
            {.customer_id = id,
             .at = at,
             .value_score = static_cast<double>(rng() % 100),
             .value_segment = kSegments[rng() % kSegments.size()],
             .rfm_segment = "needs_attention",
             .revenue_365d = static_cast<double>(rng() % 1000),
             .lifetime_value = static_cast<double>(rng() % 5000),
             .predicted_ltv = {}}
        );
    }
}

boon::Status insert_stays(boon::db::Connection& connection, std::span<const boon::lifecycle::Stay> stays) {
    std::vector<std::string_view> ids;
    for (std::size_t first = 0; first < stays.size(); first += 250) {
        const auto block = stays.subspan(first, std::min<std::size_t>(250, stays.size() - first));
        std::string marks;
        boon::db::Params params;
        for (const boon::lifecycle::Stay& stay : block) {
            marks += marks.empty() ? "(?, ?, ?, ?, ?, ?, 0)" : ", (?, ?, ?, ?, ?, ?, 0)";
            params.push_back(stay.customer_id);
            params.push_back(stay.entered_at);
            params.push_back(stay.exited_at);
            params.push_back(stay.stage);
            params.push_back(stay.rule);
            params.push_back(stay.reason);
            if (!stay.exited_at) ids.emplace_back(stay.customer_id);
        }
        BOON_CHECK(connection.execute(
            "insert into stays (customer_id, entered_at, exited_at, stage, rule, reason, rules_version) values " +
                marks,
            params
        ));
    }
    return boon::profiles::mark_loose(connection, boon::lifecycle::kStagePast, ids);
}

}  // namespace

std::string id_of(std::int64_t customer) { return fmt::format("C{:08}", customer); }

void write_lines(boon::db::Database& database, std::int64_t customers, int months) {
    constexpr std::int64_t kLine = 1000;
    for (std::int64_t first = 0; first < customers; first += kLine) {
        const std::int64_t end = std::min(first + kLine, customers);
        boon::profiles::Pasts stages;
        boon::profiles::Pasts segments;
        std::vector<std::string> names = kStages;
        names.insert(names.end(), kSegments.begin(), kSegments.end());
        for (std::int64_t i = first; i < end; ++i) {
            std::vector<boon::lifecycle::Stay> stays;
            std::vector<boon::value::ValuePoint> points;
            add_past(i, months, stays, points);
            for (const auto& stay : stays) {
                const auto until = stay.exited_at ? std::optional(stay.exited_at->micros) : std::nullopt;
                stages.add(
                    stay.customer_id, stay.entered_at.micros, until, boon::profiles::place_of(names, stay.stage)
                );
            }
            for (const auto& point : points) {
                segments.add(
                    point.customer_id, point.at.micros, {}, boon::profiles::place_of(names, point.value_segment)
                );
            }
        }
        need(database.write(boon::db::Lane::batch, [&](boon::db::Connection& connection) -> boon::Status {
            for (const auto& [table, pasts] : {std::pair("stays", &stages), std::pair("value_history", &segments)}) {
                BOON_CHECK(connection.execute(
                    fmt::format("delete from {}_packed where last_id >= ? and last_id <= ?", table),
                    {id_of(first), id_of(end - 1)}
                ));
                const auto line = boon::profiles::line_of(*pasts, 0, pasts->size(), names);
                BOON_CHECK(connection.execute(
                    fmt::format("insert into {}_packed (first_id, last_id, bytes) values (?, ?, ?)", table),
                    {id_of(first), id_of(end - 1), line}
                ));
            }
            return {};
        }));
    }
}

void loosen(boon::db::Database& database, std::int64_t customers, int months) {
    for (std::int64_t i = 0; i < customers; i += 100) {
        std::vector<boon::lifecycle::Stay> stays;
        std::vector<boon::value::ValuePoint> points;
        add_past(i, months, stays, points);
        need(database.write(boon::db::Lane::batch, [&](boon::db::Connection& connection) -> boon::Status {
            BOON_CHECK(connection.execute("delete from stays where customer_id = ?", {id_of(i)}));
            BOON_CHECK(connection.execute("delete from value_history where customer_id = ?", {id_of(i)}));
            BOON_CHECK(insert_stays(connection, stays));
            return boon::value::keep_points(connection, points);
        }));
    }
}

}  // namespace base_bench
