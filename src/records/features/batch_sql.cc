#include "records/features/batch_sql.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/sql/literal.h"
#include "records/features/passes.h"
#include "records/features/sources.h"

namespace boon::features {

namespace {

constexpr std::int64_t kMillionths = 1'000'000;
// Numbers that a set of bits may hold (speech.h).
constexpr std::size_t kWideMask = 126;

// When a feature's rows count: from `days` ago to `until_days` ago (0 = the instant); no `days` = all time.
struct Window {
    std::optional<std::int64_t> days;
    std::int64_t until_days = 0;
};

class Compiler {
public:
    Compiler(const Schema& schema, Moment moment, const SqlOptions& options)
        : schema_(schema),
          moment_(std::move(moment)),
          options_(options),
          speech_(options.dialect),
          passes_(moment_, options_) {}

    std::string statement() {
        std::string items;
        for (const Feature& feature : schema_.features()) {
            items += fmt::format(",\n  CAST({} AS REAL) AS {}", value_of(feature), sql::quote_name(feature.name));
        }
        std::vector<std::string> ctes;
        for (const auto& [table, select] : options_.views)
            ctes.push_back(fmt::format("boon_{} AS ({})", table, select));
        std::string joins;
        for (const SourceInfo& source : kSources) {
            if (!passes_.is_used(source.source)) continue;
            ctes.push_back(fmt::format("{} AS (\n{})", source.alias, passes_.sql(source.source)));
            joins += fmt::format("\nLEFT JOIN {0} ON {0}.key = c.customer_id", source.alias);
        }
        // Set aside: as rows from several places they could not be streamed (warehouse/session.h).
        const std::string customers = rows_of(Table::customers, options_);
        ctes.push_back(fmt::format("c AS MATERIALIZED (SELECT * FROM {} t)", customers));
        return fmt::format(
            "{}SELECT c.customer_id{}\nFROM c{}{}", with(ctes), items, joins,
            options_.in_order ? "\nORDER BY c.customer_id" : ""
        );
    }

private:
    static std::string with(const std::vector<std::string>& ctes) {
        return ctes.empty() ? "" : fmt::format("WITH {}\n", fmt::join(ctes, ",\n"));
    }

    // --- one feature ---

    std::string value_of(const Feature& feature) {
        const Declaration& d = feature.declaration;
        switch (d.aggregate) {
            case Aggregate::count: return count(d, d.where, {d.days});
            case Aggregate::exists:
                return fmt::format("CASE WHEN {} > 0 THEN 1 ELSE 0 END", count(d, d.where, {d.days}));
            case Aggregate::sum: return scaled(d, total(d, d.where, {d.days}));
            case Aggregate::mean: return mean(d);
            case Aggregate::min:
            case Aggregate::max: return extreme(d);
            case Aggregate::distinct: return d.column == "day" ? distinct_days(d) : distinct_values(d);
            case Aggregate::days_since_first: return days_since(d, "min", "least");
            case Aggregate::days_since_last: return days_since(d, "max", "greatest");
            case Aggregate::trend: {
                // The earlier window ends where the later begins; the two share no row.
                const std::int64_t days = d.days.value_or(1);
                return ratio(amount(d, d.where, {days}), amount(d, d.where, {2 * days, days}));
            }
            case Aggregate::share: return ratio(amount(d, d.part, {d.days}), amount(d, d.where, {d.days}));
            case Aggregate::value: return attribute(feature);
            case Aggregate::days_since:
                return fmt::format(
                    "CASE WHEN {0} < {1} THEN {2} END", customer_time(d), moment_.as_of(), days_from(customer_time(d))
                );
            case Aggregate::years_since:
                return fmt::format(
                    "CASE WHEN {0} <= {1} THEN {1} - {0} END", customer_column(d), speech_.year(moment_.today())
                );
        }
        return "NULL";
    }

    std::string condition(const Declaration& d, const Leg& leg, const Filter& filter, const Window& window) {
        const std::string_view at = info(leg.source).at;
        std::vector<std::string> all;
        if (!leg.condition.empty()) all.emplace_back(leg.condition);
        for (const auto& [name, values] : filter) {
            std::vector<std::string> literals;
            for (const json::Value& value : values) literals.push_back(literal(value));
            all.push_back(fmt::format("{} IN ({})", column_sql(d, name), fmt::join(literals, ", ")));
        }
        passes_.look_back(leg.source, window.days);
        if (window.days) all.push_back(fmt::format("{} >= {}", at, moment_.start(*window.days)));
        if (window.until_days > 0) all.push_back(fmt::format("{} < {}", at, moment_.start(window.until_days)));
        return fmt::format("{}", fmt::join(all, " AND "));
    }

    static std::string filtered(std::string_view aggregate, const std::string& condition) {
        return condition.empty() ? std::string(aggregate) : fmt::format("{} FILTER (WHERE {})", aggregate, condition);
    }

    std::string count(const Declaration& d, const Filter& filter, const Window& window) {
        std::string sum;
        for (const Leg& leg : legs_of(d.from)) {
            const std::string column =
                passes_.aggregated(leg.source, filtered("count(*)", condition(d, leg, filter, window)));
            sum += fmt::format("{}coalesce({}, 0)", sum.empty() ? "" : " + ", column);
        }
        return fmt::format("({})", sum);
    }

    // The exact sum of the column as whole numbers (scaled() turns them into units); an overflow of int64 is an error.
    std::string total(const Declaration& d, const Filter& filter, const Window& window) {
        const Leg leg = legs_of(d.from).front();
        const std::string sum = fmt::format("CAST(sum({}) AS BIGINT)", whole_sql(d));
        const std::string where = condition(d, leg, filter, window);
        const std::string column = passes_.aggregated(
            leg.source,
            where.empty() ? sum : fmt::format("CAST(sum({}) FILTER (WHERE {}) AS BIGINT)", whole_sql(d), where)
        );
        return fmt::format("coalesce({}, 0)", column);
    }

    std::string amount(const Declaration& d, const Filter& filter, const Window& window) {
        return d.column ? total(d, filter, window) : count(d, filter, window);
    }

    [[nodiscard]] std::string ratio(const std::string& part, const std::string& whole) const {
        return fmt::format(
            "CASE WHEN {1} > 0 THEN CAST({0} AS {2}) / CAST({1} AS {2}) END", part, whole, speech_.real8()
        );
    }

    std::string mean(const Declaration& d) {
        const Leg leg = legs_of(d.from).front();
        const std::string counted = fmt::format("count({})", whole_sql(d));
        const std::string n = passes_.aggregated(leg.source, filtered(counted, condition(d, leg, d.where, {d.days})));
        const std::string sum = total(d, d.where, {d.days});
        return scaled(d, ratio(sum, n));
    }

    std::string extreme(const Declaration& d) {
        const Leg leg = legs_of(d.from).front();
        const std::string_view function = d.aggregate == Aggregate::min ? "min" : "max";
        const std::string sql = fmt::format("{}({})", function, whole_sql(d));
        return scaled(d, passes_.aggregated(leg.source, filtered(sql, condition(d, leg, d.where, {d.days}))));
    }

    std::string days_since(const Declaration& d, std::string_view of_source, std::string_view of_all) {
        std::vector<std::string> instants;
        for (const Leg& leg : legs_of(d.from)) {
            const std::string sql = fmt::format("{}({})", of_source, info(leg.source).at);
            instants.push_back(passes_.aggregated(leg.source, filtered(sql, condition(d, leg, d.where, {d.days}))));
        }
        if (instants.size() == 1) return days_from(instants.front());
        return days_from(fmt::format("{}({})", of_all, fmt::join(instants, ", ")));
    }

    // Elapsed time in days of 24 hours, with a fraction.
    [[nodiscard]] std::string days_from(const std::string& at) const {
        const std::string micros = fmt::format("({} - {})", speech_.micros(moment_.as_of()), speech_.micros(at));
        return speech_.quotient(micros, kMicrosPerDay);
    }

    // One bit per local day of the window: an OR of masks is far cheaper than a set of dates per customer.
    std::string distinct_days(const Declaration& d) {
        const bool masked = d.days && static_cast<std::size_t>(*d.days) < kWideMask;
        std::string days;
        for (const Leg& leg : legs_of(d.from)) {
            const std::string where = condition(d, leg, d.where, {d.days});
            const std::string date = moment_.local_date(info(leg.source).at);
            if (!masked) {
                return fmt::format(
                    "coalesce({}, 0)", passes_.aggregated(leg.source, filtered("count(DISTINCT " + date + ")", where))
                );
            }
            // Clamped, since rows outside the window are shifted too, for nothing.
            const std::string age = fmt::format("greatest(0, least({}, {} - {}))", *d.days, moment_.today(), date);
            const std::string bit = fmt::format("bit_or({})", speech_.bit(static_cast<std::size_t>(*d.days) + 1, age));
            const std::string column = passes_.aggregated(leg.source, filtered(bit, where));
            days += fmt::format("{}coalesce({}, {})", days.empty() ? "" : " | ", column, speech_.no_bits());
        }
        return speech_.count_bits(days);
    }

    std::string distinct_values(const Declaration& d) {
        const Leg leg = legs_of(d.from).front();
        const std::string where = condition(d, leg, d.where, {d.days});
        const auto known = options_.distinct_values.find(fmt::format("{}.{}", enum_name(d.from), *d.column));
        if (known == options_.distinct_values.end() || known->second.empty() || known->second.size() > kWideMask) {
            const std::string sql = fmt::format("count(DISTINCT {})", column_sql(d, *d.column));
            return fmt::format("coalesce({}, 0)", passes_.aggregated(leg.source, filtered(sql, where)));
        }
        const std::string bits = sql::quote_name("bit_of_" + *d.column);
        std::vector<std::string> values;
        for (std::size_t i = 0; i < known->second.size(); ++i) {
            const std::string bit = speech_.bit(known->second.size(), fmt::to_string(i));
            values.push_back(fmt::format("({}, {})", sql::quote_text(known->second[i]), bit));
        }
        std::string join = fmt::format(
            "\n  LEFT JOIN (VALUES {0}) {1}(value, bit) ON {1}.value = CAST({2} AS VARCHAR)", fmt::join(values, ", "),
            bits, column_sql(d, *d.column)
        );
        passes_.join(leg.source, std::move(join));
        const std::string column = passes_.aggregated(leg.source, filtered(fmt::format("bit_or({}.bit)", bits), where));
        return speech_.count_bits(fmt::format("coalesce({}, {})", column, speech_.no_bits()));
    }

    // --- columns ---

    [[nodiscard]] Column column_of(const Declaration& d, std::string_view name) const {
        const auto column = find_column(d.from, name, schema_.definitions().columns());
        BOON_ASSERT(column.has_value());
        return *column;
    }

    [[nodiscard]] std::string column_sql(const Declaration& d, std::string_view name) const {
        const Column column = column_of(d, name);
        if (column.as_of_sql.empty()) return fmt::format("t.{}", sql::quote_name(name));
        const bool otherwise = speech_.is_postgres() && !column.as_of_postgres.empty();
        std::string sql(otherwise ? column.as_of_postgres : column.as_of_sql);
        for (auto at = sql.find("{as_of}"); at != std::string::npos; at = sql.find("{as_of}")) {
            sql.replace(at, 7, moment_.as_of());
        }
        return sql;
    }

    [[nodiscard]] std::string whole_sql(const Declaration& d) const {
        return features::whole_sql(schema_, d.from, column_of(d, *d.column), column_sql(d, *d.column), speech_);
    }

    [[nodiscard]] std::int64_t minor_units() const {
        std::int64_t units = 1;
        for (int i = 0; i < schema_.programme().currency_exponent; ++i) units *= 10;
        return units;
    }

    [[nodiscard]] std::string scaled(const Declaration& d, const std::string& whole) const {
        const ColumnKind kind = column_of(d, *d.column).kind;
        if (kind == ColumnKind::money && minor_units() != 1) {
            return fmt::format("CAST({0} AS {2}) / {1}::{2}", whole, minor_units(), speech_.real8());
        }
        if (kind == ColumnKind::number) {
            return fmt::format("CAST({0} AS {2}) / {1}::{2}", whole, kMillionths, speech_.real8());
        }
        return whole;
    }

    static std::string literal(const json::Value& value) {
        if (const auto* text = value.if_string()) return sql::quote_text({text->data(), text->size()});
        return json::to_text(value);
    }

    // --- customers ---

    static std::string customer_column(const Declaration& d) { return "c." + sql::quote_name(*d.column); }
    static std::string customer_time(const Declaration& d) {
        return fmt::format("CAST({} AS TIMESTAMP)", customer_column(d));
    }

    std::string attribute(const Feature& feature) const {
        const Declaration& d = feature.declaration;
        if (feature.kind == Kind::numeric) {
            // Infinities are no measurement.
            const std::string real = fmt::format("CAST({} AS {})", customer_column(d), speech_.real8());
            return fmt::format("CASE WHEN {} THEN {} END", speech_.is_finite(real), real);
        }
        const auto dictionary = schema_.dictionaries().find(feature.name);
        if (dictionary == schema_.dictionaries().end() || dictionary->second.empty()) return "NULL";
        std::vector<std::string> values;
        for (const std::string& value : dictionary->second) values.push_back(sql::quote_text(value));
        return speech_.place_in(values, customer_column(d));
    }

    const Schema& schema_;
    Moment moment_;
    const SqlOptions& options_;
    Speech speech_;
    Passes passes_;
};

}  // namespace

std::string rows_of(Table table, const SqlOptions& options) {
    const auto relation = options.relations.find(table);
    return rows_of(
        table, options.unique_ids.contains(table), Speech(options.dialect),
        relation == options.relations.end() ? std::string_view() : relation->second
    );
}

std::string batch_sql(const Schema& schema, Timestamp as_of, const SqlOptions& options) {
    return Compiler(schema, Moment(schema.programme(), Speech(options.dialect), as_of), options).statement();
}

}  // namespace boon::features
