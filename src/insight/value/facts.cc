#include "insight/value/facts.h"

#include <algorithm>
#include <array>

#include "insight/scoring/predict_many.h"

namespace boon::value {

namespace {

// As many profiles as are predicted at once: their model rows stay in the processor's cache.
constexpr std::size_t kBlock = 2048;

}  // namespace

Result<FactReader> FactReader::make(const profiles::Schema& schema) {
    FactReader reader;
    const std::array wanted = {
        std::pair{"days_since_last_activity", &reader.last_activity_},
        std::pair{"days_since_last_purchase", &reader.last_purchase_},
        std::pair{"purchases_365d", &reader.purchases_},
        std::pair{"spend_365d", &reader.revenue_},
    };
    std::string missing;
    for (const auto& [name, place] : wanted) {
        if (const auto column = schema.index_of(name)) {
            *place = *column;
        } else {
            missing += (missing.empty() ? "" : ", ") + std::string(name);
        }
    }
    if (missing.empty()) return reader;
    return fail(
        ErrorCode::failed_precondition, "the profiles lack what value needs: " + missing,
        "declare these features as boon's defaults do (docs/features.md), then run `boon features`"
    );
}

float FactReader::days(const profiles::Profile& profile, std::size_t column, Timestamp as_of) const {
    if (!profile.schema->columns[column].grows_daily) return profile.features[column];
    const auto age = static_cast<double>(as_of.micros - profile.computed_at.micros) / kMicrosPerDay;
    return static_cast<float>(static_cast<double>(profile.features[column]) + age);
}

Facts FactReader::read(const profiles::Profile& profile, double predicted_ltv, Timestamp as_of) const {
    return {
        .last_activity_days = days(profile, last_activity_, as_of),
        .last_purchase_days = days(profile, last_purchase_, as_of),
        .purchases_365d = profile.features[purchases_],
        .revenue_365d = profile.features[revenue_],
        .predicted_ltv = static_cast<float>(predicted_ltv),
    };
}

double FactReader::revenue(const profiles::Profile& profile) const {
    return static_cast<double>(profile.features[revenue_]);
}

std::vector<Facts> facts_of(
    const profiles::Image& image, const FactReader& reader, const scoring::Serving* ltv, Timestamp as_of
) {
    std::vector<Facts> facts;
    facts.reserve(image.size());
    for (std::size_t first = 0; first < image.size(); first += kBlock) {
        std::vector<std::span<const float>> features;
        for (std::size_t row = first; row < std::min(image.size(), first + kBlock); ++row) {
            features.push_back(image.at(row).features);
        }
        const auto predicted = scoring::predict_many(ltv, features);
        for (std::size_t i = 0; i < predicted.size(); ++i) {
            facts.push_back(reader.read(image.at(first + i), predicted[i], as_of));
        }
    }
    return facts;
}

}  // namespace boon::value
