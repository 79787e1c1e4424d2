#include "records/features/validate.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "platform/base/record.h"
#include "records/features/schema.h"

namespace boon::features {

namespace {

// Two tables' days are joined as bit masks, which hold no more.
constexpr std::int64_t kMaxActivityDays = 120;

enum class Part { none, optional, required };

// What an aggregate takes.
struct Shape {
    Aggregate aggregate;
    bool of_customers;  // of customers only, else of events only
    Part column;
    Part days;
};
constexpr std::array kShapes = {
    Shape{Aggregate::count, false, Part::none, Part::optional},
    Shape{Aggregate::exists, false, Part::none, Part::optional},
    Shape{Aggregate::sum, false, Part::required, Part::optional},
    Shape{Aggregate::mean, false, Part::required, Part::optional},
    Shape{Aggregate::min, false, Part::required, Part::optional},
    Shape{Aggregate::max, false, Part::required, Part::optional},
    Shape{Aggregate::distinct, false, Part::required, Part::optional},
    Shape{Aggregate::days_since_first, false, Part::none, Part::optional},
    Shape{Aggregate::days_since_last, false, Part::none, Part::optional},
    Shape{Aggregate::trend, false, Part::optional, Part::required},
    Shape{Aggregate::share, false, Part::optional, Part::optional},
    Shape{Aggregate::value, true, Part::required, Part::none},
    Shape{Aggregate::days_since, true, Part::required, Part::none},
    Shape{Aggregate::years_since, true, Part::required, Part::none},
};

bool is_numeric(ColumnKind kind) {
    return kind == ColumnKind::integer || kind == ColumnKind::number || kind == ColumnKind::money;
}

// Whether the aggregate can be taken of such a column; what it needs instead, for the message.
std::string_view column_needed(Aggregate aggregate, ColumnKind kind) {
    switch (aggregate) {
        case Aggregate::distinct:
            return kind == ColumnKind::text || kind == ColumnKind::integer ? "" : "text, a whole number, or day";
        case Aggregate::value: return kind == ColumnKind::time ? "text or a number" : "";
        case Aggregate::days_since: return kind == ColumnKind::time ? "" : "a time";
        case Aggregate::years_since: return kind == ColumnKind::integer ? "" : "a whole number (a year)";
        case Aggregate::sum:
        case Aggregate::mean:
        case Aggregate::min:
        case Aggregate::max:
        case Aggregate::trend:
        case Aggregate::share: return is_numeric(kind) ? "" : "a number or money";
        case Aggregate::count:
        case Aggregate::exists:
        case Aggregate::days_since_first:
        case Aggregate::days_since_last: break;
    }
    return "";
}

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 63 && name.front() >= 'a' && name.front() <= 'z' &&
           std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           });
}

class Checker {
public:
    Checker(const Declaration& declaration, const ExtraColumns& extra) : d_(declaration), extra_(extra) {}

    Checked run() {
        if (!is_name(d_.name)) mistake("/name", "must be a-z, 0-9 and _, beginning with a letter, at most 63");
        if (d_.words.empty()) mistake("/words", "must not be empty");
        check_shape();
        check_column();
        check_filter("/where", d_.where);
        check_filter("/part", d_.part);
        check_unit();
        if (d_.for_each) mistake("/for_each", "has no values");
        return {
            .feature =
                {
                    .name = d_.name,
                    .words = d_.words,
                    .kind = d_.unit == Unit::category ? Kind::categorical : Kind::numeric,
                    .unit = d_.unit,
                    .declaration = d_,
                    .hash = hash(),
                },
            .mistakes = std::move(mistakes_),
        };
    }

private:
    void mistake(std::string pointer, std::string detail) {
        mistakes_.push_back({std::move(pointer), std::move(detail)});
    }

    void check_part(std::string_view name, Part part, bool present) {
        const std::string pointer = fmt::format("/{}", name);
        if (part == Part::none && present)
            mistake(pointer, fmt::format("does not go with {}", enum_name(d_.aggregate)));
        if (part == Part::required && !present)
            mistake(pointer, fmt::format("is needed by {}", enum_name(d_.aggregate)));
    }

    void check_shape() {
        const Shape& shape = *std::ranges::find(kShapes, d_.aggregate, &Shape::aggregate);
        check_part("column", shape.column, d_.column.has_value());
        check_part("days", shape.days, d_.days.has_value());
        check_part("where", shape.of_customers ? Part::none : Part::optional, !d_.where.empty());
        check_part("part", d_.aggregate == Aggregate::share ? Part::required : Part::none, !d_.part.empty());
        if (d_.days && (*d_.days < 1 || *d_.days > kMaxWindowDays)) {
            mistake("/days", fmt::format("must be 1 to {}", kMaxWindowDays));
        }
        if (is_day() && d_.from == Table::activity && d_.days.value_or(kMaxWindowDays) > kMaxActivityDays) {
            mistake(
                "/days", fmt::format("different days of activity are counted over at most {} days", kMaxActivityDays)
            );
        }
        if (shape.of_customers != (d_.from == Table::customers)) {
            mistake("/aggregate", fmt::format("{} is not taken of {}", enum_name(d_.aggregate), enum_name(d_.from)));
        }
    }

    void check_column() {
        if (!d_.column || is_day()) return;
        const auto column = find(*d_.column);
        if (!column) return mistake("/column", unknown(*d_.column));
        kind_ = column->kind;
        const std::string_view needed = column_needed(d_.aggregate, column->kind);
        if (!needed.empty()) {
            mistake(
                "/column", fmt::format("is {}; {} needs {}", enum_name(column->kind), enum_name(d_.aggregate), needed)
            );
        }
    }

    void check_filter(const std::string& pointer, const Filter& filter) {
        for (const auto& [name, values] : filter) {
            const std::string at = json::pointer_to(pointer, name);
            const auto column = find(name);
            if (!column) {
                mistake(at, unknown(name));
                continue;
            }
            if (values.empty()) mistake(at, "must name at least one value");
            for (std::size_t i = 0; i < values.size(); ++i)
                check_value(*column, values[i], fmt::format("{}/{}", at, i));
        }
    }

    void check_value(const Column& column, const json::Value& value, std::string pointer) {
        switch (column.kind) {
            case ColumnKind::text:
                if (!value.is_string()) mistake(std::move(pointer), "must be text");
                return;
            case ColumnKind::integer:
                if (!value.is_int64()) mistake(std::move(pointer), "must be a whole number");
                return;
            case ColumnKind::boolean:
                if (!value.is_bool()) mistake(std::move(pointer), "must be true or false");
                return;
            case ColumnKind::number:
            case ColumnKind::money:
            case ColumnKind::time:
                mistake(std::move(pointer), fmt::format("{} cannot be filtered on", enum_name(column.kind)));
                return;
        }
    }

    void check_unit() {
        const bool category = d_.aggregate == Aggregate::value && kind_ == ColumnKind::text;
        if (category != (d_.unit == Unit::category)) {
            mistake("/unit", category ? "must be category" : "category is for the value of a text column");
        }
        const bool of_column = d_.aggregate == Aggregate::sum || d_.aggregate == Aggregate::mean ||
                               d_.aggregate == Aggregate::min || d_.aggregate == Aggregate::max ||
                               d_.aggregate == Aggregate::value;
        const bool money = of_column && kind_ == ColumnKind::money;
        if (kind_ && money != (d_.unit == Unit::money)) {
            mistake("/unit", money ? "must be money" : "money is for amounts of a money column");
        }
    }

    [[nodiscard]] bool is_day() const {
        return d_.aggregate == Aggregate::distinct && d_.column == "day" && d_.from != Table::customers;
    }
    [[nodiscard]] std::optional<Column> find(std::string_view name) const { return find_column(d_.from, name, extra_); }
    [[nodiscard]] std::string unknown(std::string_view name) const {
        return fmt::format(
            "{} has no column \"{}\"; one of the company's own is declared under /columns", enum_name(d_.from), name
        );
    }

    // Over what the numbers follow from: not the name, the words or the unit.
    [[nodiscard]] std::string hash() const {
        Declaration essence = d_;
        essence.name.clear();
        essence.words.clear();
        essence.unit = Unit::number;
        for (Filter* filter : {&essence.where, &essence.part}) {
            for (auto& [name, values] : *filter) {
                std::ranges::sort(values, {}, [](const json::Value& value) { return json::to_text(value); });
            }
        }
        // The leading digit is the version of what the words mean: raised when an aggregate changes its numbers.
        const std::string text =
            fmt::format("1 {} {}", enum_name(kind_.value_or(ColumnKind::text)), json::write(essence));
        return short_hash(text);
    }

    const Declaration& d_;
    const ExtraColumns& extra_;
    std::optional<ColumnKind> kind_;
    std::vector<FieldError> mistakes_;
};

}  // namespace

Checked check_declaration(const Declaration& declaration, const ExtraColumns& extra) {
    return Checker(declaration, extra).run();
}

}  // namespace boon::features
