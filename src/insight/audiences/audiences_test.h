// Bases of customers made by hand and by chance, for the tests of audiences.
#pragma once

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/audiences/book.h"
#include "records/profiles/table.h"

namespace boon::audiences {

inline constexpr Timestamp kMarch{1'772'323'200'000'000};  // 2026-03-01T00:00:00Z
inline constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

inline std::shared_ptr<const profiles::Schema> schema_of(std::vector<std::string> contracts) {
    auto schema = std::make_shared<profiles::Schema>();
    schema->schema_id = 1;
    schema->columns = {
        {.name = "days_since_last_purchase", .hash = "a", .words = "days since", .unit = "days", .grows_daily = true},
        {.name = "spend", .hash = "b", .words = "spend", .unit = "EUR"},
        {.name = "contract", .hash = "c", .words = "contract", .unit = "category", .categories = std::move(contracts)},
    };
    schema->lifetime_value_column = "spend";
    return schema;
}

inline Vocabulary vocabulary() {
    return {
        .stages = {"onboarding", "growth", "retention", "churn"},
        .value_segments = {"high_value", "low_value"},
        .rfm_segments = {"champions", "lost"},
    };
}

struct Customer {
    std::string id;
    float last_purchase_days = kMissing;
    float spend = kMissing;
    float contract = kMissing;
    std::string stage = {};
    std::string value_segment = {};
    Timestamp stage_since = kMarch;
    Timestamp computed_at = kMarch;
};

inline std::shared_ptr<const profiles::Image> image_of(const std::vector<Customer>& customers) {
    profiles::ImageBuilder builder(schema_of({"prepaid", "postpaid"}), customers.size());
    profiles::StandingsBuilder standings(customers.size());
    for (std::size_t i = 0; i < customers.size(); ++i) {
        const Customer& one = customers[i];
        builder.add(one.id, std::array{one.last_purchase_days, one.spend, one.contract}, one.computed_at);
        profiles::Standing& standing = standings.at(i);
        standing.stage = profiles::place_of(standings.names().stages, one.stage);
        standing.stage_since = one.stage_since.micros;
        standing.value_segment = profiles::place_of(standings.names().value_segments, one.value_segment);
    }
    return std::move(builder).finish()->with(std::move(standings).finish());
}

inline json::Value rule(std::string_view text) { return json::parse(text).value(); }

inline Selector selector(const profiles::Image& image, std::string_view text) {
    auto compiled = Book({}, image.schema(), vocabulary()).compile(rule(text), "");
    BOON_ASSERT(compiled.has_value());
    return *std::move(compiled);
}

}  // namespace boon::audiences
