#include "insight/training/model_table.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace boon::training {
namespace {

using scoring::ModelKind;

ModelKind a_probability(const Options& /*options*/) { return ModelKind::probability; }
ModelKind an_amount(const Options& /*options*/) { return ModelKind::amount; }
ModelKind nbo_kind(const Options& options) {
    return options.nbo.form == NboForm::pair ? ModelKind::pair : ModelKind::multi_class;
}

double general_share(const Options& options) { return options.validation_share; }
// Where only the last cut-off's rows validate, more customers are held out.
template <auto Member>
double own_share(const Options& options) {
    return (options.*Member).validation_share;
}

std::string nbo_answers(const Options& options, std::int32_t /*horizon_days*/) {
    if (options.nbo.form == NboForm::multi_class) {
        return "share of each offer among customers who convert: not the probability that they do";
    }
    const std::string what = options.nbo.outcome.empty() ? "converts" : "reaches \"" + options.nbo.outcome + "\"";
    return fmt::format("probability that the customer {} within the offer's horizon, given that it is shown", what);
}
std::string churn_answers(const Options& options, std::int32_t days) {
    if (options.churn.label == ChurnLabel::flag) {
        return fmt::format(
            "probability that the company's own flag says, within {} days, that the customer left", days
        );
    }
    return fmt::format("probability of no activity in the next {} days", days);
}
std::string ltv_answers(const Options& /*options*/, std::int32_t days) {
    return fmt::format("revenue net of returns in the next {} days", days);
}
std::string propensity_answers(const Options& /*options*/, std::int32_t days) {
    return fmt::format("probability of a purchase in the next {} days", days);
}
std::string upsell_answers(const Options& /*options*/, std::int32_t days) {
    return fmt::format("probability of a higher tier within {} days", days);
}
std::string cross_sell_answers(const Options& options, std::int32_t days) {
    return fmt::format(
        "probability of a purchase, within {} days, of a category not bought in the {} days before", days,
        options.cross_sell.history_days
    );
}
std::string default_risk_answers(const Options& options, std::int32_t days) {
    return fmt::format(
        "probability that a payment due in the next {} days is {} days late within {} days",
        options.default_risk.due_days, options.default_risk.late_days, days
    );
}
std::string engagement_answers(const Options& options, std::int32_t days) {
    const EngagementOptions& o = options.engagement;
    return fmt::format(
        "points of the next {} days (viewed {}, clicked {}, converted {}, transaction {}, {}); the score is their "
        "percentile in the base",
        days, o.viewed, o.clicked, o.converted, o.transaction,
        o.logins.empty() ? "logins not known" : fmt::format("login {}", o.login)
    );
}
std::string campaign_response_answers(const Options& /*options*/, std::int32_t days) {
    return fmt::format("probability of a conversion within {} days of a campaign's contact", days);
}
std::string product_recommendation_answers(const Options& options, std::int32_t days) {
    return fmt::format(
        "the {} products that the customer most likely buys in the next {} days, ranked: of all, and of those not "
        "bought before; a score orders them and is no probability",
        options.product_recommendation.places, days
    );
}
ModelKind a_ranking(const Options& /*options*/) { return ModelKind::ranking; }

constexpr std::string_view kEveryCutOff = "every customer in the population at each cut-off";

constexpr std::array kTable = {
    ModelRow{
        Model::nbo, nbo_kind, nbo_answers, plan_nbo, last_interaction_sql, "interactions", general_share,
        "offers sent to customers"
    },
    ModelRow{
        Model::churn, a_probability, churn_answers, plan_churn, last_activity_sql, "transactions or payments",
        own_share<&Options::churn>, kEveryCutOff
    },
    ModelRow{
        Model::ltv, an_amount, ltv_answers, plan_ltv, last_activity_sql, "transactions or payments", general_share,
        kEveryCutOff
    },
    ModelRow{
        Model::propensity, a_probability, propensity_answers, plan_propensity, last_activity_sql,
        "transactions or payments", own_share<&Options::propensity>, kEveryCutOff
    },
    ModelRow{
        Model::upsell, a_probability, upsell_answers, plan_upsell, last_holding_sql, "holdings",
        own_share<&Options::upsell>, "every customer with a tier below the highest, at each cut-off"
    },
    ModelRow{
        Model::cross_sell, a_probability, cross_sell_answers, plan_cross_sell, last_activity_sql,
        "transactions or payments", own_share<&Options::cross_sell>, kEveryCutOff
    },
    ModelRow{
        Model::default_risk, a_probability, default_risk_answers, plan_default_risk, last_payment_sql, "payments",
        own_share<&Options::default_risk>,
        "every customer with a payment due after the cut-off, at each; not who is late already"
    },
    ModelRow{
        Model::engagement, an_amount, engagement_answers, plan_engagement, last_engagement_sql,
        "interactions or transactions", own_share<&Options::engagement>, kEveryCutOff
    },
    ModelRow{
        Model::campaign_response, a_probability, campaign_response_answers, plan_campaign_response, last_contact_sql,
        "contacts of campaigns", general_share,
        "observational: campaigns chose whom they contacted, so this is no effect of the contact"
    },
    ModelRow{
        Model::product_recommendation, a_ranking, product_recommendation_answers, plan_product_recommendation,
        last_product_sql, "purchases of products", general_share,
        "every customer who bought a product before the cut-off, at each"
    },
};

}  // namespace

std::span<const ModelRow> model_table() { return kTable; }

const ModelRow& row_of(Model model) {
    const auto found = std::ranges::find(kTable, model, &ModelRow::model);
    BOON_ASSERT(found != kTable.end());
    return *found;
}

}  // namespace boon::training
