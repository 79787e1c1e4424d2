#include "action/serving/value_offers.h"

#include "action/decision/eligibility.h"
#include "action/decision/words.h"
#include "records/profiles/amounts.h"

namespace boon::serving {

namespace {

using decision::Cause;

// The offer's member that its value cause speaks of.
std::optional<std::string> bound_of(Cause cause, const catalog::Offer& offer) {
    switch (decision::step_of(cause)) {
        case decision::Step::segment: return "target_segment";
        case decision::Step::value:
            if (cause == Cause::value_below) return "min_customer_value";
            if (cause == Cause::value_above) return "max_customer_value";
            return offer.min_customer_value ? "min_customer_value" : "max_customer_value";
        case decision::Step::live:
        case decision::Step::valid:
        case decision::Step::placement:
        case decision::Step::channel:
        case decision::Step::stage:
        case decision::Step::eligibility:
        case decision::Step::arbitrate:
        case decision::Step::explore:
        case decision::Step::rank:
        case decision::Step::fallback:
        case decision::Step::shown: break;
    }
    return std::nullopt;
}

FittingOffer fitting(const catalog::Offer& offer, const decision::RankedOffer& ranked) {
    return {
        .offer_id = offer.offer_id,
        .name = offer.name,
        .rank = ranked.rank,
        .score = ranked.score,
        .probability = ranked.probability,
        .expected_value = ranked.expected_value,
        .target_segment = offer.target_segment,
        .min_customer_value = offer.min_customer_value,
        .max_customer_value = offer.max_customer_value,
        .fallback = ranked.fallback,
    };
}

std::optional<std::string> known(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(std::string(text));
}

}  // namespace

Result<ValueOffers> offers_by_value(const State& state, const decision::Request& request, Timestamp now) {
    BOON_TRY(const auto profile, state.find(request.customer_id));
    const decision::Snapshot& snapshot = *state.snapshot;
    decision::Request asked = request;
    asked.explain = true;
    const auto decision = decision::simulate(snapshot, profile, asked, now);
    decision::Moment moment = decision::moment_of(snapshot, profile, asked, now);
    ValueOffers answer;
    answer.customer_id = request.customer_id;
    answer.value_segment = known(profile.value_segment);
    answer.rfm_segment = known(profile.rfm_segment);
    answer.value_basis = snapshot.policy().value_bounds;
    answer.value = moment.lifetime_value.transform(profiles::decimal_of);
    answer.currency = snapshot.currency().code();
    answer.notes = decision.notes;
    for (const decision::RankedOffer& ranked : decision.offers) {
        answer.offers.push_back(fitting(snapshot.offer(snapshot.place_of(ranked.offer_id).value()), ranked));
    }
    for (std::uint32_t i = 0; i < snapshot.offers().size(); ++i) {
        const decision::Considered& considered = decision.considered[i];
        if (considered.step == decision::Step::shown || considered.step == decision::Step::live) continue;
        const catalog::Offer offer = snapshot.offer(i);
        ExcludedOffer excluded{
            .offer_id = offer.offer_id,
            .name = offer.name,
            .bound = {},
            .cause = considered.cause,
            .why = considered.why,
            .change = considered.change,
        };
        // Also where an earlier step dropped it: the answer is about value.
        if (const auto cause = decision::value_cause(snapshot.gates()[i], moment)) {
            auto words = decision::tell({snapshot, profile, asked, now}, {.offer = i}, *cause, 0);
            excluded.bound = bound_of(*cause, offer);
            excluded.cause = *cause;
            excluded.why = std::move(words.why);
            excluded.change = std::move(words.change);
        }
        answer.excluded.push_back(std::move(excluded));
    }
    return answer;
}

}  // namespace boon::serving
