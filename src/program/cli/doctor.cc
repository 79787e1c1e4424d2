#include "program/app/doctor.h"

#include <fmt/format.h>

#include "program/cli/command.h"

namespace boon::cli {

namespace {

void print_settings(const Context& context, const config::Config& config) {
    TextTable table({{"setting"}, {"environment"}, {"value"}, {"what it is"}});
    for (const auto& setting : config::settings()) {
        table.add(
            {std::string(setting.key), std::string(setting.variable), setting.get(config), std::string(setting.doc)}
        );
    }
    table.print(context.terminal);
}

Status run_doctor(const Context& context, bool settings) {
    BOON_TRY(const auto config, context.config());
    if (settings) {
        print_settings(context, config);
        return {};
    }
    BOON_TRY(const auto door, Door::open(config));
    BOON_TRY(const auto page, door->call("GET", "/api/v1/doctor"));
    if (context.json) {
        context.terminal.data(json::to_text(page));
        return {};
    }
    int errors = 0;
    for (const auto& check : page.as_object().at("items").as_array()) {
        const std::string health = text_of(check, "health");
        const Paint paint = health == "ok" ? Paint::green : health == "warning" ? Paint::yellow : Paint::red;
        errors += health == "error" ? 1 : 0;
        context.terminal.data(fmt::format(
            "{:<9}{:<11}{}", context.terminal.on_out(paint, health), text_of(check, "part"), text_of(check, "words")
        ));
        if (!text_of(check, "hint").empty()) context.terminal.data(fmt::format("{:<20}{}", "", text_of(check, "hint")));
    }
    if (errors == 1) return fail(ErrorCode::unavailable, "1 part is not well");
    if (errors > 1) return fail(ErrorCode::unavailable, fmt::format("{} parts are not well", errors));
    return {};
}

}  // namespace

void add_doctor(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "doctor", "examine settings, databases, warehouse, models and disk, and say what to do",
        "  boon doctor\n  boon doctor --settings    every setting with its value"
    );
    auto settings = std::make_shared<bool>(false);
    command->add_flag("--settings", *settings, "list every setting, its environment variable and its value");
    command->callback([&context, settings] {
        context.run = [&context, settings] { return run_doctor(context, *settings); };
    });
}

}  // namespace boon::cli
