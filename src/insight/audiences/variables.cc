#include "insight/audiences/variables.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "records/profiles/attribute_variables.h"

namespace boon::audiences {

namespace {

using profiles::Standing;

// The variables that are not features, in the order of the schema.
enum Known : std::uint32_t {
    kStage,
    kStageSince,
    kDaysInStage,
    kStageOverridden,
    kValueSegment,
    kValueScore,
    kPredictedLtv,
    kLifetimeValue,
    kInBase,
    kRfmSegment,
    kRScore,
    kFScore,
    kMScore,
};
constexpr std::uint32_t kFirstScore = kMScore + 1;
constexpr std::uint32_t kFirstFeature = kFirstScore + profiles::kScores.size();

rules::Value text_or_missing(std::string_view text) {
    return text.empty() ? rules::Value() : rules::Value::of_text(text);
}

double days_between(Timestamp from, Timestamp to) {
    return static_cast<double>(to.micros - from.micros) / static_cast<double>(kMicrosPerDay);
}

bool has_mark(const Standing& standing, std::uint8_t mark) { return (standing.marks & mark) != 0; }

// RFM scores begin at 1; 0 stands for none.
rules::Value score_or_missing(std::uint8_t score) {
    return score == 0 ? rules::Value() : rules::Value::of_number(static_cast<double>(score));
}

}  // namespace

std::vector<std::string> Vocabulary::taken() const {
    std::vector<std::string> names = {"all", "at_risk", "new"};
    names.insert(names.end(), value_segments.begin(), value_segments.end());
    return names;
}

rules::Schema variables_of(const profiles::Schema* profiles, const Vocabulary& names) {
    using rules::Type;
    rules::Schema schema({
        {.name = "stage", .type = Type::text, .doc = "the stage of the lifecycle", .values = names.stages},
        {.name = "stage_since", .type = Type::time, .doc = "when the customer entered the stage"},
        {.name = "days_in_stage", .type = Type::number, .doc = "days since then, with their fraction"},
        {.name = "stage_overridden", .type = Type::boolean, .doc = "whether the stage was set by hand"},
        {.name = "value_segment", .type = Type::text, .doc = "the value segment", .values = names.value_segments},
        {.name = "value_score", .type = Type::number, .doc = "0 to 100"},
        {.name = "predicted_ltv", .type = Type::number, .doc = "of the model, when value was worked out"},
        {.name = "lifetime_value", .type = Type::number, .doc = "realised, net of returns"},
        {.name = "in_base", .type = Type::boolean, .doc = "whether there was activity in 365 days"},
        {.name = "rfm_segment", .type = Type::text, .doc = "the RFM segment", .values = names.rfm_segments},
        {.name = "r_score", .type = Type::number, .doc = "recency, 1 to 5"},
        {.name = "f_score", .type = Type::number, .doc = "frequency, 1 to 5"},
        {.name = "m_score", .type = Type::number, .doc = "monetary value, 1 to 5"},
    });
    for (std::size_t place = 0; place < profiles::kScores.size(); ++place) {
        schema.add({.name = profiles::score_variable(place), .type = Type::number, .doc = profiles::score_words(place)}
        );
    }
    const std::vector<profiles::Column> nothing;
    for (const profiles::Column& column : profiles == nullptr ? nothing : profiles->columns) {
        // A feature whose name is taken gets one that no rule can write, so that the columns keep their places.
        const bool taken = schema.find(column.name).value_or(kFirstFeature) < kFirstFeature;
        schema.add({
            .name = taken ? column.name + '\n' : column.name,
            .type = column.categories.empty() ? Type::number : Type::text,
            .doc = column.words,
        });
    }
    if (names.attributes != nullptr) profiles::add_attributes(schema, *names.attributes);
    return schema;
}

WorkedOutBy worked_out_by(const rules::Reference& reference) {
    switch (reference.variable) {
        case kStage:
        case kStageSince:
        case kDaysInStage:
        case kStageOverridden: return WorkedOutBy::lifecycle;
        case kValueSegment:
        case kValueScore:
        case kPredictedLtv:
        case kInBase:
        case kRfmSegment:
        case kRScore:
        case kFScore:
        case kMScore: return WorkedOutBy::value;
        default: return WorkedOutBy::neither;
    }
}

namespace {

std::size_t feature_count(const Fitted& fitted) {
    return fitted.profiles == nullptr ? 0 : fitted.profiles->columns.size();
}

}  // namespace

std::optional<std::size_t> Fitted::column_read_by(const rules::Reference& reference) const {
    const std::size_t first_attribute = kFirstFeature + feature_count(*this);
    if (reference.variable < kFirstFeature || reference.variable >= first_attribute) return std::nullopt;
    return reference.variable - kFirstFeature;
}

CustomerValues::CustomerValues(const profiles::Profile& profile, const Fitted& fitted, Timestamp now)
    : profile_(profile),
      fitted_(fitted),
      feature_count_(feature_count(fitted)),
      has_features_(
          fitted.profiles != nullptr && profile.schema != nullptr &&
          (profile.schema == fitted.profiles.get() || profile.schema->schema_id == fitted.profiles->schema_id)
      ),
      now_(now) {}

rules::Value CustomerValues::at(const rules::Reference& reference) const {
    if (reference.variable >= kFirstFeature) {
        const std::size_t place = reference.variable - kFirstFeature;
        if (place < feature_count_) return feature(place);
        if (fitted_.attributes == nullptr) return {};
        return profiles::attribute_value(profile_.attributes, *fitted_.attributes, place - feature_count_);
    }
    if (reference.variable >= kFirstScore) return score(reference.variable - kFirstScore);
    switch (reference.variable) {
        case kStage: return text_or_missing(profile_.stage);
        case kValueSegment: return text_or_missing(profile_.value_segment);
        case kRfmSegment: return text_or_missing(profile_.rfm_segment);
        case kLifetimeValue: return rules::Value::of_number(profile_.lifetime_value.value_or(NAN));
        case kStageSince:
        case kDaysInStage:
        case kStageOverridden: return of_stage(reference.variable);
        default: return of_value(reference.variable);
    }
}

rules::Value CustomerValues::feature(std::size_t column) const {
    if (!has_features_ || column >= profile_.features.size()) return {};
    const auto value = static_cast<double>(profile_.features[column]);
    const profiles::Column& meaning = profile_.schema->columns[column];
    if (meaning.categories.empty()) {
        return rules::Value::of_number(meaning.grows_daily ? value + days_between(profile_.computed_at, now_) : value);
    }
    const auto count = static_cast<double>(meaning.categories.size());
    // Also where it is not a number.
    if (!(value >= 0 && value < count)) return {};
    return rules::Value::of_text(meaning.categories[static_cast<std::size_t>(value)]);
}

rules::Value CustomerValues::score(std::size_t place) const {
    if (profile_.scores.empty()) return {};
    return rules::Value::of_number(static_cast<double>(profile_.scores[place]));
}

rules::Value CustomerValues::of_stage(std::uint32_t variable) const {
    const Standing* standing = profile_.standing;
    if (standing == nullptr || standing->stage == Standing::kNone) return {};
    if (variable == kStageOverridden) return rules::Value::of_boolean(has_mark(*standing, Standing::kOverridden));
    if (variable == kStageSince) return rules::Value::of_time({standing->stage_since});
    return rules::Value::of_number(days_between({standing->stage_since}, now_));
}

rules::Value CustomerValues::of_value(std::uint32_t variable) const {
    const Standing* standing = profile_.standing;
    if (standing == nullptr) return {};
    switch (variable) {
        case kValueScore: return rules::Value::of_number(static_cast<double>(standing->value_score));
        case kPredictedLtv: return rules::Value::of_number(static_cast<double>(standing->predicted_ltv));
        case kRScore: return score_or_missing(standing->r);
        case kFScore: return score_or_missing(standing->f);
        case kMScore: return score_or_missing(standing->m);
        default: break;
    }
    if (standing->value_segment == Standing::kNone) return {};
    return rules::Value::of_boolean(!has_mark(*standing, Standing::kOutsideBase));
}

namespace {

// How an instant of microseconds is written in a dialect, and days from one until now.
class Written {
public:
    Written(sql::Dialect dialect, Timestamp now) : dialect_(dialect), now_(now) {}

    [[nodiscard]] std::string days_since(std::string_view column) const {
        return fmt::format("(cast({} - {} as {}) / 86400000000.0)", now_.micros, column, real());
    }
    [[nodiscard]] std::string time(std::string_view column) const {
        switch (dialect_) {
            case sql::Dialect::postgres:
                return fmt::format("(timestamptz 'epoch' + {} * interval '1 microsecond')", column);
            case sql::Dialect::duckdb: return fmt::format("make_timestamp({})", column);
            case sql::Dialect::sqlite: break;
        }
        return std::string(column);
    }
    [[nodiscard]] std::string number(std::string_view column) const {
        return fmt::format("cast({} as {})", column, real());
    }
    [[nodiscard]] std::string truth(std::string_view condition) const {
        return dialect_ == sql::Dialect::sqlite ? fmt::format("({})", condition)
                                                : fmt::format("cast(({}) as boolean)", condition);
    }

private:
    [[nodiscard]] std::string_view real() const {
        return dialect_ == sql::Dialect::sqlite ? "real" : "double precision";
    }

    sql::Dialect dialect_;
    Timestamp now_;
};

}  // namespace

Result<std::string> column_of(
    const rules::Reference& reference, const profiles::Schema* profiles, sql::Dialect dialect, Timestamp now
) {
    const Written written(dialect, now);
    switch (reference.variable) {
        case kStage:
        case kValueSegment:
        case kRfmSegment: return reference.name;
        case kStageSince: return written.time("stage_since");
        case kDaysInStage: return written.days_since("stage_since");
        case kStageOverridden: return written.truth("overridden <> 0");
        case kValueScore:
        case kPredictedLtv: return written.number(reference.name);
        case kInBase: return written.truth("in_base <> 0");
        case kRScore: return written.number("nullif(r, 0)");
        case kFScore: return written.number("nullif(f, 0)");
        case kMScore: return written.number("nullif(m, 0)");
        default: break;
    }
    const bool realised = reference.variable == kLifetimeValue;
    if (realised && (profiles == nullptr || profiles->lifetime_value_column.empty())) return std::string("null");
    const std::string& name = realised ? profiles->lifetime_value_column : reference.name;
    BOON_TRY(std::string column, sql::quote_given_name(name));
    if (reference.type == rules::Type::text) return column;
    if (reference.type == rules::Type::time) return written.time(column);
    if (reference.type == rules::Type::boolean) return written.truth(column + " <> 0");
    const auto place = profiles == nullptr ? std::nullopt : profiles->index_of(name);
    column = written.number(column);
    // The realised value is an amount, whatever its column says of days.
    if (realised || !place || !profiles->columns[*place].grows_daily) return column;
    return fmt::format("({} + {})", column, written.days_since("computed_at"));
}

}  // namespace boon::audiences
