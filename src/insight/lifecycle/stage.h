// Which stage a customer is in: the rules over what is known of the customer at one instant. Pure; time is passed in.
//
// The first rule that holds decides. For a customer who is in a rule's stage already, its `stay` is enough. Missing
// makes a comparison unknown, which never holds. A rule with dwell days does not take a customer out of a stage that
// another such rule put the customer in less than its dwell days ago. A stage set by hand holds until it expires.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "insight/lifecycle/rule_set.h"
#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/rules/rule.h"
#include "records/profiles/profile.h"

namespace boon::lifecycle {

// What is known of a customer at one instant.
struct Facts {
    std::span<const float> features;          // in the profiles' order
    double age_days = 0;                      // how long before the instant they were worked out: days have gone on
    std::optional<double> churn_probability;  // of a model that serves; a fallback is none
    std::optional<double> predicted_ltv;
    std::span<const float> scores = {};  // as Profile has them
    profiles::AttributeRow attributes = {};
};

// Where the customer is: the open stay.
struct Place {
    std::string_view stage;
    std::string_view rule;
    Timestamp since;
};

// Set by a person; in force before expires_at.
struct Override {
    std::string_view stage;
    std::string_view author;
    std::string_view note;
    std::optional<Timestamp> expires_at;
};

inline constexpr std::string_view kOverrideRule = "override";

struct Decided {
    std::string_view stage;  // of the rules, of the override, or of the place: valid as long as they are
    std::string_view rule;
    std::uint8_t flags = 0;  // bit i: CompiledRules::flags()[i]
    bool moves = false;      // into another stage than the place, or from none
    bool held = false;       // another rule holds, but the stay has not lasted its dwell days
    bool overridden = false;
    std::size_t matched = 0;  // the rule that holds; kNone under an override
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
};

// Immutable and thread-safe.
class CompiledRules {
public:
    // `invalid` with the JSON Pointer of every mistake: what complete() finds, a variable that is none, a wrong type.
    // Variables: the profiles' columns, churn_probability, predicted_ltv, lifetime_value, `score.propensity` and its
    // like (as the base was last scored), the limits, and `attributes.plan` and its like.
    static Result<CompiledRules> compile(
        RuleSet set, std::span<const std::string> stages, std::shared_ptr<const profiles::Schema> schema,
        std::shared_ptr<const profiles::AttributeColumns> attributes = {}
    );

    [[nodiscard]] const RuleSet& set() const { return set_; }
    [[nodiscard]] const std::vector<std::string>& flags() const { return flags_; }
    [[nodiscard]] std::string flag_text(std::uint8_t bits) const;  // comma between them

    // `at`: when a move is dated; by it dwell is measured and a stage set by hand expires.
    [[nodiscard]] Decided decide(
        const Facts& facts, const std::optional<Place>& place, const std::optional<Override>& hand, Timestamp at
    ) const;
    // Why, with the values that decided: `silent for long: days since the last activity 120 days`.
    [[nodiscard]] std::string reason(const Decided& decided, const Facts& facts, const std::optional<Override>& hand)
        const;

private:
    class View;  // a customer's facts as the rules read them
    // Always, never, or a rule.
    struct Condition {
        std::optional<rules::Rule> rule;
        bool constant = false;

        [[nodiscard]] bool holds(const View& view, Timestamp at) const;
    };
    struct Compiled {
        Condition when;
        Condition stay;
        std::vector<std::pair<std::uint8_t, Condition>> flags;
        std::vector<rules::Reference> reads;
    };
    struct Mistakes;  // of the rules, and where the one at hand stands
    enum class Source : std::uint8_t {
        feature,
        category,
        churn_probability,
        predicted_ltv,
        lifetime_value,
        score,
        limit,
        attribute
    };
    struct Variable {
        Source source = Source::feature;
        std::uint32_t index = 0;
    };

    CompiledRules() = default;
    rules::Schema make_schema();
    Status compile_rules(const rules::Schema& schema);
    Compiled compile_rule(const StageRule& rule, const rules::Schema& schema, const Mistakes& mistakes) const;
    [[nodiscard]] std::size_t match(const View& view, const std::optional<Place>& place, Timestamp at) const;
    [[nodiscard]] bool holds_back(const StageRule& rule, const Place& place, Timestamp at) const;
    [[nodiscard]] std::string value_words(const rules::Reference& reference, const View& view) const;

    RuleSet set_;
    std::shared_ptr<const profiles::Schema> schema_;
    std::shared_ptr<const profiles::AttributeColumns> attributes_;  // null: none
    std::vector<std::string> flags_;
    std::vector<Compiled> compiled_;
    std::vector<Variable> variables_;  // by the rules' schema
    std::vector<std::string> limit_names_;
    std::optional<std::size_t> contract_column_;
    std::optional<std::size_t> lifetime_value_column_;
    // By contract type's code, the last one for all others: the limits in the order of limit_names_.
    std::vector<std::vector<double>> limits_;
};

}  // namespace boon::lifecycle
