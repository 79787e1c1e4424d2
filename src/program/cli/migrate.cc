#include <fmt/format.h>

#include "program/app/instance.h"
#include "program/cli/command.h"

namespace boon::cli {

namespace {

Status run_migrate(const Context& context, bool change) {
    BOON_TRY(const auto config, context.config());
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
    auto look = std::make_shared<bool>(false);
    command->add_flag("--status,--dry-run", *look, "only say what is applied and what would be");
    command->callback([&context, look] { context.run = [&context, look] { return run_migrate(context, !*look); }; });
}

}  // namespace boon::cli
