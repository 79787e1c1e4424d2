#include "action/serving/supposed.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boon::serving {

namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

class Mistakes {
public:
    void add(const std::string& pointer, std::string detail) { fields_.push_back({pointer, std::move(detail)}); }
    [[nodiscard]] Status verdict() && {
        if (fields_.empty()) return {};
        Error error{ErrorCode::invalid, "what is supposed of the customer cannot be", "see each place named"};
        error.fields = std::move(fields_);
        return std::unexpected(std::move(error));
    }

private:
    std::vector<FieldError> fields_;
};

void check_name(
    const std::optional<std::string>& name, const std::vector<std::string>& known, const std::string& pointer,
    Mistakes& mistakes
) {
    if (!name || std::ranges::find(known, *name) != known.end()) return;
    mistakes.add(pointer, fmt::format("is none of {}", fmt::join(known, ", ")));
}

// Nothing: not a value of the column.
std::optional<float> feature_of(const profiles::Column& column, const json::Value& value) {
    if (value.is_null()) return kMissing;
    if (!column.categories.empty()) {
        const auto* text = value.if_string();
        if (text == nullptr) return std::nullopt;
        const auto found = std::ranges::find(column.categories, std::string_view(text->data(), text->size()));
        if (found == column.categories.end()) return std::nullopt;
        return static_cast<float>(found - column.categories.begin());
    }
    if (value.is_bool() && column.unit == "flag") return value.get_bool() ? 1.0F : 0.0F;
    if (!value.is_number()) return std::nullopt;
    const auto number = static_cast<float>(value.to_number<double>());
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::string wanted_of(const profiles::Column& column) {
    if (!column.categories.empty()) return fmt::format("must be one of {}", fmt::join(column.categories, ", "));
    return column.unit == "flag" ? "must be true or false" : "must be a number";
}

// Nothing: not a value of the kind. Text is borrowed.
std::optional<profiles::AttributeValue> attribute_of(profiles::AttributeKind kind, const json::Value& value) {
    using profiles::AttributeKind;
    using profiles::AttributeValue;
    if (value.is_null()) return AttributeValue(std::monostate());
    const auto* text = value.if_string();
    switch (kind) {
        case AttributeKind::text:
            if (text != nullptr) return AttributeValue(std::string_view(text->data(), text->size()));
            break;
        case AttributeKind::number:
            if (value.is_number()) return AttributeValue(value.to_number<double>());
            break;
        case AttributeKind::boolean:
            if (value.is_bool()) return AttributeValue(value.get_bool());
            break;
        case AttributeKind::time:
            if (text == nullptr) break;
            if (const auto time = parse_timestamp({text->data(), text->size()})) return AttributeValue(*time);
            break;
    }
    return std::nullopt;
}

std::vector<float> suppose_features(
    const std::map<std::string, json::Value>& supposed, const profiles::Profile& known, const profiles::Schema* schema,
    Mistakes& mistakes
) {
    std::vector<float> features(known.features.begin(), known.features.end());
    if (schema != nullptr && features.empty()) features.assign(schema->columns.size(), kMissing);
    for (const auto& [name, value] : supposed) {
        const std::string pointer = json::pointer_to("/suppose/features", name);
        const auto place = schema == nullptr ? std::nullopt : schema->index_of(name);
        if (!place) {
            mistakes.add(pointer, "there is no such feature");
            continue;
        }
        const profiles::Column& column = schema->columns[*place];
        const auto feature = feature_of(column, value);
        if (!feature) {
            mistakes.add(pointer, wanted_of(column));
            continue;
        }
        features[*place] = *feature;
    }
    return features;
}

std::shared_ptr<const profiles::Attributes> suppose_attributes(
    const std::map<std::string, json::Value>& supposed, const profiles::AttributeRow& known,
    const std::shared_ptr<const profiles::AttributeColumns>& columns, Mistakes& mistakes
) {
    profiles::AttributesBuilder builder(columns, 1);
    for (std::size_t i = 0; known.set != nullptr && i < columns->size(); ++i)
        if (!supposed.contains((*columns)[i].name)) builder.set(0, i, known.set->at(known.row, i));
    for (const auto& [name, value] : supposed) {
        const std::string pointer = json::pointer_to("/suppose/attributes", name);
        const auto column = std::ranges::find(*columns, name, &profiles::AttributeColumn::name);
        if (column == columns->end()) {
            mistakes.add(pointer, "there is no such attribute");
            continue;
        }
        const auto attribute = attribute_of(column->kind, value);
        if (!attribute) {
            mistakes.add(pointer, fmt::format("must be a {}", enum_name(column->kind)));
            continue;
        }
        builder.set(0, static_cast<std::size_t>(column - columns->begin()), *attribute);
    }
    return std::move(builder).finish();
}

}  // namespace

Result<std::unique_ptr<SupposedCustomer>> SupposedCustomer::make(
    const Supposed& supposed, const profiles::Profile& known, const profiles::Image& image, const catalog::Names& names,
    Timestamp now
) {
    Mistakes mistakes;
    check_name(supposed.stage, names.stages, "/suppose/stage", mistakes);
    check_name(supposed.value_segment, names.value_segments, "/suppose/value_segment", mistakes);
    std::unique_ptr<SupposedCustomer> made(new SupposedCustomer);
    made->supposed_ = supposed;
    made->profile_ = known;
    profiles::Profile& profile = made->profile_;
    if (!supposed.features.empty()) {
        made->schema_ = image.schema();
        made->features_ = suppose_features(supposed.features, known, made->schema_.get(), mistakes);
        profile.features = made->features_;
        profile.schema = made->schema_.get();
    }
    if (!supposed.attributes.empty()) {
        made->attributes_ =
            suppose_attributes(supposed.attributes, known.attributes, image.attributes().columns(), mistakes);
        profile.attributes = {.set = made->attributes_.get(), .row = 0};
    }
    BOON_CHECK(std::move(mistakes).verdict());
    if (known.standing != nullptr) made->standing_ = *known.standing;
    if (supposed.stage) {
        // Since now: nobody says for how long.
        made->standing_.stage = 0;
        made->standing_.stage_since = now.micros;
        profile.stage = *made->supposed_.stage;
    }
    if (supposed.value_segment) {
        made->standing_.value_segment = 0;
        profile.value_segment = *made->supposed_.value_segment;
    }
    if (supposed.stage || supposed.value_segment) profile.standing = &made->standing_;
    if (supposed.lifetime_value) profile.lifetime_value = supposed.lifetime_value;
    return made;
}

}  // namespace boon::serving
