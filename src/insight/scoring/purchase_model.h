// The purchase model of an ltv version: what customers without a contract will bring, told by how often, how lately
// and for how much they bought. Other customers are left to the version's trees.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "insight/purchases/buying.h"
#include "insight/purchases/spending.h"
#include "insight/scoring/artefact.h"

namespace boon::scoring {

inline constexpr std::string_view kPurchasesFile = "purchases.json";
inline constexpr double kDaysPerWeek = 7;

// The features it reads, by name.
struct PurchaseFeatures {
    std::string days = "buying_days_all";
    std::string since_first = "days_since_first_buying";
    std::string since_last = "days_since_last_buying";
    std::string amount = "bought_all";
    std::string contract = "contract_type";
};
BOOST_DESCRIBE_STRUCT(PurchaseFeatures, (), (days, since_first, since_last, amount, contract))

// What is known of one customer's purchases.
struct Buying {
    double days = 0;         // with purchases, at least 1
    double since_first = 0;  // days
    double since_last = 0;   // days
    double mean_amount = 0;  // of a day with purchases, in currency units
};
BOOST_DESCRIBE_STRUCT(Buying, (), (days, since_first, since_last, mean_amount))

// purchases.json
struct Purchases {
    purchases::Family family = purchases::Family::bg_nbd;
    purchases::BuyingParameters buying;  // times in weeks
    purchases::SpendingParameters spending;
    // What came true of what was expected, at the training cut-off: returns lower it, and who is not in the base since
    // long gone.
    double level = 1;
    double horizon_days = 0;
    PurchaseFeatures features = {};
    std::vector<std::string> contract_types;  // whose customers are the trees'
    Buying typical = {};                      // medians of the customers fitted: where explanations start
    AmountInterval interval = {};             // of those customers alone
};
BOOST_DESCRIBE_STRUCT(
    Purchases, (), (family, buying, spending, level, horizon_days, features, contract_types, typical, interval)
)

// How an amount comes about.
struct BuyingOutlook {
    double alive = 0;      // the probability that the customer still buys here
    double purchases = 0;  // days with purchases expected within the horizon
    double amount = 0;     // of each, in currency units
    double value = 0;      // of all, to the level of what comes true
};

// One of the four things it reads, and what it adds to the amount.
struct BuyingEffect {
    std::string feature;
    std::string words;
    double effect = 0;
};

// Immutable and thread-safe.
class PurchaseModel {
public:
    // `conflict` for parameters out of range, a column that is not among the model's, or an interval without knots.
    static Result<PurchaseModel> make(Purchases purchases, const ModelColumns& columns);

    [[nodiscard]] const Purchases& parameters() const { return purchases_; }

    // Of a row of the model's columns; nothing for a customer with a contract, or who never bought for an amount.
    [[nodiscard]] std::optional<Buying> read(std::span<const float> row) const;
    [[nodiscard]] BuyingOutlook outlook(const Buying& buying) const;
    // 80 % of actual amounts lie between, at this prediction.
    [[nodiscard]] std::pair<double, double> interval(double value) const;

    // `12 days with purchases in 400, the last 40 days ago: still a customer with 83 %; 3.1 more in 90 days, of 31.20`
    [[nodiscard]] std::string words(const Buying& buying) const;
    // Shapley values against the typical customer, largest first: that one's value plus all effects is this one's.
    [[nodiscard]] std::vector<BuyingEffect> effects(const Buying& buying) const;
    [[nodiscard]] double typical_value() const { return outlook(purchases_.typical).value; }

private:
    PurchaseModel(Purchases purchases, purchases::BuyingModel buying, purchases::SpendingModel spending)
        : purchases_(std::move(purchases)), buying_(buying), spending_(spending) {}
    Status find_columns(const ModelColumns& columns);

    // Customers whose column has one of the values have a contract: a category's own column 1, or a code.
    struct Contract {
        std::size_t column = 0;
        float value = 1;
    };

    Purchases purchases_;
    purchases::BuyingModel buying_;
    purchases::SpendingModel spending_;
    std::size_t days_ = 0;
    std::size_t since_first_ = 0;
    std::size_t since_last_ = 0;
    std::size_t amount_ = 0;
    std::vector<Contract> contracts_;
};

// How the purchase models see it; times in weeks.
purchases::Summary summary_of(const Buying& buying);
// All days count, the first one, too.
purchases::Summary spending_summary_of(const Buying& buying);

}  // namespace boon::scoring
