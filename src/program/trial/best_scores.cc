#include "program/trial/best_scores.h"

#include <charconv>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "insight/training/labels.h"
#include "program/world/best_guess.h"

namespace boon::trial {
namespace {

using training::Model;

bool has_best_guess(Model model) {
    switch (model) {
        case Model::nbo:
        case Model::churn:
        case Model::propensity:
        case Model::upsell:
        case Model::cross_sell:
        case Model::default_risk:
        case Model::campaign_response: return true;
        case Model::ltv:
        case Model::engagement:
        case Model::product_recommendation: return false;
    }
    return false;
}

// Customer "C0000001" is number 0.
Result<std::int64_t> number_of(const std::string& customer_id) {
    std::int64_t number = 0;
    const auto* const end = customer_id.data() + customer_id.size();
    const auto read = std::from_chars(customer_id.data() + 1, end, number);
    if (customer_id.size() < 2 || read.ec != std::errc() || read.ptr != end) {
        return fail(ErrorCode::internal, fmt::format("customer {} is not of this world", customer_id));
    }
    return number - 1;
}

std::optional<double> ask(
    const world::BestGuess& guess, const training::Options& o, const training::LabelledSet& set, std::uint32_t row
) {
    const Timestamp at = set.as_of[row];
    switch (o.model) {
        case Model::nbo: return guess.nbo(at, static_cast<std::size_t>(set.offers[row]));
        case Model::churn: return guess.churn(at, o.churn.horizon_days);
        case Model::propensity: return guess.propensity(at, o.propensity.horizon_days);
        case Model::upsell: return guess.upsell(at, o.upsell.horizon_days);
        case Model::cross_sell: return guess.cross_sell(at, o.cross_sell.horizon_days);
        case Model::default_risk: return guess.default_risk(at, o.default_risk.due_days, o.default_risk.late_days);
        case Model::campaign_response: return guess.campaign_response(at);
        case Model::ltv:
        case Model::engagement:
        case Model::product_recommendation: break;
    }
    return std::nullopt;
}

}  // namespace

Result<std::vector<double>> best_scores(
    const world::Options& world, warehouse::Warehouse& warehouse, const training::Options& options,
    const training::TestRows& tested
) {
    std::vector<double> scores;
    if (!has_best_guess(options.model)) return scores;
    BOON_TRY(
        const auto frame, warehouse.query(fmt::format("SELECT customer_id FROM {} ORDER BY row_id", tested.set.table()))
    );
    const auto customers = frame.column("customer_id").texts();
    // Places in `tested.rows` by customer: a life is lived once.
    std::map<std::int64_t, std::vector<std::size_t>> places;
    for (std::size_t i = 0; i < tested.rows.size(); ++i) {
        BOON_TRY(const std::int64_t number, number_of(customers[tested.rows[i]]));
        places[number].push_back(i);
    }
    scores.resize(tested.rows.size());
    const world::Seasons seasons = world::seasons_of(world);
    for (const auto& [number, rows] : places) {
        const world::Life life = world::live(world, number);
        const world::BestGuess guess(world, life, seasons);
        for (const std::size_t i : rows) {
            const auto score = ask(guess, options, tested.set, tested.rows[i]);
            if (!score) {
                return fail(
                    ErrorCode::internal,
                    fmt::format("the world knows of nothing for {} at that instant", customers[tested.rows[i]])
                );
            }
            scores[i] = *score;
        }
    }
    return scores;
}

}  // namespace boon::trial
