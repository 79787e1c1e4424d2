#include "records/profiles/pasts.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "records/profiles/past_line.h"

namespace boon::profiles {

namespace {

constexpr std::size_t kLine = 1000;   // customers
constexpr std::size_t kLoose = 1000;  // at most so many become packed at once
constexpr int kLinesInUnit = 5;       // a sync to disk each would take longer than the packing
constexpr std::size_t kMarked = 250;  // that one statement marks

// [first, last] of customers.
struct Range {
    std::string first;
    std::string last;
};

Result<std::optional<std::string>> text_of(db::Connection& connection, std::string_view sql, const db::Params& params) {
    std::optional<std::string> text;
    BOON_CHECK(connection.query(sql, params, [&](const db::Row& row) -> Status {
        if (!row.is_null(0)) text = row.text(0);
        return {};
    }));
    return text;
}

Result<std::optional<Range>> line_around(
    db::Connection& connection, const PastTable& table, std::string_view condition, std::string_view customer_id
) {
    std::optional<Range> range;
    const std::string sql = fmt::format("select first_id, last_id from {}_packed where {}", table.rows, condition);
    BOON_CHECK(connection.query(sql, {customer_id}, [&](const db::Row& row) -> Status {
        range = {std::string(row.text(0)), std::string(row.text(1))};
        return {};
    }));
    return range;
}

// The last of the next kLoose loose customers from `from` on that come before `before` (when that is not empty), and
// how many they are.
struct Run {
    std::optional<std::string> last;
    std::size_t count = 0;
};
Result<Run> loose_run(
    db::Connection& connection, const PastTable& table, std::string_view from, std::string_view before
) {
    Run run;
    const std::string sql = fmt::format(
        "select customer_id from {}_loose where customer_id >= ? {} order by customer_id limit {}", table.rows,
        before.empty() ? "" : "and customer_id < ?", kLoose
    );
    db::Params params{from};
    if (!before.empty()) params.push_back(before);
    BOON_CHECK(connection.query(sql, params, [&](const db::Row& row) -> Status {
        run.last = row.text(0);
        ++run.count;
        return {};
    }));
    return run;
}

// What is packed at once when `loose` is the first loose customer: the line that it falls into; else those that are
// loose in front of the next line, with that line; behind the last line, with that one. So lines stay about as long
// as each other.
Result<Range> range_to_pack(db::Connection& connection, const PastTable& table, const std::string& loose) {
    BOON_TRY(const auto next, line_around(connection, table, "last_id >= ? order by last_id limit 1", loose));
    if (next && next->first <= loose) return *next;
    if (next) {
        BOON_TRY(const Run run, loose_run(connection, table, loose, next->first));
        return Range{loose, run.count == kLoose ? *run.last : next->last};
    }
    BOON_TRY(const Run run, loose_run(connection, table, loose, {}));
    BOON_TRY(const auto before, line_around(connection, table, "last_id < ? order by last_id desc limit 1", loose));
    return Range{before && run.count < kLoose ? before->first : loose, *run.last};
}

// `prefix`: of the table of the rows.
std::string columns_of(const PastTable& table, std::string_view prefix) {
    const std::string ends = table.ends.empty() ? "null" : fmt::format("{}{}", prefix, table.ends);
    return fmt::format("{0}{1}, {2}, {0}{3}", prefix, table.begins, ends, table.state);
}

// Rows of (customer, begins, ends, state), by customer and time; a customer without any has a row of nulls.
Result<Pasts> pasts_of(
    db::Connection& connection, const std::string& sql, const db::Params& params, std::vector<std::string>& names
) {
    Pasts pasts;
    BOON_CHECK(connection.query(sql, params, [&](const db::Row& row) -> Status {
        if (row.is_null(1)) {
            pasts.add(row.text(0));
            return {};
        }
        const auto until = row.is_null(2) ? std::nullopt : std::optional(row.integer(2));
        pasts.add(row.text(0), row.integer(1), until, place_of(names, row.text(3)));
        return {};
    }));
    return pasts;
}

Result<Pasts> pasts_in(
    db::Connection& connection, const PastTable& table, const Range& range, std::vector<std::string>& names
) {
    const std::string sql = fmt::format(
        "select customer_id, {} from {} where customer_id >= ? and customer_id <= ? order by customer_id, {}",
        columns_of(table, ""), table.rows, table.begins
    );
    return pasts_of(connection, sql, {range.first, range.last}, names);
}

Result<Pasts> loose_pasts(db::Connection& connection, const PastTable& table, std::vector<std::string>& names) {
    const std::string sql = fmt::format(
        "select l.customer_id, {0} from {1}_loose l left join {1} r on r.customer_id = l.customer_id "
        "order by l.customer_id, r.{2}",
        columns_of(table, "r."), table.rows, table.begins
    );
    return pasts_of(connection, sql, {}, names);
}

Status insert_lines(
    db::Connection& connection, const PastTable& table, const Pasts& pasts, std::span<const std::string> names
) {
    const std::string sql =
        fmt::format("insert into {}_packed (first_id, last_id, bytes) values (?, ?, ?)", table.rows);
    const std::size_t lines = (pasts.size() + kLine - 1) / kLine;
    for (std::size_t i = 0; i < lines; ++i) {
        const std::size_t first = i * pasts.size() / lines;
        const std::size_t end = (i + 1) * pasts.size() / lines;
        const auto bytes = line_of(pasts, first, end, names);
        BOON_CHECK(connection.execute(sql, {pasts.id(first), pasts.id(end - 1), bytes}));
    }
    return {};
}

Status pack_range(db::Connection& connection, const PastTable& table, const Range& range) {
    // The marks go first: who is marked after this stays loose, also when the rows below have the change already.
    BOON_CHECK(connection.execute(
        fmt::format("delete from {}_loose where customer_id >= ? and customer_id <= ?", table.rows),
        {range.first, range.last}
    ));
    BOON_CHECK(connection.execute(
        fmt::format("delete from {}_packed where last_id >= ? and last_id <= ?", table.rows), {range.first, range.last}
    ));
    std::vector<std::string> names;
    BOON_TRY(const Pasts pasts, pasts_in(connection, table, range, names));
    return insert_lines(connection, table, pasts, names);
}

// As pack_next(), some times.
Result<std::optional<std::string>> pack_some(
    db::Connection& connection, const PastTable& table, std::string_view after
) {
    BOON_TRY(auto last, pack_next(connection, table, after));
    for (int i = 1; i < kLinesInUnit && last; ++i) {
        BOON_TRY(last, pack_next(connection, table, *last));
    }
    return last;
}

}  // namespace

std::uint8_t state_at(Past past, Timestamp at) {
    for (std::size_t i = past.size(); i > 0; --i) {
        if (past[i - 1].at <= at.micros) return past[i - 1].state;
    }
    return Change::kNone;
}

StatePairs::Named StatePairs::named(const std::vector<std::string>& names) const {
    const auto name = [&](std::size_t state) {
        return state < names.size() ? std::optional(names[state]) : std::nullopt;
    };
    Named result;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        auto pair = std::pair(name(i / kStates), name(i % kStates));
        if (counts_[i] > 0 && (pair.first || pair.second)) result.emplace(std::move(pair), counts_[i]);
    }
    return result;
}

Status mark_loose(db::Connection& connection, const PastTable& table, std::span<const std::string_view> customer_ids) {
    // Each once, as PostgreSQL wants it, and always in one order, so that two units do not wait for each other.
    std::vector<std::string_view> ids(customer_ids.begin(), customer_ids.end());
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    for (std::size_t first = 0; first < ids.size(); first += kMarked) {
        std::string marks;
        db::Params params;
        for (const std::string_view id : std::span(ids).subspan(first, std::min(kMarked, ids.size() - first))) {
            marks += marks.empty() ? "(?)" : ", (?)";
            params.push_back(id);
        }
        // An update where nothing has to change: on PostgreSQL a pack that has read the mark waits for this unit.
        BOON_CHECK(connection.execute(
            fmt::format(
                "insert into {}_loose (customer_id) values {} "
                "on conflict (customer_id) do update set customer_id = excluded.customer_id",
                table.rows, marks
            ),
            params
        ));
    }
    return {};
}

Result<std::optional<std::string>> pack_next(
    db::Connection& connection, const PastTable& table, std::string_view after
) {
    BOON_TRY(
        const auto loose,
        text_of(
            connection, fmt::format("select min(customer_id) from {}_loose where customer_id > ?", table.rows), {after}
        )
    );
    if (!loose) return std::nullopt;
    BOON_TRY(const Range range, range_to_pack(connection, table, *loose));
    BOON_CHECK(pack_range(connection, table, range));
    return range.last;
}

Status drop_past(db::Connection& connection, const PastTable& table, std::string_view customer_id) {
    const std::array ids{customer_id};
    BOON_CHECK(mark_loose(connection, table, ids));
    BOON_TRY(const Range range, range_to_pack(connection, table, std::string(customer_id)));
    return pack_range(connection, table, range);
}

Status pack(db::Database& database, const PastTable& table) {
    std::optional<std::string> after{""};
    while (after) {
        BOON_TRY(after, database.write(db::Lane::batch, [&](db::Connection& connection) {
            return pack_some(connection, table, *after);
        }));
    }
    return {};
}

Status each_past(
    db::Connection& connection, const PastTable& table, std::vector<std::string>& names, const OnPast& on_past
) {
    BOON_TRY(const Pasts loose, loose_pasts(connection, table, names));
    std::vector<std::string_view> ids;
    for (std::size_t i = 0; i < loose.size(); ++i) {
        ids.push_back(loose.id(i));
        if (!loose.past(i).empty()) on_past(loose.past(i));
    }
    const std::string sql = fmt::format("select first_id, last_id, bytes from {}_packed order by last_id", table.rows);
    return connection.query(sql, {}, [&](const db::Row& row) -> Status {
        const auto first = std::ranges::lower_bound(ids, row.text(0));
        const auto end = std::upper_bound(first, ids.end(), row.text(1));
        return read_line(row.blob(2), names, {first, end}, on_past);
    });
}

}  // namespace boon::profiles
