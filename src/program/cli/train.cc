#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "insight/training/model_table.h"
#include "program/cli/command.h"

namespace boon::cli {

namespace {

struct TrainOptions {
    std::string model;
    std::string as_of;
    bool dry_run = false;
    std::optional<std::int64_t> shuffle_labels_seed;
};

void print_trained(const Context& context, std::string_view model, const json::Value& result) {
    const Terminal& terminal = context.terminal;
    const bool passed = text_of(result, "gate") == "passed";
    terminal.data(fmt::format(
        "{}  {}  {}", terminal.on_out(Paint::bold, model),
        terminal.on_out(passed ? Paint::green : Paint::red, passed ? "passed the gate" : "refused by the gate"),
        text_of(result, "version").empty() ? "dry run" : text_of(result, "version")
    ));
    for (const auto& line : result.as_object().at("words").as_array()) {
        terminal.data(fmt::format("  {}", std::string_view(line.as_string())));
    }
}

std::vector<std::string> models_of(const std::string& wanted) {
    if (wanted != "all") return {wanted};
    std::vector<std::string> models;
    for (const training::ModelRow& row : training::model_table()) models.emplace_back(enum_name(row.model));
    return models;
}

json::Object parameters_of(const std::string& model, const TrainOptions& options) {
    json::Object parameters{{"model", model}};
    if (!options.as_of.empty()) parameters["as_of"] = options.as_of;
    if (options.dry_run) parameters["dry_run"] = true;
    if (options.shuffle_labels_seed) parameters["shuffle_labels_seed"] = *options.shuffle_labels_seed;
    return parameters;
}

// `problem`: that of the model before, and then this one's. The same again (no warehouse, say) is not told again.
void tell_failure(const Terminal& terminal, const std::string& model, Error error, std::optional<Error>& problem) {
    const bool is_same = problem && *problem == error;
    problem = std::move(error);
    if (is_same) return terminal.message(fmt::format("could not train {} either", model));
    terminal.error(in_context("could not train " + model, *problem).error());
}

// One that cannot be trained (too short a history, say) keeps the others of `all` from nothing.
Status run_train(const Context& context, const TrainOptions& options) {
    BOON_TRY(const auto door, context.door());
    json::Array results;
    std::vector<std::string> failed;
    std::optional<Error> problem;
    bool told = false;
    const auto models = models_of(options.model);
    for (const std::string& model : models) {
        auto result = run_job(*door, context.terminal, "train", parameters_of(model, options));
        if (!result) {
            failed.push_back(model);
            if (models.size() == 1) return in_context("could not train " + model, std::move(result).error());
            tell_failure(context.terminal, model, std::move(result).error(), problem);
            continue;
        }
        if (context.json) {
            results.push_back(*std::move(result));
        } else {
            if (!told) print_findings(context.terminal, *result);
            told = true;  // of `all`, each found the same
            print_trained(context, model, *result);
        }
    }
    if (context.json) context.terminal.data(json::to_text(results));
    if (!problem) return {};
    return fail(
        problem->code,
        fmt::format("{} of {} models were not trained: {}", failed.size(), models.size(), fmt::join(failed, ", "))
    );
}

}  // namespace

void add_train(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "train", "train a model from the warehouse, evaluate it, and let it serve if it passes the gate",
        "  boon train nbo\n  boon train all\n  boon train churn --as-of 2026-06-30\n  boon train upsell --dry-run"
    );
    auto options = std::make_shared<TrainOptions>();
    std::vector<std::string> choices = models_of("all");
    choices.emplace_back("all");
    command->add_option("model", options->model, fmt::format("{}", fmt::join(choices, ", ")))
        ->required()
        ->check(CLI::IsMember(choices));
    command->add_option("--as-of", options->as_of, "train as if it were this instant; default: the end of the data")
        ->check(a_time());
    command->add_flag("--dry-run", options->dry_run, "train and judge, but keep nothing");
    command->add_option(
        "--shuffle-labels", options->shuffle_labels_seed,
        "a check of the gate: deal the labels out at random by this seed; keeps nothing"
    );
    command->callback([&context, options] {
        context.run = [&context, options] { return run_train(context, *options); };
    });
}

}  // namespace boon::cli
