#include "records/catalog/kept_offer.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace boon::catalog {
namespace {

// Every member says something else than its default.
Offer full() {
    auto offer = json::read_text<Offer>(
        R"({"offer_id":7,"name":"Größe","description":"d","category":"points","is_active":false,"status":"paused",
        "lifecycle_stage":"growth","target_segment":"high_value","min_customer_value":-1.5,
        "max_customer_value":9000000000.25,
        "eligibility_rule":{"and":[{">":[{"var":"x"},1.5]},true,null,"é"]},"external_offer_id":"po-1",
        "external_system":"xiva",
        "valid_from":"0001-01-01T00:00:00Z","valid_until":"9999-12-31T23:59:59.999999Z","channels":["app",""],
        "placements":["home"],"price":0,"value":-3,"redemption_cost":1,"contact_cost":0.01,"budget":1,"currency":"USD",
        "weight":0.1,"horizon_days":730,"caps":[{"name":"a","scope":"total","counts":"viewed",
        "limit":1000000000000000,"period_days":7},
        {"name":"","scope":"customer","counts":"sent","limit":1,"period_days":null}],
        "exclusion_group":"g","one_time":true,
        "is_service_message":true,"tags":["x","y"],"content":{"de":{"title":"T","text":"t",
        "call_to_action":"c","image_url":"i",
        "link_url":"l","channels":{"app":{"title":null,"text":"","call_to_action":"C","image_url":null,
        "link_url":"L"}}},"en":{}},
        "is_fallback":true,"attributes":{"a":-0.0,"b":1e-300}})"
    );
    EXPECT_TRUE(offer) << to_text(offer.error());
    offer->inactive_reason = "gone";
    offer->last_synced = Timestamp{-5};
    offer->version = std::numeric_limits<std::int64_t>::max();
    offer->created_at = Timestamp{std::numeric_limits<std::int64_t>::min()};
    offer->updated_at = Timestamp{1};
    return *offer;
}

TEST(KeptOffer, GivesBackWhatItWasGiven) {
    for (const Offer& offer : {Offer{}, full()}) {
        const KeptOffer kept = offer;
        EXPECT_EQ(kept.offer(), offer);
        EXPECT_EQ(kept.offer_id(), offer.offer_id);
        EXPECT_EQ(kept.version(), offer.version);
        EXPECT_EQ(kept.name(), offer.name);
    }
    // No member of the full one was left at its default, so each has been through it.
    const Offer offer = full();
    boost::mp11::mp_for_each<MembersOf<Offer>>([&](auto described) {
        EXPECT_FALSE(offer.*described.pointer == Offer{}.*described.pointer) << described.name;
    });
}

TEST(KeptOffer, EqualsWhatSaysTheSame) {
    const KeptOffer kept = full();
    const KeptOffer copy =
        kept;  // NOLINT(performance-unnecessary-copy-initialization): that a copy shares is the point
    EXPECT_TRUE(copy.shares_with(kept));
    const KeptOffer again = full();
    EXPECT_FALSE(again.shares_with(kept));
    EXPECT_EQ(again, kept);
    boost::mp11::mp_for_each<MembersOf<Offer>>([&](auto described) {
        Offer other = full();
        other.*described.pointer = Offer{}.*described.pointer;
        EXPECT_FALSE(KeptOffer(other) == kept) << described.name;
    });
}

TEST(KeptOffer, GivesBackAnyNumbersAndTexts) {
    EXPECT_TRUE(rc::check("pack, unpack", [] {
        Offer offer;
        offer.offer_id = *rc::gen::arbitrary<OfferId>();
        offer.name = *rc::gen::arbitrary<std::string>();
        offer.description = *rc::gen::arbitrary<std::string>();
        offer.version = *rc::gen::arbitrary<std::int64_t>();
        offer.value = Money{*rc::gen::arbitrary<std::int64_t>()};
        if (*rc::gen::arbitrary<bool>()) offer.value.reset();
        offer.weight = *rc::gen::arbitrary<double>();
        offer.tags = *rc::gen::arbitrary<std::vector<std::string>>();
        offer.attributes = *rc::gen::arbitrary<std::map<std::string, double>>();
        RC_ASSERT(KeptOffer(offer).offer() == offer);
    }));
}

// What a source of a hundred thousand offers sends (docs/benchmarks/sync.md): a third of an Offer, and less.
TEST(KeptOffer, TakesAFewHundredBytes) {
    const auto offer = json::read_text<Offer>(
        R"({"offer_id":12345,"name":"Offer 12345","description":"What the customer gets of offer 12345",
        "category":"points",
        "external_offer_id":"po-12345","external_system":"xiva","price":12.5,"currency":"USD",
        "tags":["loyalty","seasonal"],
        "valid_from":"2026-01-01T00:00:00Z","valid_until":"2027-01-01T00:00:00Z"})"
    );
    ASSERT_TRUE(offer);
    EXPECT_LT(KeptOffer(*offer).memory_bytes(), 256U);
    EXPECT_GT(sizeof(Offer), 800U);
}

}  // namespace
}  // namespace boon::catalog
