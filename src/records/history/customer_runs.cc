#include "records/history/customer_runs.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "platform/db/record.h"

namespace boon::history {

namespace {

static_assert(std::endian::native == std::endian::little, "entries are stored as little-endian numbers");

// The upper half is the customer's hash, the lower half the row: sorted, a customer's rows stand together.
using Entry = std::uint64_t;
constexpr int kRowBits = 32;
constexpr int kPartBits = 6;
constexpr std::int64_t kSmallRun = -1;  // stands for the part of a run that is not cut

// FNV-1a of 64 bits (Fowler, Noll, Vo), whose upper bits hardly differ for short texts, hence MurmurHash3's finaliser
// (Appleby). It is on disk: it must not change.
std::uint32_t hash_of(std::string_view customer_id) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : customer_id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    hash = (hash ^ (hash >> 33U)) * 0xff51afd7ed558ccdU;
    hash = (hash ^ (hash >> 33U)) * 0xc4ceb9fe1a85ec53U;
    return static_cast<std::uint32_t>(hash >> 32U);
}

Entry entry_of(std::uint32_t hash, std::int64_t row) {
    return (static_cast<Entry>(hash) << kRowBits) | static_cast<std::uint32_t>(row);
}

std::int64_t part_of(Entry entry) { return static_cast<std::int64_t>(entry >> (64 - kPartBits)); }

std::vector<Entry> read_entries(db::Bytes bytes) {
    std::vector<Entry> entries(bytes.size() / sizeof(Entry));
    if (!entries.empty()) std::memcpy(entries.data(), bytes.data(), entries.size() * sizeof(Entry));
    return entries;
}

Result<std::optional<std::int64_t>> rows_in_runs(db::Connection& connection, Day day) {
    std::optional<std::int64_t> rows;
    BOON_CHECK(connection.query(
        "select rows_in_runs from ledger_days where day = ?", {day.number},
        [&](const db::Row& row) -> Status {
            if (!row.is_null(0)) rows = row.integer(0);
            return {};
        }
    ));
    return rows;
}

Result<std::vector<Entry>> unsorted_entries(db::Connection& connection, Day day, std::int64_t after) {
    std::vector<Entry> entries;
    BOON_CHECK(connection.query(
        fmt::format("select row, customer_id from {} where row > ?", table_of("decisions", day)), {after},
        [&](const db::Row& row) -> Status {
            entries.push_back(entry_of(hash_of(row.text(1)), row.integer(0)));
            return {};
        }
    ));
    return entries;
}

Status insert_run(
    db::Connection& connection, Day day, std::int64_t part, std::int64_t last_row, std::span<const Entry> entries
) {
    BOON_CHECK(connection.execute(
        fmt::format("insert into {} (part, last_row, entries) values (?, ?, ?)", table_of("customer_runs", day)),
        {part, last_row, std::as_bytes(entries)}
    ));
    return {};
}

// Makes one large run of the small ones.
Status merge_small_runs(db::Connection& connection, Day day, std::int64_t last_row) {
    std::vector<Entry> entries;
    BOON_CHECK(connection.query(
        fmt::format("select entries from {} where part = ?", table_of("customer_runs", day)), {kSmallRun},
        [&](const db::Row& row) -> Status {
            const std::vector<Entry> run = read_entries(row.blob(0));
            entries.insert(entries.end(), run.begin(), run.end());
            return {};
        }
    ));
    std::ranges::sort(entries);
    std::span<const Entry> left(entries);
    while (!left.empty()) {
        const std::int64_t part = part_of(left.front());
        const auto end = std::ranges::partition_point(left, [&](Entry entry) { return part_of(entry) == part; });
        const auto count = static_cast<std::size_t>(end - left.begin());
        BOON_CHECK(insert_run(connection, day, part, last_row, left.first(count)));
        left = left.subspan(count);
    }
    BOON_CHECK(
        connection.execute(fmt::format("delete from {} where part = ?", table_of("customer_runs", day)), {kSmallRun})
    );
    return {};
}

}  // namespace

Status make_customer_runs(db::Connection& connection, Day day) {
    BOON_CHECK(connection.run_script(fmt::format(
        "create table {} (part bigint not null, last_row bigint not null, entries blob not null, "
        "primary key (part, last_row)) without rowid",
        table_of("customer_runs", day)
    )));
    BOON_CHECK(connection.execute("update ledger_days set rows_in_runs = 0 where day = ?", {day.number}));
    return {};
}

Result<bool> has_customer_runs(db::Connection& connection, Day day) {
    BOON_TRY(const auto rows, rows_in_runs(connection, day));
    return rows.has_value();
}

Status sort_into_runs(db::Connection& connection, Day day) {
    BOON_TRY(const auto sorted, rows_in_runs(connection, day));
    if (!sorted) return {};
    const std::string decisions = table_of("decisions", day);
    BOON_TRY(
        const std::int64_t last_row,
        db::select_number(connection, fmt::format("select coalesce(max(row), 0) from {}", decisions))
    );
    if (last_row - *sorted < kRunRows) return {};
    BOON_TRY(auto entries, unsorted_entries(connection, day, *sorted));
    std::ranges::sort(entries);
    BOON_CHECK(insert_run(connection, day, kSmallRun, last_row, entries));
    BOON_CHECK(connection.execute("update ledger_days set rows_in_runs = ? where day = ?", {last_row, day.number}));
    BOON_TRY(
        const std::int64_t small,
        db::select_number(
            connection, fmt::format("select count(*) from {} where part = ?", table_of("customer_runs", day)),
            {kSmallRun}
        )
    );
    if (static_cast<std::size_t>(small) < kRunsMerged) return {};
    return merge_small_runs(connection, day, last_row);
}

Status note_deleted_rows(db::Connection& connection, Day day) {
    BOON_TRY(const bool has_runs, has_customer_runs(connection, day));
    if (!has_runs) return {};
    BOON_CHECK(connection.execute(
        fmt::format(
            "update ledger_days set rows_in_runs = min(rows_in_runs, (select coalesce(max(row), 0) from {})) "
            "where day = ?",
            table_of("decisions", day)
        ),
        {day.number}
    ));
    return {};
}

Result<std::optional<std::vector<std::int64_t>>> rows_of_customer(
    db::Connection& connection, Day day, std::string_view customer_id
) {
    // First of all how far the runs go: what is sorted meanwhile is then found twice, but not missed.
    BOON_TRY(const auto sorted, rows_in_runs(connection, day));
    if (!sorted) return std::nullopt;
    const std::uint32_t hash = hash_of(customer_id);
    const Entry first = entry_of(hash, 0);
    const Entry last = entry_of(hash, std::numeric_limits<std::uint32_t>::max());
    std::vector<std::int64_t> rows;
    BOON_CHECK(connection.query(
        fmt::format("select entries from {} where part in (?, ?)", table_of("customer_runs", day)),
        {kSmallRun, part_of(first)},
        [&](const db::Row& row) -> Status {
            const std::vector<Entry> entries = read_entries(row.blob(0));
            const auto begin = std::ranges::lower_bound(entries, first);
            for (auto at = begin; at != entries.end() && *at <= last; ++at) {
                rows.push_back(static_cast<std::int64_t>(static_cast<std::uint32_t>(*at)));
            }
            return {};
        }
    ));
    BOON_CHECK(connection.query(
        fmt::format("select row from {} where row > ? and customer_id = ?", table_of("decisions", day)),
        {*sorted, customer_id},
        [&](const db::Row& row) -> Status {
            rows.push_back(row.integer(0));
            return {};
        }
    ));
    return rows;
}

}  // namespace boon::history
