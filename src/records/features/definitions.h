// What is known about a customer, declared once: each feature is a number (or category) that follows from the
// customer's rows in one logical table, as of an instant. Definitions are data (JSON); from them come the SQL
// (batch_sql.h), the vector's order (schema.h) and the words of explanations (explain.h).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "platform/base/describe.h"
#include "platform/base/error.h"
#include "platform/base/json.h"
#include "records/features/tables.h"

namespace boon::features {

// Of event tables:
//   count, exists           rows that meet `where`                                     empty window: 0
//   sum                     of `column`                                                empty window: 0
//   mean, min, max          of `column`                                                empty window: missing
//   distinct                different values of `column` (`day` = local calendar day)  empty window: 0
//   days_since_first, _last from the first or last such row to the instant             no row: missing
//   trend                   sum of `column` (or count) over the last `days`, divided by the same over the `days`
//                           before; missing when that is not above zero
//   share                   sum of `column` (or count) over rows that meet `part`, divided by the same over rows that
//                           meet `where`; missing when that is not above zero
// Of customers:
//   value                   the column itself: a number, or a category where it is text
//   days_since              from the time in `column` to the instant; missing when it is still to come
//   years_since             the instant's local year minus `column`
enum class Aggregate {
    count,
    exists,
    sum,
    mean,
    min,
    max,
    distinct,
    days_since_first,
    days_since_last,
    trend,
    share,
    value,
    days_since,
    years_since
};
BOOST_DESCRIBE_ENUM(
    Aggregate, count, exists, sum, mean, min, max, distinct, days_since_first, days_since_last, trend, share, value,
    days_since, years_since
)

// How a value is said. Money is in units of the currency (12.5), shares are of one (0.25).
enum class Unit { count, days, years, money, share, ratio, number, flag, category };
BOOST_DESCRIBE_ENUM(Unit, count, days, years, money, share, ratio, number, flag, category)

// Column name → values, any of which meets it; all columns must be met. A null in the data meets nothing.
using Filter = std::map<std::string, std::vector<json::Value>>;

// One feature per value: `{}` in name and words becomes the value; the value is demanded of `column` in `part` of a
// share, in `where` of anything else. Without values here, they come from Document::values["TABLE.COLUMN"].
struct ForEach {
    std::string column;
    std::optional<std::vector<std::string>> values;
};
BOOST_DESCRIBE_STRUCT(ForEach, (), (column, values))

// A feature as it is written down.
struct Declaration {
    std::string name;
    std::string words;  // noun phrase: "days since the last purchase"
    Unit unit = Unit::number;
    Table from = Table::transactions;
    Aggregate aggregate = Aggregate::count;
    std::optional<std::string> column;
    Filter where;
    Filter part;
    std::optional<std::int64_t> days;  // the window; absent = all time
    std::optional<ForEach> for_each;
};
BOOST_DESCRIBE_STRUCT(Declaration, (), (name, words, unit, from, aggregate, column, where, part, days, for_each))

enum class Kind { numeric, categorical };
BOOST_DESCRIBE_ENUM(Kind, numeric, categorical)

struct Feature {
    std::string name;
    std::string words;
    Kind kind = Kind::numeric;
    Unit unit = Unit::number;
    Declaration declaration;
    // 16 hex digits over everything that its numbers depend on (not its words): a model names NAME@HASH.
    std::string hash;
};

// The whole of a definitions file.
struct Document {
    bool include_defaults = false;
    ExtraColumns columns;            // the company's own, e.g. {"customers": {"income": "number"}}
    std::vector<std::string> fixed;  // those of customers that never change, so that no date is needed to train on them
    std::map<std::string, std::vector<std::string>> values;  // for for_each, e.g. {"transactions.category": ["food"]}
    std::vector<Declaration> features;
};
BOOST_DESCRIBE_STRUCT(Document, (), (include_defaults, columns, fixed, values, features))

inline constexpr std::int64_t kMaxWindowDays = 3650;
inline constexpr std::size_t kMaxFeatures = 1000;

// Immutable; the order is the order of a feature vector.
class Definitions {
public:
    // docs/features.md lists them. Shares per category and per channel exist only for the values given.
    static Definitions defaults(const std::map<std::string, std::vector<std::string>>& values = {});

    // A mistake is `invalid` with a JSON pointer to every one: an unknown table, column or aggregate, a part that the
    // aggregate does not take or lacks, a value of the wrong type, two features of one name.
    static Result<Definitions> from_json(std::string_view text);
    static Result<Definitions> from_document(const Document& document);

    [[nodiscard]] const std::vector<Feature>& all() const { return features_; }
    [[nodiscard]] const Feature* find(std::string_view name) const;
    [[nodiscard]] const ExtraColumns& columns() const { return columns_; }

    // Refuses, naming each, features that read a column of today's state or of the future: what has no date must not be
    // trained on. Such are the company's own columns of customers, but for those declared `fixed`, and whatever is
    // called like one (is_serving_only). `undated`: standard columns of customers that are of today, too.
    [[nodiscard]] Status check_trainable(const std::set<std::string>& undated = {}) const;

    // What from_json reads back as the same definitions: for_each and defaults are written out.
    [[nodiscard]] std::string to_json() const;

private:
    std::vector<Feature> features_;
    ExtraColumns columns_;
    std::vector<std::string> fixed_;
};

// The JSON text of the default definitions, as embedded.
std::string_view default_definitions_json();

}  // namespace boon::features

template <>
inline constexpr auto boon::kFields<boon::features::Declaration> = std::array{
    boon::Field{.name = "name", .doc = "a-z, 0-9 and _, unique", .required = true, .max_length = 63},
    boon::Field{.name = "words", .doc = "noun phrase for explanations", .required = true, .max_length = 200},
    boon::Field{.name = "unit", .required = true},
    boon::Field{.name = "from", .required = true},
    boon::Field{.name = "aggregate", .required = true},
    boon::Field{.name = "days", .min = 1, .max = boon::features::kMaxWindowDays},
};
template <>
inline constexpr auto boon::kFields<boon::features::ForEach> = std::array{
    boon::Field{.name = "column", .required = true},
};
