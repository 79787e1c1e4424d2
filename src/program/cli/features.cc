#include <fmt/format.h>

#include "program/cli/command.h"

namespace boon::cli {

namespace {

Status run_features(const Context& context, const std::string& as_of) {
    BOON_TRY(const auto door, context.door());
    json::Object parameters;
    if (!as_of.empty()) parameters["as_of"] = as_of;
    BOON_TRY(const auto result, run_job(*door, context.terminal, "features", parameters));
    if (context.json) {
        context.terminal.data(json::to_text(result));
        return {};
    }
    context.terminal.message(fmt::format(
        "{} profiles of {} features as of {}, in {} s", text_of(result, "customers"), text_of(result, "features"),
        text_of(result, "as_of"), text_of(result, "seconds")
    ));
    context.terminal.message("next: `boon train all`, or `boon customers` to look at some");
    return {};
}

}  // namespace

void add_features(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "features", "compute every customer's features from the warehouse and fill the profiles",
        "  boon features\n  boon features --as-of 2026-06-30"
    );
    auto as_of = std::make_shared<std::string>();
    command->add_option("--as-of", *as_of, "the instant to compute them for; default: the end of the data");
    command->callback([&context, as_of] { context.run = [&context, as_of] { return run_features(context, *as_of); }; });
}

}  // namespace boon::cli
