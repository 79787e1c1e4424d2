#include "program/app/feature_schema.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "program/app/app.h"
#include "program/app/warehouse_source.h"
#include "records/features/compute.h"

namespace boon::app {

namespace {

constexpr int kMostValues = 8;  // categories or channels that get shares of their own

Result<std::string> read_whole(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) return fail(ErrorCode::unavailable, fmt::format("could not read {}", path.string()));
    return std::move(text).str();
}

Status write_whole(const std::filesystem::path& path, std::string_view text) {
    const std::filesystem::path beside = path.string() + ".new";
    std::ofstream file(beside, std::ios::binary);
    file << text;
    file.close();
    std::error_code problem;
    if (file) std::filesystem::rename(beside, path, problem);
    if (!file || problem) return fail(ErrorCode::unavailable, fmt::format("could not write {}", path.string()));
    return {};
}

// The most frequent values of a column, in alphabetical order.
Result<std::vector<std::string>> frequent_values(
    warehouse::Warehouse& warehouse, std::string_view table, std::string_view column
) {
    BOON_TRY(
        const auto frame,
        warehouse.query(fmt::format(
            "SELECT {0} AS value FROM boon.{1} WHERE {0} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {2}",
            column, table, kMostValues
        ))
    );
    const auto texts = frame.column("value").texts();
    std::vector<std::string> values(texts.begin(), texts.end());
    std::ranges::sort(values);
    return values;
}

Result<features::Definitions> defaults_for(warehouse::Warehouse& warehouse) {
    std::map<std::string, std::vector<std::string>> values;
    for (const char* column : {"category", "channel"}) {
        BOON_TRY(values["transactions." + std::string(column)], frequent_values(warehouse, "transactions", column));
    }
    return features::Definitions::defaults(values);
}

Result<features::Definitions> definitions_of(App& app, warehouse::Warehouse& warehouse) {
    const std::string& configured = app.config().features_file;
    const std::filesystem::path own = app.config().home / "features.json";
    const std::filesystem::path path = configured.empty() ? own : std::filesystem::path(configured);
    if (configured.empty() && !std::filesystem::exists(own)) {
        BOON_TRY(auto made, defaults_for(warehouse));
        // What was posted so far may be too little to fix the categories by.
        if (has_warehouse(app.config())) BOON_CHECK(write_whole(own, made.to_json()));
        return made;
    }
    BOON_TRY(const std::string text, read_whole(path));
    auto read = features::Definitions::from_json(text);
    if (!read) return in_context(path.string(), std::move(read).error());
    return read;
}

bool grows_daily(features::Aggregate aggregate) {
    using features::Aggregate;
    return aggregate == Aggregate::days_since || aggregate == Aggregate::days_since_first ||
           aggregate == Aggregate::days_since_last;
}

}  // namespace

Result<features::Schema> fit_feature_schema(App& app, warehouse::Warehouse& warehouse) {
    BOON_TRY(const auto definitions, definitions_of(app, warehouse));
    const std::filesystem::path path = app.config().home / "schema.json";
    features::Dictionaries before;
    if (std::filesystem::exists(path)) {
        BOON_TRY(const std::string text, read_whole(path));
        // A schema of another release is no reason to stop: only the codes of its categories are wanted.
        if (const auto old = features::Schema::from_json(text)) before = old->dictionaries();
    }
    const features::Programme programme{
        .time_zone = app.config().time_zone, .currency_exponent = app.config().currency.exponent()
    };
    BOON_TRY(auto schema, features::fit_schema(warehouse, definitions, programme, before));
    BOON_CHECK(write_whole(path, schema.to_json()));
    return schema;
}

profiles::Schema profile_schema(const features::Schema& schema, const Currency& currency) {
    profiles::Schema result;
    for (const features::Feature& feature : schema.features()) {
        const auto dictionary = schema.dictionaries().find(feature.name);
        result.columns.push_back({
            .name = feature.name,
            .hash = feature.hash,
            .words = feature.words,
            .unit = feature.unit == features::Unit::money ? std::string(currency.code())
                                                          : std::string(enum_name(feature.unit)),
            .categories = dictionary == schema.dictionaries().end() ? std::vector<std::string>() : dictionary->second,
            .grows_daily = grows_daily(feature.declaration.aggregate),
        });
        // Net of returns over all time: what "realised lifetime value" means (docs/features.md).
        if (feature.name == "spend_all") result.lifetime_value_column = feature.name;
    }
    return result;
}

Result<Timestamp> end_of_data(warehouse::Warehouse& warehouse, Timestamp now) {
    std::optional<Timestamp> last;
    for (const char* table : {"transactions", "interactions"}) {
        BOON_TRY(
            const auto frame,
            warehouse.query(fmt::format(
                "SELECT max(known_at) AS last FROM boon.{} WHERE known_at <= make_timestamp({})", table, now.micros
            ))
        );
        const auto& column = frame.column("last");
        if (column.rows() == 1 && !column.is_null(0)) last = std::max(last.value_or(column.time(0)), column.time(0));
    }
    if (!last) {
        return fail(
            ErrorCode::failed_precondition, "the warehouse has no transactions and no interactions until now",
            "map at least one of them in warehouse.toml, [warehouse.views]; `boon warehouse` shows what was read"
        );
    }
    return std::min(plus_micros(*last, 1), now);
}

}  // namespace boon::app
