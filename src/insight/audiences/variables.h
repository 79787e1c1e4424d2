// What the rules of audiences may name, and where it is read: of a resident profile in memory, of a table in SQL.
//
// Days since something are derived when a rule is evaluated, from the instant the profile was worked out, so that a
// rule does not go stale while a profile stands: a customer who does nothing leaves "bought within 30 days" on the day.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/rules/schema.h"
#include "platform/rules/value.h"
#include "platform/sql/literal.h"
#include "records/profiles/profile.h"

namespace boon::audiences {

// The names that stages and segments can have.
struct Vocabulary {
    std::vector<std::string> stages = {};
    std::vector<std::string> value_segments = {};
    std::vector<std::string> rfm_segments = {};
    // Of the customers' records; null: none.
    std::shared_ptr<const profiles::AttributeColumns> attributes = {};
    // Names that an audience cannot have, since an offer that names them means something else.
    [[nodiscard]] std::vector<std::string> taken() const;
};

// Variables of Standing, `score.churn` and its like (records/profiles/scores.h), then the features of the profiles
// under their names (a categorical one is text, every other a number), then `attributes.plan` and its like. `profiles`
// may be null: no features. A feature whose name a variable has already cannot be named.
rules::Schema variables_of(const profiles::Schema* profiles, const Vocabulary& names);

// Whether what the reference reads is worked out by the lifecycle, or by value: neither of a feature.
enum class WorkedOutBy { neither, lifecycle, value };
WorkedOutBy worked_out_by(const rules::Reference& reference);

// What a rule was compiled against. Both may be null: none.
struct Fitted {
    std::shared_ptr<const profiles::Schema> profiles = {};
    std::shared_ptr<const profiles::AttributeColumns> attributes = {};

    // The column of a profile's features that a variable is read from; nothing for those that are not features.
    [[nodiscard]] std::optional<std::size_t> column_read_by(const rules::Reference& reference) const;
};

// One customer's values at one instant. Features of a profile that has another schema than the rule was compiled
// against, and attributes that are others, are missing. `fitted` must outlive it. Allocates nothing.
class CustomerValues final : public rules::Values {
public:
    CustomerValues(const profiles::Profile& profile, const Fitted& fitted, Timestamp now);

    [[nodiscard]] rules::Value at(const rules::Reference& reference) const override;

private:
    [[nodiscard]] rules::Value feature(std::size_t column) const;
    [[nodiscard]] rules::Value score(std::size_t place) const;
    [[nodiscard]] rules::Value of_stage(std::uint32_t variable) const;
    [[nodiscard]] rules::Value of_value(std::uint32_t variable) const;

    const profiles::Profile& profile_;
    const Fitted& fitted_;
    std::size_t feature_count_;
    bool has_features_;
    Timestamp now_;
};

// The SQL expression of a variable over a table with a column per feature, score and attribute under its name (an
// attribute of time: microseconds; a boolean: 0 or 1), `computed_at`, and the columns of the operational database's
// table `standings`; instants are microseconds. A feature of categories holds their names there, and NULL stands for
// what is missing. For rules::Rule::sql.
Result<std::string> column_of(
    const rules::Reference& reference, const profiles::Schema* profiles, sql::Dialect dialect, Timestamp now
);

}  // namespace boon::audiences
