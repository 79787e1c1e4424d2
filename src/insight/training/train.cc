#include "insight/training/train.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "insight/training/assemble.h"
#include "insight/training/calibrate.h"
#include "insight/training/evaluate.h"
#include "insight/training/foresight.h"
#include "insight/training/ltv_rivals.h"
#include "insight/training/model_table.h"
#include "insight/training/product_training.h"
#include "insight/training/split.h"
#include "insight/training/uplift_training.h"
#include "platform/storage/digest.h"

namespace boon::training {
namespace {

using scoring::ModelKind;

FitOptions fit_options(const Options& options, ModelKind kind, std::size_t classes) {
    FitOptions fit = options.fit;
    fit.objective = kind == ModelKind::amount        ? Objective::amount
                    : kind == ModelKind::multi_class ? Objective::multiclass
                                                     : Objective::binary;
    fit.classes = static_cast<int>(classes);
    return fit;
}

std::string fingerprint_of(const Matrix& rows) {
    const auto bytes = [](const auto& values) { return std::as_bytes(std::span(values)); };
    auto all = storage::sha256(bytes(rows.values));
    const auto labels = storage::sha256(bytes(rows.labels));
    all.insert(all.end(), labels.begin(), labels.end());
    return storage::to_hex(storage::sha256(std::span<const std::byte>(all)));
}

class Run {
public:
    Run(const TrainEnvironment& environment, const Options& options, Timestamp now)
        : env_(environment), options_(options), now_(now), model_(row_of(options.model)), kind_(model_.kind(options)) {}

    Result<TrainedModel> run() {
        BOON_TRY(const LabelledSet set, label());
        BOON_TRY(const Assembled data, put_together(set));
        return learn(set, data);
    }

    Result<LabelledSet> label() {
        BOON_CHECK(tell("labels", 0));
        return label_rows(env_.warehouse, options_, now_);
    }

    Result<Assembled> put_together(const LabelledSet& set) {
        BOON_CHECK(tell("features", 0));
        return assemble(env_.warehouse, env_.schema, set, options_, env_.currency);
    }

    Result<TrainedModel> learn(const LabelledSet& set, const Assembled& data) {
        const Split split = split_rows(set, model_.validation_share(options_));
        BOON_TRY(const Fitted fitted, fit_rows(data, split));
        BOON_TRY(const auto trees, models::TreeEnsemble::from_xgboost(fitted.model));
        BOON_CHECK(tell("calibrate", 0));
        calibrate(fitted, data, split);
        BOON_CHECK(tell("test", 0));
        BOON_CHECK(choose_version(trees, data, set, split));
        const bool has_arms = options_.model == Model::campaign_response || kind_ == ModelKind::pair;
        if (has_arms && !options_.shuffle_labels_seed) BOON_CHECK(add_uplift(trees, data, set));
        BOON_CHECK(show_test_rows(trees, data, set, split));
        describe(data, set, split, fitted);
        const bool binary = kind_ != ModelKind::amount && kind_ != ModelKind::multi_class;
        const auto doubts = foresight_warnings(data.rows.select(split.test), binary, fitted.report.importances);
        card_.warnings.insert(card_.warnings.end(), doubts.begin(), doubts.end());
        BOON_CHECK(tell("write", 0));
        return write(data, fitted);
    }

private:
    Status tell(std::string_view step, double done, const FitProgress& fit = {}) {
        return env_.progress ? env_.progress({step, done, fit}) : Status{};
    }

    Result<Fitted> fit_rows(const Assembled& data, const Split& split) {
        if (split.fit.empty() || split.validation.empty()) {
            return fail(
                ErrorCode::invalid, "there are too few customers to set some aside for validation",
                "more customers are needed"
            );
        }
        FitProcess process = env_.process;
        process.progress = [this](const FitProgress& p) { return tell("fit", p.share, p); };
        const Matrix all = data.rows.select(split.all);
        return fit(
            data.rows.select(split.fit), data.rows.select(split.validation),
            fit_options(options_, kind_, data.columns.labels.size()), process, &all
        );
    }

    void calibrate(const Fitted& fitted, const Assembled& data, const Split& split) {
        if (kind_ == ModelKind::multi_class) return;
        const Matrix validation = data.rows.select(split.validation);
        const std::vector<double> raw(fitted.validation_raw.begin(), fitted.validation_raw.end());
        const Scored rows{raw, validation.labels, validation.weights, validation.customers};
        if (kind_ == ModelKind::amount) {
            std::vector<double> kept(raw.size());
            std::ranges::transform(raw, kept.begin(), [](double v) { return std::max(0.0, v); });
            outputs_.interval = fit_interval({kept, validation.labels, {}, validation.customers});
            return;
        }
        const auto threshold = options_.thresholds.find(std::string(enum_name(options_.model)));
        if (threshold != options_.thresholds.end()) outputs_.threshold = threshold->second;
        const CalibrationChoice choice = choose_calibration(rows);
        outputs_.calibration = choice.calibration;
        card_.calibration =
            CardCalibration{choice.calibration.kind, choice.identity_loss, choice.platt_loss, choice.isotonic_loss};
    }

    Status show_test_rows(
        const models::TreeEnsemble& trees, const Assembled& data, const LabelledSet& set, const Split& split
    ) {
        if (!env_.tested || kind_ == ModelKind::multi_class) return {};
        const Scorer scorer{trees, outputs_, kind_, purchases_ ? &*purchases_ : nullptr};
        const auto predicted = predict_rows(scorer, data.rows.select(split.test));
        return env_.tested({set, split.test, predicted});
    }

    // The trees, or, for ltv, the purchase model that won beside them: one that the gate lets through.
    Status choose_version(
        const models::TreeEnsemble& trees, const Assembled& data, const LabelledSet& set, const Split& split
    ) {
        const Scorer only_trees{trees, outputs_, kind_};
        if (options_.model != Model::ltv) return judge_version(only_trees, data, set, split);
        BOON_TRY(LtvCompetition competition, compete(only_trees, data, set, split));
        card_.competition = std::move(competition.contestants);
        if (!competition.winner) return judge_version(only_trees, data, set, split);
        BOON_CHECK(judge_version({trees, outputs_, kind_, &*competition.winner}, data, set, split));
        Contestant& winner = card_.competition[competition.place];
        if (!card_.gate.passed) {
            warn(fmt::format(
                "{} foretells customers without a contract better, but the gate does not let it through ({}): these "
                "are the trees alone",
                winner.name, card_.gate.verdict
            ));
            return judge_version(only_trees, data, set, split);
        }
        card_.competition.front().won = false;
        winner.won = true;
        purchases_ = std::move(competition.winner);
        return {};
    }

    Result<LtvCompetition> compete(
        const Scorer& trees, const Assembled& data, const LabelledSet& set, const Split& split
    ) {
        const std::string contract = scoring::PurchaseFeatures{}.contract;
        LtvCompetition competition;
        if (!env_.schema.index_of(contract)) {
            competition.absent = fmt::format("no feature \"{}\" says who has a contract", contract);
        } else {
            const auto predicted = predict_rows(trees, data.rows.select(split.test));
            competition = compare_purchase_models(data, split, predicted, options_.ltv, set.horizon_days);
        }
        if (!competition.absent.empty()) warn("the purchase models did not compete: " + competition.absent);
        return competition;
    }

    // Never a reason to refuse the version: what does not pass is not served, and the card says why.
    Status add_uplift(const models::TreeEnsemble& trees, const Assembled& data, const LabelledSet& set) {
        const Scorer scorer{trees, outputs_, kind_};
        BOON_CHECK(tell("uplift", 0));
        BOON_TRY(const Arms arms, arms_of(env_, options_, now_, {scorer, data, set}));
        BOON_TRY(LearntUplift learnt, learn_uplift(env_, options_, arms));
        card_.uplift = std::move(learnt.card);
        // Of offers it is a figure alone: no answer is made of it.
        if (kind_ != ModelKind::pair) uplift_files_ = std::move(learnt.files);
        return {};
    }

    void warn(std::string words) {
        if (std::ranges::find(card_.warnings, words) == card_.warnings.end())
            card_.warnings.push_back(std::move(words));
    }

    Status judge_version(const Scorer& scorer, const Assembled& data, const LabelledSet& set, const Split& split) {
        const Matrix test = data.rows.select(split.test);
        const Judged judged = judge_rows(scorer, test, options_.metrics);
        card_.test = judged.metrics;
        if (!split.unseen.empty()) {
            card_.unseen_customers = judge_rows(scorer, data.rows.select(split.unseen), options_.metrics).metrics;
        }
        if (!split.new_campaigns.empty()) {
            card_.new_campaigns = judge_rows(scorer, data.rows.select(split.new_campaigns), options_.metrics).metrics;
        }
        if (options_.model == Model::engagement) {
            outputs_.percentiles = fit_percentiles(predict_rows(scorer, test), options_.engagement);
        }
        BOON_CHECK(compare_with_baselines(data, split, test, judged.losses));
        if (kind_ == ModelKind::pair) card_.dominance = measure_dominance(scorer.trees, data, set, split.test);
        GateInput input;
        input.kind = kind_;
        input.matured_rows = static_cast<std::int64_t>(set.labels.size());
        input.positives = kind_ == ModelKind::multi_class
                              ? rarest_class(data)
                              : std::ranges::count_if(set.labels, [](float v) { return v > 0; });
        input.binary = card_.test.binary;
        input.amount = card_.test.amount;
        input.baselines = card_.baselines;
        input.dominance = card_.dominance;
        input.loss_against_champion = against_champion(data, test, judged.losses);
        BOON_CHECK(tell("gate", 0));
        card_.gate = judge(input, options_.gate);
        return {};
    }

    Status compare_with_baselines(
        const Assembled& data, const Split& split, const Matrix& test, const std::vector<double>& losses
    ) {
        const Matrix train = data.rows.select(split.all);
        const Scored rows{{}, test.labels, {}, test.customers};
        if (kind_ == ModelKind::multi_class) {
            card_.baselines =
                compare(rows, {"shares_of_all"}, {share_losses(train, test, data.columns.labels.size())}, losses);
            return {};
        }
        const bool recency = train.column(options_.recency_feature).has_value();
        BOON_TRY(const auto baselines, fit_baselines(train, test, recency ? options_.recency_feature : ""));
        std::vector<std::string> names;
        std::vector<std::vector<double>> all;
        for (const Baseline& baseline : baselines) {
            names.push_back(baseline.name);
            all.push_back(baseline_losses(kind_, test, baseline.predicted));
        }
        card_.baselines = compare(rows, names, all, losses);
        for (BaselineResult& result : card_.baselines) {
            if (kind_ == ModelKind::amount) continue;
            const auto baseline = std::ranges::find(baselines, result.name, &Baseline::name);
            const std::vector<double> ones(test.rows(), 1);
            result.auc = Ranking({baseline->predicted, test.labels, {}, {}}).auc(ones);
        }
        return {};
    }

    static std::int64_t rarest_class(const Assembled& data) {
        std::vector<std::int64_t> counts(data.columns.labels.size());
        for (const float label : data.rows.labels) ++counts[static_cast<std::size_t>(label)];
        return counts.empty() ? 0 : *std::ranges::min_element(counts);
    }

    // The champion on the same test rows, when this run has all the columns it reads, of the same meaning.
    std::optional<Estimate> against_champion(
        const Assembled& data, const Matrix& test, const std::vector<double>& losses
    ) {
        if (env_.champion == nullptr || env_.champion->manifest().kind != kind_) return std::nullopt;
        if (kind_ == ModelKind::multi_class && env_.champion->columns().labels != data.columns.labels)
            return std::nullopt;
        const auto theirs = as_read_by(env_.champion->columns(), data.columns, test);
        if (!theirs) {
            warn("the champion could not be compared: " + theirs.error().message);
            return std::nullopt;
        }
        const auto& champion = *env_.champion;
        const Judged judged = judge_rows(
            {*champion.trees(), champion.outputs(), kind_, champion.purchases().get()}, *theirs, options_.metrics
        );
        const Scored rows{{}, test.labels, {}, test.customers};
        const double loss = clustered_mean(rows, judged.losses).value;
        std::vector<double> differences(losses.size());
        for (std::size_t i = 0; i < losses.size(); ++i) differences[i] = (losses[i] - judged.losses[i]) / loss;
        return clustered_mean(rows, differences);
    }

    void describe(const Assembled& data, const LabelledSet& set, const Split& split, const Fitted& fitted) {
        card_.name = std::string(enum_name(options_.model));
        card_.kind = kind_;
        card_.answers = model_.answers(options_, set.horizon_days);
        if (purchases_) card_.answers += "; of customers without a contract, by a purchase model";
        card_.created_at = now_;
        card_.code_version = env_.code_version;
        card_.fit = fitted.report;
        card_.options = options_;
        card_.warnings.insert(card_.warnings.end(), set.warnings.begin(), set.warnings.end());
        CardData& d = card_.data;
        d.fingerprint = fingerprint_of(data.rows);
        d.rows = static_cast<std::int64_t>(set.labels.size());
        d.unmatured_rows = set.unmatured;
        d.customers = static_cast<std::int64_t>(Scored{{}, set.labels, {}, set.customers}.cluster_count());
        d.fit_rows = static_cast<std::int64_t>(split.fit.size());
        d.validation_rows = static_cast<std::int64_t>(split.validation.size());
        d.version_rows = static_cast<std::int64_t>(split.all.size());
        d.validation = split.words;
        d.test_rows = static_cast<std::int64_t>(split.test.size());
        d.features = static_cast<std::int64_t>(data.columns.columns.size());
        d.first = *std::ranges::min_element(set.as_of);
        d.last = *std::ranges::max_element(set.as_of);
        d.watermark = set.watermark;
        d.test_from = set.test_from;
        d.horizon_days = set.horizon_days;
        describe_selection(data, set, split);
    }

    void describe_selection(const Assembled& data, const LabelledSet& set, const Split& split) {
        if (options_.model != Model::nbo) {
            card_.selection.words = model_.population;
            return;
        }
        const std::vector<std::uint32_t>& known = split.all;
        if (kind_ == ModelKind::pair) card_.support = offer_support(data.rows.select(known));
        std::int64_t logged = 0;
        std::int64_t clipped = 0;
        for (const auto i : known) {
            logged += set.propensities[i] > 0 ? 1 : 0;
            if (data.rows.weights.empty()) continue;
            clipped += static_cast<double>(data.rows.weights[i]) >= options_.nbo.propensity_clip ? 1 : 0;
        }
        const auto rows = static_cast<double>(std::max<std::size_t>(known.size(), 1));
        card_.selection.logged_share = static_cast<double>(logged) / rows;
        card_.selection.clipped_share = static_cast<double>(clipped) / rows;
        card_.selection.words =
            !data.rows.weights.empty()
                ? fmt::format("propensities logged: rows weigh their inverse, at most {}", options_.nbo.propensity_clip)
                : "observational: who was shown what was not decided by chance as far as the data tell";
    }

    Result<TrainedModel> write(const Assembled& data, const Fitted& fitted) {
        card_.version = new_uuid();
        scoring::Manifest manifest;
        manifest.name = card_.name;
        manifest.version = card_.version;
        manifest.kind = kind_;
        manifest.created_at = now_;
        manifest.code_version = env_.code_version;
        std::string ensemble(fitted.model.size(), '\0');
        std::ranges::transform(fitted.model, ensemble.begin(), [](std::byte b) { return static_cast<char>(b); });
        std::map<std::string, std::string> files{
            {std::string(scoring::kModelFile), std::move(ensemble)},
            {std::string(scoring::kOutputsFile), json::write(outputs_)},
            {std::string(scoring::kColumnsFile), json::write(data.columns)},
            {std::string(scoring::kCardFile), json::write(card_)},
        };
        files.insert(uplift_files_.begin(), uplift_files_.end());
        if (purchases_) files[std::string(scoring::kPurchasesFile)] = json::write(purchases_->parameters());
        if (env_.models_folder.empty()) return TrainedModel{{}, {}, std::move(card_)};
        BOON_TRY(auto written, scoring::write_artefact(env_.models_folder, manifest, files));
        return TrainedModel{std::move(written.folder), std::move(written.manifest_hash), std::move(card_)};
    }

    const TrainEnvironment& env_;
    const Options& options_;
    Timestamp now_;
    const ModelRow& model_;
    ModelKind kind_;
    scoring::Outputs outputs_;
    std::optional<scoring::PurchaseModel> purchases_;  // that won
    std::map<std::string, std::string> uplift_files_;
    ModelCard card_;
};

}  // namespace

Result<TrainedModel> train(const TrainEnvironment& environment, const Options& options, Timestamp now) {
    if (options.model == Model::product_recommendation) return train_products(environment, options, now);
    return Run(environment, options, now).run();
}

Result<std::vector<TrainedModel>> train_shuffled(
    const TrainEnvironment& environment, const Options& options, Timestamp now, std::span<const std::int64_t> seeds
) {
    std::vector<TrainedModel> trained;
    Options seeded = options;
    if (options.model == Model::product_recommendation) {
        for (const std::int64_t seed : seeds) {
            seeded.shuffle_labels_seed = seed;
            BOON_TRY(TrainedModel one, train_products(environment, seeded, now));
            trained.push_back(std::move(one));
        }
        return trained;
    }
    seeded.shuffle_labels_seed.reset();
    Run whole(environment, seeded, now);
    BOON_TRY(LabelledSet set, whole.label());
    BOON_TRY(Assembled data, whole.put_together(set));
    const auto labels = set.labels;
    const auto classes = data.rows.labels;  // the same, but for shares among offers
    for (const std::int64_t seed : seeds) {
        seeded.shuffle_labels_seed = seed;
        set.labels = labels;
        data.rows.labels = classes;
        shuffle_labels(set.labels, set.parts, seed);
        shuffle_labels(data.rows.labels, set.parts, seed);
        BOON_TRY(TrainedModel one, Run(environment, seeded, now).learn(set, data));
        trained.push_back(std::move(one));
    }
    return trained;
}

}  // namespace boon::training
