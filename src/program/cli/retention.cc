#include <fmt/format.h>

#include "program/cli/command.h"

namespace boon::cli {

namespace {

Status run_retention(const Context& context, bool dry_run) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto result, run_job(*door, context.terminal, "retention", json::Object{{"dry_run", dry_run}}));
    if (context.json) {
        context.terminal.data(json::to_text(result));
        return {};
    }
    TextTable table({{"kind"}, {"days", true}, {"older than"}, {dry_run ? "would go" : "went", true}});
    for (const auto& kind : result.at("kinds").as_array()) {
        const bool for_good = kind.at("days") == 0;
        table.add(
            {text_of(kind, "kind"), for_good ? "for good" : text_of(kind, "days"),
             for_good ? "" : text_of(kind, "before"), text_of(kind, "rows")}
        );
    }
    table.print(context.terminal);
    return {};
}

}  // namespace

void add_retention(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "retention", "remove what has been kept for as long as the settings say (BOON_RETENTION_…)",
        "  boon retention --dry-run     what would go\n  boon retention"
    );
    auto dry_run = std::make_shared<bool>(false);
    command->add_flag("--dry-run", *dry_run, "only say how much would go");
    command->callback([&context, dry_run] {
        context.run = [&context, dry_run] { return run_retention(context, *dry_run); };
    });
}

}  // namespace boon::cli
