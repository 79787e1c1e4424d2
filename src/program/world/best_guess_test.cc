// The best guesses against what came true of lives that went on: of every fifth of the customers, by guess, as many
// as were expected.
#include "program/world/best_guess.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "program/world/leaving.h"

namespace boon::world {
namespace {

constexpr int kCustomers = 6000;

struct Foretold {
    double probability = 0;
    bool came_true = false;
};

const Options& options() {
    static const Options made{.folder = {}, .customers = kCustomers, .seed = 21};
    return made;
}
Timestamp cut() { return plus_days(options().start, 440); }

const std::vector<Life>& lives() {
    static const std::vector<Life> all = [] {
        std::vector<Life> made;
        for (int i = 0; i < kCustomers; ++i) made.push_back(live(options(), i));
        return made;
    }();
    return all;
}

bool is_own(const Transaction& transaction) {
    return transaction.type != TransactionType::automatic && transaction.type != TransactionType::returned;
}

bool is_within(Timestamp at, int from_day, int until_day) {
    return at >= plus_days(cut(), from_day) && at < plus_days(cut(), until_day);
}

bool is_active(const Life& life, int from_day, int until_day) {
    return std::ranges::any_of(
               life.transactions,
               [&](const Transaction& t) { return is_own(t) && is_within(t.at, from_day, until_day); }
           ) ||
           std::ranges::any_of(life.payments, [&](const Payment& p) {
               return p.paid_at && !p.automatic && is_within(*p.paid_at, from_day, until_day);
           });
}

bool is_open(const Life& life) { return !life.traits.closes_account || life.traits.leaves_at > cut(); }
bool is_settled(const Life& life) { return life.traits.joined_at <= plus_days(cut(), -90); }

bool buys(const Life& life, int days, const std::function<bool(const Transaction&)>& what) {
    return std::ranges::any_of(life.transactions, [&](const Transaction& t) {
        return t.type == TransactionType::purchase && is_within(t.at, 0, days) && what(t);
    });
}

// The likelier fifth first: sums of what was expected and of what came true, by coin tosses of those probabilities.
// `slack`: a part of the expected, for what the guess leaves out (docs/world.md).
void expect_as_foretold(std::vector<Foretold> rows, double slack) {
    ASSERT_GT(rows.size(), 500U);
    std::ranges::stable_sort(rows, std::greater(), &Foretold::probability);
    for (std::size_t fifth = 0; fifth < 5; ++fifth) {
        double expected = 0;
        double variance = 0;
        double seen = 0;
        for (std::size_t i = fifth * rows.size() / 5; i < (fifth + 1) * rows.size() / 5; ++i) {
            expected += rows[i].probability;
            variance += rows[i].probability * (1 - rows[i].probability);
            seen += rows[i].came_true ? 1 : 0;
        }
        EXPECT_NEAR(seen, expected, 3.5 * std::sqrt(variance) + slack * expected + 1) << "fifth " << fifth;
    }
}

class BestGuesses : public testing::Test {
protected:
    template <class F>
    std::vector<Foretold> ask(F&& of_life) {
        std::vector<Foretold> rows;
        for (const Life& life : lives()) of_life(life, BestGuess(options(), life, seasons_), rows);
        return rows;
    }
    Seasons seasons_ = seasons_of(options());
};

TEST_F(BestGuesses, OfWhoLeaves) {
    expect_as_foretold(
        ask([](const Life& life, const BestGuess& guess, auto& rows) {
            if (!is_active(life, -90, 0) || !is_open(life) || !is_settled(life)) return;
            rows.push_back({guess.churn(cut(), 90), !is_active(life, 0, 90)});
        }),
        0.05
    );
}

TEST_F(BestGuesses, OfWhoBuys) {
    expect_as_foretold(
        ask([](const Life& life, const BestGuess& guess, auto& rows) {
            if (!is_active(life, -365, 0) || !is_open(life)) return;
            rows.push_back({guess.propensity(cut(), 30), buys(life, 30, [](const Transaction&) { return true; })});
        }),
        0.05
    );
}

TEST_F(BestGuesses, OfWhoBuysSomethingElse) {
    expect_as_foretold(
        ask([](const Life& life, const BestGuess& guess, auto& rows) {
            if (!is_active(life, -365, 0) || !is_open(life) || !is_settled(life)) return;
            std::array<bool, kCategories> known{};
            for (const Transaction& t : life.transactions) {
                if (t.type == TransactionType::purchase && is_within(t.at, -365, 0)) known[*t.category] = true;
            }
            const bool other = buys(life, 60, [&](const Transaction& t) { return !known[*t.category]; });
            rows.push_back({guess.cross_sell(cut(), 60), other});
        }),
        0.08
    );
}

TEST_F(BestGuesses, OfWhoMovesUp) {
    expect_as_foretold(
        ask([](const Life& life, const BestGuess& guess, auto& rows) {
            int tier = 0;
            bool moves = false;
            for (const Holding& h : life.holdings) {
                if (h.tier > 0 && h.started_at < cut()) tier = std::max(tier, h.tier);
                moves = moves || (h.tier > tier && is_within(h.started_at, 0, 60));
            }
            if (life.traits.leaves_at <= cut() || life.traits.joined_at > cut() || tier == kTopTier) return;
            rows.push_back({guess.upsell(cut(), 60), moves});
        }),
        0.1
    );
}

TEST_F(BestGuesses, OfWhoPaysLate) {
    expect_as_foretold(
        ask([](const Life& life, const BestGuess& guess, auto& rows) {
            bool is_due = false;
            bool is_late_already = false;
            bool defaults = false;
            for (const Payment& p : life.payments) {
                is_late_already =
                    is_late_already || (p.due_at <= plus_days(cut(), -30) && (!p.paid_at || *p.paid_at >= cut()));
                if (p.due_at <= cut() || p.due_at > plus_days(cut(), 60)) continue;
                is_due = true;
                defaults = defaults || !p.paid_at || *p.paid_at >= plus_days(p.due_at, 30);
            }
            if (!is_due || is_late_already || !is_open(life)) return;
            rows.push_back({guess.default_risk(cut(), 60, 30), defaults});
        }),
        0.1
    );
}

// A payment becomes known when it is due: that somebody paid ahead, or has not paid yet, is in no record.
TEST_F(BestGuesses, KnowNothingOfBillsBeforeTheyAreDue) {
    int paid_ahead = 0;
    for (Life life : lives()) {
        const BestGuess guess(options(), life, seasons_);
        const double risk = guess.default_risk(cut(), 60, 30);
        const double churn = guess.churn(cut(), 90);
        for (Payment& p : life.payments) {
            if (p.due_at < cut() || !p.paid_at || *p.paid_at >= cut()) continue;
            p.paid_at.reset();
            ++paid_ahead;
        }
        EXPECT_EQ(guess.default_risk(cut(), 60, 30), risk);
        EXPECT_EQ(guess.churn(cut(), 90), churn);
    }
    EXPECT_GT(paid_ahead, 100);
}

TEST_F(BestGuesses, OfWhoAcceptsWhatIsShown) {
    expect_as_foretold(
        ask([](const Life& life, const BestGuess& guess, auto& rows) {
            for (const Interaction& sent : life.interactions) {
                if (sent.kind != InteractionKind::sent || !is_within(sent.at, -60, 60)) continue;
                const bool converts = std::ranges::any_of(life.interactions, [&](const Interaction& i) {
                    return i.exposure_id == sent.id && i.converted_offer == sent.offer;
                });
                const auto probability = guess.nbo(sent.at, sent.offer);
                ASSERT_TRUE(probability);
                rows.push_back({*probability, converts});
            }
        }),
        0.08
    );
}

TEST_F(BestGuesses, OfWhoAnswersACampaign) {
    expect_as_foretold(
        ask([](const Life& life, const BestGuess& guess, auto& rows) {
            for (const Contact& contact : life.contacts) {
                if (contact.is_control || !is_within(contact.sent_at, -60, 60)) continue;
                const bool converts = std::ranges::any_of(life.interactions, [&](const Interaction& i) {
                    return i.exposure_id == contact.id && i.converted_offer.has_value();
                });
                const auto probability = guess.campaign_response(contact.sent_at);
                ASSERT_TRUE(probability);
                rows.push_back({*probability, converts});
            }
        }),
        0.08
    );
}

TEST_F(BestGuesses, OfWhatNeverHappenedIsNone) {
    const BestGuess guess(options(), lives().front(), seasons_);
    EXPECT_EQ(guess.nbo(options().start, 0), std::nullopt);
    EXPECT_EQ(guess.campaign_response(options().start), std::nullopt);
}

TEST_F(BestGuesses, OfDeparturesSumToOne) {
    for (int i = 0; i < 50; ++i) {
        const Evidence evidence = evidence_of(options(), lives()[static_cast<std::size_t>(i)], cut());
        const Leaving leaving = leaving_of(options(), evidence, seasons_, 90);
        double sum = 0;
        for (const Departure& departure : leaving.departures) sum += departure.probability;
        EXPECT_NEAR(sum, 1, 1e-9);
        EXPECT_NEAR(leaving.there_at(cut()), evidence.gone_at ? 0 : 1, 1e-9);
    }
}

TEST(Seasons, AddUp) {
    const Timestamp start = *parse_timestamp("2025-01-01");
    const Seasons seasons(start, 400);
    // Wednesday 1 January 2025: .95 × .95; its half; the day after, a Thursday: .95 × 1.
    EXPECT_NEAR(seasons.between(start, plus_days(start, 1)), 0.9025, 1e-12);
    EXPECT_NEAR(seasons.between(start, plus_micros(start, kMicrosPerDay / 2)), 0.45125, 1e-12);
    EXPECT_NEAR(seasons.between(start, plus_days(start, 2)), 0.9025 + 0.95, 1e-12);
    EXPECT_NEAR(seasons.between(start, plus_days(start, 364)), 364, 4);
    EXPECT_EQ(seasons.between(plus_days(start, 3), start), 0);
}

}  // namespace
}  // namespace boon::world
