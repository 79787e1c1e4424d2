#include <fmt/format.h>

#include "program/app/instance.h"
#include "program/cli/command.h"

namespace boon::cli {

namespace {

struct MigrateOptions {
    bool look = false;
    bool erasures_lost = false;
};

Status run_migrate(const Context& context, const MigrateOptions& options) {
    BOON_TRY(const auto config, context.config());
    const bool change = !options.look;
    if (options.erasures_lost && change) BOON_CHECK(app::accept_lost_erasures(config));
    BOON_TRY(const auto states, change ? app::migrate_instance(config) : app::instance_migrations(config));
    json::Array rows;
    TextTable table({{"number", true}, {"name"}, {"applied"}});
    for (const auto& state : states) {
        const std::string applied = state.applied_at ? to_string(*state.applied_at) : "pending";
        table.add({fmt::to_string(state.number), state.name, applied});
        rows.push_back(json::Object{{"number", state.number}, {"name", state.name}, {"applied", applied}});
    }
    if (context.json) {
        context.terminal.data(json::to_text(rows));
    } else if (states.empty()) {
        context.terminal.message("the schema is up to date");
    } else {
        table.print(context.terminal);
    }
    return {};
}

}  // namespace

void add_migrate(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "migrate", "bring the database's schema up to date (`serve` and `init` do it, too)",
        "  boon migrate --status     what is applied and what is pending\n  boon migrate --dry-run    the same: "
        "changes nothing\n"
        "  boon migrate"
    );
    auto options = std::make_shared<MigrateOptions>();
    command->add_flag("--status,--dry-run", options->look, "only say what is applied and what would be");
    command->add_flag(
        "--erasures-lost", options->erasures_lost,
        "the file that says who was erased is lost for good: begin another (BOON_ERASURES_FILE)"
    );
    command->callback([&context, options] {
        context.run = [&context, options] { return run_migrate(context, *options); };
    });
}

}  // namespace boon::cli
