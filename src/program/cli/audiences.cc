// Audiences: keep them, count them, get their customers out.
#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "platform/http/uri.h"
#include "program/cli/command.h"

namespace boon::cli {

namespace {

struct AudienceOptions {
    std::string name;
    std::string rule;
    std::string description;
    std::string rename;
    std::string at;
    std::string webhook;
    std::int64_t version = 0;
    int limit = 20;
    bool sql = false;
    std::string dialect = "duckdb";
};

std::string path_of(const AudienceOptions& options, std::string_view rest = "") {
    return "/api/v1/audiences/" + http::percent_encode(options.name) + std::string(rest);
}

std::string at_query(const AudienceOptions& options, char first) {
    return options.at.empty() ? "" : fmt::format("{}at={}", first, http::percent_encode(options.at));
}

// A file, or the rule itself.
Result<json::Value> rule_of(const std::string& given) {
    std::string text = given;
    if (std::filesystem::is_regular_file(given)) {
        BOON_TRY(text, read_file(given));
    }
    auto rule = json::parse(text);
    if (!rule) return in_context("--rule is neither a file nor JSON", std::move(rule).error());
    return rule;
}

Status print_json(const Context& context, const json::Value& value) {
    context.terminal.data(json::to_text(value));
    return {};
}

void print_members(const Context& context, const json::Array& members) {
    TextTable table(
        {{"customer"}, {"stage"}, {"days", true}, {"segment"}, {"score", true}, {"RFM"}, {"lifetime value", true}}
    );
    for (const auto& member : members) {
        table.add(
            {text_of(member, "customer_id"), text_of(member, "stage"), text_of(member, "days_in_stage"),
             text_of(member, "value_segment"), text_of(member, "value_score"), text_of(member, "rfm_segment"),
             text_of(member, "lifetime_value")}
        );
    }
    table.print(context.terminal);
}

Status run_list(const Context& context, const AudienceOptions&) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto page, door->call("GET", "/api/v1/audiences?limit=500"));
    if (context.json) return print_json(context, page);
    TextTable table({{"name"}, {"version", true}, {"changed"}, {"by"}, {"description"}});
    const auto& items = page.as_object().at("items").as_array();
    for (const auto& audience : items) {
        table.add(
            {text_of(audience, "name"), text_of(audience, "version"), text_of(audience, "updated_at"),
             text_of(audience, "updated_by"), text_of(audience, "description")}
        );
    }
    table.print(context.terminal);
    if (items.empty()) context.terminal.message("there are none yet; next: `boon audiences create --help`");
    return {};
}

Status run_show(const Context& context, const AudienceOptions& options) {
    BOON_TRY(const auto door, context.door());
    if (options.sql) {
        const std::string query = "/sql?dialect=" + http::percent_encode(options.dialect) + at_query(options, '&');
        BOON_TRY(const auto sql, door->call("GET", path_of(options, query)));
        context.terminal.data(text_of(sql, "condition"));
        return {};
    }
    BOON_TRY(const auto audience, door->call("GET", path_of(options)));
    if (context.json) return print_json(context, audience);
    BOON_TRY(const auto count, door->call("GET", path_of(options, "/count?sample=0" + at_query(options, '&'))));
    context.terminal.data(fmt::format("{}: {}", options.name, text_of(audience, "description")));
    context.terminal.data("  " + text_of(count, "words"));
    context.terminal.data(fmt::format("  {} of {} customers", text_of(count, "customers"), text_of(count, "of")));
    context.terminal.data("  " + json::to_text(audience.at("rule")));
    BOON_TRY(const auto versions, door->call("GET", path_of(options, "/versions")));
    for (const auto& revision : versions.at("items").as_array()) {
        context.terminal.data(fmt::format(
            "  version {}  {}  {} by {}", text_of(revision, "version"), text_of(revision, "changed_at"),
            text_of(revision, "change"), text_of(revision, "changed_by")
        ));
    }
    return {};
}

Status run_create(const Context& context, const AudienceOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(auto rule, rule_of(options.rule));
    const json::Object wanted{{"name", options.name}, {"description", options.description}, {"rule", std::move(rule)}};
    BOON_TRY(const auto made, door->call("POST", "/api/v1/audiences", json::to_text(wanted)));
    if (context.json) return print_json(context, made);
    context.terminal.message(fmt::format("made `{}`; next: `boon audiences count {}`", options.name, options.name));
    return {};
}

// The version that is there now, for If-Match.
Result<std::int64_t> version_of(Door& door, const AudienceOptions& options) {
    BOON_TRY(const auto audience, door.call("GET", path_of(options)));
    return audience.at("version").to_number<std::int64_t>();
}

Status run_change(const Context& context, const AudienceOptions& options) {
    BOON_TRY(const auto door, context.door());
    json::Object patch;
    if (!options.rule.empty()) {
        BOON_TRY(patch["rule"], rule_of(options.rule));
    }
    if (!options.description.empty()) patch["description"] = options.description;
    if (!options.rename.empty()) patch["name"] = options.rename;
    if (patch.empty()) return fail(ErrorCode::invalid, "say what to change: --rule, --description or --rename");
    BOON_TRY(const auto version, version_of(*door, options));
    BOON_TRY(const auto changed, door->change("PATCH", path_of(options), json::to_text(patch), version));
    if (context.json) return print_json(context, changed);
    context.terminal.message(
        fmt::format("`{}` has version {} now", text_of(changed, "name"), text_of(changed, "version"))
    );
    return {};
}

Status run_restore(const Context& context, const AudienceOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto version, version_of(*door, options));
    const std::string path = path_of(options, fmt::format("/versions/{}:restore", options.version));
    BOON_TRY(const auto changed, door->change("POST", path, "", version));
    if (context.json) return print_json(context, changed);
    context.terminal.message(
        fmt::format("version {} says what version {} said", text_of(changed, "version"), options.version)
    );
    return {};
}

Status run_delete(const Context& context, const AudienceOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto version, version_of(*door, options));
    BOON_CHECK(door->change("DELETE", path_of(options), "", version));
    context.terminal.message("deleted");
    return {};
}

Status run_count(const Context& context, const AudienceOptions& options) {
    if (options.name.empty() == options.rule.empty()) {
        return fail(ErrorCode::invalid, "name an audience, or give a --rule");
    }
    BOON_TRY(const auto door, context.door());
    json::Value count;
    if (options.rule.empty()) {
        BOON_TRY(count, door->call("GET", path_of(options, "/count" + at_query(options, '?'))));
    } else {
        BOON_TRY(auto rule, rule_of(options.rule));
        json::Object request{{"rule", std::move(rule)}};
        if (!options.at.empty()) request["at"] = options.at;
        BOON_TRY(count, door->call("POST", "/api/v1/audiences:count", json::to_text(request)));
    }
    if (context.json) return print_json(context, count);
    context.terminal.data(text_of(count, "customers"));
    context.terminal.message(fmt::format(
        "of {} customers, {:.1f} %, in {} ms: {}", text_of(count, "of"), 100 * count.at("share").to_number<double>(),
        text_of(count, "milliseconds"), text_of(count, "words")
    ));
    print_members(context, count.at("sample").as_array());
    return {};
}

Status run_customers(const Context& context, const AudienceOptions& options) {
    BOON_TRY(const auto door, context.door());
    const std::string query = fmt::format("/customers?limit={}{}", options.limit, at_query(options, '&'));
    BOON_TRY(const auto page, door->call("GET", path_of(options, query)));
    if (context.json) return print_json(context, page);
    print_members(context, page.at("items").as_array());
    if (!page.at("next_cursor").is_null())
        context.terminal.message("there are more: --limit, or `boon audiences export`");
    return {};
}

Status run_export(const Context& context, const AudienceOptions& options) {
    BOON_TRY(const auto door, context.door());
    if (options.webhook.empty()) {
        BOON_TRY(auto csv, door->call_text("GET", path_of(options, ":export" + at_query(options, '?'))));
        if (csv.ends_with('\n')) csv.pop_back();
        context.terminal.data(csv);
        return {};
    }
    json::Object request{{"webhook_id", options.webhook}};
    if (!options.at.empty()) request["at"] = options.at;
    BOON_TRY(const auto started, door->call("POST", path_of(options, ":export"), json::to_text(request)));
    if (context.json) return print_json(context, started);
    context.terminal.message("on its way as job " + text_of(started, "job_id"));
    return {};
}

using Run = Status (*)(const Context&, const AudienceOptions&);

}  // namespace

void add_audiences(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "audiences", "named rules that select customers: keep, count, list, export",
        "  boon audiences create silent-high --rule '{\"and\":[{\"==\":[{\"var\":\"value_segment\"},\"high_value\"]},"
        "{\">\":[{\"var\":\"days_since_last_purchase\"},60]}]}'\n"
        "  boon audiences count silent-high\n  boon audiences export silent-high > list.csv"
    );
    const auto options = std::make_shared<AudienceOptions>();
    command->require_subcommand(0, 1);
    command->callback([&context, options, command] {
        if (command->get_subcommands().empty())
            context.run = [&context, options] { return run_list(context, *options); };
    });
    const auto add = [&](const char* name, const char* words, Run run) {
        CLI::App* sub = command->add_subcommand(name, words);
        sub->callback([&context, options, run] {
            context.run = [&context, options, run] { return run(context, *options); };
        });
        return sub;
    };
    const auto add_named = [&](const char* name, const char* words, Run run) {
        CLI::App* sub = add(name, words, run);
        sub->add_option("audience", options->name, "its name")->required();
        return sub;
    };
    const auto add_at = [&](CLI::App* sub) {
        sub->add_option("--at", options->at, "the instant to which days are counted; default: now")->check(a_time());
        return sub;
    };
    constexpr const char* kRule = "JsonLogic, or a file with it";
    add("list", "all of them", run_list);
    CLI::App* show = add_at(add_named("show", "what it says, its size and its versions", run_show));
    show->add_flag("--sql", options->sql, "the rule as a condition in SQL");
    show->add_option("--dialect", options->dialect, "duckdb, postgres or sqlite");
    CLI::App* create = add_named("create", "a new audience", run_create);
    create->add_option("--rule", options->rule, kRule)->required();
    create->add_option("--description", options->description, "whom it is meant to select");
    CLI::App* change = add_named("change", "another rule, description or name", run_change);
    change->add_option("--rule", options->rule, kRule);
    change->add_option("--description", options->description, "whom it is meant to select");
    change->add_option("--rename", options->rename, "another name, while no offer names it");
    add_named("restore", "what it said at an earlier version", run_restore)
        ->add_option("version", options->version, "the version")
        ->required();
    add_named("delete", "forget it, while no offer names it", run_delete);
    CLI::App* count = add_at(add("count", "how many customers it selects, and some of them", run_count));
    count->add_option("audience", options->name, "its name");
    count->add_option("--rule", options->rule, kRule);
    add_at(add_named("customers", "its customers by id", run_customers))
        ->add_option("--limit", options->limit, "how many, 500 at most");
    add_at(add_named("export", "all its customers as CSV, or to a webhook", run_export))
        ->add_option("--to-webhook", options->webhook, "the id of a receiver of audiences");
}

}  // namespace boon::cli
