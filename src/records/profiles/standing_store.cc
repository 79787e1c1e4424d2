#include "records/profiles/standing_store.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "platform/db/blocks.h"
#include "platform/db/record.h"

namespace boon::profiles {

namespace {

constexpr std::size_t kRowsPerInsert = 250;

constexpr std::string_view kColumns =
    "customer_id, stage, stage_since, stage_flags, overridden, value_score, value_segment, is_partial, in_base, r, f, "
    "m, rfm_segment, predicted_ltv";

// `set`: what happens to a customer who has a row.
std::string upsert_sql(std::string_view columns, std::size_t width, std::size_t rows, std::string_view set) {
    std::string one = "(?";
    for (std::size_t i = 1; i < width; ++i) one += ", ?";
    one += ')';
    std::string sql = "insert into standings (" + std::string(columns) + ") values " + one;
    for (std::size_t i = 1; i < rows; ++i) sql += ", " + one;
    return sql + " on conflict (customer_id) do update set " + std::string(set);
}

// Runs `bind` for blocks of rows that one statement carries.
template <class Row, class Bind>
Status in_blocks(std::span<const Row> rows, const Bind& bind) {
    for (std::size_t first = 0; first < rows.size(); first += kRowsPerInsert) {
        BOON_CHECK(bind(rows.subspan(first, std::min(kRowsPerInsert, rows.size() - first))));
    }
    return {};
}

std::uint8_t flag_bits(std::vector<std::string>& names, std::string_view flags) {
    unsigned bits = 0;
    while (!flags.empty()) {
        const auto comma = std::min(flags.find(','), flags.size());
        const auto place = place_of(names, flags.substr(0, comma), 8);
        if (place != Standing::kNone) bits |= 1U << place;
        flags.remove_prefix(std::min(comma + 1, flags.size()));
    }
    return static_cast<std::uint8_t>(bits);
}

std::uint8_t score(const db::Row& row, int column) { return static_cast<std::uint8_t>(row.integer(column)); }

// Columns in the order of kColumns.
Standing standing_of(const db::Row& row, StandingNames& names) {
    Standing standing;
    standing.stage = place_of(names.stages, row.text(1));
    standing.stage_since = row.integer(2);
    standing.flags = flag_bits(names.flags, row.text(3));
    if (row.integer(4) != 0) standing.marks |= Standing::kOverridden;
    if (row.is_null(6)) return standing;
    standing.value_score = static_cast<float>(row.real(5));
    standing.value_segment = place_of(names.value_segments, row.text(6));
    if (row.integer(7) != 0) standing.marks |= Standing::kPartial;
    if (row.integer(8) == 0) standing.marks |= Standing::kOutsideBase;
    standing.r = score(row, 9);
    standing.f = score(row, 10);
    standing.m = score(row, 11);
    standing.rfm_segment = place_of(names.rfm_segments, row.text(12));
    if (!row.is_null(13)) standing.predicted_ltv = static_cast<float>(row.real(13));
    return standing;
}

}  // namespace

Status write_stages(db::Connection& connection, std::span<const StageRow> rows) {
    return in_blocks(rows, [&](std::span<const StageRow> block) -> Status {
        db::Params params;
        for (const StageRow& row : block) {
            params.push_back(row.customer_id);
            params.push_back(row.stage);
            params.push_back(row.stage_since);
            params.push_back(row.stage_flags);
            params.push_back(row.overridden);
        }
        BOON_CHECK(connection.execute(
            upsert_sql(
                "customer_id, stage, stage_since, stage_flags, overridden", 5, block.size(),
                "stage = excluded.stage, stage_since = excluded.stage_since, stage_flags = excluded.stage_flags, "
                "overridden = excluded.overridden"
            ),
            params
        ));
        return {};
    });
}

Status write_values(db::Connection& connection, std::span<const ValueRow> rows) {
    return in_blocks(rows, [&](std::span<const ValueRow> block) -> Status {
        db::Params params;
        for (const ValueRow& row : block) {
            params.push_back(row.customer_id);
            params.push_back(row.value_score);
            params.push_back(row.value_segment);
            params.push_back(row.is_partial);
            params.push_back(row.in_base);
            params.push_back(row.r);
            params.push_back(row.f);
            params.push_back(row.m);
            params.push_back(row.rfm_segment);
            params.push_back(row.predicted_ltv);
        }
        BOON_CHECK(connection.execute(
            upsert_sql(
                "customer_id, value_score, value_segment, is_partial, in_base, r, f, m, rfm_segment, predicted_ltv", 10,
                block.size(),
                "value_score = excluded.value_score, value_segment = excluded.value_segment, "
                "is_partial = excluded.is_partial, in_base = excluded.in_base, r = excluded.r, f = excluded.f, "
                "m = excluded.m, rfm_segment = excluded.rfm_segment, predicted_ltv = excluded.predicted_ltv"
            ),
            params
        ));
        return {};
    });
}

Status drop_standings(db::Connection& connection, std::span<const std::string> customer_ids) {
    for (const std::string& id : customer_ids) {
        BOON_CHECK(connection.execute("delete from standings where customer_id = ?", {id}));
    }
    return {};
}

Result<std::shared_ptr<const Standings>> load_standings(db::Database& database, const Image& image) {
    StandingsBuilder builder(image.size());
    BOON_CHECK(database.read([&](db::Connection& connection) {
        const std::string sql = "select " + std::string(kColumns) + " from standings";
        return connection.query(sql, {}, [&](const db::Row& row) -> Status {
            if (const auto place = image.row_of(row.text(0))) builder.at(*place) = standing_of(row, builder.names());
            return {};
        });
    }));
    return std::move(builder).finish();
}

Result<std::shared_ptr<const Standings>> reload_standings(
    db::Database& database, const Image& image, std::span<const std::string> customer_ids
) {
    StandingNames names = image.standings().names();
    std::vector<std::pair<std::size_t, Standing>> changes;
    std::map<std::string, Standing, std::less<>> found;  // without a row: nobody known
    for (const std::string& id : customer_ids) found.try_emplace(id);
    BOON_CHECK(db::in_blocks(customer_ids, [&](std::string_view marks, const db::Params& ids) {
        const auto sql = fmt::format("select {} from standings where customer_id in ({})", kColumns, marks);
        return database.read([&](db::Connection& connection) {
            return connection.query(sql, ids, [&](const db::Row& row) -> Status {
                found.find(row.text(0))->second = standing_of(row, names);
                return {};
            });
        });
    }));
    for (const auto& [id, standing] : found) {
        if (const auto place = image.row_of(id)) changes.emplace_back(*place, standing);
    }
    return image.standings().with(changes, std::move(names));
}

}  // namespace boon::profiles
