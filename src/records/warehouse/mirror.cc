#include "records/warehouse/mirror.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/sql/literal.h"
#include "records/warehouse/pull.h"
#include "records/warehouse/usual_tables.h"

namespace boon::warehouse {

namespace {

using db::PostgresReader;
using db::WireColumn;
using db::WireKind;

std::string time_sql(Timestamp at) { return fmt::format("make_timestamp({})", at.micros); }

struct CopiedColumn {
    std::string name;
    std::string type;
    bool operator==(const CopiedColumn&) const = default;
};

std::vector<CopiedColumn> wanted_columns(std::span<const WireColumn> columns) {
    std::vector<CopiedColumn> wanted;
    for (const WireColumn& column : columns) wanted.push_back({column.name, pulled_type(column)});
    return wanted;
}

Result<std::vector<CopiedColumn>> columns_of_copy(Session& session, const std::string& table) {
    BOON_TRY(
        const Frame frame, session.query(fmt::format(
                               "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = 'dwh' AND "
                               "table_name = {} ORDER BY column_index",
                               sql::quote_text(table)
                           ))
    );
    std::vector<CopiedColumn> columns;
    for (std::size_t i = 0; i < frame.rows(); ++i) {
        columns.push_back({frame.columns[0].text(i), frame.columns[1].text(i)});
    }
    return columns;
}

// DuckDB does not tell names apart by case; PostgreSQL does.
Status check_names(std::span<const WireColumn> columns) {
    std::vector<std::string> names;
    for (const WireColumn& column : columns) {
        std::string name = column.name;
        std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
        names.push_back(std::move(name));
    }
    std::ranges::sort(names);
    const auto twice = std::ranges::adjacent_find(names);
    if (twice == names.end()) return {};
    return fail(
        ErrorCode::invalid, fmt::format("it has two columns \"{}\" that differ in case only", *twice),
        "rename one in a view of the source, and name that view in the settings"
    );
}

// One table's refresh, in a session of the copy and a snapshot of the source.
class TableRefresh {
public:
    TableRefresh(
        Session& session, PostgresReader& reader, const Mirror& mirror, const MirroredTable& table,
        const RefreshOptions& options
    )
        : session_(session), reader_(reader), mirror_(mirror), table_(table), options_(options) {}

    // False when the source has no such table and need not.
    Result<bool> run(const MirrorState* before, std::vector<std::string>& changed) {
        const auto started = std::chrono::steady_clock::now();
        if (options_.progress) BOON_CHECK(options_.progress(table_.name, 0));
        BOON_TRY(const auto source, reader_.find_table(table_.source));
        if (!source) return without_source(changed);
        from_ = *source;
        BOON_TRY(columns_, reader_.describe("select * from " + from_));
        BOON_CHECK(check_names(columns_));
        time_ = time_column();
        BOON_TRY(const auto had, columns_of_copy(session_, table_.name));
        const bool same = had == wanted_columns(columns_) && before != nullptr && before->source == from_;
        if (!same) changed.push_back(table_.name);
        BOON_TRY(const bool kept, same ? read_tail(*before) : Result<bool>(false));
        if (!kept) BOON_CHECK(read_whole());
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
        BOON_CHECK(note(took.count(), kept && before != nullptr ? before->whole_at : options_.now));
        return true;
    }

private:
    Result<bool> without_source(std::vector<std::string>& changed) {
        if (table_.required) {
            return fail(
                ErrorCode::not_found, "the source has no such table, or boon's user may not see its schema",
                "check the setting that names it, and write its schema before it"
            );
        }
        BOON_TRY(const auto had, columns_of_copy(session_, table_.name));
        if (had.empty()) return false;
        changed.push_back(table_.name);
        BOON_CHECK(session_.execute("DROP TABLE " + copy_of(table_.name)));
        BOON_CHECK(forget());
        return false;
    }

    [[nodiscard]] const WireColumn* time_column() const {
        for (const std::string& name : table_.time_columns) {
            const auto found = std::ranges::find(columns_, name, &WireColumn::name);
            const bool is_time =
                found != columns_.end() && (found->kind == WireKind::time || found->kind == WireKind::date);
            if (is_time) return &*found;
        }
        return nullptr;
    }

    // Replaces what is younger than the overlap. False when that would not do.
    Result<bool> read_tail(const MirrorState& before) {
        const bool due = options_.whole || before.whole_at < plus_days(options_.now, -mirror_.whole_days);
        if (time_ == nullptr || !before.watermark || due) return false;
        const Timestamp day{before.watermark->micros - before.watermark->micros % kMicrosPerDay};
        const Timestamp cut = plus_days(day, -mirror_.overlap_days);
        const std::string column = sql::quote_name(time_->name);
        BOON_TRY(const auto literal, sql::Literal::of(sql::Dialect::postgres, cut));
        BOON_TRY(
            const auto theirs,
            reader_.first_row(fmt::format("select count(*) from {} where {} < {}", from_, column, literal.text()))
        );
        BOON_TRY(
            const Frame ours,
            session_.query(fmt::format(
                "SELECT CAST(count(*) AS VARCHAR) FROM {} WHERE {} < {}", copy_of(table_.name), column, time_sql(cut)
            ))
        );
        if (theirs.front() != ours.columns.front().text(0)) return false;
        BOON_CHECK(session_.execute(
            fmt::format("DELETE FROM {0} WHERE {1} >= {2} OR {1} IS NULL", copy_of(table_.name), column, time_sql(cut))
        ));
        BOON_CHECK(read(fmt::format("select * from {0} where {1} >= {2} or {1} is null", from_, column, literal.text()))
        );
        reading_ = Reading::tail;
        return true;
    }

    Status read_whole() {
        std::vector<std::string> items;
        for (const CopiedColumn& column : wanted_columns(columns_)) {
            items.push_back(fmt::format("{} {}", sql::quote_name(column.name), column.type));
        }
        BOON_CHECK(session_.execute(
            fmt::format("CREATE OR REPLACE TABLE {} ({})", copy_of(table_.name), fmt::join(items, ", "))
        ));
        reading_ = Reading::whole;
        return read("select * from " + from_);
    }

    Status read(std::string select) {
        const auto on_rows = [this](std::int64_t rows) -> Status {
            return options_.progress ? options_.progress(table_.name, rows) : Status{};
        };
        const Pull what{std::move(select), columns_, "dwh", table_.name, on_rows};
        BOON_TRY(rows_read_, pull(reader_, what, session_));
        return {};
    }

    Status forget() {
        return session_.execute(
            fmt::format("DELETE FROM boon_mirror.refreshes WHERE name = {}", sql::quote_text(table_.name))
        );
    }

    Status note(double seconds, Timestamp whole_at) {
        BOON_CHECK(forget());
        std::string watermark = "NULL";
        if (time_ != nullptr) {
            watermark = fmt::format(
                "max(CAST({0} AS TIMESTAMP)) FILTER (WHERE {0} <= {1})", sql::quote_name(time_->name),
                time_sql(options_.now)
            );
        }
        return session_.execute(fmt::format(
            "INSERT INTO boon_mirror.refreshes SELECT {}, {}, count(*), {}, '{}', {}, {}, {}, {} FROM {}",
            sql::quote_text(table_.name), sql::quote_text(from_), rows_read_, enum_name(reading_), seconds,
            time_sql(options_.now), time_sql(whole_at), watermark, copy_of(table_.name)
        ));
    }

    Session& session_;
    PostgresReader& reader_;
    const Mirror& mirror_;
    const MirroredTable& table_;
    const RefreshOptions& options_;
    std::string from_;
    std::vector<WireColumn> columns_;
    const WireColumn* time_ = nullptr;
    Reading reading_ = Reading::whole;
    std::int64_t rows_read_ = 0;
};

Result<std::unique_ptr<PostgresReader>> open_reader(const Mirror& mirror) {
    return PostgresReader::open(
        {.url = mirror.url, .statement_timeout = std::chrono::seconds(mirror.statement_timeout_s)}
    );
}

std::unexpected<Error> none_found(const Mirror& mirror, const PostgresReader& reader) {
    std::vector<std::string> names;
    for (const MirroredTable& table : mirror.tables) names.push_back(table.source);
    return fail(
        ErrorCode::not_found,
        fmt::format("{} has none of the tables boon looks for: {}", reader.label(), fmt::join(names, ", ")),
        "name the company's own in the settings DWH_…_TABLE, with their schema, or add the schema to the connection "
        "string's search_path; see docs/warehouse.md"
    );
}

}  // namespace

Result<std::vector<SourceTable>> examine_source(const Mirror& mirror) {
    std::vector<SourceTable> found;
    for (const MirroredTable& table : mirror.tables) {
        // A session for each: a failed statement ends its transaction.
        BOON_TRY(const auto reader, open_reader(mirror));
        SourceTable& one = found.emplace_back(SourceTable{.source = table.source, .required = table.required});
        const auto source = reader->find_table(table.source);
        if (!source) {
            one.fault = source.error();
        } else if (!*source) {
            one.fault = Error{
                ErrorCode::not_found, "there is no such table",
                "name the company's own in the settings DWH_…_TABLE; without it, what follows from it is missing"
            };
        } else if (auto read = reader->first_row(fmt::format("select 1 from {} limit 1", **source)); !read) {
            one.fault = read.error();
        }
    }
    return found;
}

Status prepare_mirror(Session& session) {
    return session.execute(
        "CREATE SCHEMA IF NOT EXISTS dwh; CREATE SCHEMA IF NOT EXISTS boon_mirror;"
        "CREATE TABLE IF NOT EXISTS boon_mirror.refreshes (name VARCHAR, source VARCHAR, rows BIGINT, "
        "rows_read BIGINT, reading VARCHAR, seconds DOUBLE, refreshed_at TIMESTAMP, whole_at TIMESTAMP, "
        "watermark TIMESTAMP)"
    );
}

Result<std::vector<MirrorState>> mirror_state(Session& session) {
    BOON_TRY(const Frame frame, session.query("SELECT * FROM boon_mirror.refreshes ORDER BY name"));
    std::vector<MirrorState> states;
    for (std::size_t i = 0; i < frame.rows(); ++i) {
        MirrorState state;
        state.name = frame.column("name").text(i);
        state.source = frame.column("source").text(i);
        state.rows = frame.column("rows").integer(i);
        state.rows_read = frame.column("rows_read").integer(i);
        state.reading = frame.column("reading").text(i) == "tail" ? Reading::tail : Reading::whole;
        state.seconds = frame.column("seconds").real(i);
        state.refreshed_at = frame.column("refreshed_at").time(i);
        state.whole_at = frame.column("whole_at").time(i);
        if (!frame.column("watermark").is_null(i)) state.watermark = frame.column("watermark").time(i);
        states.push_back(std::move(state));
    }
    return states;
}

Status refresh_mirror(
    Session& session, const Mirror& mirror, const RefreshOptions& options, std::vector<std::string>& changed
) {
    BOON_TRY(const auto reader, open_reader(mirror));
    BOON_TRY(const auto states, mirror_state(session));
    bool any = false;
    for (const MirroredTable& table : mirror.tables) {
        const auto before = std::ranges::find(states, table.name, &MirrorState::name);
        TableRefresh one(session, *reader, mirror, table, options);
        const auto found = one.run(before == states.end() ? nullptr : &*before, changed);
        if (!found) return in_context(fmt::format("warehouse table \"{}\"", table.source), found.error());
        any = any || *found;
    }
    if (!any) return none_found(mirror, *reader);
    return {};
}

}  // namespace boon::warehouse
