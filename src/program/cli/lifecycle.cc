#include <fmt/format.h>

#include "platform/http/uri.h"
#include "program/cli/command.h"

namespace boon::cli {

namespace {

struct LifecycleOptions {
    std::string customer;
    std::string stage;
    std::string until;
    std::string note;
    std::string as_of;
    std::string file;
    std::int64_t version = 0;
};

std::string percent(const json::Value& object, std::string_view member) {
    return fmt::format("{:.1f} %", 100 * object.at(member).to_number<double>());
}

std::string whole(const json::Value& object, std::string_view member) {
    const auto& value = object.at(member);
    return value.is_number() ? fmt::format("{:.0f}", value.to_number<double>()) : "-";
}

Status print_json(const Context& context, const json::Value& value) {
    context.terminal.data(json::to_text(value));
    return {};
}

void print_warnings(const Context& context, const json::Value& object) {
    for (const auto& warning : object.at("warnings").as_array()) {
        context.terminal.message("warning: " + std::string(warning.as_string()));
    }
}

Status run_summary(const Context& context, const LifecycleOptions&) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto summary, door->call("GET", "/api/v1/lifecycle/summary"));
    if (context.json) return print_json(context, summary);
    TextTable table(
        {{"stage"},
         {"customers", true},
         {"share", true},
         {"days in it", true},
         {"revenue 365 d", true},
         {"predicted value", true}}
    );
    for (const auto& stage : summary.at("stages").as_array()) {
        table.add(
            {text_of(stage, "stage"), text_of(stage, "customers"), percent(stage, "share"), whole(stage, "mean_days"),
             whole(stage, "revenue_365d"), whole(stage, "predicted_ltv")}
        );
    }
    table.print(context.terminal);
    if (text_of(summary, "customers") == "0") {
        context.terminal.message("there are no profiles yet; next: `boon features`, then `boon lifecycle update`");
        return {};
    }
    context.terminal.message(fmt::format(
        "as of {}; {} of {} customers have no stage yet", text_of(summary, "as_of"), text_of(summary, "without_stage"),
        text_of(summary, "customers")
    ));
    print_warnings(context, summary);
    return {};
}

Status run_update(const Context& context, const LifecycleOptions& options) {
    BOON_TRY(const auto door, context.door());
    json::Object parameters;
    if (!options.as_of.empty()) parameters["as_of"] = options.as_of;
    BOON_TRY(const auto result, run_job(*door, context.terminal, "lifecycle", parameters));
    if (context.json) return print_json(context, result);
    context.terminal.message(fmt::format(
        "stages of {} customers as of {}: {} entered, {} moved, {} left, {} held by dwell, in {} s",
        text_of(result, "customers"), text_of(result, "as_of"), text_of(result, "entered"), text_of(result, "moved"),
        text_of(result, "left_base"), text_of(result, "held"), text_of(result, "seconds")
    ));
    print_warnings(context, result);
    context.terminal.message("next: `boon lifecycle` for how many are in each stage");
    return {};
}

std::string customer_path(const LifecycleOptions& options) {
    return "/api/v1/customers/" + http::percent_encode(options.customer) + "/lifecycle";
}

Status print_customer(const Context& context, const json::Value& view) {
    if (context.json) return print_json(context, view);
    context.terminal.data(fmt::format("{}: {}", text_of(view, "customer_id"), text_of(view, "stage")));
    context.terminal.data("  " + text_of(view, "reason"));
    for (const auto& flag : view.at("flags").as_array()) {
        context.terminal.data("  flag: " + std::string(flag.as_string()));
    }
    TextTable table({{"stage"}, {"entered"}, {"left"}, {"days", true}, {"why"}});
    for (const auto& stay : view.at("stays").as_array()) {
        table.add(
            {text_of(stay, "stage"), text_of(stay, "entered_at"), text_of(stay, "exited_at"),
             whole(stay, "duration_days"), text_of(stay, "reason")}
        );
    }
    table.print(context.terminal);
    return {};
}

Status run_show(const Context& context, const LifecycleOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto view, door->call("GET", customer_path(options)));
    return print_customer(context, view);
}

// The version of what was set by hand; 0: nothing was.
std::int64_t version_of(const json::Value& view) {
    const auto& hand = view.at("hand");
    return hand.is_object() ? hand.at("version").to_number<std::int64_t>() : 0;
}

Status run_set(const Context& context, const LifecycleOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto before, door->call("GET", customer_path(options)));
    json::Object wanted{{"stage", options.stage}, {"note", options.note}};
    if (!options.until.empty()) wanted["expires_at"] = options.until;
    BOON_TRY(
        const auto view,
        door->change("PUT", customer_path(options) + "/override", json::to_text(wanted), version_of(before))
    );
    return print_customer(context, view);
}

Status run_unset(const Context& context, const LifecycleOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto before, door->call("GET", customer_path(options)));
    BOON_TRY(const auto view, door->change("DELETE", customer_path(options) + "/override", {}, version_of(before)));
    return print_customer(context, view);
}

Status run_rules(const Context& context, const LifecycleOptions&) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto rules, door->call("GET", "/api/v1/lifecycle/rules"));
    return print_json(context, context.json ? rules : rules.at("document"));
}

Status run_versions(const Context& context, const LifecycleOptions&) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto page, door->call("GET", "/api/v1/lifecycle/rules/versions"));
    if (context.json) return print_json(context, page);
    TextTable table({{"version", true}, {"published"}, {"by"}, {"note"}});
    for (const auto& version : page.at("items").as_array()) {
        table.add(
            {text_of(version, "version"), text_of(version, "published_at"), text_of(version, "published_by"),
             text_of(version, "note")}
        );
    }
    table.print(context.terminal);
    return {};
}

// The request that a file of rules makes.
Result<std::string> rules_request(const LifecycleOptions& options) {
    BOON_TRY(const std::string text, read_file(options.file));
    auto document = json::parse(text);
    if (!document) return in_context(options.file, std::move(document).error());
    return json::to_text(json::Object{{"document", *document}, {"note", options.note}});
}

Status run_preview(const Context& context, const LifecycleOptions& options) {
    BOON_TRY(const std::string body, rules_request(options));
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto shown, door->call("POST", "/api/v1/lifecycle/rules:preview", body));
    if (context.json) return print_json(context, shown);
    TextTable table({{"from"}, {"to"}, {"customers", true}});
    for (const auto& move : shown.at("moves").as_array()) {
        table.add({text_of(move, "from"), text_of(move, "to"), text_of(move, "customers")});
    }
    table.print(context.terminal);
    context.terminal.message(
        fmt::format("{} of {} customers would move", text_of(shown, "would_move"), text_of(shown, "customers"))
    );
    print_warnings(context, shown);
    return {};
}

Status print_published(const Context& context, const json::Value& rules) {
    if (context.json) return print_json(context, rules);
    context.terminal.message(fmt::format("version {} of the rules is in force", text_of(rules, "version")));
    context.terminal.message("next: `boon lifecycle update` moves the customers");
    return {};
}

Status run_publish(const Context& context, const LifecycleOptions& options) {
    BOON_TRY(const std::string body, rules_request(options));
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto current, door->call("GET", "/api/v1/lifecycle/rules"));
    const auto version = current.at("version").to_number<std::int64_t>();
    BOON_TRY(const auto rules, door->change("PUT", "/api/v1/lifecycle/rules", body, version));
    return print_published(context, rules);
}

Status run_restore(const Context& context, const LifecycleOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto current, door->call("GET", "/api/v1/lifecycle/rules"));
    BOON_TRY(
        const auto rules, door->change(
                              "POST", fmt::format("/api/v1/lifecycle/rules/versions/{}:restore", options.version), {},
                              current.at("version").to_number<std::int64_t>()
                          )
    );
    return print_published(context, rules);
}

using Run = Status (*)(const Context&, const LifecycleOptions&);
using Options = std::shared_ptr<LifecycleOptions>;

CLI::App* add_run(CLI::App& parent, Context& context, const Options& options, std::pair<const char*, Run> named) {
    CLI::App* command = parent.add_subcommand(named.first);
    command->callback([&context, options, run = named.second] {
        context.run = [&context, options, run] { return run(context, *options); };
    });
    return command;
}

void add_rules(CLI::App& parent, Context& context, const Options& options) {
    CLI::App* rules = parent.add_subcommand("rules", "print the rules in force; preview, publish, restore others");
    rules->require_subcommand(0, 1);
    rules->callback([&context, options, rules] {
        if (rules->get_subcommands().empty())
            context.run = [&context, options] { return run_rules(context, *options); };
    });
    add_run(*rules, context, options, {"versions", run_versions})->description("every version that was published");
    CLI::App* preview = add_run(*rules, context, options, {"preview", run_preview});
    preview->description("what rules would do to the base; nothing is written");
    CLI::App* publish = add_run(*rules, context, options, {"publish", run_publish});
    publish->description("put rules in force");
    publish->add_option("--note", options->note, "what changes, and why");
    for (CLI::App* command : {preview, publish}) {
        command->add_option("file", options->file, "the rules, as `boon lifecycle rules` prints them")->required();
    }
    CLI::App* restore = add_run(*rules, context, options, {"restore", run_restore});
    restore->description("put an earlier version in force again; 0: boon's own");
    restore->add_option("version", options->version, "its number")->required();
}

}  // namespace

void add_lifecycle(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "lifecycle", "stages of the customers: how many, of one, work them out, their rules",
        "  boon lifecycle\n  boon lifecycle update\n  boon lifecycle show C0000042\n"
        "  boon lifecycle set C0000042 growth --until 2026-12-31 --note \"called us\"\n"
        "  boon lifecycle rules > rules.json\n  boon lifecycle rules preview rules.json"
    );
    const auto options = std::make_shared<LifecycleOptions>();
    command->require_subcommand(0, 1);
    command->callback([&context, options, command] {
        if (command->get_subcommands().empty()) {
            context.run = [&context, options] { return run_summary(context, *options); };
        }
    });
    add_run(*command, context, options, {"summary", run_summary})->description("how many customers are in each stage");
    CLI::App* update = add_run(*command, context, options, {"update", run_update});
    update->description("work out every customer's stage");
    update->add_option("--as-of", options->as_of, "the instant; default: that of the profiles")->check(a_time());
    CLI::App* show = add_run(*command, context, options, {"show", run_show});
    show->description("a customer's stage, why, and every stay");
    CLI::App* set = add_run(*command, context, options, {"set", run_set});
    set->description("set a customer's stage by hand");
    CLI::App* unset = add_run(*command, context, options, {"unset", run_unset});
    unset->description("let the rules decide again");
    for (CLI::App* one : {show, set, unset}) {
        one->add_option("customer", options->customer, "the customer's id")->required();
    }
    set->add_option("stage", options->stage, "one of CLM_STAGES")->required();
    set->add_option("--until", options->until, "the rules decide again from then on; default: never")->check(a_time());
    set->add_option("--note", options->note, "why");
    add_rules(*command, context, options);
}

}  // namespace boon::cli
