#include "program/world/records.h"

#include <array>

#include <fmt/format.h>

#include "platform/sql/literal.h"
#include "program/world/catalogue.h"
#include "program/world/random.h"

namespace boon::world {

namespace {

using warehouse::Appender;
using warehouse::Session;

struct TableSql {
    std::string_view name;
    std::string_view columns;
};

constexpr std::array kTables = {
    TableSql{
        "customers",
        "customer_id VARCHAR, joined_at TIMESTAMP, closed_at TIMESTAMP, contract_type VARCHAR, "
        "region VARCHAR, birth_year INTEGER, gender VARCHAR"
    },
    TableSql{
        "transactions",
        "transaction_id BIGINT, customer_id VARCHAR, occurred_at TIMESTAMP, known_at TIMESTAMP, "
        "type VARCHAR, amount DOUBLE, category VARCHAR, channel VARCHAR, product_id VARCHAR, "
        "quantity INTEGER"
    },
    TableSql{
        "interactions",
        "interaction_id BIGINT, customer_id VARCHAR, offer_id INTEGER, kind VARCHAR, "
        "occurred_at TIMESTAMP, known_at TIMESTAMP, channel VARCHAR, placement VARCHAR, "
        "exposure_id BIGINT, propensity DOUBLE, converted_offer_id INTEGER, campaign_id VARCHAR"
    },
    TableSql{
        "payments",
        "payment_id BIGINT, customer_id VARCHAR, due_at TIMESTAMP, paid_at TIMESTAMP, amount DOUBLE, "
        "automatic BOOLEAN"
    },
    TableSql{
        "holdings",
        "customer_id VARCHAR, product_id VARCHAR, category VARCHAR, tier INTEGER, started_at TIMESTAMP, "
        "ended_at TIMESTAMP"
    },
    TableSql{
        "contacts",
        "contact_id BIGINT, customer_id VARCHAR, campaign_id VARCHAR, channel VARCHAR, sent_at TIMESTAMP, "
        "is_control BOOLEAN"
    },
    TableSql{"truth_accept", "customer_id VARCHAR, offer_id INTEGER, probability DOUBLE"},
    TableSql{"truth_exposures", "interaction_id BIGINT, probability DOUBLE"},
    TableSql{"truth_churn", "customer_id VARCHAR, leaves_at TIMESTAMP"},
    TableSql{"truth_value", "customer_id VARCHAR, value_365d DOUBLE"},
    TableSql{"truth_answers", "customer_id VARCHAR, purchase_30d DOUBLE, upsell_60d DOUBLE, default_90d DOUBLE"},
    TableSql{"truth_contacts", "contact_id BIGINT, treated DOUBLE, untreated DOUBLE"},
};

constexpr std::array<std::string_view, kTables.size() + 1> kNames = {
    "customers",    "transactions",    "interactions", "payments",    "holdings",      "contacts",       "offers",
    "truth_accept", "truth_exposures", "truth_churn",  "truth_value", "truth_answers", "truth_contacts",
};

constexpr std::array<std::string_view, 5> kTypes = {"purchase", "return", "recharge", "usage", "automatic"};
constexpr std::array<std::string_view, 5> kKinds = {"sent", "viewed", "clicked", "converted", "rejected"};

double units(std::int64_t minor) { return static_cast<double>(minor) / 100; }

// One campaign a month and channel.
std::string campaign_of(Timestamp at, std::size_t channel) {
    return fmt::format("{}-{}", to_string(at).substr(0, 7), kChannelNames[channel]);
}

// The same settings always, so that the same rows are the same bytes.
std::string copy_sql(std::string_view what, std::string_view folder, std::string_view table, std::int64_t part) {
    return fmt::format(
        "COPY {} TO {} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)", what,
        sql::quote_text(fmt::format("{}/{}/part-{:03}.parquet", folder, table, part))
    );
}

// When an event became known, or twice when it was delivered twice.
class Delivery {
public:
    Delivery(const Parameters& parameters, Timestamp end, Random& random)
        : parameters_(parameters), end_(end), random_(random) {}

    struct Times {
        std::array<Timestamp, 2> known;
        std::size_t count = 0;
    };

    // What is known only after the end is not in the records.
    Times of(Timestamp occurred) {
        Times times;
        Timestamp known = occurred;
        if (random_.chance(parameters_.late_share))
            known = plus_days_of(known, random_.exponential(parameters_.late_days));
        if (known < end_) times.known[times.count++] = known;
        if (random_.chance(parameters_.duplicate_share)) {
            const Timestamp again = plus_days_of(known, random_.uniform(0.05, 3));
            if (again < end_) times.known[times.count++] = again;
        }
        return times;
    }

private:
    static Timestamp plus_days_of(Timestamp at, double days) {
        return plus_micros(at, static_cast<std::int64_t>(days * static_cast<double>(kMicrosPerDay)));
    }

    const Parameters& parameters_;
    Timestamp end_;
    Random& random_;
};

Status add_interaction(Appender& to, const std::string& customer, const Interaction& interaction, Timestamp known) {
    const bool outbound = interaction.channel < 2;
    to.add(interaction.id).add(customer).add(static_cast<std::int32_t>(interaction.offer));
    to.add(kKinds[static_cast<std::size_t>(interaction.kind)]).add(interaction.at).add(known);
    to.add(kChannelNames[interaction.channel]);
    outbound ? to.add_null() : to.add("home");
    interaction.kind == InteractionKind::sent ? to.add_null() : to.add(interaction.exposure_id);
    to.add(interaction.propensity);
    interaction.converted_offer ? to.add(static_cast<std::int32_t>(*interaction.converted_offer)) : to.add_null();
    const bool of_campaign = outbound && interaction.exposure_id;
    of_campaign ? to.add(campaign_of(interaction.shown_at, interaction.channel)) : to.add_null();
    return to.end_row();
}

}  // namespace

std::span<const std::string_view> world_tables() { return kNames; }

struct Records::Appenders {
    std::vector<Appender> all;  // as kTables

    Appender& operator[](std::size_t table) { return all[table]; }
};

Records::Records(const Options& options, std::unique_ptr<Appenders> appenders)
    : options_(options), to_(std::move(appenders)) {}
Records::Records(Records&&) noexcept = default;
Records& Records::operator=(Records&&) noexcept = default;
Records::~Records() = default;

Result<Records> Records::open(const Options& options, Session& session) {
    auto appenders = std::make_unique<Appenders>();
    for (const TableSql& table : kTables) {
        BOON_CHECK(session.execute(fmt::format("CREATE OR REPLACE TABLE main.{} ({})", table.name, table.columns)));
        BOON_TRY(Appender appender, session.append_to(table.name));
        appenders->all.push_back(std::move(appender));
    }
    return Records(options, std::move(appenders));
}

Status Records::add(const Life& life) {
    Random random(options_.seed, static_cast<std::uint64_t>(life.traits.index), Random::Purpose::records);
    BOON_CHECK(add_customer(life, random));
    BOON_CHECK(add_transactions(life, random));
    BOON_CHECK(add_interactions(life, random));
    BOON_CHECK(add_bills_and_holdings(life));
    BOON_CHECK(add_contacts(life));
    return add_truth(life);
}

Status Records::add_customer(const Life& life, Random& random) {
    const Traits& traits = life.traits;
    const double missing = options_.parameters.missing_share;
    Appender& to = to_->all[0];
    to.add(traits.customer_id).add(traits.joined_at);
    to.add(life.left && traits.closes_account ? std::optional(traits.leaves_at) : std::nullopt);
    to.add(traits.prepaid ? "prepaid" : "postpaid");
    to.add(random.chance(missing) ? std::nullopt : std::optional(kRegionNames[traits.region]));
    to.add(random.chance(missing) ? std::nullopt : std::optional(std::int32_t{traits.birth_year}));
    to.add(random.chance(missing) ? std::nullopt : std::optional(kGenderNames[traits.gender]));
    ++summary_.customers;
    return to.end_row();
}

Status Records::add_transactions(const Life& life, Random& random) {
    const double missing = options_.parameters.missing_share;
    Delivery delivery(options_.parameters, end_of(options_), random);
    Appender& to = to_->all[1];
    for (const Transaction& transaction : life.transactions) {
        const bool no_category = !transaction.category || random.chance(missing);
        const bool no_channel = !transaction.channel || random.chance(missing);
        const auto times = delivery.of(transaction.at);
        for (std::size_t i = 0; i < times.count; ++i) {
            to.add(transaction.id).add(life.traits.customer_id).add(transaction.at).add(times.known[i]);
            to.add(kTypes[static_cast<std::size_t>(transaction.type)]).add(units(transaction.amount_minor));
            no_category ? to.add_null() : to.add(kCategoryNames[*transaction.category]);
            no_channel ? to.add_null() : to.add(kChannelNames[*transaction.channel]);
            if (transaction.category) {
                to.add(fmt::format("{}-{:02}", kCategoryNames[*transaction.category], transaction.product));
            } else {
                to.add_null();
            }
            to.add(std::int32_t{transaction.quantity});
            BOON_CHECK(to.end_row());
            ++summary_.transactions;
        }
    }
    return {};
}

Status Records::add_interactions(const Life& life, Random& random) {
    Delivery delivery(options_.parameters, end_of(options_), random);
    for (const Interaction& interaction : life.interactions) {
        const auto times = delivery.of(interaction.at);
        for (std::size_t i = 0; i < times.count; ++i) {
            BOON_CHECK(add_interaction(to_->all[2], life.traits.customer_id, interaction, times.known[i]));
            ++summary_.interactions;
        }
        if (interaction.kind == InteractionKind::sent) ++summary_.exposures;
        if (interaction.converted_offer == interaction.offer) ++summary_.conversions;
    }
    return {};
}

Status Records::add_bills_and_holdings(const Life& life) {
    Appender& payments = to_->all[3];
    for (const Payment& payment : life.payments) {
        payments.add(payment.id).add(life.traits.customer_id).add(payment.due_at).add(payment.paid_at);
        BOON_CHECK(payments.add(kMonthlyFee).add(payment.automatic).end_row());
        ++summary_.payments;
    }
    Appender& holdings = to_->all[4];
    for (const Holding& holding : life.holdings) {
        holdings.add(life.traits.customer_id).add(holding.product_id).add(holding.category);
        holding.tier == 0 ? holdings.add_null() : holdings.add(std::int32_t{holding.tier});
        BOON_CHECK(holdings.add(holding.started_at).add(holding.ended_at).end_row());
    }
    return {};
}

Status Records::add_contacts(const Life& life) {
    Appender& to = to_->all[5];
    for (const Contact& contact : life.contacts) {
        to.add(contact.id).add(life.traits.customer_id).add(campaign_of(contact.sent_at, contact.channel));
        BOON_CHECK(to.add(kChannelNames[contact.channel]).add(contact.sent_at).add(contact.is_control).end_row());
    }
    return {};
}

Status Records::add_truth(const Life& life) {
    const std::string& customer = life.traits.customer_id;
    for (std::size_t offer = 0; offer < kOffers; ++offer) {
        Appender& accept = to_->all[6];
        BOON_CHECK(accept.add(customer).add(static_cast<std::int32_t>(offer)).add(life.accept_at_end[offer]).end_row());
    }
    for (const ExposureTruth& exposure : life.exposures) {
        BOON_CHECK(to_->all[7].add(exposure.exposure_id).add(exposure.probability).end_row());
    }
    for (const ContactTruth& contact : life.contact_truths) {
        BOON_CHECK(to_->all[11].add(contact.contact_id).add(contact.treated).add(contact.untreated).end_row());
    }
    BOON_CHECK(to_->all[8].add(customer).add(life.left ? std::optional(life.traits.leaves_at) : std::nullopt).end_row()
    );
    if (life.left) ++summary_.leavers;
    BOON_CHECK(to_->all[9].add(customer).add(life.value_at_end).end_row());
    const Answers& answers = life.answers_at_end;
    to_->all[10].add(customer).add(answers.purchase_30d).add(answers.upsell_60d);
    return to_->all[10].add(answers.default_90d).end_row();
}

Status Records::write(Session& session, const std::string& folder, std::int64_t part) {
    for (std::size_t i = 0; i < kTables.size(); ++i) {
        BOON_CHECK(to_->all[i].finish());
        BOON_CHECK(session.execute(copy_sql(fmt::format("main.{}", kTables[i].name), folder, kTables[i].name, part)));
        BOON_CHECK(session.execute(fmt::format("DROP TABLE main.{}", kTables[i].name)));
    }
    return {};
}

Status write_offers(const Options& options, Session& session) {
    std::string rows;
    const auto add = [&](std::size_t id, Timestamp from, std::optional<Timestamp> until, double value) {
        const WorldOffer& offer = kWorldOffers[id];
        rows += fmt::format(
            "{}({}, '{}', '{}', make_timestamp({}), {}, {}, {}, {}, {}, {}, {}, {})", rows.empty() ? "" : ", ", id,
            offer.name, offer.category, from.micros,
            until ? fmt::format("make_timestamp({})", until->micros) : "CAST(NULL AS TIMESTAMP)", value,
            offer.redemption_cost, offer.contact_cost, kHorizonDays, offer.discount, offer.effort, offer.novelty
        );
    };
    // The sale voucher was worth less during the first half: an offer over time.
    const Timestamp half = plus_days(options.start, options.days / 2);
    for (std::size_t id = 0; id < kOffers; ++id) {
        const bool changed = id == 6;
        if (changed) add(id, options.start, half, kWorldOffers[id].value - 2);
        add(id, changed ? half : options.start, std::nullopt, kWorldOffers[id].value);
    }
    return session.execute(copy_sql(
        fmt::format(
            "(SELECT CAST(offer_id AS INTEGER) AS offer_id, name, category, valid_from, valid_until, "
            "CAST(value AS DOUBLE) AS value, CAST(redemption_cost AS DOUBLE) AS redemption_cost, "
            "CAST(contact_cost AS DOUBLE) AS contact_cost, CAST(horizon_days AS INTEGER) AS horizon_days, "
            "CAST(attr_discount AS DOUBLE) AS attr_discount, CAST(attr_effort AS DOUBLE) AS attr_effort, "
            "CAST(attr_novelty AS DOUBLE) AS attr_novelty FROM (VALUES {}) t(offer_id, name, category, valid_from, "
            "valid_until, value, redemption_cost, contact_cost, horizon_days, attr_discount, attr_effort, "
            "attr_novelty))",
            rows
        ),
        options.folder, "offers", 0
    ));
}

}  // namespace boon::world
