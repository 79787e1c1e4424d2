#include "insight/training/assemble.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>

#include "insight/training/baseline.h"
#include "records/features/compute.h"

namespace boon::training {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
constexpr std::size_t kMostOneHot = 12;

// One column of the matrix, from one feature of the schema.
struct Source {
    std::size_t feature = 0;
    float code = kMissing;  // the category that the column is 1 for; NaN: the value itself
};

struct CustomerColumns {
    std::vector<scoring::ModelColumn> columns;
    std::vector<Source> sources;
};

CustomerColumns customer_columns(const features::Schema& schema, const Currency& currency) {
    CustomerColumns out;
    for (std::size_t f = 0; f < schema.size(); ++f) {
        const features::Feature& feature = schema.features()[f];
        const std::string unit(feature.unit == features::Unit::money ? currency.code() : enum_name(feature.unit));
        const auto dictionary = schema.dictionaries().find(feature.name);
        if (feature.kind == features::Kind::numeric || dictionary == schema.dictionaries().end()) {
            out.columns.push_back({feature.name, feature.hash, feature.words, unit, {}});
            out.sources.push_back({f, kMissing});
            continue;
        }
        if (dictionary->second.size() > kMostOneHot) {
            out.columns.push_back({feature.name, feature.hash, feature.words, unit, dictionary->second});
            out.sources.push_back({f, kMissing});
            continue;
        }
        for (std::size_t code = 0; code < dictionary->second.size(); ++code) {
            const std::string name = fmt::format("{}={}", feature.name, dictionary->second[code]);
            out.columns.push_back({name, feature.hash, feature.words, unit, {}});
            out.sources.push_back({f, static_cast<float>(code)});
        }
    }
    return out;
}

// Where the offers differ at all, and the ids of those with enough support to have an effect of their own.
std::vector<std::string> offer_column_names(const LabelledSet& set, const Options& options) {
    std::vector<std::string> names{"offer.value", "offer.redemption_cost", "offer.contact_cost"};
    std::set<std::string> attributes;
    std::set<std::string> categories;
    for (const auto& offer : set.versions) {
        for (const auto& [name, value] : offer.attributes) attributes.insert(name);
        if (!offer.category.empty()) categories.insert(offer.category);
    }
    for (const auto& name : attributes) names.push_back("offer.attr." + name);
    for (const auto& name : categories) names.push_back("offer.category=" + name);
    if (!options.nbo.offer_ids) return names;
    Matrix train;
    for (std::size_t i = 0; i < set.labels.size(); ++i) {
        if (set.parts[i] != Part::train) continue;
        train.labels.push_back(set.labels[i]);
        train.offers.push_back(set.offers[i]);
    }
    for (const auto& offer : offer_support(train)) {
        if (offer.enough) names.push_back(fmt::format("offer.id={}", offer.offer_id));
    }
    return names;
}

// What a marketer calls an offer column.
std::string offer_words(const std::string& name) {
    if (name.starts_with("offer.attr.")) return "the offer's " + name.substr(11);
    if (name.starts_with("offer.category=")) return "the offer's category";
    if (name.starts_with("offer.id=")) return "the offer itself";
    std::string words = name.substr(6);
    std::ranges::replace(words, '_', ' ');
    return "the offer's " + words;
}

Status add_offer_columns(const LabelledSet& set, const Options& options, const Currency& currency, Assembled& out) {
    const std::vector<std::string> names = offer_column_names(set, options);
    out.first_offer_column = out.columns.columns.size();
    out.offer_columns = names.size();
    for (const auto& name : names) out.columns.columns.push_back({name, "", offer_words(name), "", {}});
    for (const auto& offer : set.versions) {
        BOON_TRY(const std::vector<float> row, catalog::offer_features(offer, names, currency));
        out.version_rows.insert(out.version_rows.end(), row.begin(), row.end());
    }
    return {};
}

// `contact.channel=…` for each channel of the training contacts; which campaign has which.
void add_contact_columns(const LabelledSet& set, Assembled& out) {
    std::set<std::string> channels;
    std::map<std::string, std::set<std::string>> used;
    for (std::size_t i = 0; i < set.channels.size(); ++i) {
        used[set.campaign_names[set.campaigns[i]]].insert(set.channels[i]);
        if (set.parts[i] == Part::train && !set.channels[i].empty()) channels.insert(set.channels[i]);
    }
    for (const auto& [campaign, of_it] : used) {
        if (of_it.size() == 1 && !of_it.begin()->empty()) out.columns.campaigns[campaign] = *of_it.begin();
    }
    out.first_contact_column = out.columns.columns.size();
    if (channels.size() > kMostOneHot) return;
    for (const auto& channel : channels)
        out.columns.columns.push_back({"contact.channel=" + channel, "", "the contact's channel", "", {}});
}

void fill_contact(const LabelledSet& set, std::size_t i, const Assembled& out, std::span<float> row) {
    if (set.channels[i].empty()) return;
    for (std::size_t c = out.first_contact_column; c < row.size(); ++c) {
        row[c] = out.columns.columns[c].name == "contact.channel=" + set.channels[i] ? 1.0F : 0.0F;
    }
}

void fill_row(std::span<const float> features, const std::vector<Source>& sources, std::span<float> row) {
    for (std::size_t c = 0; c < sources.size(); ++c) {
        const float value = features[sources[c].feature];
        const bool one_hot = !std::isnan(sources[c].code);
        row[c] = !one_hot || std::isnan(value) ? value : (value == sources[c].code ? 1.0F : 0.0F);
    }
}

// Inverse propensities, relative to an even draw over the offers, clipped; only where every training row has one.
void weigh(const LabelledSet& set, const Options& options, Matrix& rows) {
    if (set.propensities.empty()) return;
    rows.propensities = set.propensities;
    const auto logged = [&](std::size_t i) { return set.parts[i] == Part::test || set.propensities[i] > 0; };
    for (std::size_t i = 0; i < set.labels.size(); ++i) {
        if (!logged(i)) return;
    }
    const std::set<OfferId> offers(set.offers.begin(), set.offers.end());
    const double even = 1 / static_cast<double>(offers.size());
    for (const float propensity : set.propensities) {
        const double weight = propensity > 0 ? even / static_cast<double>(propensity) : 1;
        rows.weights.push_back(static_cast<float>(std::clamp(weight, 1e-6, options.nbo.propensity_clip)));
    }
}

// Class numbers in place of offer ids.
void number_classes(const LabelledSet& set, Assembled& out) {
    const std::set<OfferId> labels(set.offers.begin(), set.offers.end());
    out.columns.labels.assign(labels.begin(), labels.end());
    for (std::size_t i = 0; i < set.offers.size(); ++i) {
        const auto at = std::ranges::lower_bound(out.columns.labels, set.offers[i]);
        out.rows.labels[i] = static_cast<float>(at - out.columns.labels.begin());
    }
}

}  // namespace

Result<Assembled> assemble(
    warehouse::Warehouse& warehouse, const features::Schema& schema, const LabelledSet& set, const Options& options,
    const Currency& currency
) {
    BOON_TRY(const features::Matrix computed, features::compute_rows(warehouse, schema, set.rows_sql()));
    BOON_ASSERT(computed.row_ids.size() == set.labels.size());
    Assembled out;
    const CustomerColumns customer = customer_columns(schema, currency);
    out.columns.columns = customer.columns;
    const bool pair = options.model == Model::nbo && options.nbo.form == NboForm::pair;
    if (pair) BOON_CHECK(add_offer_columns(set, options, currency, out));
    const bool contacts = options.model == Model::campaign_response;
    if (contacts) add_contact_columns(set, out);
    for (const auto& column : out.columns.columns) out.rows.names.push_back(column.name);
    out.rows.labels = set.labels;
    out.rows.times = set.as_of;
    out.rows.customers = set.customers;
    const std::size_t width = out.rows.columns();
    out.rows.values.assign(set.labels.size() * width, kMissing);
    for (std::size_t i = 0; i < set.labels.size(); ++i) {
        const std::span<float> row(out.rows.values.data() + i * width, width);
        fill_row(computed.row(i), customer.sources, row);
        if (contacts) fill_contact(set, i, out, row);
        if (!pair || set.offer_rows[i] < 0) continue;
        const auto version = static_cast<std::size_t>(set.offer_rows[i]);
        std::copy_n(
            out.version_rows.begin() + static_cast<std::ptrdiff_t>(version * out.offer_columns), out.offer_columns,
            row.begin() + static_cast<std::ptrdiff_t>(out.first_offer_column)
        );
    }
    if (pair) {
        out.rows.offers = set.offers;
        weigh(set, options, out.rows);
    } else if (options.model == Model::nbo) {
        number_classes(set, out);
    }
    return out;
}

}  // namespace boon::training
