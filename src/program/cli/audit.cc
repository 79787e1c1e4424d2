#include <fmt/format.h>

#include "platform/http/uri.h"
#include "program/cli/command.h"

namespace boon::cli {

namespace {

struct AuditOptions {
    std::map<std::string, std::string> filters;  // parameter → value
    int limit = 20;
    bool verify = false;
};

Status run_verify(const Context& context, Door& door) {
    BOON_TRY(const auto verdict, door.call("GET", "/api/v1/audit:verify"));
    if (context.json) context.terminal.data(json::to_text(verdict));
    const bool whole = verdict.as_object().at("whole").as_bool();
    const std::string entries = count_text(verdict.as_object().at("entries").to_number<std::int64_t>());
    if (!whole) {
        return fail(
            ErrorCode::conflict,
            fmt::format(
                "the audit log is broken at entry {}: {}", text_of(verdict, "broken_seq"), text_of(verdict, "why")
            ),
            "compare with a backup: what comes before that entry can be trusted"
        );
    }
    if (!context.json) context.terminal.data(fmt::format("{} entries, each as it was written", entries));
    return {};
}

Status run_audit(const Context& context, const AuditOptions& options) {
    BOON_TRY(const auto door, context.door());
    if (options.verify) return run_verify(context, *door);
    std::string path = fmt::format("/api/v1/audit?limit={}", options.limit);
    for (const auto& [name, value] : options.filters) {
        if (!value.empty()) path += fmt::format("&{}={}", name, http::percent_encode(value));
    }
    BOON_TRY(const auto page, door->call("GET", path));
    if (context.json) {
        context.terminal.data(json::to_text(page));
        return {};
    }
    TextTable table({{"entry", true}, {"at"}, {"who"}, {"what"}, {"target"}});
    for (const auto& entry : page.as_object().at("items").as_array()) {
        table.add(
            {text_of(entry, "seq"), text_of(entry, "at"), text_of(entry, "who"), text_of(entry, "what"),
             text_of(entry, "target")}
        );
    }
    table.print(context.terminal);
    if (const auto cursor = text_of(page, "next_cursor"); cursor != "-") {
        context.terminal.message(fmt::format("older ones: boon audit --cursor {}", cursor));
    }
    return {};
}

}  // namespace

void add_audit(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "audit", "who changed what; whether the log is whole",
        "  boon audit\n  boon audit --target offers/7 --json    with the values before and after\n"
        "  boon audit --what models.versions.promote --from 2026-03-01\n  boon audit --verify"
    );
    auto options = std::make_shared<AuditOptions>();
    const std::map<std::string, std::string> filters = {
        {"who", "key:ID, local:NAME or job:KIND"},
        {"what", "the deed, such as offers.activate"},
        {"target", "what was changed, such as offers/7"},
        {"from", "at or after this time"},
        {"to", "before this time"},
        {"cursor", "entries before this one"}
    };
    for (const auto& [name, doc] : filters) command->add_option("--" + name, options->filters[name], doc);
    for (const char* time : {"--from", "--to"}) command->get_option(time)->check(a_time());
    command->add_option("--limit", options->limit, "how many (default: 20)")->check(CLI::Range(1, 500));
    command->add_flag("--verify", options->verify, "check that every entry is what it was when it was written");
    command->callback([&context, options] {
        context.run = [&context, options] { return run_audit(context, *options); };
    });
}

}  // namespace boon::cli
