#include "insight/scoring/loaded_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "insight/models/link.h"
#include "platform/base/number_text.h"

namespace boon::scoring {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

bool is_callers_column(std::string_view name) { return name.starts_with("offer.") || name.starts_with("contact."); }

// `gender=F` → `gender`; a name without `=` is its feature's.
std::string_view feature_of(std::string_view column) { return column.substr(0, column.find('=')); }

template <class Record>
Result<Record> read_part(const Artefact& artefact, std::string_view file) {
    const auto found = artefact.files.find(std::string(file));
    if (found == artefact.files.end()) {
        return fail(ErrorCode::conflict, fmt::format("the model has no {}", file), "train and promote a new version");
    }
    auto record = json::read_text<Record>(found->second, {.currency = {}, .read_as = json::ReadAs::stored});
    if (!record) return in_context(fmt::format("the model's {} cannot be read", file), record.error());
    return record;
}

std::optional<std::int64_t> horizon_of(const std::string& card) {
    const auto parsed = json::parse(card);
    boost::system::error_code absent;
    const json::Value* days = parsed ? parsed->find_pointer("/data/horizon_days", absent) : nullptr;
    return days != nullptr && days->is_int64() ? std::optional(days->get_int64()) : std::nullopt;
}

Status check_percentiles(const Outputs& outputs) {
    if (!outputs.percentiles) return {};
    const std::vector<double>& values = outputs.percentiles->values;
    if (values.size() == 101 && std::ranges::is_sorted(values)) return {};
    return fail(ErrorCode::conflict, "the model's percentiles are not 101 values in order");
}

std::vector<float> recode_one_hot(const profiles::Column& feature, std::string_view category) {
    std::vector<float> recode;
    recode.reserve(feature.categories.size());
    for (const auto& name : feature.categories) recode.push_back(name == category ? 1.0F : 0.0F);
    return recode;
}

// Empty when both dictionaries agree as far as both go.
std::vector<float> recode_codes(const profiles::Column& feature, const std::vector<std::string>& fitted) {
    std::vector<float> recode;
    bool same = true;
    for (std::size_t code = 0; code < feature.categories.size(); ++code) {
        const auto at = std::ranges::find(fitted, feature.categories[code]);
        recode.push_back(at == fitted.end() ? kMissing : static_cast<float>(at - fitted.begin()));
        same = same && at != fitted.end() && static_cast<std::size_t>(at - fitted.begin()) == code;
    }
    return same ? std::vector<float>{} : recode;
}

// Of a model made elsewhere, whose columns have no hash, any feature of that name will do.
std::optional<std::size_t> find_feature(const profiles::Schema& schema, const ModelColumn& column) {
    const auto at = schema.index_of(feature_of(column.name));
    const bool is_it = at && (column.hash.empty() || schema.columns[*at].hash == column.hash);
    return is_it ? at : std::nullopt;
}

bool is_one_category(const ModelColumn& column) { return column.name.find('=') != std::string::npos; }

// A trained model knows the codes of categories; one made elsewhere does not.
Status check_is_number(const ModelColumn& column, const profiles::Column& known) {
    const bool is_coded = !known.categories.empty() && !is_one_category(column);
    if (!column.hash.empty() || !is_coded) return {};
    return fail(
        ErrorCode::conflict, fmt::format("\"{}\" is a category, and the model reads numbers", known.name),
        fmt::format("name one input for each category: {}={}", known.name, known.categories.front())
    );
}

// Profile code → what the model reads; empty: the value itself.
std::vector<float> recode_of(const ModelColumn& column, const profiles::Column& known) {
    if (is_one_category(column)) {
        return recode_one_hot(known, std::string_view(column.name).substr(known.name.size() + 1));
    }
    return column.categories.empty() ? std::vector<float>{} : recode_codes(known, column.categories);
}

float read_value(const RowMap::Source& source, float value) {
    if (source.recode.empty() || std::isnan(value)) return value;
    const auto code = static_cast<std::size_t>(value);
    return value >= 0 && code < source.recode.size() ? source.recode[code] : kMissing;
}

std::string value_words(const ModelColumn& column, float value) {
    if (column.name.find('=') != std::string::npos) {
        const std::string category = column.name.substr(column.name.find('=') + 1);
        if (std::isnan(value)) return fmt::format("{}: unknown", column.words);
        return fmt::format("{}: {}{}", column.words, value > 0 ? "" : "not ", category);
    }
    if (std::isnan(value)) return fmt::format("{}: unknown", column.words);
    if (!column.categories.empty()) {
        const auto code = static_cast<std::size_t>(value);
        return fmt::format("{}: {}", column.words, code < column.categories.size() ? column.categories[code] : "?");
    }
    const double number = shortest_decimal(value);
    if (is_amount(column.unit)) return fmt::format("{}: {}", column.words, amount_text(number, column.unit));
    return fmt::format("{}: {}", column.words, number_text(number));
}

}  // namespace

void RowMap::assemble(std::span<const float> profile, std::span<float> row) const {
    for (const Source& source : sources_) row[source.column] = read_value(source, profile[source.feature]);
}

Result<std::shared_ptr<const LoadedModel>> LoadedModel::open(
    const std::filesystem::path& folder, std::string_view manifest_hash
) {
    BOON_TRY(const Artefact artefact, read_artefact(folder, manifest_hash));
    // No make_shared: the constructor is private.
    std::shared_ptr<LoadedModel> model(new LoadedModel);
    model->manifest_ = artefact.manifest;
    BOON_TRY(model->columns_, read_part<ModelColumns>(artefact, kColumnsFile));
    BOON_TRY(model->outputs_, read_part<Outputs>(artefact, kOutputsFile));
    BOON_CHECK(check(model->outputs_.calibration));
    if (model->outputs_.interval) BOON_CHECK(check(*model->outputs_.interval));
    BOON_CHECK(check_percentiles(model->outputs_));
    if (const auto card = artefact.files.find(std::string(kCardFile)); card != artefact.files.end()) {
        model->card_ = card->second;
        model->horizon_days_ = horizon_of(card->second);
    }
    if (model->manifest_.kind == ModelKind::ranking) {
        BOON_TRY(auto products, read_part<Products>(artefact, kProductsFile));
        BOON_CHECK(check(products));
        model->products_ = std::make_shared<const Products>(std::move(products));
    } else {
        BOON_CHECK(model->read_scorer(artefact));
        BOON_CHECK(model->read_purchases(artefact));
        BOON_TRY(model->uplift_, UpliftModel::read(artefact.files, model->columns_.columns.size()));
    }
    return model;
}

Status LoadedModel::read_scorer(const Artefact& artefact) {
    const auto network = artefact.files.find(std::string(kNetworkFile));
    const auto trees = artefact.files.find(std::string(kModelFile));
    if (network != artefact.files.end()) {
        BOON_CHECK(read_network(artefact, network->second));
    } else if (trees != artefact.files.end()) {
        BOON_CHECK(read_trees(trees->second));
    } else {
        return fail(ErrorCode::conflict, "the model has no model.ubj");
    }
    const std::size_t outputs = manifest_.kind == ModelKind::multi_class ? columns_.labels.size() : 1;
    if (static_cast<std::size_t>(scorer_->features()) != columns_.columns.size() ||
        static_cast<std::size_t>(scorer_->outputs()) != outputs) {
        return fail(
            ErrorCode::conflict,
            fmt::format(
                "the model's ensemble reads {} columns and gives {} outputs; its features.json names {} and {}",
                scorer_->features(), scorer_->outputs(), columns_.columns.size(), outputs
            )
        );
    }
    return {};
}

Status LoadedModel::read_trees(std::string_view bytes) {
    BOON_TRY(auto trees, models::TreeEnsemble::from_xgboost(std::as_bytes(std::span(bytes))));
    trees_ = std::make_shared<const models::TreeEnsemble>(std::move(trees));
    scorer_ = trees_;
    is_logarithm_ = models::is_logarithm(trees_->objective());
    return {};
}

Status LoadedModel::read_network(const Artefact& artefact, const std::string& file) {
    const auto answer = network_answer(manifest_.kind);
    if (!answer) {
        return fail(ErrorCode::conflict, fmt::format("a model of kind {} is no network", enum_name(manifest_.kind)));
    }
    models::Scaling scaling;
    if (artefact.files.contains(std::string(kScalingFile))) {
        BOON_TRY(scaling, read_part<models::Scaling>(artefact, kScalingFile));
    }
    BOON_TRY(scorer_, models::Network::load(file, *answer, std::move(scaling)));
    return {};
}

Status LoadedModel::read_purchases(const Artefact& artefact) {
    if (!artefact.files.contains(std::string(kPurchasesFile))) return {};
    BOON_TRY(auto purchases, read_part<Purchases>(artefact, kPurchasesFile));
    BOON_TRY(auto model, PurchaseModel::make(std::move(purchases), columns_));
    purchases_ = std::make_shared<const PurchaseModel>(std::move(model));
    return {};
}

Result<RowMap> LoadedModel::bind(const profiles::Schema& schema) const {
    RowMap map;
    std::string missing;
    for (std::uint32_t i = 0; i < columns_.columns.size(); ++i) {
        const ModelColumn& column = columns_.columns[i];
        if (is_callers_column(column.name)) continue;
        const auto at = find_feature(schema, column);
        if (!at) {
            const std::string_view mark = column.hash.empty() ? "" : "@";
            missing +=
                fmt::format("{}\"{}{}{}\"", missing.empty() ? "" : ", ", feature_of(column.name), mark, column.hash);
            continue;
        }
        const profiles::Column& known = schema.columns[*at];
        BOON_CHECK(check_is_number(column, known));
        map.sources_.push_back({i, static_cast<std::uint32_t>(*at), recode_of(column, known)});
    }
    if (!missing.empty()) {
        return fail(
            ErrorCode::conflict,
            fmt::format(
                "model {} {} was fitted on features that are not there: {}", manifest_.name, manifest_.version, missing
            ),
            "bring the definitions back, or train and promote a new version"
        );
    }
    return map;
}

double LoadedModel::calibrated(double margin) const {
    // Not std::max: what is not a number stays one.
    if (manifest_.kind == ModelKind::amount) {
        const double amount = is_logarithm_ ? std::exp(margin) : margin;
        return amount < 0 ? 0 : amount;
    }
    return outputs_.calibration.apply(inverse_logit(margin));
}

std::optional<Buying> LoadedModel::buying(std::span<const float> row) const {
    return purchases_ == nullptr ? std::nullopt : purchases_->read(row);
}

Prediction LoadedModel::predict_amount(const Buying& known) const {
    Prediction out;
    out.version = manifest_.version;
    out.buying = purchases_->outlook(known);
    out.value = out.buying->value;
    std::tie(out.lower, out.upper) = purchases_->interval(out.value);
    return out;
}

std::vector<double> LoadedModel::predict_all(std::span<const float> rows, std::size_t count) const {
    const std::size_t stride = columns_.columns.size();
    BOON_ASSERT(rows.size() == count * stride && scorer_->outputs() == 1);
    std::vector<float> margins(count);
    scorer_->margins_batch(rows.data(), count, stride, margins.data());
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto known = buying(rows.subspan(i * stride, stride));
        values[i] = known ? purchases_->outlook(*known).value : calibrated(static_cast<double>(margins[i]));
    }
    return values;
}

std::optional<std::pair<double, double>> LoadedModel::interval(std::span<const float> row, double value) const {
    if (buying(row)) return purchases_->interval(value);
    if (!outputs_.interval) return std::nullopt;
    return interval_at(*outputs_.interval, value);
}

Prediction LoadedModel::predict(std::span<const float> row) const {
    if (const auto known = buying(row)) return predict_amount(*known);
    std::vector<float> margins(static_cast<std::size_t>(scorer_->outputs()));
    scorer_->margins(row, margins);
    if (std::isnan(margins.front())) {
        return fallback(std::numeric_limits<double>::quiet_NaN(), "the model has no answer for this customer");
    }
    Prediction out;
    out.version = manifest_.version;
    if (manifest_.kind == ModelKind::multi_class) {
        const auto greatest = static_cast<double>(*std::ranges::max_element(margins));
        double sum = 0;
        for (const float margin : margins)
            sum += out.shares.emplace_back(std::exp(static_cast<double>(margin) - greatest));
        for (double& share : out.shares) share /= sum;
        out.value = *std::ranges::max_element(out.shares);
        return out;
    }
    out.value = calibrated(static_cast<double>(margins[0]));
    if (outputs_.interval) {
        const auto [lower, upper] = interval_at(*outputs_.interval, out.value);
        out.lower = lower;
        out.upper = upper;
    }
    return out;
}

Breakdown LoadedModel::explain_amount(const Buying& known, std::size_t most) const {
    Breakdown out{.base = purchases_->typical_value(), .reasons = {}, .words = purchases_->words(known)};
    for (BuyingEffect& effect : purchases_->effects(known)) {
        if (effect.effect == 0 || out.reasons.size() == most) continue;
        out.reasons.push_back({std::move(effect.feature), std::move(effect.words), effect.effect});
    }
    return out;
}

Breakdown LoadedModel::explain(std::span<const float> row, int output, std::size_t most) const {
    if (const auto known = buying(row)) return explain_amount(*known, most);
    std::vector<double> contributions(row.size() + 1);
    scorer_->explain(row, output, contributions);
    struct Part {
        double sum = 0;
        double largest = 0;
        std::size_t column = 0;
    };
    std::map<std::string_view, Part> parts;
    for (std::size_t i = 0; i < row.size(); ++i) {
        Part& part = parts[feature_of(columns_.columns[i].name)];
        part.sum += contributions[i];
        // Of a category's columns, the one that holds speaks for all.
        const double weight = std::abs(contributions[i]) + (row[i] > 0 ? 1e-12 : 0);
        if (weight >= part.largest) {
            part.largest = weight;
            part.column = i;
        }
    }
    Breakdown out{.base = contributions.back(), .reasons = {}};
    std::vector<Reason>& reasons = out.reasons;
    for (const auto& [feature, part] : parts) {
        if (part.sum == 0) continue;
        reasons.push_back({std::string(feature), value_words(columns_.columns[part.column], row[part.column]), part.sum}
        );
    }
    std::ranges::stable_sort(reasons, [](const Reason& a, const Reason& b) {
        return std::abs(a.contribution) > std::abs(b.contribution);
    });
    if (reasons.size() > most) reasons.resize(most);
    return out;
}

std::optional<models::NetworkAnswer> network_answer(ModelKind kind) {
    switch (kind) {
        case ModelKind::multi_class: return models::NetworkAnswer::shares;
        case ModelKind::probability: return models::NetworkAnswer::probability;
        case ModelKind::amount: return models::NetworkAnswer::amount;
        case ModelKind::pair:
        case ModelKind::ranking: break;
    }
    return std::nullopt;
}

Prediction fallback(double value, std::string reason) {
    Prediction out;
    out.value = value;
    out.is_fallback = true;
    out.fallback_reason = std::move(reason);
    return out;
}

double score_at(const Percentiles& percentiles, double amount) {
    if (amount <= 0) return 0;
    const auto& values = percentiles.values;
    const auto first = std::ranges::lower_bound(values, amount) - values.begin();
    const auto last = std::ranges::upper_bound(values, amount) - values.begin();
    if (last > first) return 0.5 * static_cast<double>(first + last - 1);
    if (first == 0) return 0.5;  // below everybody, yet not nothing
    if (first == static_cast<std::ptrdiff_t>(values.size())) return 100;
    const double below = values[static_cast<std::size_t>(first) - 1];
    const double above = values[static_cast<std::size_t>(first)];
    return static_cast<double>(first - 1) + (amount - below) / (above - below);
}

Status check(const AmountInterval& i) {
    const bool sizes = !i.predicted.empty() && i.lower.size() == i.predicted.size() && i.upper.size() == i.lower.size();
    if (!sizes || std::ranges::adjacent_find(i.predicted, std::greater_equal()) != i.predicted.end()) {
        return fail(ErrorCode::conflict, "the model's interval has no knots, or knots out of order");
    }
    return {};
}

std::pair<double, double> interval_at(const AmountInterval& interval, double predicted) {
    const auto above = std::ranges::upper_bound(interval.predicted, predicted);
    if (above == interval.predicted.begin()) return {interval.lower.front(), interval.upper.front()};
    if (above == interval.predicted.end()) {
        const double last = interval.predicted.back();
        const double scale = last > 0 ? predicted / last : 1;
        return {interval.lower.back() * scale, interval.upper.back() * scale};
    }
    const auto i = static_cast<std::size_t>(above - interval.predicted.begin());
    const double share = (predicted - interval.predicted[i - 1]) / (interval.predicted[i] - interval.predicted[i - 1]);
    const auto between = [&](const std::vector<double>& v) { return v[i - 1] + share * (v[i] - v[i - 1]); };
    return {between(interval.lower), between(interval.upper)};
}

}  // namespace boon::scoring
