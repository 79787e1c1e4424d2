#include <array>

#include <fmt/format.h>

#include "program/cli/command.h"

namespace boon::cli {

namespace {

constexpr std::array kModels = {"nbo", "churn", "ltv"};

struct TrainOptions {
    std::string model;
    std::string as_of;
};

void print_trained(const Context& context, std::string_view model, const json::Value& result) {
    const Terminal& terminal = context.terminal;
    const bool passed = text_of(result, "gate") == "passed";
    terminal.data(fmt::format(
        "{}  {}  {}", terminal.on_out(Paint::bold, model),
        terminal.on_out(passed ? Paint::green : Paint::red, passed ? "passed the gate" : "refused by the gate"),
        text_of(result, "version")
    ));
    for (const auto& line : result.as_object().at("words").as_array()) {
        terminal.data(fmt::format("  {}", std::string_view(line.as_string())));
    }
}

Status run_train(const Context& context, const TrainOptions& options) {
    BOON_TRY(const auto door, context.door());
    json::Array results;
    for (const char* model : kModels) {
        if (options.model != "all" && options.model != model) continue;
        json::Object parameters{{"model", model}};
        if (!options.as_of.empty()) parameters["as_of"] = options.as_of;
        auto result = run_job(*door, context.terminal, "train", parameters);
        if (!result) return in_context(fmt::format("could not train {}", model), std::move(result).error());
        if (context.json) {
            results.push_back(*std::move(result));
        } else {
            print_trained(context, model, *result);
        }
    }
    if (context.json) context.terminal.data(json::to_text(results));
    return {};
}

}  // namespace

void add_train(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "train", "train a model from the warehouse, evaluate it, and let it serve if it passes the gate",
        "  boon train nbo\n  boon train all\n  boon train churn --as-of 2026-06-30"
    );
    auto options = std::make_shared<TrainOptions>();
    command->add_option("model", options->model, "nbo, churn, ltv or all")
        ->required()
        ->check(CLI::IsMember({"nbo", "churn", "ltv", "all"}));
    command->add_option("--as-of", options->as_of, "train as if it were this instant; default: the end of the data");
    command->callback([&context, options] {
        context.run = [&context, options] { return run_train(context, *options); };
    });
}

}  // namespace boon::cli
