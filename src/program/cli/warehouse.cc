#include <fmt/format.h>

#include "program/cli/command.h"

namespace boon::cli {

namespace {

void print_status(const Context& context, const json::Value& status) {
    TextTable table(
        {{"table"}, {"read as"}, {"rows", true}, {"read last", true}, {"how"}, {"latest row"}, {"read whole"}}
    );
    for (const auto& row : status.at("tables").as_array()) {
        table.add(
            {text_of(row, "source"), "dwh." + text_of(row, "name"), text_of(row, "rows"), text_of(row, "rows_read"),
             text_of(row, "reading"), text_of(row, "watermark"), text_of(row, "whole_at")}
        );
    }
    if (!status.at("tables").as_array().empty()) table.print(context.terminal);
    const bool stale = status.at("stale").as_bool();
    context.terminal.data(context.terminal.on_out(stale ? Paint::yellow : Paint::plain, text_of(status, "words")));
    if (!text_of(status, "hint").empty()) context.terminal.data("  " + text_of(status, "hint"));
}

Status run_status(const Context& context) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto status, door->call("GET", "/api/v1/warehouse"));
    if (context.json) {
        context.terminal.data(json::to_text(status));
    } else {
        print_status(context, status);
    }
    return {};
}

Status run_refresh(const Context& context, bool whole) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto result, run_job(*door, context.terminal, "warehouse", json::Object{{"whole", whole}}));
    if (context.json) {
        context.terminal.data(json::to_text(result));
        return {};
    }
    print_status(context, result.at("warehouse"));
    context.terminal.message(fmt::format("refreshed in {} s; next: `boon features`", text_of(result, "seconds")));
    return {};
}

}  // namespace

void add_warehouse(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "warehouse", "the company's warehouse: its tables and how fresh they are; read it again",
        "  boon warehouse\n  boon warehouse refresh\n  boon warehouse refresh --whole"
    );
    command->require_subcommand(0, 1);
    command->callback([&context, command] {
        if (command->get_subcommands().empty()) context.run = [&context] { return run_status(context); };
    });
    CLI::App* refresh = add_command(
        *command, "refresh",
        "read the tables of a PostgreSQL warehouse, only what may have changed where that is known",
        "  boon warehouse refresh\n  boon warehouse refresh --whole    every table from its first row"
    );
    auto whole = std::make_shared<bool>(false);
    refresh->add_flag("--whole", *whole, "every table from its first row");
    refresh->callback([&context, whole] { context.run = [&context, whole] { return run_refresh(context, *whole); }; });
}

}  // namespace boon::cli
