#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "program/app/instance.h"
#include "program/cli/command.h"

namespace boon::cli {

namespace {

struct InitOptions {
    std::string currency = "USD";
    std::string time_zone = "UTC";
};

Status run_init(const Context& context, const InitOptions& options) {
    Context with_flags = context;
    with_flags.flags["currency"] = options.currency;
    with_flags.flags["time_zone"] = options.time_zone;
    BOON_TRY(const auto config, with_flags.config());
    BOON_TRY(const auto created, app::create_instance(config));
    if (context.json) {
        context.terminal.data(json::to_text(json::Object{{"home", config.home.string()}, {"key", created.key}}));
        return {};
    }
    context.terminal.message(fmt::format("created an instance in {}", config.home.string()));
    context.terminal.message("an API key with all scopes, shown only now:");
    context.terminal.data(created.key);
    context.terminal.message(
        "next: describe your data in warehouse.toml (or `boon world` for a synthetic one), then\n"
        "`boon import offers FILE`, `boon features`, `boon train all`, `boon serve`"
    );
    return {};
}

}  // namespace

void add_init(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "init", "make an instance: a folder with its settings, database and first API key",
        "  boon init\n  boon --home /srv/boon init --currency EUR --time-zone Europe/Berlin"
    );
    auto options = std::make_shared<InitOptions>();
    command->add_option("--currency", options->currency, "ISO 4217 code of the programme's one currency")
        ->capture_default_str();
    command->add_option("--time-zone", options->time_zone, "IANA name; windows of days start at its midnight")
        ->capture_default_str();
    command->callback([&context, options] { context.run = [&context, options] { return run_init(context, *options); }; }
    );
}

}  // namespace boon::cli
