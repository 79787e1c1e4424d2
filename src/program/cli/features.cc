#include <fmt/format.h>

#include "program/cli/command.h"

namespace boon::cli {

namespace {

struct FeaturesOptions {
    std::string as_of;
    bool no_refresh = false;
};

Status run_features(const Context& context, const FeaturesOptions& options) {
    BOON_TRY(const auto door, context.door());
    json::Object parameters;
    if (!options.as_of.empty()) parameters["as_of"] = options.as_of;
    if (options.no_refresh) parameters["refresh"] = false;
    BOON_TRY(const auto result, run_job(*door, context.terminal, "features", parameters));
    if (context.json) {
        context.terminal.data(json::to_text(result));
        return {};
    }
    context.terminal.message(fmt::format(
        "{} profiles of {} features as of {}, in {} s", text_of(result, "customers"), text_of(result, "features"),
        text_of(result, "as_of"), text_of(result, "seconds")
    ));
    for (const json::Value& column : result.at("left_out").as_array()) {
        context.terminal.message("no attribute: " + std::string(column.as_string()));
    }
    print_findings(context.terminal, result);
    context.terminal.message("next: `boon train all`, or `boon customers` to look at some");
    return {};
}

}  // namespace

void add_features(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "features", "compute every customer's features from the warehouse and fill the profiles",
        "  boon features\n  boon features --as-of 2026-06-30"
    );
    auto options = std::make_shared<FeaturesOptions>();
    command->add_option("--as-of", options->as_of, "the instant to compute them for; default: the end of the data")
        ->check(a_time());
    command->add_flag(
        "--no-refresh", options->no_refresh, "of a PostgreSQL warehouse, take the copy as it is, without refreshing it"
    );
    command->callback([&context, options] {
        context.run = [&context, options] { return run_features(context, *options); };
    });
}

}  // namespace boon::cli
