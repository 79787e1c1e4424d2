#include "action/decision/decide.h"

#include <array>
#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "action/decision/eligibility.h"
#include "action/decision/snapshot.h"
#include "insight/models/testing/xgboost_peer.h"
#include "insight/models/tree_ensemble.h"

namespace boon::decision {
namespace {

using models::testing::Peer;
using models::testing::random_table;
using models::testing::Table;

constexpr Timestamp kNow{1'772'409'600'000'000};  // 2026-03-02T00:00:00Z

catalog::Offer offer(OfferId id, double value = 1) {
    catalog::Offer made;
    made.offer_id = id;
    made.name = "Offer " + std::to_string(id);
    made.value = Currency().from_double(value).value();
    return made;
}

Snapshot compiled(SnapshotParts parts) {
    parts.names = catalog::Names::defaults();
    auto snapshot = Snapshot::compile(std::move(parts));
    EXPECT_TRUE(snapshot) << to_text(snapshot.error());
    return *std::move(snapshot);
}

std::string refusal(SnapshotParts parts) {
    const auto snapshot = Snapshot::compile(std::move(parts));
    return snapshot ? "compiled" : to_text(snapshot.error());
}

profiles::Profile nobody() { return {.customer_id = "anna"}; }

// Two offers at 50 % and 20 %, exploring three answers in ten.
Snapshot exploring() {
    return compiled(
        {.offers = {offer(1), offer(2)},
         .policy = {.exploration = 0.3},
         .rates = {.base = std::nullopt, .of_offer = {{1, 0.5}, {2, 0.2}}}}
    );
}

TEST(Exploration, DrawsWithTheProbabilityItRecords) {
    const Snapshot snapshot = exploring();
    const Request request{.customer_id = "anna", .limit = 1};
    std::map<OfferId, int> shown;
    for (std::uint64_t seed = 0; seed < 30'000; ++seed) {
        Rng rng(seed);
        const Decision decision = decide(snapshot, nobody(), request, kNow, rng);
        const OfferId id = decision.offers.empty() ? -1 : decision.offers[0].offer_id;
        ++shown[id];
        // Of two offers and "no offer": ε/3 each, the best 1 − ε more.
        ASSERT_EQ(decision.slots.size(), 1U);
        EXPECT_EQ(decision.slots[0].candidates, 3);
        EXPECT_EQ(decision.slots[0].best, 1);
        EXPECT_EQ(decision.slots[0].chosen, id);
        EXPECT_NEAR(decision.slots[0].best_propensity, 0.8, 1e-12);
        EXPECT_NEAR(decision.slots[0].other_propensity, 0.1, 1e-12);
        if (id >= 0) {
            EXPECT_NEAR(decision.offers[0].propensity, id == 1 ? 0.8 : 0.1, 1e-12);
        } else {
            EXPECT_EQ(decision.no_offer, NoOffer::drawn);
        }
    }
    // Three standard deviations of a share of .1 in 30 000 are .005.
    EXPECT_NEAR(shown[1] / 30'000.0, 0.8, 0.008);
    EXPECT_NEAR(shown[2] / 30'000.0, 0.1, 0.006);
    EXPECT_NEAR(shown[-1] / 30'000.0, 0.1, 0.006);
}

TEST(Exploration, WithoutItNothingIsDrawn) {
    const Snapshot snapshot =
        compiled({.offers = {offer(1), offer(2)}, .rates = {.base = std::nullopt, .of_offer = {{1, 0.5}, {2, 0.2}}}});
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Rng rng(seed);
        const Decision decision = decide(snapshot, nobody(), {.customer_id = "anna", .limit = 2}, kNow, rng);
        ASSERT_EQ(decision.offers.size(), 2U);
        EXPECT_EQ(decision.offers[0].offer_id, 1);
        EXPECT_EQ(decision.offers[1].propensity, 1);
    }
}

TEST(Exploration, ADrawnNoOfferIsNotFilledByAFallback) {
    catalog::Offer last = offer(9);
    last.is_fallback = true;
    const SnapshotParts parts{.offers = {offer(1), last}, .policy = {.exploration = 1}, .rates = {.base = 0.5}};
    const Snapshot snapshot = compiled(parts);
    int none = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Rng rng(seed);
        const Decision decision = decide(snapshot, nobody(), {.customer_id = "anna", .explain = true}, kNow, rng);
        if (decision.no_offer != NoOffer::drawn) continue;
        ++none;
        EXPECT_TRUE(decision.offers.empty());
        EXPECT_EQ(decision.considered[0].cause, Cause::not_drawn);
    }
    EXPECT_GT(none, 60);
}

TEST(Exploration, ASimulationNeverExplores) {
    const Snapshot snapshot = exploring();
    const Decision decision = simulate(snapshot, nobody(), {.customer_id = "anna"}, kNow);
    EXPECT_EQ(decision.offers.at(0).offer_id, 1);
    EXPECT_EQ(decision.offers.at(0).propensity, 1);
    EXPECT_EQ(decision.decision_id, "");
}

TEST(Decide, TheSameSeedGivesTheSameDecisionToTheByte) {
    const Snapshot snapshot = exploring();
    const auto text = [&](std::uint64_t seed) {
        Rng rng(seed);
        return json::write(decide(snapshot, nobody(), {.customer_id = "anna", .explain = true}, kNow, rng));
    };
    EXPECT_EQ(text(5), text(5));
    EXPECT_NE(text(5), text(6));
}

TEST(Decide, TheIdTellsTheTime) {
    Rng rng(1);
    const Decision decision = decide(exploring(), nobody(), {.customer_id = "anna"}, kNow, rng);
    EXPECT_EQ(uuid_v7_time(decision.decision_id), kNow);
}

// Customers have 6 features, offers 3; the model's columns mix them.
struct Fitted {
    static constexpr std::size_t kCustomers = 6;

    explicit Fitted(int classes = 0)
        : table(random_table(1500, classes > 0 ? kCustomers : 9, 0.05, 3)), peer(labelled(table, classes),
          classes > 0 ? Peer::Parameters{{"objective", "multi:softprob"}, {"num_class", std::to_string(classes)},
                                         {"max_depth", "4"}}
                      : Peer::Parameters{{"objective", "binary:logistic"}, {"max_depth", "4"}},
          20) {
        schema = std::make_shared<profiles::Schema>();
        schema->schema_id = 1;
        for (std::size_t i = 0; i < kCustomers; ++i) {
            schema->columns.push_back({"f" + std::to_string(i), "h" + std::to_string(i), "feature", "", {}});
        }
        model.version = "v1";
        model.scorer =
            std::make_shared<const models::TreeEnsemble>(*models::TreeEnsemble::from_xgboost(peer.save("ubj")));
        if (classes > 0) {
            model.form = ModelForm::multi_class;
            for (int i = 0; i < classes; ++i) model.labels.push_back(i + 1);
        }
        const std::vector<std::string> names =
            classes > 0 ? std::vector<std::string>{"f0", "f1", "f2", "f3", "f4", "f5"}
                        : std::vector<std::string>{"f5", "offer.value", "f1", "f2",        "offer.attr.depth",
                                                   "f4", "f3",          "f0", "offer.id=2"};
        for (const std::string& name : names) {
            model.columns.push_back({.name = name, .hash = name[0] == 'f' ? "h" + name.substr(1) : ""});
        }
    }

    static Table& labelled(Table& data, int classes) {
        for (std::size_t i = 0; classes > 0 && i < data.rows(); ++i) {
            data.labels[i] = static_cast<float>((static_cast<int>(i) + (data.row(i)[0] > 0 ? 1 : 0)) % classes);
        }
        return data;
    }

    [[nodiscard]] SnapshotParts parts() const {
        std::array offers{offer(1, 3.5), offer(2, 0.25), offer(3)};
        offers[0].attributes["depth"] = -0.5;
        offers[1].attributes["depth"] = 1.5;
        offers[2].value.reset();
        return {.offers = {offers.begin(), offers.end()}, .schema = schema, .model = model};
    }
    [[nodiscard]] profiles::Profile profile(std::span<const float> features) const {
        return {.customer_id = "anna", .features = features, .schema = schema.get()};
    }

    Table table;
    Peer peer;
    std::shared_ptr<profiles::Schema> schema;
    Model model;
};

TEST(PairModel, EachOfferGetsWhatXgboostGivesForItsRow) {
    const Fitted fitted;
    const Snapshot snapshot = compiled(fitted.parts());
    const Table customers = random_table(200, Fitted::kCustomers, 0.1, 11);
    for (std::size_t i = 0; i < customers.rows(); ++i) {
        const auto f = customers.row(i);
        const float none = std::nanf("");
        const Table rows{
            .columns = 9,
            .values = {f[5], 3.5F,  f[1], f[2], -0.5F, f[4], f[3], f[0], 0,  //
                       f[5], 0.25F, f[1], f[2], 1.5F,  f[4], f[3], f[0], 1,  //
                       f[5], none,  f[1], f[2], none,  f[4], f[3], f[0], 0},
        };
        const auto margins = fitted.peer.margins(rows);
        const Decision decision = simulate(snapshot, fitted.profile(f), {.customer_id = "anna"}, kNow);
        ASSERT_EQ(decision.offers.size(), 3U);
        EXPECT_EQ(decision.versions.model, "v1");
        for (const RankedOffer& ranked : decision.offers) {
            const double margin = static_cast<double>(margins[static_cast<std::size_t>(ranked.offer_id - 1)]);
            EXPECT_EQ(ranked.probability, 1 / (1 + std::exp(-margin)));
            EXPECT_EQ(ranked.score_kind, ScoreKind::calibrated);
        }
    }
}

TEST(PairModel, TheFirstOfferSaysWhyAndItAddsUp) {
    const Fitted fitted;
    SnapshotParts parts = fitted.parts();
    parts.model->calibrate = [](double margin) { return margin > 0 ? 0.75 : 0.25; };
    const Snapshot snapshot = compiled(parts);
    const Table customers = random_table(50, Fitted::kCustomers, 0.1, 12);
    for (std::size_t i = 0; i < customers.rows(); ++i) {
        const auto decision =
            simulate(snapshot, fitted.profile(customers.row(i)), {.customer_id = "anna", .explain = true}, kNow);
        const auto& explanation = decision.offers.at(0).explanation;
        ASSERT_TRUE(explanation);
        double sum = explanation->base + explanation->rest;
        for (const Reason& reason : explanation->reasons) sum += reason.effect;
        EXPECT_NEAR(sum, explanation->margin, 1e-9);
        EXPECT_LE(explanation->reasons.size(), 5U);
        EXPECT_EQ(decision.offers.at(0).probability, explanation->margin > 0 ? 0.75 : 0.25);
        EXPECT_FALSE(decision.offers.at(1).explanation);
    }
}

TEST(PairModel, CategoriesKeepTheirMeaningWhenTheDictionaryGrew) {
    const Fitted fitted;
    SnapshotParts before = fitted.parts();
    before.model->columns[0].categories = {"a", "b"};
    before.schema = std::make_shared<profiles::Schema>(*fitted.schema);
    SnapshotParts after = before;
    auto grown = std::make_shared<profiles::Schema>(*fitted.schema);
    grown->columns[5].categories = {"c", "b", "a"};
    after.schema = grown;
    const Snapshot old_codes = compiled(before);
    const Snapshot new_codes = compiled(after);
    const auto probability = [](const Snapshot& snapshot, float code) {
        const std::array features = {0.0F, 0.0F, 0.0F, 0.0F, 0.0F, code};
        const profiles::Profile profile{.customer_id = "x", .features = features, .schema = snapshot.schema()};
        return simulate(snapshot, profile, {.customer_id = "x"}, kNow).offers.at(0).probability;
    };
    EXPECT_EQ(probability(old_codes, 0), probability(new_codes, 2));
    EXPECT_EQ(probability(old_codes, 1), probability(new_codes, 1));
    EXPECT_EQ(probability(old_codes, std::nanf("")), probability(new_codes, 0));  // not known to the model
}

TEST(MultiClassModel, SharesAreXgboostsAndAddUp) {
    const Fitted fitted(3);
    const Snapshot snapshot = compiled(fitted.parts());
    const Table customers = random_table(100, Fitted::kCustomers, 0.1, 13);
    const auto predicted = fitted.peer.predictions(customers);
    for (std::size_t i = 0; i < customers.rows(); ++i) {
        const auto decision = simulate(snapshot, fitted.profile(customers.row(i)), {.customer_id = "anna"}, kNow);
        double sum = 0;
        for (const RankedOffer& ranked : decision.offers) {
            const auto label = static_cast<std::size_t>(ranked.offer_id - 1);
            EXPECT_NEAR(*ranked.probability, static_cast<double>(predicted[i * 3 + label]), 1e-6);
            EXPECT_EQ(ranked.score_kind, ScoreKind::share);
            sum += *ranked.probability;
        }
        EXPECT_NEAR(sum, 1, 1e-12);
    }
}

TEST(Snapshots, AModelThatDoesNotFitIsRefusedByName) {
    const Fitted fitted;
    SnapshotParts missing = fitted.parts();
    missing.model->columns[2].name = "tenure";
    EXPECT_EQ(
        refusal(missing),
        "model v1 does not fit: the profiles have no feature `tenure`\nhint: train it again, or fill the profiles with "
        "the features it was fitted on (boon features)"
    );
    SnapshotParts redefined = fitted.parts();
    redefined.model->columns[2].hash = "other";
    EXPECT_THAT(
        refusal(redefined), testing::StartsWith("model v1 does not fit: the feature `f1` is defined differently now")
    );
    SnapshotParts short_one = fitted.parts();
    short_one.model->columns.pop_back();
    EXPECT_THAT(refusal(short_one), testing::HasSubstr("it names 8 columns, its trees have 9"));
    SnapshotParts labels = fitted.parts();
    labels.model->form = ModelForm::multi_class;
    labels.model->labels = {1, 2};
    EXPECT_THAT(refusal(labels), testing::HasSubstr("its trees have 1 outputs, 2 are named"));
}

TEST(Snapshots, AProfileOfAnotherSchemaIsDecidedWithoutTheModel) {
    const Fitted fitted;
    const Snapshot snapshot = compiled(fitted.parts());
    profiles::Schema other = *fitted.schema;
    other.schema_id = 2;
    const std::array<float, 6> features{};
    const auto decision = simulate(
        snapshot, {.customer_id = "anna", .features = features, .schema = &other}, {.customer_id = "anna"}, kNow
    );
    EXPECT_EQ(decision.offers.at(0).score_kind, ScoreKind::rules);
    EXPECT_THAT(decision.notes, testing::ElementsAre("scores are a fallback: no model scored this customer"));
}

TEST(Decide, WhatIsShownIsEligibleInOrderAndOnce) {
    EXPECT_TRUE(rc::check("any catalogue", [] {
        SnapshotParts parts;
        const auto count = *rc::gen::inRange(0, 30);
        for (OfferId id = 0; id < count; ++id) {
            catalog::Offer made = offer(id, *rc::gen::inRange(0, 10));
            made.is_active = *rc::gen::weightedElement<bool>({{4, true}, {1, false}});
            made.is_fallback = *rc::gen::weightedElement<bool>({{1, true}, {6, false}});
            made.weight = *rc::gen::element(0.0, 0.5, 1.0, 2.0);
            if (*rc::gen::arbitrary<bool>()) made.channels = {*rc::gen::element<std::string>("app", "sms")};
            if (*rc::gen::arbitrary<bool>()) made.min_customer_value = Money{*rc::gen::inRange(0, 20'000)};
            parts.rates.of_offer[id] = *rc::gen::inRange(0, 100) / 100.0;
            parts.offers.push_back(made);
        }
        parts.policy.exploration = *rc::gen::element(0.0, 0.1, 1.0);
        const Snapshot snapshot = compiled(parts);
        profiles::Profile profile = nobody();
        profile.lifetime_value = 100;
        const Request request{
            .customer_id = "anna", .channel = "app", .limit = *rc::gen::inRange(1, 12), .explain = true
        };
        Rng rng(*rc::gen::arbitrary<std::uint64_t>());
        const Decision decision = decide(snapshot, profile, request, kNow, rng);
        RC_ASSERT(decision.offers.size() <= static_cast<std::size_t>(request.limit));
        RC_ASSERT(decision.considered.size() == snapshot.offers().size());
        Moment moment = moment_of(snapshot, profile, request, kNow);
        std::set<OfferId> seen;
        double last = std::numeric_limits<double>::infinity();
        for (const RankedOffer& ranked : decision.offers) {
            RC_ASSERT(seen.insert(ranked.offer_id).second);
            const std::size_t place = snapshot.place_of(ranked.offer_id).value();
            RC_ASSERT(!drop_cause(snapshot.gates()[place], moment));
            RC_ASSERT(ranked.fallback == snapshot.offer(place).is_fallback);
            if (parts.policy.exploration == 0 && !ranked.fallback) {
                RC_ASSERT(ranked.score > 0 && ranked.score <= last);
                last = ranked.score;
            }
        }
        for (const Considered& considered : decision.considered) {
            RC_ASSERT((considered.step == Step::shown) == seen.contains(considered.offer_id));
            RC_ASSERT(!considered.why.empty());
        }
        for (const Slot& slot : decision.slots) {
            const double others = slot.other_propensity * (slot.candidates - 1);
            RC_ASSERT(std::fabs(slot.best_propensity + others - 1) < 1e-9);
        }
    }));
}

}  // namespace
}  // namespace boon::decision
