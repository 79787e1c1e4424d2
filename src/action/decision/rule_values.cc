#include "action/decision/rule_values.h"

#include <cmath>

#include "action/decision/snapshot.h"
#include "platform/rules/document.h"
#include "records/profiles/attribute_variables.h"

namespace boon::decision {

namespace {

// The variables that are not features, in the order of the schema.
enum Known : std::uint32_t { kStage, kValueSegment, kRfmSegment, kLifetimeValue, kChannel, kPlacement, kContext };
constexpr std::uint32_t kFirstScore = kContext + 1;
constexpr std::uint32_t kFirstFeature = kFirstScore + profiles::kScores.size();
constexpr std::string_view kContextPrefix = "context.";

rules::Value text_or_missing(std::string_view text) {
    return text.empty() ? rules::Value() : rules::Value::of_text(text);
}

}  // namespace

rules::Schema rule_schema_of(
    const profiles::Schema* profiles, const profiles::AttributeColumns* attributes, const catalog::Names& names
) {
    using rules::Type;
    rules::Schema schema({
        {.name = "stage", .type = Type::text, .doc = "the stage of the lifecycle", .values = names.stages},
        {.name = "value_segment", .type = Type::text, .doc = "the value segment", .values = names.value_segments},
        {.name = "rfm_segment", .type = Type::text, .doc = "the RFM segment", .values = names.rfm_segments},
        {.name = "lifetime_value", .type = Type::number, .doc = "the realised value, net of returns"},
        {.name = "channel", .type = Type::text, .doc = "the channel that asks"},
        {.name = "placement", .type = Type::text, .doc = "where the offer will be shown"},
        {.name = std::string(kContextPrefix), .type = Type::any, .doc = "what the request says", .family = true},
    });
    for (std::size_t place = 0; place < profiles::kScores.size(); ++place) {
        schema.add({.name = profiles::score_variable(place), .type = Type::number, .doc = profiles::score_words(place)}
        );
    }
    const std::vector<profiles::Column> nothing;
    for (const profiles::Column& column : profiles == nullptr ? nothing : profiles->columns) {
        // A feature whose name is taken gets another one, so that the columns keep their places.
        const bool taken = schema.find(column.name).value_or(kContext) < kContext;
        schema.add({
            .name = taken ? column.name + '\n' : column.name,
            .type = column.categories.empty() ? Type::number : Type::text,
            .doc = column.words,
        });
    }
    if (attributes != nullptr) profiles::add_attributes(schema, *attributes);
    return schema;
}

RuleValues::RuleValues(const Snapshot& snapshot, const profiles::Profile& profile, const Request& request)
    : snapshot_(snapshot),
      profile_(profile),
      request_(request),
      has_features_(
          profile.schema != nullptr && snapshot.schema() != nullptr &&
          profile.schema->schema_id == snapshot.schema()->schema_id
      ) {}

rules::Value RuleValues::at(const rules::Reference& reference) const {
    switch (reference.variable) {
        case kStage: return text_or_missing(profile_.stage);
        case kValueSegment: return text_or_missing(profile_.value_segment);
        case kRfmSegment: return text_or_missing(profile_.rfm_segment);
        case kLifetimeValue: return rules::Value::of_number(profile_.lifetime_value.value_or(NAN));
        case kChannel: return text_or_missing(request_.channel);
        case kPlacement: return text_or_missing(request_.placement);
        case kContext: {
            const json::Value* member = in_context(reference.name);
            return member == nullptr ? rules::Value() : rules::value_of(*member, reference.type);
        }
        default: break;
    }
    if (reference.variable >= kFirstFeature) return known(reference.variable - kFirstFeature);
    if (profile_.scores.empty()) return {};
    return rules::Value::of_number(static_cast<double>(profile_.scores[reference.variable - kFirstScore]));
}

rules::Value RuleValues::known(std::size_t place) const {
    const std::size_t features = snapshot_.schema() == nullptr ? 0 : snapshot_.schema()->columns.size();
    if (place < features) return feature(place);
    if (snapshot_.attributes() == nullptr) return {};
    return profiles::attribute_value(profile_.attributes, *snapshot_.attributes(), place - features);
}

rules::Value RuleValues::feature(std::size_t column) const {
    if (!has_features_ || column >= profile_.features.size()) return {};
    const float value = profile_.features[column];
    const auto& categories = profile_.schema->columns[column].categories;
    if (categories.empty()) return rules::Value::of_number(static_cast<double>(value));
    const auto count = static_cast<float>(categories.size());
    // Also where it is not a number.
    if (!(value >= 0 && value < count)) return {};
    return rules::Value::of_text(categories[static_cast<std::size_t>(value)]);
}

const json::Value* RuleValues::in_context(std::string_view name) const {
    if (!request_.context.is_object()) return nullptr;
    name.remove_prefix(kContextPrefix.size());
    return rules::follow(&request_.context, name);
}

json::Value RuleValues::list_at(const rules::Reference& reference) const {
    const json::Value* member = reference.variable == kContext ? in_context(reference.name) : nullptr;
    return member != nullptr && member->is_array() ? *member : json::Value(nullptr);
}

}  // namespace boon::decision
