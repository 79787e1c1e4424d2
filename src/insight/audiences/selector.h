// A rule of an audience, compiled against the profiles of the moment: whether one customer is in it, who of the whole
// base is, and the same as SQL. All three give one answer for one customer at one instant.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "insight/audiences/variables.h"
#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/timestamp.h"
#include "platform/rules/rule.h"
#include "records/profiles/table.h"

namespace boon::audiences {

// Immutable and thread-safe.
class Selector {
public:
    // `true` and `false` are rules, too. `invalid` with the JSON Pointer of every mistake from the rule's root.
    // `variables`: of what it is fitted to (variables_of).
    static Result<Selector> compile(const json::Value& rule, Fitted fitted, const rules::Schema& variables);

    // Features of a profile with another schema, and other attributes, are missing. Allocates nothing when is_typed().
    [[nodiscard]] rules::Truth test(const profiles::Profile& profile, Timestamp now) const;
    [[nodiscard]] rules::Verdict explain(const profiles::Profile& profile, Timestamp now) const;

    // A condition over a table as column_of() has it. `failed_precondition` for a rule outside of the typed part.
    [[nodiscard]] Result<std::string> sql(sql::Dialect dialect, Timestamp now) const;

    [[nodiscard]] bool reads(WorkedOutBy what) const;
    // The columns of features that it reads.
    [[nodiscard]] const std::vector<std::size_t>& columns() const { return columns_; }

private:
    Selector() = default;

    Fitted fitted_;
    std::shared_ptr<const rules::Rule> rule_;  // null: `constant_` for everybody
    bool constant_ = false;
    std::vector<std::size_t> columns_;
};

}  // namespace boon::audiences
