// What the eligibility rules of offers may name, and where a decision reads it: the customer's features, stage,
// segments and value, and the request.
#pragma once

#include <string_view>

#include "action/decision/decide.h"
#include "platform/rules/rule.h"
#include "records/catalog/offer.h"
#include "records/profiles/profile.h"

namespace boon::decision {

class Snapshot;

// stage, value_segment, rfm_segment, lifetime_value, channel, placement, `context.…` (as the request has it),
// `score.churn` and its like (as the base was last scored), then the features under their names (a categorical one is
// text, every other a number), then `attributes.plan` and its like. `profiles` and `attributes` may be null: none.
rules::Schema rule_schema_of(
    const profiles::Schema* profiles, const profiles::AttributeColumns* attributes, const catalog::Names& names
);

// One decision's values for a snapshot's rules. Its parts must outlive it. Allocates nothing but for lists.
class RuleValues : public rules::Values {
public:
    RuleValues(const Snapshot& snapshot, const profiles::Profile& profile, const Request& request);

    [[nodiscard]] rules::Value at(const rules::Reference& reference) const override;
    [[nodiscard]] json::Value list_at(const rules::Reference& reference) const override;

private:
    // Of a feature, or behind them of an attribute.
    [[nodiscard]] rules::Value known(std::size_t place) const;
    [[nodiscard]] rules::Value feature(std::size_t column) const;
    [[nodiscard]] const json::Value* in_context(std::string_view name) const;

    const Snapshot& snapshot_;
    const profiles::Profile& profile_;
    const Request& request_;
    bool has_features_;
};

}  // namespace boon::decision
