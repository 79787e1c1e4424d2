#include "insight/audiences/selector.h"

#include <algorithm>

namespace boon::audiences {

Result<Selector> Selector::compile(const json::Value& rule, Fitted fitted, const rules::Schema& variables) {
    Selector made;
    made.fitted_ = std::move(fitted);
    if (const bool* constant = rule.if_bool()) {
        made.constant_ = *constant;
        return made;
    }
    if (!rule.is_object()) {
        Error error{ErrorCode::invalid, "the rule is none"};
        error.fields.push_back({"", R"(must be true or a JsonLogic rule, such as {"==":[{"var":"stage"},"churn"]})"});
        return std::unexpected(std::move(error));
    }
    BOON_TRY(auto compiled, rules::Rule::compile(rule, variables, rules::Mode::strict));
    for (const rules::Reference& reference : compiled.references()) {
        const auto column = made.fitted_.column_read_by(reference);
        if (column && std::ranges::find(made.columns_, *column) == made.columns_.end())
            made.columns_.push_back(*column);
    }
    made.rule_ = std::make_shared<const rules::Rule>(std::move(compiled));
    return made;
}

rules::Truth Selector::test(const profiles::Profile& profile, Timestamp now) const {
    if (rule_ == nullptr) return constant_ ? rules::Truth::yes : rules::Truth::no;
    return rule_->test(CustomerValues(profile, fitted_, now), now);
}

rules::Verdict Selector::explain(const profiles::Profile& profile, Timestamp now) const {
    if (rule_ != nullptr) return rule_->explain(CustomerValues(profile, fitted_, now), now);
    if (constant_) return {.truth = rules::Truth::yes};
    return {.truth = rules::Truth::no, .why = "it selects nobody", .change = "its rule has to change"};
}

Result<std::string> Selector::sql(sql::Dialect dialect, Timestamp now) const {
    if (rule_ == nullptr) return std::string(constant_ ? "1 = 1" : "1 = 0");
    return rule_->sql(dialect, now, [&](const rules::Reference& reference) {
        return column_of(reference, fitted_.profiles.get(), dialect, now);
    });
}

bool Selector::reads(WorkedOutBy what) const {
    return rule_ != nullptr && std::ranges::any_of(rule_->references(), [&](const rules::Reference& reference) {
               return worked_out_by(reference) == what;
           });
}

}  // namespace boon::audiences
