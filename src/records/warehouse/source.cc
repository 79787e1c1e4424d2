#include "records/warehouse/source.h"

#include <limits>
#include <vector>

#include <fmt/format.h>

#include "platform/db/postgres_reader.h"
#include "records/warehouse/pull.h"
#include "records/warehouse/usual_tables.h"
#include "records/warehouse/views.h"

namespace boon::warehouse {

namespace {

std::vector<SourceColumn> source_columns(const LogicalTable& table, std::span<const db::WireColumn> columns) {
    std::vector<SourceColumn> named;
    for (const db::WireColumn& column : columns) {
        named.push_back({column.name, pulled_type(column), standard_of(table, column.name) != nullptr});
    }
    return named;
}

}  // namespace

Source::Source() = default;
Source::~Source() = default;

Result<std::unique_ptr<Source>> Source::open(const Mirror& mirror, int currency_exponent) {
    std::unique_ptr<Source> source(new Source);
    BOON_TRY(
        source->reader_, db::PostgresReader::open(
                             {.url = mirror.url, .statement_timeout = std::chrono::seconds(mirror.statement_timeout_s)}
                         )
    );
    BOON_CHECK(source->define(mirror, currency_exponent));
    return source;
}

Status Source::define(const Mirror& mirror, int currency_exponent) {
    UsualColumns tables;
    std::map<std::string, std::string, std::less<>> relations;
    for (const MirroredTable& table : mirror.tables) {
        BOON_TRY(const auto found, reader_->find_table(table.source));
        if (!found) continue;
        BOON_TRY(const auto columns, reader_->describe("select * from " + *found));
        for (const db::WireColumn& column : columns) tables[table.name].push_back(column.name);
        relations[table.name] = *found;
    }
    const auto selects = usual_views(tables, [&](std::string_view name) { return relations.find(name)->second; });
    if (selects.empty()) {
        return fail(
            ErrorCode::not_found, fmt::format("{} has none of the usual tables", reader_->label()),
            "name the company's own in the settings DWH_…_TABLE"
        );
    }
    for (const LogicalTable& table : logical_tables()) {
        const auto select = selects.find(std::string(table.name));
        const std::string_view from = select == selects.end() ? std::string_view() : select->second.select;
        BOON_CHECK(define_view(table, from, currency_exponent));
    }
    return {};
}

Status Source::define_view(const LogicalTable& table, std::string_view select, int currency_exponent) {
    std::vector<SourceColumn> columns;
    std::string from;
    if (!select.empty()) {
        BOON_TRY(const auto described, reader_->describe(std::string(select)));
        columns = source_columns(table, described);
        from = fmt::format("({}) source", select);
    }
    auto view =
        view_sql(table, columns, from, {.currency_exponent = currency_exponent, .dialect = sql::Dialect::postgres});
    if (!view) return in_context(fmt::format("warehouse table \"{}\"", table.name), view.error());
    views_[std::string(table.name)] = *std::move(view);
    for (const SourceColumn& column : columns) {
        if (const auto* standard = standard_of(table, column.name)) {
            columns_.insert(fmt::format("{}.{}", table.name, standard->name));
        }
    }
    return {};
}

Result<std::optional<Timestamp>> Source::last_known(Timestamp now) {
    const auto latest = [&](const char* table) {
        return fmt::format(
            "(select max(known_at) from ({}) t where known_at <= to_timestamp({}))", views_.at(table),
            now.micros / kMicrosPerSecond
        );
    };
    BOON_TRY(
        const auto row, reader_->first_row(fmt::format(
                            "select to_char(greatest({}, {}), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
                            latest("transactions"), latest("interactions")
                        ))
    );
    if (!row.front()) return std::optional<Timestamp>{};
    BOON_TRY(const auto at, parse_timestamp(*row.front()));
    return std::optional(at);
}

Result<std::int64_t> Source::for_each_vector(
    const std::string& select, const std::function<Status(std::string_view id, std::span<const float>)>& on_row
) {
    BOON_TRY(const auto columns, reader_->describe(select));
    BOON_ASSERT(!columns.empty() && columns.front().kind == db::WireKind::text);
    std::vector<float> values(columns.size() - 1);
    return reader_->copy(select, columns, [&](const db::WireRow& row) -> Status {
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] =
                row.is_null(i + 1) ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(row.real(i + 1));
        }
        return on_row(row.text(0), values);
    });
}

}  // namespace boon::warehouse
