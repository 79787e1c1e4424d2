#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "insight/studies/run.h"
#include "insight/training/model_table.h"
#include "platform/base/nearest.h"
#include "platform/config/toml.h"
#include "program/cli/command.h"
#include "program/cli/world_seeds.h"
#include "program/trial/scratch_folder.h"
#include "program/trial/world_trial.h"

namespace boon::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kWorld = "world";  // beside the names of studies

struct EvalOptions {
    std::vector<std::string> names;  // of studies in the binary, or kWorld; none: all studies
    std::string study;               // a file
    std::string data;
    std::string predictions;
    int threads = 0;
    std::string seeds;  // of worlds; none: 1
    std::int64_t customers = trial::WorldOptions{}.customers;
    std::vector<std::string> models;  // tried on worlds; none: all
    bool shuffled = false;
};

struct Chosen {
    studies::Study study;
    std::string folder;
};

// By its name, or, beside all the studies, by seeds: a world takes minutes, and its seed is the caller's to give.
bool wants_world(const EvalOptions& options) {
    const bool all = options.names.empty() && options.study.empty();
    return (all && !options.seeds.empty()) || std::ranges::find(options.names, kWorld) != options.names.end();
}

// What is said of worlds needs one.
Status check_worlds(const EvalOptions& options) {
    if (wants_world(options) || (options.seeds.empty() && options.models.empty() && !options.shuffled)) return {};
    return fail(
        ErrorCode::invalid, "--seeds, --models and --shuffled are of worlds, and none is to be tried",
        "name `world`, too; or name no study and give --data and --seeds: then the worlds are tried after all studies"
    );
}

Result<Chosen> from_text(std::string_view text, const std::string& name, const std::string& folder) {
    BOON_TRY(const auto value, config::json_of_toml(text, name));
    auto study = studies::read_study(value);
    if (!study) return in_context(name, std::move(study).error());
    // No folder: the study brings its files.
    return Chosen{*std::move(study), folder.empty() ? "" : fs::absolute(folder).lexically_normal().string()};
}

Result<Chosen> from_file(const EvalOptions& options) {
    BOON_TRY(const std::string text, read_file(options.study));
    const std::string beside = fs::absolute(options.study).parent_path().string();
    return from_text(text, options.study, options.data.empty() ? beside : options.data);
}

Result<Chosen> public_one(std::string_view name, const std::string& folder) {
    const std::string_view text = studies::public_study(name);
    if (text.empty()) {
        std::vector<std::string_view> known(studies::public_studies().begin(), studies::public_studies().end());
        known.push_back(kWorld);
        const auto nearest = nearest_of(name, known);
        return fail(
            ErrorCode::not_found, fmt::format("there is no study \"{}\"", name),
            nearest.empty() ? fmt::format("the public ones are {}; --study reads one of yours", fmt::join(known, ", "))
                            : fmt::format("did you mean {}?", nearest)
        );
    }
    return from_text(text, fmt::format("{}.toml", name), folder);
}

Result<std::vector<Chosen>> choose(const EvalOptions& options) {
    std::vector<Chosen> chosen;
    if (!options.study.empty()) {
        BOON_TRY(Chosen own, from_file(options));
        chosen.push_back(std::move(own));
        return chosen;
    }
    std::vector<std::string> names = options.names;
    std::erase(names, kWorld);
    if (options.names.empty()) names.assign(studies::public_studies().begin(), studies::public_studies().end());
    const auto brings_data = [](const std::string& name) { return !studies::files_of(name).empty(); };
    if (options.data.empty() && !std::ranges::all_of(names, brings_data)) {
        return fail(
            ErrorCode::invalid, "what is to be evaluated?",
            "--data names the folder of the public data sets, --study a study of your own"
        );
    }
    for (const std::string& name : names) {
        BOON_TRY(Chosen one, public_one(name, options.data));
        chosen.push_back(std::move(one));
    }
    return chosen;
}

// Small figures, such as differences of rounding, in powers of ten.
std::string figure_text(double value) {
    return value != 0 && std::abs(value) < 1e-3 ? fmt::format("{:.1e}", value) : fmt::format("{:.4f}", value);
}

std::string limit_text(const studies::Figure& figure) {
    std::vector<std::string> parts;
    if (figure.at_least) parts.push_back("≥ " + figure_text(*figure.at_least));
    if (figure.at_most) parts.push_back("≤ " + figure_text(*figure.at_most));
    if (figure.surely_above) parts.push_back(fmt::format("surely > {:.4f}", *figure.surely_above));
    if (parts.empty()) return "";
    return fmt::format("{} {}", fmt::join(parts, ", "), figure.passed ? "reached" : "MISSED");
}

bool is_expected(const studies::Figure& figure) { return figure.at_least || figure.at_most || figure.surely_above; }

std::string interval_text(const training::Estimate& estimate) {
    if (estimate.lower == estimate.upper) return "";  // a figure without one
    return fmt::format("{:.4f} to {:.4f}", estimate.lower, estimate.upper);
}

// Who has published figures, each once.
std::vector<std::string> others_in(const studies::Report& report) {
    std::vector<std::string> others;
    for (const auto& figure : report.figures) {
        for (const auto& [who, value] : figure.published) {
            if (std::ranges::find(others, who) == others.end()) others.push_back(who);
        }
    }
    return others;
}

void print_figures(const Terminal& terminal, const studies::Report& report) {
    const std::vector<std::string> others = others_in(report);
    const bool expects = std::ranges::any_of(report.figures, is_expected);
    std::vector<TextTable::Column> columns{{"figure"}, {"boon", true}, {"95 % interval", true}};
    if (expects) columns.push_back({"expected"});
    for (const std::string& who : others) columns.push_back({who, true});
    TextTable table(columns);
    for (const auto& figure : report.figures) {
        const auto& estimate = figure.estimate;
        std::vector<std::string> row{figure.name, figure_text(estimate.value), interval_text(estimate)};
        if (expects) row.push_back(limit_text(figure));
        for (const std::string& who : others) {
            const auto found = figure.published.find(who);
            row.push_back(found == figure.published.end() ? "" : fmt::format("{:.4f}", found->second));
        }
        table.add(std::move(row));
    }
    table.print(terminal);
}

void print_fits(const Terminal& terminal, const studies::Report& report) {
    for (std::size_t p = 0; p < report.fits.size(); ++p) {
        std::vector<std::string> members;
        for (const auto& member : report.fits[p].members) {
            const auto trees = member.rounds == 0 ? "" : fmt::format(" ({} trees)", member.rounds);
            members.push_back(fmt::format("{:.2f} × {}{}", member.weight, member.name, trees));
        }
        terminal.data(fmt::format("  fit {}: {}", p + 1, fmt::join(members, " + ")));
    }
}

void print_report(const Terminal& terminal, const studies::Report& report) {
    const bool judged = std::ranges::any_of(report.figures, is_expected);
    const auto verdict = !judged ? "" : (report.passed ? "  reached" : "  MISSED");
    terminal.data(fmt::format(
        "{}{}", terminal.on_out(Paint::bold, report.study),
        terminal.on_out(report.passed ? Paint::green : Paint::red, verdict)
    ));
    if (!report.title.empty()) terminal.data(fmt::format("  {}", report.title));
    terminal.data(fmt::format(
        "  {} rows, {} columns; {}; judged on {} rows of {} customers{}", count_text(report.rows),
        count_text(report.columns), report.split, count_text(report.judged_rows), count_text(report.customers),
        report.rate ? fmt::format(", {:.2f} % of them positive", 100 * *report.rate) : ""
    ));
    if (!report.configuration.empty()) {
        terminal.data(fmt::format(
            "  configuration {}{}", report.configuration,
            report.default_configuration ? " (the default)" : " (the study's own)"
        ));
    }
    print_figures(terminal, report);
    print_fits(terminal, report);
    for (const std::string& note : report.notes) terminal.data(fmt::format("  {}", note));
    terminal.data("");
}

Status write_file(const std::string& path, std::string_view bytes) {
    std::ofstream file(path, std::ios::binary);
    file << bytes;
    file.close();
    if (!file) return fail(ErrorCode::unavailable, fmt::format("could not write {}", path));
    return {};
}

// A bar from now on, as what studies and trials call.
class Progress {
public:
    Progress(const Terminal& terminal, const std::string& name) : bar_(terminal, name) {}
    ~Progress() { bar_.finish(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    Status operator()(std::string_view step, double done) {
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started_;
        const auto shares = static_cast<std::int64_t>(done * ProgressBar::kShares);
        bar_.update({.done = shares, .total = ProgressBar::kShares, .note = std::string(step)}, elapsed.count());
        return {};
    }

private:
    ProgressBar bar_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

Result<studies::Outcome> run_one(const Context& context, const EvalOptions& options, const Chosen& chosen) {
    Progress progress(context.terminal, chosen.study.name);
    const auto files =
        options.study.empty() ? studies::files_of(chosen.study.name) : std::map<std::string, std::string_view>{};
    if (files.empty()) return studies::run(chosen.study, {chosen.folder, options.threads, std::ref(progress)});
    BOON_TRY(const auto folder, trial::ScratchFolder::open());
    for (const auto& [name, bytes] : files) BOON_CHECK(write_file((folder.path() / name).string(), bytes));
    return studies::run(chosen.study, {folder.path().string(), options.threads, std::ref(progress)});
}

// Shows reports as they come, and keeps what the whole is to say.
class Reports {
public:
    explicit Reports(const Context& context) : context_(context) {}

    void add(const studies::Report& report) {
        ++count_;
        if (!report.passed) missed_.push_back(report.study);
        if (context_.json) {
            all_ += (all_.empty() ? "" : ",") + json::write(report);
        } else {
            print_report(context_.terminal, report);
        }
    }

    Status conclude() const {
        if (context_.json) context_.terminal.data(fmt::format("[{}]", all_));
        if (missed_.empty()) return {};
        return fail(
            ErrorCode::failed_precondition,
            fmt::format(
                "{} of {} studies missed what they expect: {}", missed_.size(), count_, fmt::join(missed_, ", ")
            )
        );
    }

private:
    const Context& context_;
    std::vector<std::string> missed_;
    std::string all_;
    std::size_t count_ = 0;
};

Status run_worlds(const Context& context, const EvalOptions& options, Reports& reports) {
    BOON_TRY(const auto seeds, world_seeds(options.seeds.empty() ? "1" : options.seeds));
    Progress progress(context.terminal, std::string(kWorld));
    trial::WorldOptions wanted{
        .customers = options.customers,
        .models = {},
        .threads = options.threads,
        .progress = std::ref(progress),
    };
    for (const training::ModelRow& row : training::model_table()) {
        const bool is_named = std::ranges::find(options.models, enum_name(row.model)) != options.models.end();
        if (is_named) wanted.models.push_back(row.model);
    }
    if (options.shuffled) {
        BOON_TRY(const auto report, trial::try_shuffled(seeds, wanted));
        reports.add(report);
        return {};
    }
    for (const std::int64_t seed : seeds) {
        BOON_TRY(const auto report, trial::try_world(static_cast<std::uint64_t>(seed), wanted));
        reports.add(report);
    }
    return {};
}

Status run_eval(const Context& context, const EvalOptions& options) {
    BOON_CHECK(check_worlds(options));
    if (!options.seeds.empty()) BOON_CHECK(world_seeds(options.seeds));  // a mistake is told before hours of studies
    BOON_TRY(const auto chosen, choose(options));
    Reports reports(context);
    for (const Chosen& one : chosen) {
        BOON_TRY(const auto outcome, run_one(context, options, one));
        if (!options.predictions.empty()) BOON_CHECK(write_file(options.predictions, outcome.predictions));
        reports.add(outcome.report);
    }
    if (wants_world(options)) BOON_CHECK(run_worlds(context, options, reports));
    return reports.conclude();
}

}  // namespace

void add_eval(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "eval", "fit and judge models on CSV files, and hold the figures against published or expected ones",
        "  boon eval --data data                                the studies of public data sets\n"
        "  boon eval --data data --seeds 1,2                    and the models on worlds whose truth is known\n"
        "  boon eval telco bank --data data                     two of the studies\n"
        "  boon eval own_model                                  a TensorFlow Lite file against its maker's answers\n"
        "  boon eval world --seeds 1,2,3                        the worlds alone\n"
        "  boon eval world --shuffled --seeds 1..100            whether the gate refuses what is learnt of nothing\n"
        "  boon eval --study churn.toml                         your own: docs/tutorials/train-on-your-data.md\n"
        "  boon eval --study churn.toml --predictions out.csv   with the prediction for each row"
    );
    auto options = std::make_shared<EvalOptions>();
    command->add_option(
        "name", options->names, fmt::format("{}, {}", fmt::join(studies::public_studies(), ", "), kWorld)
    );
    auto* study = command->add_option("--study", options->study, "a study of your own (TOML)");
    command->add_option("--data", options->data, "the folder of the data; default: the study's own folder");
    command->add_option("--predictions", options->predictions, "write the rows' predictions to this CSV file")
        ->needs(study);
    command->add_option("--threads", options->threads, "at most so many; default: one a core")
        ->check(CLI::Range(1, 1024));
    command->add_option("--seeds", options->seeds, "of worlds: 1,2,3 or 1..100; of the world that is named: 1");
    command->add_option("--customers", options->customers, "of a world")
        ->check(CLI::Range(1'000, 1'000'000))
        ->capture_default_str();
    std::vector<std::string> models;
    for (const training::ModelRow& row : training::model_table()) models.emplace_back(enum_name(row.model));
    command->add_option("--models", options->models, "that are tried on worlds; default: all")
        ->delimiter(',')
        ->check(CLI::IsMember(models));
    command->add_flag(
        "--shuffled", options->shuffled, "one world, labels dealt out at random by each seed: how many pass the gate"
    );
    command->callback([&context, options] { context.run = [&context, options] { return run_eval(context, *options); }; }
    );
}

}  // namespace boon::cli
