#include "insight/training/ltv_rivals.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "insight/purchases/buying.h"
#include "insight/purchases/spending.h"
#include "platform/sql/literal.h"

namespace boon::training {
namespace {

using purchases::Family;
using purchases::Summary;

constexpr double kDaysPerWeek = 7;
constexpr std::size_t kMostFitted = 20'000;  // customers; of more, every n-th

struct Histories {
    std::vector<Summary> customers;  // Summary::customer is the row
    double net_share = 1;            // of what they spent, that was not returned
};

std::string history_sql(const LabelledSet& set, const Options& options) {
    std::string contracts = "''";
    for (const std::string& type : options.ltv.contract_types) contracts += ", " + sql::quote_text(type);
    return fmt::format(
        "SELECT r.row_id, date_diff('day', DATE '1970-01-01', t.occurred_at::DATE) AS day, "
        "coalesce(sum(t.amount) FILTER (coalesce(t.type, 'purchase') IN ('purchase', 'recharge', 'usage')), 0)::DOUBLE "
        "AS spent, sum(t.amount)::DOUBLE AS net FROM {rows} r JOIN boon.transactions t ON t.customer_id = "
        "r.customer_id "
        "LEFT JOIN boon.customers k ON k.customer_id = r.customer_id "
        "WHERE r.is_test AND t.occurred_at < r.as_of AND t.known_at <= r.as_of AND "
        "(k.contract_type IS NULL OR k.contract_type NOT IN ({contracts})) GROUP BY ALL ORDER BY ALL",
        fmt::arg("rows", set.table()), fmt::arg("contracts", contracts)
    );
}

Result<Histories> read_histories_of(warehouse::Warehouse& warehouse, const LabelledSet& set, const Options& options) {
    BOON_TRY(const auto frame, warehouse.query(history_sql(set, options)));
    std::vector<purchases::Purchase> bought;
    double spent = 0;
    double net = 0;
    for (std::size_t i = 0; i < frame.rows(); ++i) {
        const double amount = frame.column("spent").real(i);
        net += frame.column("net").real(i);
        spent += amount;
        if (amount > 0) bought.push_back({frame.column("row_id").integer(i), frame.column("day").integer(i), amount});
    }
    const std::int64_t end = set.test_from.micros / kMicrosPerDay;
    return Histories{
        purchases::summarise(bought, end, kDaysPerWeek), spent > 0 ? std::clamp(net / spent, 0.0, 1.0) : 1
    };
}

std::vector<Summary> some_of(const std::vector<Summary>& customers) {
    const std::size_t step = 1 + customers.size() / kMostFitted;
    std::vector<Summary> some;
    for (std::size_t i = 0; i < customers.size(); i += step) some.push_back(customers[i]);
    return some;
}

// How much a purchase of each customer is worth; where Gamma-Gamma has no peak, the customer's own mean, or that of
// all customers with repeats.
std::vector<double> amounts_of(const purchases::SpendingFit& fit, const std::vector<Summary>& customers) {
    double sum = 0;
    double repeaters = 0;
    for (const Summary& customer : customers) {
        sum += customer.mean_amount;
        repeaters += customer.mean_amount > 0 ? 1 : 0;
    }
    const double mean = repeaters > 0 ? sum / repeaters : 0;
    std::vector<double> amounts;
    for (const Summary& customer : customers) {
        const double own = customer.mean_amount > 0 ? customer.mean_amount : mean;
        amounts.push_back(fit.boundary.empty() ? fit.model.expected(customer) : own);
    }
    return amounts;
}

class Contest {
public:
    Contest(const LabelledSet& set, const Histories& histories, const std::map<std::uint32_t, double>& trees)
        : set_(set), histories_(histories), some_(some_of(histories.customers)) {
        for (const Summary& customer : histories.customers) {
            const auto row = static_cast<std::uint32_t>(customer.customer);
            actual_.push_back(set.labels[row]);
            clusters_.push_back(set.customers[row]);
            tree_errors_.push_back(std::abs(trees.at(row) - static_cast<double>(set.labels[row])));
        }
    }

    [[nodiscard]] Contestant trees() const {
        Contestant one{.name = "trees", .task = {}, .settings = {}, .figures = {}, .won = true, .words = {}};
        one.figures["mean_absolute_error"] = clustered_mean(rows(), tree_errors_);
        one.words = fmt::format("{} customers without a contract", actual_.size());
        return one;
    }

    [[nodiscard]] Contestant purchase_model(Family family, std::string_view name) const {
        Contestant one{
            .name = fmt::format("{} × gamma_gamma", name), .task = {}, .settings = {}, .figures = {}, .words = {}
        };
        const auto buying = purchases::fit_buying(family, some_);
        const auto spending = purchases::fit_spending(some_);
        if (!buying || !spending) {
            one.words = "not fitted: " + (buying ? spending.error() : buying.error()).message;
            return one;
        }
        const auto& b = buying->model.parameters();
        const auto& s = spending->model.parameters();
        one.settings = fmt::format(
            "r {:.3f}, α {:.3f} weeks, a {:.3f}, b {:.3f}; p {:.3f}, q {:.3f}, v {:.3f}", b.r, b.alpha, b.a, b.b, s.p,
            s.q, s.v
        );
        one.words = buying->boundary;
        if (!spending->boundary.empty()) one.words += (one.words.empty() ? "" : "; ") + spending->boundary;
        const std::vector<double> amounts = amounts_of(*spending, histories_.customers);
        std::vector<double> errors;
        std::vector<double> gains;
        for (std::size_t i = 0; i < actual_.size(); ++i) {
            const double purchases = buying->model.expected(histories_.customers[i], set_.horizon_days / kDaysPerWeek);
            const double expected = purchases * amounts[i] * histories_.net_share;
            errors.push_back(std::abs(expected - static_cast<double>(actual_[i])));
            gains.push_back(tree_errors_[i] - errors.back());
        }
        one.figures["mean_absolute_error"] = clustered_mean(rows(), errors);
        one.figures["gain_over_trees"] = clustered_mean(rows(), gains);
        return one;
    }

private:
    [[nodiscard]] Scored rows() const { return {{}, actual_, {}, clusters_}; }

    const LabelledSet& set_;
    const Histories& histories_;
    std::vector<Summary> some_;
    std::vector<float> actual_;
    std::vector<std::uint32_t> clusters_;
    std::vector<double> tree_errors_;
};

}  // namespace

Result<std::vector<Contestant>> compare_purchase_models(
    warehouse::Warehouse& warehouse, const LabelledSet& set, const Options& options,
    std::span<const std::uint32_t> test_rows, std::span<const double> trees
) {
    BOON_TRY(const Histories histories, read_histories_of(warehouse, set, options));
    if (histories.customers.empty()) return std::vector<Contestant>{};
    std::map<std::uint32_t, double> by_row;
    for (std::size_t i = 0; i < test_rows.size(); ++i) by_row.emplace(test_rows[i], trees[i]);
    const Contest contest(set, histories, by_row);
    return std::vector{
        contest.trees(), contest.purchase_model(Family::bg_nbd, "bg_nbd"),
        contest.purchase_model(Family::mbg_nbd, "mbg_nbd")
    };
}

}  // namespace boon::training
