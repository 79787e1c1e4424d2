#include "insight/lifecycle/stage.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "platform/base/number_text.h"
#include "records/profiles/attribute_variables.h"

namespace boon::lifecycle {

namespace {

constexpr std::string_view kContractType = "contract_type";

double not_known() { return std::numeric_limits<double>::quiet_NaN(); }

double days_between(Timestamp from, Timestamp to) {
    return static_cast<double>(to.micros - from.micros) / kMicrosPerDay;
}

// Moves the pointers of a rule's mistakes to where the rule stands.
void add_mistakes(std::vector<FieldError>& all, const Error& error, const std::string& pointer) {
    if (error.fields.empty()) all.push_back({pointer, error.message});
    for (const FieldError& field : error.fields) all.push_back({pointer + field.pointer, field.detail});
}

// Of an attribute.
std::string words_of(const rules::Value& value) {
    switch (value.kind()) {
        case rules::Value::Kind::number: return number_text(value.number());
        case rules::Value::Kind::text: return std::string(value.text());
        case rules::Value::Kind::boolean: return value.boolean() ? "yes" : "no";
        case rules::Value::Kind::time: return to_string(value.time());
        case rules::Value::Kind::missing: break;
    }
    return "not known";
}

void add_references(std::vector<rules::Reference>& all, const std::vector<rules::Reference>& some) {
    for (const rules::Reference& reference : some) {
        if (std::ranges::find(all, reference) == all.end()) all.push_back(reference);
    }
}

}  // namespace

class CompiledRules::View final : public rules::Values {
public:
    View(const CompiledRules& rules, const Facts& facts) : rules_(rules), facts_(facts) {}

    [[nodiscard]] rules::Value at(const rules::Reference& reference) const override {
        const Variable variable = rules_.variables_[reference.variable];
        switch (variable.source) {
            case Source::feature: return rules::Value::of_number(feature(variable.index));
            case Source::category: return category(variable.index);
            case Source::churn_probability:
                return rules::Value::of_number(facts_.churn_probability.value_or(not_known()));
            case Source::predicted_ltv: return rules::Value::of_number(facts_.predicted_ltv.value_or(not_known()));
            case Source::lifetime_value: return rules::Value::of_number(feature(variable.index));
            case Source::score: return rules::Value::of_number(score(variable.index));
            case Source::limit: return rules::Value::of_number(limits()[variable.index]);
            case Source::attribute:
                return profiles::attribute_value(facts_.attributes, *rules_.attributes_, variable.index);
        }
        return {};
    }

    // A feature of the profile, as of the instant: days since something have gone on.
    [[nodiscard]] double feature(std::size_t column) const {
        const auto value = static_cast<double>(facts_.features[column]);
        return rules_.schema_->columns[column].grows_daily ? value + facts_.age_days : value;
    }

private:
    [[nodiscard]] double score(std::size_t place) const {
        return facts_.scores.empty() ? not_known() : static_cast<double>(facts_.scores[place]);
    }

    [[nodiscard]] rules::Value category(std::size_t column) const {
        const auto code = static_cast<double>(facts_.features[column]);
        const auto& names = rules_.schema_->columns[column].categories;
        const bool known = code >= 0 && code < static_cast<double>(names.size());
        return known ? rules::Value::of_text(names[static_cast<std::size_t>(code)]) : rules::Value();
    }

    [[nodiscard]] const std::vector<double>& limits() const {
        const std::size_t others = rules_.limits_.size() - 1;
        if (!rules_.contract_column_) return rules_.limits_[others];
        const auto code = static_cast<double>(facts_.features[*rules_.contract_column_]);
        const bool known = code >= 0 && code < static_cast<double>(others);
        return rules_.limits_[known ? static_cast<std::size_t>(code) : others];
    }

    const CompiledRules& rules_;
    const Facts& facts_;
};

bool CompiledRules::Condition::holds(const View& view, Timestamp at) const {
    return rule ? rule->holds(view, at) : constant;
}

rules::Schema CompiledRules::make_schema() {
    rules::Schema schema;
    const auto add = [&](rules::Variable variable, Variable source) {
        if (schema.add(std::move(variable))) variables_.push_back(source);
    };
    using rules::Type;
    add({.name = "churn_probability", .type = Type::number, .doc = "of the model that serves; missing without one"},
        {Source::churn_probability});
    add({.name = "predicted_ltv", .type = Type::number, .doc = "of the model that serves; missing without one"},
        {Source::predicted_ltv});
    if (lifetime_value_column_) {
        add({.name = "lifetime_value", .type = Type::number, .doc = "realised, net of returns"},
            {Source::lifetime_value, static_cast<std::uint32_t>(*lifetime_value_column_)});
    }
    for (std::uint32_t i = 0; i < profiles::kScores.size(); ++i) {
        add({.name = profiles::score_variable(i), .type = Type::number, .doc = profiles::score_words(i)},
            {Source::score, i});
    }
    for (std::uint32_t i = 0; i < limit_names_.size(); ++i) {
        add({.name = "limit." + limit_names_[i], .type = Type::number, .doc = "of the rules, by contract type"},
            {Source::limit, i});
    }
    for (std::uint32_t i = 0; i < schema_->columns.size(); ++i) {
        const profiles::Column& column = schema_->columns[i];
        const bool text = column.unit == "category";
        add({.name = column.name,
             .type = text ? Type::text : Type::number,
             .doc = column.words,
             .values = column.categories},
            {text ? Source::category : Source::feature, i});
    }
    if (attributes_ != nullptr) {
        profiles::add_attributes(schema, *attributes_);
        for (std::uint32_t i = 0; i < attributes_->size(); ++i) variables_.push_back({Source::attribute, i});
    }
    return schema;
}

struct CompiledRules::Mistakes {
    std::vector<FieldError>& all;
    std::string pointer;

    Condition compile(
        const json::Value& written, const rules::Schema& schema, std::string_view member,
        std::vector<rules::Reference>* reads
    ) const {
        Condition made;
        if (written.is_bool() || written.is_null()) {
            made.constant = written.is_bool() && written.get_bool();
            return made;
        }
        auto rule = rules::Rule::compile(written, schema, rules::Mode::strict);
        if (!rule) {
            add_mistakes(all, rule.error(), pointer + std::string(member));
            return made;
        }
        made.rule = *std::move(rule);
        if (reads != nullptr) add_references(*reads, made.rule->references());
        return made;
    }
};

CompiledRules::Compiled CompiledRules::compile_rule(
    const StageRule& rule, const rules::Schema& schema, const Mistakes& mistakes
) const {
    Compiled compiled;
    compiled.when = mistakes.compile(rule.when, schema, "/when", &compiled.reads);
    compiled.stay = mistakes.compile(rule.stay, schema, "/stay", &compiled.reads);
    for (std::size_t i = 0; i < rule.flags.size(); ++i) {
        const auto bit = std::ranges::find(flags_, rule.flags[i].name) - flags_.begin();
        // What flags read does not explain the stage.
        compiled.flags.emplace_back(
            static_cast<std::uint8_t>(1U << static_cast<unsigned>(bit)),
            mistakes.compile(rule.flags[i].when, schema, fmt::format("/flags/{}/when", i), nullptr)
        );
    }
    return compiled;
}

Status CompiledRules::compile_rules(const rules::Schema& schema) {
    Error error{ErrorCode::invalid, "the rules of the lifecycle are not right"};
    for (std::size_t i = 0; i < set_.rules.size(); ++i) {
        compiled_.push_back(compile_rule(set_.rules[i], schema, {error.fields, fmt::format("/rules/{}", i)}));
    }
    if (error.fields.empty()) return {};
    return std::unexpected(std::move(error));
}

Result<CompiledRules> CompiledRules::compile(
    RuleSet set, std::span<const std::string> stages, std::shared_ptr<const profiles::Schema> schema,
    std::shared_ptr<const profiles::AttributeColumns> attributes
) {
    BOON_CHECK(complete(set, stages));
    CompiledRules made;
    made.set_ = std::move(set);
    made.schema_ = std::move(schema);
    made.attributes_ = std::move(attributes);
    made.contract_column_ = made.schema_->index_of(kContractType);
    made.lifetime_value_column_ = made.schema_->index_of(made.schema_->lifetime_value_column);
    for (const StageRule& rule : made.set_.rules) {
        for (const StageFlag& flag : rule.flags) {
            if (std::ranges::find(made.flags_, flag.name) == made.flags_.end()) made.flags_.push_back(flag.name);
        }
    }
    std::vector<std::string> contracts;
    if (made.contract_column_) contracts = made.schema_->columns[*made.contract_column_].categories;
    contracts.emplace_back(kAnyContract);
    made.limits_.resize(contracts.size());
    for (const auto& [name, by_contract] : made.set_.limits) {
        made.limit_names_.push_back(name);
        for (std::size_t i = 0; i < contracts.size(); ++i) {
            const auto own = by_contract.find(contracts[i]);
            made.limits_[i].push_back(
                own != by_contract.end() ? own->second : by_contract.at(std::string(kAnyContract))
            );
        }
    }
    BOON_CHECK(made.compile_rules(made.make_schema()));
    return made;
}

std::string CompiledRules::flag_text(std::uint8_t bits) const {
    std::string text;
    for (std::size_t i = 0; i < flags_.size(); ++i) {
        if ((static_cast<unsigned>(bits) >> i & 1U) != 0) text += (text.empty() ? "" : ",") + flags_[i];
    }
    return text;
}

std::size_t CompiledRules::match(const View& view, const std::optional<Place>& place, Timestamp at) const {
    const auto holds = [&](std::size_t i) {
        const bool is_there = place && place->stage == set_.rules[i].stage;
        return compiled_[i].when.holds(view, at) || (is_there && compiled_[i].stay.holds(view, at));
    };
    std::size_t matched = 0;
    // The last rule holds for everybody.
    while (matched + 1 < compiled_.size() && !holds(matched)) ++matched;
    return matched;
}

bool CompiledRules::holds_back(const StageRule& rule, const Place& place, Timestamp at) const {
    // A stay that began at this very instant is being worked out again: it holds nobody.
    if (place.stage == rule.stage || rule.dwell_days == 0 || place.since >= at) return false;
    const auto before = std::ranges::find(set_.rules, place.rule, &StageRule::name);
    const bool dwells = before != set_.rules.end() && before->dwell_days > 0;
    return dwells && days_between(place.since, at) < rule.dwell_days;
}

Decided CompiledRules::decide(
    const Facts& facts, const std::optional<Place>& place, const std::optional<Override>& hand, Timestamp at
) const {
    if (hand && (!hand->expires_at || at < *hand->expires_at)) {
        Decided decided{.stage = hand->stage, .rule = kOverrideRule, .overridden = true, .matched = Decided::kNone};
        decided.moves = !place || place->stage != hand->stage;
        return decided;
    }
    const View view(*this, facts);
    const std::size_t matched = match(view, place, at);
    const StageRule& rule = set_.rules[matched];
    if (place && holds_back(rule, *place, at)) {
        return {.stage = place->stage, .rule = place->rule, .held = true, .matched = matched};
    }
    Decided decided{.stage = rule.stage, .rule = rule.name, .matched = matched};
    decided.moves = !place || place->stage != rule.stage;
    for (const auto& [bit, condition] : compiled_[matched].flags) {
        if (condition.holds(view, at)) decided.flags |= bit;
    }
    return decided;
}

std::string CompiledRules::value_words(const rules::Reference& reference, const View& view) const {
    const Variable variable = variables_[reference.variable];
    const auto number = [&](double value) { return std::isnan(value) ? std::string("not known") : number_text(value); };
    const rules::Value value = view.at(reference);
    switch (variable.source) {
        case Source::feature: {
            const profiles::Column& column = schema_->columns[variable.index];
            // Whole days have passed, not 12.3 of them.
            auto shown = static_cast<float>(view.feature(variable.index));
            if (column.unit == "days") shown = std::floor(shown);
            return fmt::format("{} {}", column.words, profiles::value_text(column, shown));
        }
        case Source::category:
            return fmt::format(
                "{} {}", schema_->columns[variable.index].words, value.is_missing() ? "not known" : value.text()
            );
        case Source::churn_probability:
            return "churn probability " + number(value.is_missing() ? not_known() : value.number());
        case Source::predicted_ltv:
            return "predicted value " + number(value.is_missing() ? not_known() : value.number());
        case Source::lifetime_value:
            return "lifetime value " + number(value.is_missing() ? not_known() : value.number());
        case Source::score:
            return fmt::format(
                "{} {}", profiles::kScores[variable.index].words,
                number(value.is_missing() ? not_known() : value.number())
            );
        case Source::attribute: return (*attributes_)[variable.index].name + ' ' + words_of(value);
        case Source::limit: break;
    }
    return {};
}

std::string CompiledRules::reason(const Decided& decided, const Facts& facts, const std::optional<Override>& hand)
    const {
    if (decided.overridden) {
        const std::string until = hand->expires_at ? " until " + to_string(*hand->expires_at) : "";
        return fmt::format("set by hand by {}{}{}{}", hand->author, until, hand->note.empty() ? "" : ": ", hand->note);
    }
    const View view(*this, facts);
    std::string text = set_.rules[decided.matched].words;
    bool first = true;
    for (const rules::Reference& reference : compiled_[decided.matched].reads) {
        if (variables_[reference.variable].source == Source::limit || view.at(reference).is_missing()) continue;
        text += (first ? ": " : ", ") + value_words(reference, view);
        first = false;
    }
    return text;
}

}  // namespace boon::lifecycle
