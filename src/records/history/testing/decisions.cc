#include "records/history/testing/decisions.h"

#include <cstring>
#include <future>
#include <limits>

#include <fmt/core.h>

namespace boon::history::testing {

namespace {

// splitmix64 (Steele, Lea, Flood 2014).
std::uint64_t mix(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31U);
}

}  // namespace

DecisionRecord make_decision(std::uint64_t number, Timestamp at, std::size_t body_bytes) {
    DecisionRecord decision{
        .decision_id = make_uuid_v7(at, mix(number), 0),
        .customer_id = fmt::format("customer-{}", number % 1000),
        .decided_at = at,
        .placement = "home",
        .channel = "app",
        .offers = {static_cast<OfferId>(number % 8), static_cast<OfferId>(number % 8 + 100)},
        .body = {},
        .features = {},
        .schema_id = 3,
        .catalogue_version = static_cast<std::int64_t>(number),
        .policy_version = 5,
        .model_version = "0195515a-4b00-7000-8000-000000000000",
    };
    for (std::uint64_t i = 0; i < 40; ++i) {
        decision.features.push_back(
            i % 16 == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(mix(number + i) % 1000) / 8
        );
    }
    decision.body = fmt::format(R"({{"decision_id":"{}","words":"größer","offers":[)", decision.decision_id);
    for (std::uint64_t i = 0; decision.body.size() + 3 < body_bytes; ++i) {
        decision.body += fmt::format(R"({{"offer_id":{},"score":0.{}}},)", i, mix(number + i));
    }
    decision.body += "0]}";
    return decision;
}

bool same_bytes(const DecisionRecord& a, const DecisionRecord& b) {
    return a.decision_id == b.decision_id && a.customer_id == b.customer_id && a.decided_at == b.decided_at &&
           a.placement == b.placement && a.channel == b.channel && a.offers == b.offers && a.body == b.body &&
           a.features.size() == b.features.size() &&
           std::memcmp(a.features.data(), b.features.data(), a.features.size() * sizeof(float)) == 0 &&
           a.schema_id == b.schema_id && a.catalogue_version == b.catalogue_version &&
           a.policy_version == b.policy_version && a.model_version == b.model_version;
}

Status record_and_wait(Ledger& ledger, DecisionRecord decision) {
    std::promise<Status> recorded;
    ledger.record(std::move(decision), [&](Status status) { recorded.set_value(std::move(status)); });
    return recorded.get_future().get();
}

Result<Recorded> add_and_wait(Ledger& ledger, Outcome outcome) {
    std::promise<Result<Recorded>> recorded;
    ledger.add_outcome(std::move(outcome), [&](Result<Recorded> result) { recorded.set_value(std::move(result)); });
    return recorded.get_future().get();
}

}  // namespace boon::history::testing
