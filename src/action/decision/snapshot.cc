#include "action/decision/snapshot.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "action/decision/rule_values.h"
#include "insight/models/fixed_columns.h"

namespace boon::decision {

namespace {

constexpr std::int64_t kBegin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// profile code → model code, by name; a category the model has not seen is missing to it.
std::vector<float> recoding(const std::vector<std::string>& from, const std::vector<std::string>& to) {
    if (from == to || to.empty()) return {};
    std::vector<float> codes;
    codes.reserve(from.size());
    for (const std::string& name : from) {
        const auto found = std::ranges::find(to, name);
        codes.push_back(
            found == to.end() ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(found - to.begin())
        );
    }
    return codes;
}

// profile code → 1 where it is `category`, else 0: a category as columns of its own (one-hot).
std::vector<float> indicator(const std::vector<std::string>& from, std::string_view category) {
    std::vector<float> codes;
    codes.reserve(from.size());
    for (const std::string& name : from) codes.push_back(name == category ? 1.0F : 0.0F);
    return codes;
}

// Null for a network.
const models::TreeEnsemble* trees_of(const Model& model) {
    return dynamic_cast<const models::TreeEnsemble*>(model.scorer.get());
}

}  // namespace

float Snapshot::CustomerColumn::read(float value) const {
    if (recode.empty()) return value;
    const auto count = static_cast<float>(recode.size());
    // Also where it is not a number.
    if (!(value >= 0 && value < count)) return std::numeric_limits<float>::quiet_NaN();
    return recode[static_cast<std::size_t>(value)];
}

Result<Snapshot> Snapshot::compile(SnapshotParts parts) {
    std::ranges::sort(parts.offers, {}, &catalog::KeptOffer::offer_id);
    Snapshot snapshot;
    snapshot.parts_ = std::move(parts);
    // The model first: it may not fit, and is the least work.
    if (snapshot.parts_.model) BOON_CHECK(snapshot.compile_model());
    BOON_CHECK(snapshot.compile_offers());
    snapshot.bind_offers();
    return snapshot;
}

std::optional<std::size_t> Snapshot::place_of(OfferId id) const {
    const auto found = std::ranges::lower_bound(parts_.offers, id, {}, &catalog::KeptOffer::offer_id);
    if (found == parts_.offers.end() || found->offer_id() != id) return std::nullopt;
    return static_cast<std::size_t>(found - parts_.offers.begin());
}

std::optional<std::int32_t> Snapshot::number_of(std::string_view name) const {
    const auto found = numbers_.find(name);
    if (found == numbers_.end()) return std::nullopt;
    return found->second;
}

std::int32_t Snapshot::intern(const std::string& name) {
    return numbers_.emplace(name, static_cast<std::int32_t>(numbers_.size())).first->second;
}

std::int32_t Snapshot::place_of_audience(const std::string& name) {
    const auto known = parts_.audiences.find(name);
    if (known == parts_.audiences.end()) return kAny;
    const auto place = static_cast<std::int32_t>(audiences_.size());
    const auto [entry, is_new] = audience_places_.emplace(name, place);
    if (is_new) audiences_.push_back(known->second);
    return entry->second;
}

std::vector<std::int32_t> Snapshot::numbers_of(const std::vector<std::string>& names) {
    std::vector<std::int32_t> out;
    out.reserve(names.size());
    for (const std::string& name : names) out.push_back(intern(name));
    return out;
}

// Each offer is unpacked once, and one at a time.
Status Snapshot::compile_offers() {
    rule_schema_ = rule_schema_of(parts_.schema.get(), parts_.attributes.get(), parts_.names);
    std::vector<std::string> columns;
    columns.reserve(offer_columns_.size());
    for (const std::uint32_t column : offer_columns_) columns.push_back(parts_.model->columns[column].name);
    gates_.reserve(parts_.offers.size());
    worths_.reserve(parts_.offers.size());
    offer_rows_.reserve(parts_.offers.size() * columns.size());
    for (const catalog::KeptOffer& kept : parts_.offers) {
        const catalog::Offer offer = kept.offer();
        compile_offer(offer);
        if (columns.empty()) continue;
        BOON_TRY(const auto row, catalog::offer_features(offer, columns, parts_.names.currency));
        offer_rows_.insert(offer_rows_.end(), row.begin(), row.end());
    }
    return {};
}

void Snapshot::compile_offer(const catalog::Offer& offer) {
    Gate gate = gate_of(offer);
    const auto& written = offer.eligibility_rule;
    if (written && !written->is_null()) {
        gate.has_rule = true;
        gate.rule = static_cast<std::uint32_t>(rules_.size());
        compile_rule(*written);
    }
    gates_.push_back(std::move(gate));
    worths_.push_back(worth_of(offer));
}

Gate Snapshot::gate_of(const catalog::Offer& offer) {
    const Currency& currency = parts_.names.currency;
    Gate gate;
    gate.valid_from = offer.valid_from ? offer.valid_from->micros : kBegin;
    gate.valid_until = offer.valid_until ? offer.valid_until->micros : kEnd;
    gate.min_value = offer.min_customer_value ? currency.to_double(*offer.min_customer_value) : -kInfinity;
    gate.max_value = offer.max_customer_value ? currency.to_double(*offer.max_customer_value) : kInfinity;
    gate.has_value_bounds = offer.min_customer_value || offer.max_customer_value;
    gate.is_active = offer.is_active;
    gate.is_fallback = offer.is_fallback;
    gate.status = offer.status;
    gate.channels = numbers_of(offer.channels);
    gate.placements = numbers_of(offer.placements);
    if (offer.lifecycle_stage) gate.stage = intern(*offer.lifecycle_stage);
    // A segment that no longer exists selects nobody.
    const auto target = catalog::target_of(offer.target_segment, parts_.names);
    gate.targeting = target ? target->by : catalog::Targeting::audience;
    if (target) gate.target = numbers_of(target->names);
    if (target && target->by == catalog::Targeting::audience) gate.audience = place_of_audience(target->names.front());
    return gate;
}

Worth Snapshot::worth_of(const catalog::Offer& offer) {
    const Currency& currency = parts_.names.currency;
    Worth worth;
    const double default_margin = currency.to_double(parts_.policy.default_margin);
    worth.value = offer.value ? currency.to_double(*offer.value) : default_margin;
    worth.margin = offer.value ? worth.value - currency.to_double(offer.redemption_cost) : default_margin;
    worth.contact_cost = currency.to_double(offer.contact_cost);
    worth.weight = offer.weight;
    const auto rate = parts_.rates.of_offer.find(offer.offer_id);
    worth.rate_is_own = rate != parts_.rates.of_offer.end();
    worth.rate = worth.rate_is_own ? std::optional(rate->second) : parts_.rates.base;
    worth.tags = numbers_of(offer.tags);
    if (!offer.category.empty()) worth.tags.push_back(intern(offer.category));
    return worth;
}

void Snapshot::compile_rule(const json::Value& written) {
    OfferRule& own = rules_.emplace_back();
    auto compiled = rules::Rule::compile(written, rule_schema_, rules::Mode::strict);
    if (compiled) {
        own.rule = *std::move(compiled);
    } else {
        const FieldError& first = compiled.error().fields.front();
        own.mistake = fmt::format("the part at `{}`: {}", first.pointer, first.detail);
    }
}

Status Snapshot::compile_model() {
    const Model& model = *parts_.model;
    const auto refuse = [&](std::string why) {
        return fail(
            ErrorCode::conflict, fmt::format("model {} does not fit: {}", model.version, why),
            "train it again, or fill the profiles with the features it was fitted on (boon features)"
        );
    };
    const auto width = static_cast<std::size_t>(model.scorer->features());
    const auto outputs = static_cast<std::size_t>(model.scorer->outputs());
    if (model.columns.size() != width) {
        return refuse(fmt::format("it names {} columns, its trees have {}", model.columns.size(), width));
    }
    const std::size_t wanted_outputs = model.form == ModelForm::pair ? 1 : model.labels.size();
    if (outputs != wanted_outputs) {
        return refuse(fmt::format("its trees have {} outputs, {} are named", outputs, wanted_outputs));
    }
    if (model.form == ModelForm::pair && trees_of(model) == nullptr) {
        return refuse("a model of customer and offer has to be trees");
    }
    for (std::uint32_t column = 0; column < width; ++column) {
        if (const auto mapped = map_column(column, model.columns[column]); !mapped) {
            return refuse(mapped.error().message);
        }
    }
    return {};
}

void Snapshot::bind_offers() {
    if (!parts_.model) return;
    if (parts_.model->form == ModelForm::pair) {
        pair_trees_ =
            std::make_shared<const models::FixedColumns>(*trees_of(*parts_.model), offer_columns_, offer_rows_);
    }
    for (std::size_t i = 0; i < parts_.model->labels.size(); ++i) {
        if (const auto place = place_of(parts_.model->labels[i])) worths_[*place].label = static_cast<std::int32_t>(i);
    }
}

Status Snapshot::map_column(std::uint32_t column, const profiles::Column& wanted) {
    if (catalog::is_offer_feature(wanted.name)) {
        if (parts_.model->form != ModelForm::pair) {
            return fail(ErrorCode::conflict, fmt::format("`{}` needs a model of customer and offer", wanted.name));
        }
        offer_columns_.push_back(column);
        return {};
    }
    const std::size_t equals = wanted.name.find('=');
    const std::string name = wanted.name.substr(0, equals);
    const auto feature = parts_.schema ? parts_.schema->index_of(name) : std::nullopt;
    if (!feature) return fail(ErrorCode::conflict, fmt::format("the profiles have no feature `{}`", name));
    const profiles::Column& known = parts_.schema->columns[*feature];
    if (!wanted.hash.empty() && wanted.hash != known.hash) {
        return fail(
            ErrorCode::conflict,
            fmt::format("the feature `{}` is defined differently now ({}, not {})", name, known.hash, wanted.hash)
        );
    }
    const bool one_hot = equals != std::string::npos;
    customer_columns_.push_back(
        {column, static_cast<std::uint32_t>(*feature),
         one_hot ? indicator(known.categories, std::string_view(wanted.name).substr(equals + 1))
                 : recoding(known.categories, wanted.categories)}
    );
    return {};
}

}  // namespace boon::decision
