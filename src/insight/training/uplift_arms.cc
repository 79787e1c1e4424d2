#include "insight/training/uplift_arms.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace boon::training {
namespace {

constexpr std::string_view kNoControl =
    "no contact of the warehouse is of a control group, so that what a contact changes cannot be told";

Arms without_rows(std::string why) {
    Arms arms;
    arms.words = std::move(why);
    return arms;
}

// Of each campaign, by number: rows of the control group, rows that were treated.
using Counts = std::vector<std::array<std::int64_t, 2>>;

Counts count_campaigns(const LabelledSet& set) {
    Counts counts(set.campaign_names.size());
    for (std::size_t i = 0; i < set.treated.size(); ++i) ++counts[set.campaigns[i]][set.treated[i] ? 1 : 0];
    return counts;
}

bool has_both(const std::array<std::int64_t, 2>& campaign, std::int64_t least) {
    return std::ranges::min(campaign) >= least;
}

// Where a control group's rows name no channel, a channel would tell the arms apart: then nobody's is read.
void forget_channels(const LabelledSet& set, std::size_t first_column, Matrix& rows) {
    bool missing = false;
    for (std::size_t i = 0; i < set.treated.size(); ++i)
        missing = missing || (!set.treated[i] && set.channels[i].empty());
    if (!missing) return;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        for (std::size_t c = first_column; c < rows.columns(); ++c)
            rows.values[i * rows.columns() + c] = std::numeric_limits<float>::quiet_NaN();
    }
}

// Rows whose chance was logged, or every n-th of them.
std::vector<std::uint32_t> logged_rows(const LabelledSet& set, std::int64_t most) {
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 0; i < set.propensities.size(); ++i) {
        if (set.propensities[i] > 0) all.push_back(i);
    }
    const std::size_t step = 1 + all.size() / static_cast<std::size_t>(most);
    std::vector<std::uint32_t> some;
    for (std::size_t k = 0; k < all.size(); k += step) some.push_back(all[k]);
    return some;
}

// Row numbers of the set → places among `rows`.
std::vector<std::uint32_t> places_of(const std::vector<std::uint32_t>& of_set, const std::vector<std::uint32_t>& rows) {
    std::vector<std::uint32_t> out;
    for (const auto row : of_set) {
        const auto at = std::ranges::lower_bound(rows, row);
        if (at != rows.end() && *at == row) out.push_back(static_cast<std::uint32_t>(at - rows.begin()));
    }
    return out;
}

// The first columns of a matrix.
void keep_columns(std::size_t count, Matrix& rows) {
    std::vector<float> values;
    values.reserve(rows.rows() * count);
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        const auto row = rows.row(i).first(count);
        values.insert(values.end(), row.begin(), row.end());
    }
    rows.values = std::move(values);
    rows.names.resize(count);
}

void keep_only(const std::vector<bool>& kept, std::vector<std::uint32_t>& rows) {
    std::erase_if(rows, [&](auto row) { return !kept[row]; });
}

}  // namespace

Result<Arms> contact_arms(
    const TrainEnvironment& environment, const Options& options, Timestamp now, const ResponseModel& response
) {
    BOON_TRY(
        const auto controls,
        environment.warehouse.query("SELECT count(*) FROM boon.contacts WHERE coalesce(is_control, false)")
    );
    if (controls.columns[0].integer(0) == 0) return without_rows(std::string(kNoControl));
    Options same = options;
    same.test_from = response.set.test_from;
    BOON_TRY(const LabelledSet set, label_arms(environment.warehouse, same, now));
    BOON_TRY(
        const Assembled data, assemble(environment.warehouse, environment.schema, set, options, environment.currency)
    );
    Arms arms;
    BOON_TRY(arms.rows, as_read_by(response.data.columns, data.columns, data.rows));
    forget_channels(set, response.data.first_contact_column, arms.rows);
    arms.treated = set.treated;
    arms.response = predict_rows(response.scorer, arms.rows);
    arms.split = split_rows(set, options.validation_share);
    const Counts counts = count_campaigns(set);
    std::vector<bool> kept(set.treated.size());
    for (std::size_t i = 0; i < kept.size(); ++i) {
        const auto& of_it = counts[set.campaigns[i]];
        kept[i] = has_both(of_it, options.uplift.min_group_rows);
        const double share = static_cast<double>(of_it[1]) / static_cast<double>(of_it[0] + of_it[1]);
        arms.done.push_back(kept[i] ? static_cast<float>(set.treated[i] ? share : 1 - share) : 1);
    }
    for (auto* rows : {&arms.split.fit, &arms.split.validation, &arms.split.all, &arms.split.test})
        keep_only(kept, *rows);
    const auto with_both =
        std::ranges::count_if(counts, [&](const auto& one) { return has_both(one, options.uplift.min_group_rows); });
    arms.words = fmt::format(
        "contacts that were made against those of the control groups, in {} of {} campaigns: a conversion, of whatever "
        "offer, within {} days",
        with_both, counts.size(), set.horizon_days
    );
    arms.assumed = "the chance of a contact is its campaign's share of contacts that were made";
    return arms;
}

Arms offer_arms(const Options& options, const ResponseModel& response) {
    const LabelledSet& set = response.set;
    const std::vector<std::uint32_t> rows = logged_rows(set, options.uplift.most_offer_rows);
    if (rows.empty()) {
        return without_rows("no exposure has the chance it was drawn with, so that what an offer changes cannot be told"
        );
    }
    FirstOffers firsts = first_offers(response.scorer.trees, response.data, set, rows);
    if (firsts.choices < 2)
        return without_rows("one offer alone was shown, so that there is nothing to compare it with");
    Arms arms;
    arms.response = predict_rows(response.scorer, firsts.rows);
    arms.rows = std::move(firsts.rows);
    arms.rows.weights.clear();
    keep_columns(response.data.first_offer_column, arms.rows);
    const auto others = static_cast<double>(firsts.choices - 1);
    const double least = 1 / (static_cast<double>(firsts.choices) * options.nbo.propensity_clip);
    for (std::size_t k = 0; k < rows.size(); ++k) {
        const bool treated = set.offers[rows[k]] == firsts.offers[k];
        const double chance = std::max(least, static_cast<double>(set.propensities[rows[k]]));
        arms.treated.push_back(treated);
        arms.done.push_back(static_cast<float>(treated ? chance : chance * others));
    }
    const Split split = split_rows(set, options.validation_share);
    arms.split.fit = places_of(split.fit, rows);
    arms.split.validation = places_of(split.validation, rows);
    arms.split.all = places_of(split.all, rows);
    arms.split.test = places_of(split.test, rows);
    arms.words = fmt::format(
        "exposures of the offer that the model ranks first against those of the other {}, drawn with logged chances: "
        "a conversion on the offer shown",
        firsts.choices - 1
    );
    arms.assumed = fmt::format("the chances are the logged ones, at least {:.3g}", least);
    return arms;
}

Result<Arms> arms_of(
    const TrainEnvironment& environment, const Options& options, Timestamp now, const ResponseModel& response
) {
    if (options.model == Model::nbo) return offer_arms(options, response);
    return contact_arms(environment, options, now, response);
}

}  // namespace boon::training
