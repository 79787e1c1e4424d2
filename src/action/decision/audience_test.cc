// Offers that are aimed at an audience, which the decision knows as two functions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "action/decision/decide.h"
#include "action/decision/snapshot.h"

namespace boon::decision {
namespace {

constexpr Timestamp kNow{1'772'409'600'000'000};  // 2026-03-02T00:00:00Z

// Two offers for one audience that says yes, no or nothing; asked once a decision.
TEST(Decide, AnAudienceIsAskedOnceAndLeftOutWithWhatItReads) {
    int asked = 0;
    rules::Truth answer = rules::Truth::yes;
    SnapshotParts parts;
    for (const OfferId id : {1, 2}) {
        catalog::Offer offer;
        offer.offer_id = id;
        offer.name = "Offer " + std::to_string(id);
        offer.value = Money{100};
        offer.target_segment = "silent";
        parts.offers.push_back(offer);
    }
    parts.names = catalog::Names::defaults();
    parts.names.audiences = {"silent"};
    parts.audiences["silent"] = {
        .test =
            [&](const profiles::Profile& profile, Timestamp now) {
                EXPECT_EQ(profile.customer_id, "anna");
                EXPECT_EQ(now, kNow);
                ++asked;
                return answer;
            },
        .explain = [](const profiles::Profile&, Timestamp) { return rules::Verdict{.why = "not silent"}; },
        .reads_stage = true,
    };
    const Request request{.customer_id = "anna", .explain = true};
    const auto causes = [&] {
        std::vector<Cause> found;
        const auto snapshot = Snapshot::compile(parts);
        EXPECT_TRUE(snapshot);
        for (const Considered& one : simulate(*snapshot, {.customer_id = "anna"}, request, kNow).considered)
            found.push_back(one.cause);
        return found;
    };
    EXPECT_THAT(causes(), testing::Each(Cause::shown));
    EXPECT_EQ(asked, 1);
    answer = rules::Truth::no;
    EXPECT_THAT(causes(), testing::Each(Cause::other_segment));
    answer = rules::Truth::unknown;
    EXPECT_THAT(causes(), testing::Each(Cause::segment_unknown));
    parts.policy.value = Filter::skip;
    EXPECT_THAT(causes(), testing::Each(Cause::segment_unknown));
    parts.policy.lifecycle = Filter::skip;
    asked = 0;
    EXPECT_THAT(causes(), testing::Each(Cause::shown));
    EXPECT_EQ(asked, 0);
    parts.policy.lifecycle = Filter::apply;
    parts.audiences.clear();  // it does not work any more
    EXPECT_THAT(causes(), testing::Each(Cause::segment_unknown));
}

}  // namespace
}  // namespace boon::decision
