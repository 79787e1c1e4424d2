// `boon sync add`, `set` and `remove`: what a source is.
#include <iostream>
#include <optional>

#include <fmt/format.h>

#include "platform/http/uri.h"
#include "program/cli/command.h"
#include "program/cli/sync.h"

namespace boon::cli {

namespace {

struct SourceOptions {
    std::string name;
    std::string kind;
    std::optional<std::string> url;
    std::vector<std::string> options;  // NAME=VALUE
    std::string mapping_file;
    std::vector<std::string> secrets;  // NAME=FILE
    std::vector<std::string> removed_secrets;
    std::optional<std::int64_t> interval_s;
    std::optional<double> withdraw_limit;
    bool schedule = false;
    bool no_schedule = false;
};

struct NamedValue {
    std::string name;
    std::string value;
};

Result<NamedValue> split(const std::string& text, std::string_view option) {
    const auto equals = text.find('=');
    if (equals != std::string::npos && equals > 0) return NamedValue{text.substr(0, equals), text.substr(equals + 1)};
    return fail(ErrorCode::invalid, fmt::format("`{}` is not {}", text, option));
}

// A secret comes from a file or, for `-`, from standard input: on the command line others could read it.
Result<std::string> read_secret(const NamedValue& given) {
    std::string text;
    if (given.value == "-") {
        if (!std::getline(std::cin, text)) {
            return fail(ErrorCode::invalid, fmt::format("no {} came on standard input", given.name));
        }
    } else {
        BOON_TRY(text, read_file(given.value));
    }
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    if (text.empty()) return fail(ErrorCode::invalid, fmt::format("the secret {} is empty", given.name));
    return text;
}

// A number, true, a list or an object as JSON has it; else the text itself.
json::Value value_of(const std::string& text) {
    auto value = json::parse(text);
    return value ? *std::move(value) : json::Value(text);
}

Result<json::Object> patch_of(const SourceOptions& given) {
    json::Object patch;
    if (given.url) patch["base_url"] = *given.url;
    if (given.interval_s) patch["interval_s"] = *given.interval_s;
    if (given.withdraw_limit) patch["withdraw_limit_percent"] = *given.withdraw_limit;
    if (given.schedule || given.no_schedule) patch["is_scheduled"] = given.schedule;
    json::Object options;
    for (const std::string& text : given.options) {
        BOON_TRY(const auto option, split(text, "NAME=VALUE"));
        options[option.name] = value_of(option.value);
    }
    if (!options.empty()) patch["options"] = options;
    if (!given.mapping_file.empty()) {
        BOON_TRY(const std::string text, read_file(given.mapping_file));
        auto mapping = json::parse(text);
        if (!mapping) return in_context(given.mapping_file, std::move(mapping).error());
        patch["mapping"] = *std::move(mapping);
    }
    json::Object secrets;
    for (const std::string& text : given.secrets) {
        BOON_TRY(const auto named, split(text, "NAME=FILE"));
        BOON_TRY(const std::string secret, read_secret(named));
        secrets[named.name] = secret;
    }
    for (const std::string& name : given.removed_secrets) secrets[name] = nullptr;
    if (!secrets.empty()) patch["secrets"] = secrets;
    return patch;
}

void print_source(const Context& context, const json::Value& source, std::string_view deed) {
    if (context.json) return context.terminal.data(json::to_text(source));
    context.terminal.message(fmt::format("{} the source {}", deed, text_of(source, "name")));
    context.terminal.message(
        fmt::format("next: boon sync explain {0}, then boon sync run {0} --dry-run", text_of(source, "name"))
    );
}

Status run_add(const Context& context, const SourceOptions& options) {
    BOON_TRY(json::Object source, patch_of(options));
    source["name"] = options.name;
    source["kind"] = options.kind.empty() ? options.name : options.kind;
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto created, door->call("POST", "/api/v1/sync/sources", json::to_text(source)));
    print_source(context, created, "added");
    return {};
}

Status run_set(const Context& context, const SourceOptions& options) {
    BOON_TRY(const json::Object patch, patch_of(options));
    if (patch.empty()) return fail(ErrorCode::invalid, "nothing to change was given", "see boon sync set --help");
    BOON_TRY(const auto door, context.door());
    const std::string path = "/api/v1/sync/sources/" + http::percent_encode(options.name);
    BOON_TRY(const auto current, door->call("GET", path));
    BOON_TRY(
        const auto changed,
        door->change("PATCH", path, json::to_text(patch), current.as_object().at("version").as_int64())
    );
    print_source(context, changed, "changed");
    return {};
}

Status run_remove(const Context& context, const SourceOptions& options) {
    BOON_TRY(const auto door, context.door());
    const std::string path = "/api/v1/sync/sources/" + http::percent_encode(options.name);
    BOON_TRY(const auto current, door->call("GET", path));
    BOON_CHECK(door->change("DELETE", path, {}, current.as_object().at("version").as_int64()));
    context.terminal.message("removed; its offers stay as they are");
    return {};
}

void add_source_options(CLI::App& command, SourceOptions& options) {
    command.add_option("--url", options.url, "where the upstream is; the path or URL of a file");
    command.add_option("--option", options.options, "NAME=VALUE, an option of its kind; may be given several times")
        ->allow_extra_args(false);
    command.add_option("--mapping", options.mapping_file, "a JSON file: what is different from its kind's mapping");
    command.add_option("--secret", options.secrets, "NAME=FILE, a secret from a file (- for standard input)")
        ->allow_extra_args(false);
    command.add_option("--interval", options.interval_s, "seconds between its runs")->check(CLI::Range(60, 31'536'000));
    command
        .add_option("--withdraw-limit", options.withdraw_limit, "percent of its live offers that a run may take away")
        ->check(CLI::Range(0, 100));
    command.add_flag("--schedule", options.schedule, "let it run by itself");
}

}  // namespace

void add_sync_sources(CLI::App& sync, Context& context) {
    auto options = std::make_shared<SourceOptions>();
    const auto add = [&](const char* name, const char* summary, auto run) {
        CLI::App* sub = sync.add_subcommand(name, summary);
        sub->add_option("source", options->name, "its name; its offers carry it as external_system")->required();
        sub->callback([&context, options, run] {
            context.run = [&context, options, run] { return run(context, *options); };
        });
        return sub;
    };
    CLI::App* create = add("add", "add a source", run_add);
    create->add_option("--kind", options->kind, "xiva, salesforce, hubspot, dataverse, file (default: its name)");
    add_source_options(*create, *options);
    CLI::App* set = add("set", "change a source", run_set);
    add_source_options(*set, *options);
    set->add_flag("--no-schedule", options->no_schedule, "let it run only by hand");
    set->add_option("--remove-secret", options->removed_secrets, "the name of a secret to forget")
        ->allow_extra_args(false);
    add("remove", "remove a source and its secrets; its offers stay", run_remove);
}

}  // namespace boon::cli
