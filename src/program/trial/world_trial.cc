#include "program/trial/world_trial.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "insight/training/labels.h"
#include "insight/training/model_table.h"
#include "insight/training/ranking.h"
#include "insight/training/train.h"
#include "program/trial/best_scores.h"
#include "program/trial/scratch_folder.h"
#include "program/world/life.h"
#include "program/world/world.h"
#include "records/features/compute.h"

namespace boon::trial {
namespace {

using studies::Figure;
using training::Estimate;
using training::Model;
using training::ModelCard;

constexpr double kMaxLoss = 0.02;  // of AUC, against the best guess
constexpr double kLowestAuc = 0.70;
constexpr double kHighestAuc = 0.90;
constexpr std::int64_t kRowsForSlope = 10'000;
constexpr std::int64_t kRowsForCoverage = 5'000;
constexpr std::string_view kBest = "best guess";

std::vector<Model> models_of(const WorldOptions& options) {
    if (!options.models.empty()) return options.models;
    std::vector<Model> models;
    for (const training::ModelRow& row : training::model_table()) models.push_back(row.model);
    return models;
}

// A world on disk, and what a company would have made of it.
class Company {
public:
    static Result<Company> found(std::uint64_t seed, const WorldOptions& options) {
        BOON_TRY(ScratchFolder folder, ScratchFolder::open());
        world::Options wanted;
        wanted.folder = (folder.path() / "world").string();
        wanted.customers = options.customers;
        wanted.seed = seed;
        BOON_CHECK(world::generate(wanted));
        warehouse::Options sources;
        sources.tables = world::tables_of(wanted.folder);
        sources.allowed_directories = {wanted.folder};
        BOON_TRY(auto warehouse, warehouse::Warehouse::open(sources));
        BOON_TRY(const auto definitions, default_features(*warehouse));
        BOON_TRY(auto schema, features::fit_schema(*warehouse, definitions));
        return Company(std::move(folder), std::move(wanted), std::move(warehouse), std::move(schema));
    }

    [[nodiscard]] const world::Options& world() const { return world_; }
    [[nodiscard]] warehouse::Warehouse& warehouse() const { return *warehouse_; }
    [[nodiscard]] Timestamp now() const { return world::end_of(world_); }

    [[nodiscard]] training::TrainEnvironment environment() const {
        return {
            .warehouse = *warehouse_,
            .schema = schema_,
            .currency = {},
            .models_folder = {},
            .process = {.command = {"/proc/self/exe", "__fit"}, .scratch = folder_.path() / "fit", .progress = {}},
            .code_version = "trial",
        };
    }

private:
    Company(
        ScratchFolder folder, world::Options world, std::unique_ptr<warehouse::Warehouse> warehouse,
        features::Schema schema
    )
        : folder_(std::move(folder)),
          world_(std::move(world)),
          warehouse_(std::move(warehouse)),
          schema_(std::move(schema)) {}

    static Result<features::Definitions> default_features(warehouse::Warehouse& warehouse) {
        std::map<std::string, std::vector<std::string>> values;
        for (const char* column : {"category", "channel"}) {
            BOON_TRY(
                const auto frame,
                warehouse.query(fmt::format(
                    "SELECT DISTINCT {0} AS value FROM boon.transactions WHERE {0} IS NOT NULL ORDER BY 1", column
                ))
            );
            const auto texts = frame.column("value").texts();
            values[fmt::format("transactions.{}", column)].assign(texts.begin(), texts.end());
        }
        return features::Definitions::defaults(values);
    }

    ScratchFolder folder_;
    world::Options world_;
    std::unique_ptr<warehouse::Warehouse> warehouse_;
    features::Schema schema_;
};

training::Options training_options(Model model, const WorldOptions& options) {
    training::Options out;
    out.model = model;
    out.fit.threads = options.threads;
    return out;
}

// What a trial has found so far.
class Findings {
public:
    Findings(std::string name, std::string title) {
        report_.study = std::move(name);
        report_.title = std::move(title);
        report_.kind = studies::Kind::world;
    }

    void add(std::string name, const Estimate& estimate, const studies::Limit& limit = {}) {
        Figure figure{.name = std::move(name), .estimate = estimate};
        if (limit.at_least || limit.at_most) study_.expect[figure.name] = limit;
        report_.figures.push_back(std::move(figure));
    }
    void beside(const std::string& name, std::string_view who, double value) {
        study_.published[std::string(who)][name] = value;
    }
    void note(std::string words) { report_.notes.push_back(std::move(words)); }
    studies::Report& report() { return report_; }

    Result<studies::Report> conclude() {
        BOON_CHECK(studies::hold_against(study_, report_));
        return std::move(report_);
    }

private:
    studies::Study study_;
    studies::Report report_;
};

double auc_of(const std::vector<double>& scores, const training::TestRows& tested) {
    std::vector<float> labels;
    labels.reserve(tested.rows.size());
    for (const std::uint32_t row : tested.rows) labels.push_back(tested.set.labels[row]);
    const std::vector<double> ones(scores.size(), 1);
    return training::Ranking({scores, labels, {}, {}}).auc(ones);
}

void add_probability(
    Model model, const training::BinaryMetrics& metrics, std::optional<double> best, Findings& findings
) {
    const std::string auc = fmt::format("{}.auc", enum_name(model));
    studies::Limit limit;
    if (best && *best >= kLowestAuc && *best <= kHighestAuc) limit.at_least = *best - kMaxLoss;
    findings.add(auc, metrics.auc, limit);
    if (best) findings.beside(auc, kBest, *best);
    studies::Limit slope;
    if (metrics.rows >= kRowsForSlope) slope = {.at_least = 0.9, .at_most = 1.1, .surely_above = {}};
    findings.add(fmt::format("{}.calibration_slope", enum_name(model)), metrics.calibration_slope, slope);
}

void add_amount(Model model, const training::AmountMetrics& metrics, Findings& findings) {
    findings.add(fmt::format("{}.rank_correlation", enum_name(model)), metrics.rank_correlation);
    if (!metrics.interval_coverage) return;
    studies::Limit limit;
    if (model == Model::ltv && metrics.rows >= kRowsForCoverage) {
        limit = {.at_least = 0.77, .at_most = 0.83, .surely_above = {}};
    }
    findings.add(fmt::format("{}.coverage_80", enum_name(model)), *metrics.interval_coverage, limit);
}

void describe(Model model, const ModelCard& card, Findings& findings) {
    findings.note(fmt::format(
        "{}: {} test rows; {}", enum_name(model), card.data.test_rows,
        card.gate.passed ? "passed the gate" : fmt::format("refused by the gate: {}", card.gate.verdict)
    ));
    studies::Report& report = findings.report();
    report.rows += card.data.rows;
    report.judged_rows += card.data.test_rows;
    report.columns = std::max(report.columns, card.data.features);
    report.customers = std::max(report.customers, card.data.customers);
}

Status try_model(const Company& company, const training::Options& wanted, Findings& to) {
    auto environment = company.environment();
    std::optional<double> best;
    environment.tested = [&](const training::TestRows& tested) -> Status {
        BOON_TRY(const auto scores, best_scores(company.world(), company.warehouse(), wanted, tested));
        if (!scores.empty()) best = auc_of(scores, tested);
        return {};
    };
    BOON_TRY(const auto trained, training::train(environment, wanted, company.now()));
    const ModelCard& card = trained.card;
    if (card.test.binary) add_probability(wanted.model, *card.test.binary, best, to);
    if (card.test.amount) add_amount(wanted.model, *card.test.amount, to);
    describe(wanted.model, card, to);
    return {};
}

// What the gate asks of the number of rows, before it looks at what was learnt.
bool is_of_rows(const training::GateCheck& check) { return check.name == "rows" || check.name == "each_class"; }

void add_shuffled(Model model, const std::vector<training::TrainedModel>& trained, Findings& findings) {
    const auto seeds = static_cast<double>(trained.size());
    double judged = 0;
    double passed = 0;
    std::map<std::string, int> refused;
    studies::Report& report = findings.report();
    for (const training::TrainedModel& one : trained) {
        const ModelCard& card = one.card;
        passed += card.gate.passed ? 1 : 0;
        const auto is_missed = [](const auto& check) { return is_of_rows(check) && !check.passed; };
        judged += std::ranges::none_of(card.gate.checks, is_missed) ? 1 : 0;
        std::set<std::string> reasons;
        for (const training::GateCheck& check : card.gate.checks) {
            if (!check.passed) reasons.insert(check.name);
        }
        for (const std::string& reason : reasons) ++refused[reason];
        report.rows += card.data.rows;
        report.judged_rows += card.data.test_rows;
        report.columns = std::max(report.columns, card.data.features);
    }
    // A refusal for too few rows proves nothing.
    findings.add(fmt::format("{}.judged", enum_name(model)), {judged, judged, judged}, {seeds, {}, {}});
    // Five of a hundred; of fewer as large a part, but one.
    const double most = std::max(1.0, std::floor(0.05 * seeds));
    findings.add(fmt::format("{}.passed", enum_name(model)), {passed, passed, passed}, {{}, most, {}});
    std::vector<std::string> words;
    for (const auto& [reason, count] : refused) words.push_back(fmt::format("{} {}", reason, count));
    findings.note(fmt::format(
        "{}: {} rows, {} of them of the test; refused for {}", enum_name(model), trained.front().card.data.rows,
        trained.front().card.data.test_rows, words.empty() ? "nothing" : fmt::format("{}", fmt::join(words, ", "))
    ));
}

}  // namespace

Result<studies::Report> try_world(std::uint64_t seed, const WorldOptions& options) {
    BOON_CHECK(options.progress("making the world", 0));
    BOON_TRY(const Company company, Company::found(seed, options));
    Findings findings(
        "world",
        fmt::format("A synthetic world of {} customers, seed {}, beside the best guess", options.customers, seed)
    );
    findings.report().split = "the latest rows of each model";
    const auto models = models_of(options);
    for (std::size_t i = 0; i < models.size(); ++i) {
        const double done = static_cast<double>(i + 1) / static_cast<double>(models.size() + 1);
        BOON_CHECK(options.progress(enum_name(models[i]), done));
        auto tried = try_model(company, training_options(models[i], options), findings);
        if (!tried) return in_context(std::string(enum_name(models[i])), std::move(tried).error());
    }
    return findings.conclude();
}

Result<studies::Report> try_shuffled(std::span<const std::int64_t> seeds, const WorldOptions& options) {
    BOON_CHECK(options.progress("making the world", 0));
    BOON_TRY(const Company company, Company::found(static_cast<std::uint64_t>(seeds.front()), options));
    Findings findings(
        "world, shuffled",
        fmt::format(
            "A synthetic world of {} customers, labels dealt out at random by {} seeds: how many pass the gate",
            options.customers, seeds.size()
        )
    );
    findings.report().split = "the latest rows of each model, once a seed";
    const auto models = models_of(options);
    for (std::size_t i = 0; i < models.size(); ++i) {
        const double done = static_cast<double>(i + 1) / static_cast<double>(models.size() + 1);
        BOON_CHECK(options.progress(enum_name(models[i]), done));
        auto trained =
            training::train_shuffled(company.environment(), training_options(models[i], options), company.now(), seeds);
        if (!trained) return in_context(std::string(enum_name(models[i])), std::move(trained).error());
        add_shuffled(models[i], *trained, findings);
        findings.report().customers = options.customers;
    }
    return findings.conclude();
}

}  // namespace boon::trial
