#include "insight/training/ltv_rivals.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "insight/purchases/buying.h"
#include "insight/purchases/spending.h"
#include "insight/training/evaluate.h"

namespace boon::training {
namespace {

using purchases::Family;
using scoring::Buying;
using scoring::PurchaseModel;
using scoring::Purchases;

// Rows of customers without a contract who bought.
struct Buyers {
    std::vector<std::uint32_t> rows;  // of the matrix
    std::vector<Buying> buying;
};

Buyers buyers_among(const PurchaseModel& reader, const Matrix& rows, std::span<const std::uint32_t> numbers) {
    Buyers out;
    for (const auto i : numbers) {
        const auto bought = reader.read(rows.row(i));
        if (!bought) continue;
        out.rows.push_back(i);
        out.buying.push_back(*bought);
    }
    return out;
}

double median_of(const std::vector<Buying>& all, double Buying::* member) {
    std::vector<double> values;
    for (const Buying& one : all) values.push_back(one.*member);
    return quantile(values, 0.5);
}

Buying typical_of(const std::vector<Buying>& all) {
    return {
        .days = median_of(all, &Buying::days),
        .since_first = median_of(all, &Buying::since_first),
        .since_last = median_of(all, &Buying::since_last),
        .mean_amount = median_of(all, &Buying::mean_amount),
    };
}

// Any parameters that are in range: to read rows before there is a fit.
Purchases readable(const LtvOptions& options, std::int32_t horizon_days) {
    Purchases p;
    p.buying = {1, 1, 1, 1};
    p.spending = {1, 2, 1};
    p.horizon_days = horizon_days;
    p.contract_types = options.contract_types;
    p.interval = {{0}, {0}, {0}};
    return p;
}

struct Fit {
    Purchases parameters;
    std::string settings;
    std::string boundary;  // empty: it has a peak
};

Result<Fit> fit_family(Family family, const Buyers& buyers, std::size_t most, Purchases parameters) {
    std::vector<purchases::Summary> visits;
    std::vector<purchases::Summary> amounts;
    const std::size_t step = 1 + buyers.buying.size() / most;
    for (std::size_t i = 0; i < buyers.buying.size(); i += step) {
        visits.push_back(scoring::summary_of(buyers.buying[i]));
        amounts.push_back(scoring::spending_summary_of(buyers.buying[i]));
    }
    BOON_TRY(const auto buying, purchases::fit_buying(family, visits));
    BOON_TRY(const auto spending, purchases::fit_spending(amounts));
    Fit fit;
    fit.boundary = buying.boundary;
    if (!spending.boundary.empty()) fit.boundary += (fit.boundary.empty() ? "" : "; ") + spending.boundary;
    const auto& b = buying.model.parameters();
    const auto& s = spending.model.parameters();
    fit.settings = fmt::format(
        "r {:.3f}, α {:.3f} weeks, a {:.3f}, b {:.3f}; p {:.3f}, q {:.3f}, v {:.3f}", b.r, b.alpha, b.a, b.b, s.p, s.q,
        s.v
    );
    parameters.family = buying.model.family();
    parameters.buying = b;
    parameters.spending = s;
    parameters.typical = typical_of(buyers.buying);
    fit.parameters = std::move(parameters);
    return fit;
}

class Contest {
public:
    Contest(
        const Assembled& data, const Split& split, std::span<const double> trees, const PurchaseModel& reader,
        std::int32_t most_fitted
    )
        : data_(data),
          reader_(reader),
          before_(buyers_among(reader, data.rows, split.all)),
          most_fitted_(static_cast<std::size_t>(std::max(1, most_fitted))) {
        for (std::size_t i = 0; i < split.test.size(); ++i) {
            const auto row = split.test[i];
            const auto bought = reader.read(data.rows.row(row));
            if (!bought) continue;
            test_.rows.push_back(row);
            test_.buying.push_back(*bought);
            actual_.push_back(data.rows.labels[row]);
            clusters_.push_back(data.rows.customers[row]);
            tree_errors_.push_back(std::abs(trees[i] - static_cast<double>(actual_.back())));
        }
    }

    [[nodiscard]] bool is_empty() const { return actual_.empty(); }

    [[nodiscard]] LtvCompetition run() const {
        LtvCompetition out{.contestants = {trees()}, .absent = {}};
        double best = 0;
        for (const Family family : {Family::bg_nbd, Family::mbg_nbd}) {
            Contestant one;
            one.name = fmt::format("{} × gamma_gamma", enum_name(family));
            auto model = enter(family, one);
            out.contestants.push_back(std::move(one));
            if (!model) continue;
            const Estimate& gain = out.contestants.back().figures.at("gain_over_trees");
            if (gain.lower <= 0 || gain.value <= best) continue;
            best = gain.value;
            out.winner = std::move(model);
            out.place = out.contestants.size() - 1;
        }
        return out;
    }

private:
    [[nodiscard]] Contestant trees() const {
        Contestant one{.name = "trees", .task = {}, .settings = {}, .figures = {}, .won = true, .words = {}};
        one.figures["mean_absolute_error"] = clustered_mean(rows(), tree_errors_);
        one.words = fmt::format("{} customers without a contract", actual_.size());
        return one;
    }

    // Nothing where it cannot serve: `one` says why.
    [[nodiscard]] std::optional<PurchaseModel> enter(Family family, Contestant& one) const {
        auto fit = fit_family(family, test_, most_fitted_, reader_.parameters());
        if (!fit) {
            one.words = "not fitted: " + fit.error().message;
            return std::nullopt;
        }
        one.settings = fit->settings;
        one.words = fit->boundary;
        const bool has_peak = fit->boundary.empty();
        const Status levelled = add_outcomes(family, fit->parameters);
        auto model = levelled ? PurchaseModel::make(std::move(fit->parameters), data_.columns)
                              : std::unexpected(levelled.error());
        if (!model) {
            if (one.words.empty()) one.words = model.error().message;
            return std::nullopt;
        }
        measure(*model, one);
        return has_peak ? std::optional(*std::move(model)) : std::nullopt;
    }

    // The level and the interval: of what came true for the training rows, told as of their cut-off.
    Status add_outcomes(Family family, Purchases& parameters) const {
        BOON_TRY(auto fit, fit_family(family, before_, most_fitted_, reader_.parameters()));
        BOON_TRY(const auto model, PurchaseModel::make(std::move(fit.parameters), data_.columns));
        std::vector<double> predicted;
        std::vector<float> actual;
        double expected = 0;
        double came = 0;
        for (std::size_t i = 0; i < before_.rows.size(); ++i) {
            predicted.push_back(model.outlook(before_.buying[i]).value);
            actual.push_back(data_.rows.labels[before_.rows[i]]);
            expected += predicted.back();
            came += static_cast<double>(actual.back());
        }
        parameters.level = came / expected;
        for (double& value : predicted) value *= parameters.level;
        parameters.interval = fit_interval({predicted, actual, {}, {}});
        return {};
    }

    void measure(const PurchaseModel& model, Contestant& one) const {
        std::vector<double> errors;
        std::vector<double> gains;
        for (std::size_t i = 0; i < actual_.size(); ++i) {
            errors.push_back(std::abs(model.outlook(test_.buying[i]).value - static_cast<double>(actual_[i])));
            gains.push_back(tree_errors_[i] - errors.back());
        }
        one.figures["mean_absolute_error"] = clustered_mean(rows(), errors);
        one.figures["gain_over_trees"] = clustered_mean(rows(), gains);
    }

    [[nodiscard]] Scored rows() const { return {{}, actual_, {}, clusters_}; }

    const Assembled& data_;
    const PurchaseModel& reader_;
    Buyers before_;  // at the training cut-off
    std::size_t most_fitted_;
    Buyers test_;
    std::vector<float> actual_;
    std::vector<std::uint32_t> clusters_;
    std::vector<double> tree_errors_;
};

}  // namespace

LtvCompetition compare_purchase_models(
    const Assembled& data, const Split& split, std::span<const double> trees, const LtvOptions& options,
    std::int32_t horizon_days
) {
    const auto reader = PurchaseModel::make(readable(options, horizon_days), data.columns);
    if (!reader) return {.contestants = {}, .absent = reader.error().message};
    const Contest contest(data, split, trees, *reader, options.most_fitted);
    if (contest.is_empty()) return {.contestants = {}, .absent = "no test row is of a customer without a contract"};
    return contest.run();
}

}  // namespace boon::training
