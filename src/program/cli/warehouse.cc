#include <algorithm>

#include <fmt/format.h>

#include "program/app/warehouse_checks.h"
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

// What the last check found; null before the first.
Result<json::Value> last_check(Door& door) {
    auto check = door.call("GET", "/api/v1/warehouse/check");
    if (!check && check.error().code == ErrorCode::not_found) return json::Value(nullptr);
    return check;
}

Status print_check(const Context& context, const json::Value& value) {
    if (value.is_null()) {
        context.terminal.data("not checked yet; check it: boon doctor");
        return {};
    }
    BOON_TRY(const auto check, json::read<app::WarehouseCheck>(value));
    context.terminal.data(fmt::format("checked {}:", to_string(check.checked_at)));
    const std::string text = warehouse::to_text(check.report);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        context.terminal.data(visible(std::string_view(text).substr(at, end - at)));
        at = end + 1;
    }
    return {};
}

Status run_status(const Context& context) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(auto status, door->call("GET", "/api/v1/warehouse"));
    json::Value check;
    if (text_of(status, "kind") != "none") {
        BOON_TRY(check, last_check(*door));
    }
    if (context.json) {
        status.as_object()["check"] = std::move(check);
        context.terminal.data(json::to_text(status));
        return {};
    }
    print_status(context, status);
    return text_of(status, "kind") == "none" ? Status() : print_check(context, check);
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
        boon, "warehouse", "the company's warehouse: its tables, how fresh they are and what its check found",
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
