// A customer as decisions and audiences see one: a row of features, and what is known about stage and value. A Profile
// is a view into a resident image (records/profiles/table.h) or into whatever else its maker keeps alive.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/money.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "records/profiles/attributes.h"
#include "records/profiles/scores.h"
#include "records/profiles/standing.h"

namespace boon::profiles {

// One column of the feature row. `hash` names its definition for good: the same name with another meaning has another.
struct Column {
    std::string name = {};
    std::string hash = {};
    std::string words = {};                    // `days since the last purchase`
    std::string unit = {};                     // `days`, `share`, `flag`, a currency's code, …; empty: a plain number
    std::vector<std::string> categories = {};  // of a categorical: code → name; empty for a number
    bool grows_daily = false;                  // days since something: a day later one more, whatever happens

    bool operator==(const Column&) const = default;
};
BOOST_DESCRIBE_STRUCT(Column, (), (name, hash, words, unit, categories, grows_daily))

// A value of the column as people read it: `3 days`, `25 %`, `yes`, a category's name, `not known`.
std::string value_text(const Column& column, float value);

// What the numbers of a feature row mean, in order.
struct Schema {
    std::int64_t schema_id = 0;
    std::vector<Column> columns;
    // The column that holds the realised lifetime value (net of returns, in currency units); empty when none does.
    std::string lifetime_value_column;

    [[nodiscard]] std::optional<std::size_t> index_of(std::string_view name) const;
};
BOOST_DESCRIBE_STRUCT(Schema, (), (schema_id, columns, lifetime_value_column))

struct Profile {
    std::string_view customer_id;
    std::span<const float> features = {};  // in the schema's order, not a number where missing; empty: nothing is known
    const Schema* schema = nullptr;        // null when features is empty
    Timestamp computed_at = {};
    // Empty when not known.
    std::string_view stage = {};
    std::string_view value_segment = {};
    std::string_view rfm_segment = {};
    std::optional<double> lifetime_value = {};  // realised, in currency units
    const Standing* standing = nullptr;         // all that is known of stage and value; null: nothing
    std::span<const float> scores = {};  // by the place of kScores, not a number where nothing is said; empty: nothing
    AttributeRow attributes = {};
};

}  // namespace boon::profiles
