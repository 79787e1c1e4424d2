#include "insight/training/evaluate.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "insight/scoring/loaded_model.h"

namespace boon::training {
namespace {

using scoring::ModelKind;

constexpr std::size_t kDominanceRows = 50'000;
constexpr std::size_t kIntervalBins = 10;

Scored scored(const Matrix& rows, const std::vector<double>& predicted) {
    return {predicted, rows.labels, {}, rows.customers};
}

std::vector<float> margins_of(const models::TreeEnsemble& trees, const Matrix& rows) {
    std::vector<float> margins(rows.rows() * static_cast<std::size_t>(trees.outputs()));
    trees.margins_batch(rows.values.data(), rows.rows(), rows.columns(), margins.data());
    return margins;
}

std::vector<double> absolute_errors(const Matrix& rows, const std::vector<double>& predicted) {
    std::vector<double> errors(predicted.size());
    for (std::size_t i = 0; i < errors.size(); ++i) {
        errors[i] = std::abs(predicted[i] - static_cast<double>(rows.labels[i]));
    }
    return errors;
}

Judged judge_amounts(
    const std::vector<double>& predicted, const Scorer& scorer, const Matrix& rows, const MetricOptions& options
) {
    std::vector<double> lower(predicted.size());
    std::vector<double> upper(predicted.size());
    std::optional<Bounds> bounds;
    if (scorer.outputs.interval) {
        for (std::size_t i = 0; i < predicted.size(); ++i) {
            const bool bought = scorer.purchases != nullptr && scorer.purchases->read(rows.row(i)).has_value();
            std::tie(lower[i], upper[i]) = bought ? scorer.purchases->interval(predicted[i])
                                                  : scoring::interval_at(*scorer.outputs.interval, predicted[i]);
        }
        bounds = Bounds{lower, upper};
    }
    Judged out;
    out.metrics.amount = measure_amount(scored(rows, predicted), bounds, options);
    out.losses = absolute_errors(rows, predicted);
    return out;
}

}  // namespace

Result<Matrix> as_read_by(const scoring::ModelColumns& wanted, const scoring::ModelColumns& has, const Matrix& rows) {
    Matrix theirs = rows;
    theirs.names.clear();
    std::vector<std::size_t> sources;
    for (const auto& column : wanted.columns) {
        const auto same = [&](const scoring::ModelColumn& c) {
            return c.name == column.name && c.hash == column.hash && c.categories == column.categories;
        };
        const auto at = std::ranges::find_if(has.columns, same);
        if (at == has.columns.end()) {
            return fail(
                ErrorCode::failed_precondition,
                fmt::format("it reads \"{}\", which these rows do not have", column.name)
            );
        }
        sources.push_back(static_cast<std::size_t>(at - has.columns.begin()));
        theirs.names.push_back(column.name);
    }
    theirs.values.clear();
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        for (const auto source : sources) theirs.values.push_back(rows.row(i)[source]);
    }
    return theirs;
}

std::vector<double> predict_rows(const Scorer& scorer, const Matrix& rows) {
    const std::vector<float> margins = margins_of(scorer.trees, rows);
    std::vector<double> predicted(margins.size());
    std::ranges::transform(margins, predicted.begin(), [&](float margin) {
        const auto m = static_cast<double>(margin);
        return scorer.kind == ModelKind::amount ? std::max(0.0, m)
                                                : scorer.outputs.calibration.apply(scoring::inverse_logit(m));
    });
    for (std::size_t i = 0; scorer.purchases != nullptr && i < rows.rows(); ++i) {
        if (const auto bought = scorer.purchases->read(rows.row(i)))
            predicted[i] = scorer.purchases->outlook(*bought).value;
    }
    return predicted;
}

std::vector<float> predict_shares(const models::TreeEnsemble& trees, const Matrix& rows) {
    std::vector<float> shares = margins_of(trees, rows);
    const auto classes = static_cast<std::size_t>(trees.outputs());
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        const std::span<float> row(shares.data() + i * classes, classes);
        const float greatest = *std::ranges::max_element(row);
        float sum = 0;
        for (float& v : row) sum += v = std::exp(v - greatest);
        for (float& v : row) v /= sum;
    }
    return shares;
}

Judged judge_rows(const Scorer& scorer, const Matrix& rows, const MetricOptions& options) {
    if (scorer.kind == ModelKind::multi_class) {
        const std::vector<float> shares = predict_shares(scorer.trees, rows);
        const auto classes = static_cast<std::size_t>(scorer.trees.outputs());
        const Scored labels{{}, rows.labels, {}, rows.customers};
        Judged out;
        out.metrics.classes = measure_classes(labels, shares, classes);
        out.losses = class_log_losses(labels, shares, classes);
        return out;
    }
    const std::vector<double> predicted = predict_rows(scorer, rows);
    if (scorer.kind == ModelKind::amount) return judge_amounts(predicted, scorer, rows, options);
    Judged out;
    out.metrics.binary = measure_binary(scored(rows, predicted), options);
    out.losses = log_losses(scored(rows, predicted));
    return out;
}

std::vector<double> baseline_losses(ModelKind kind, const Matrix& rows, const std::vector<double>& predicted) {
    if (kind == ModelKind::amount) return absolute_errors(rows, predicted);
    return log_losses(scored(rows, predicted));
}

namespace {

// The latest version of each offer shown in training: what a ranking chooses among.
std::map<OfferId, std::size_t> candidates(const LabelledSet& set) {
    std::map<OfferId, std::size_t> latest;
    for (std::size_t i = 0; i < set.offers.size(); ++i) {
        if (set.parts[i] != Part::train || set.offer_rows[i] < 0) continue;
        std::size_t& version = latest[set.offers[i]];
        version = std::max(version, static_cast<std::size_t>(set.offer_rows[i]));
    }
    return latest;
}

OfferId best_fixed_offer(const LabelledSet& set) {
    Matrix train;
    for (std::size_t i = 0; i < set.offers.size(); ++i) {
        if (set.parts[i] != Part::train) continue;
        train.labels.push_back(set.labels[i]);
        train.offers.push_back(set.offers[i]);
    }
    const auto support = offer_support(train);
    const auto best = std::ranges::max_element(support, {}, &OfferSupport::shrunken_rate);
    return best == support.end() ? -1 : best->offer_id;
}

void show_offer(const Assembled& assembled, std::size_t version, std::span<float> row) {
    std::copy_n(
        assembled.version_rows.begin() + static_cast<std::ptrdiff_t>(version * assembled.offer_columns),
        assembled.offer_columns, row.begin() + static_cast<std::ptrdiff_t>(assembled.first_offer_column)
    );
}

// The offer that the model ranks first for one row's customer.
OfferId first_offer(
    const models::TreeEnsemble& trees, const Assembled& assembled, const std::map<OfferId, std::size_t>& offers,
    std::span<float> row
) {
    OfferId first = -1;
    float greatest = 0;
    for (const auto& [offer, version] : offers) {
        show_offer(assembled, version, row);
        float margin = 0;
        trees.margins(row, std::span(&margin, 1));
        if (first == -1 || margin > greatest) {
            first = offer;
            greatest = margin;
        }
    }
    return first;
}

}  // namespace

FirstOffers first_offers(
    const models::TreeEnsemble& trees, const Assembled& assembled, const LabelledSet& set,
    std::span<const std::uint32_t> rows
) {
    const auto offers = candidates(set);
    FirstOffers out{{}, assembled.rows.select(rows), offers.size()};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::span<float> row = std::span(out.rows.values).subspan(i * out.rows.columns(), out.rows.columns());
        const OfferId first = first_offer(trees, assembled, offers, row);
        out.offers.push_back(first);
        if (first >= 0) show_offer(assembled, offers.at(first), row);
    }
    return out;
}

std::optional<Dominance> measure_dominance(
    const models::TreeEnsemble& trees, const Assembled& assembled, const LabelledSet& set,
    const std::vector<std::uint32_t>& test_rows
) {
    const auto offers = candidates(set);
    if (offers.size() < 2) return std::nullopt;
    std::map<OfferId, double> shown;
    for (const auto row : test_rows) shown[set.offers[row]] += 1 / static_cast<double>(test_rows.size());
    Dominance out;
    out.best_fixed_offer = best_fixed_offer(set);
    std::map<OfferId, std::int64_t> firsts;
    std::vector<double> differences;
    std::vector<float> labels;
    std::vector<std::uint32_t> customers;
    const std::size_t step = 1 + test_rows.size() / kDominanceRows;
    for (std::size_t k = 0; k < test_rows.size(); k += step) {
        const auto i = test_rows[k];
        std::vector<float> row(assembled.rows.row(i).begin(), assembled.rows.row(i).end());
        const OfferId first = first_offer(trees, assembled, offers, row);
        ++firsts[first];
        const auto logged = static_cast<double>(set.propensities[i]);
        const double propensity = logged > 0 ? logged : shown[set.offers[i]];
        const double value = static_cast<double>(set.labels[i]) / propensity;
        const bool matches = set.offers[i] == first;
        const bool fixed = set.offers[i] == out.best_fixed_offer;
        differences.push_back((matches ? value : 0) - (fixed ? value : 0));
        labels.push_back(set.labels[i]);
        customers.push_back(set.customers[i]);
    }
    const auto most = std::ranges::max_element(firsts, {}, [](const auto& entry) { return entry.second; });
    out.offer_id = most->first;
    out.share = static_cast<double>(most->second) / static_cast<double>(differences.size());
    out.gain_over_fixed = clustered_mean({differences, labels, {}, customers}, differences);
    return out;
}

scoring::Percentiles fit_percentiles(std::vector<double> predicted, const EngagementOptions& options) {
    std::ranges::sort(predicted);
    scoring::Percentiles out{{}, options.medium_from, options.high_from};
    for (int k = 0; k <= 100; ++k) out.values.push_back(quantile(predicted, k / 100.0));
    return out;
}

namespace {

// More than a tenth of the amounts are that one.
bool has_atom(const std::vector<double>& amounts, double value) {
    return std::ranges::count(amounts, value) * 10 > std::ssize(amounts);
}

}  // namespace

scoring::AmountInterval fit_interval(const Scored& validation) {
    std::vector<std::uint32_t> order(validation.rows());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](auto i) { return validation.predicted[i]; });
    scoring::AmountInterval out;
    for (std::size_t bin = 0; bin < kIntervalBins; ++bin) {
        const std::size_t from = order.size() * bin / kIntervalBins;
        const std::size_t to = order.size() * (bin + 1) / kIntervalBins;
        if (to <= from) continue;
        std::vector<double> actual;
        double predicted = 0;
        for (std::size_t k = from; k < to; ++k) {
            actual.push_back(static_cast<double>(validation.actual[order[k]]));
            predicted += validation.predicted[order[k]] / static_cast<double>(to - from);
        }
        // Bins of one prediction (many zeros) would give two knots at one place: the later one stands for both.
        if (!out.predicted.empty() && predicted <= out.predicted.back()) continue;
        out.predicted.push_back(predicted);
        // Many zeros at the lower end are covered, too: the upper end leaves out what makes up 80 % with them.
        const double lower = quantile(actual, 0.1);
        const auto below = static_cast<double>(std::ranges::count_if(actual, [&](double v) { return v < lower; }));
        const double covered_from = std::min(0.1, below / static_cast<double>(actual.size()));
        out.lower.push_back(lower);
        out.upper.push_back(std::max(lower, quantile(actual, has_atom(actual, lower) ? covered_from + 0.8 : 0.9)));
    }
    return out;
}

}  // namespace boon::training
