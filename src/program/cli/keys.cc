#include <fmt/format.h>

#include "platform/http/uri.h"
#include "program/cli/command.h"

namespace boon::cli {

namespace {

struct KeyOptions {
    std::string name;
    std::vector<std::string> scopes = {"read", "decide"};
    int days = 0;
    std::string id;
};

Status run_create(const Context& context, const KeyOptions& options) {
    BOON_TRY(const auto door, context.door());
    json::Array scopes;
    for (const auto& scope : options.scopes) scopes.emplace_back(scope);
    json::Object request{{"name", options.name}, {"scopes", scopes}};
    if (options.days > 0) request["expires_in_days"] = options.days;
    BOON_TRY(const auto created, door->call("POST", "/api/v1/keys", json::to_text(request)));
    if (!context.json) context.terminal.message("shown only now:");
    context.terminal.data(context.json ? json::to_text(created) : text_of(created, "key"));
    return {};
}

Status run_list(const Context& context) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto page, door->call("GET", "/api/v1/keys"));
    if (context.json) {
        context.terminal.data(json::to_text(page));
        return {};
    }
    TextTable table({{"id"}, {"name"}, {"scopes"}, {"created"}, {"expires"}, {"revoked"}});
    for (const auto& key : page.as_object().at("items").as_array()) {
        table.add(
            {text_of(key, "id"), text_of(key, "name"), text_of(key, "scopes"), text_of(key, "created_at"),
             text_of(key, "expires_at"), text_of(key, "revoked_at")}
        );
    }
    table.print(context.terminal);
    return {};
}

Status run_revoke(const Context& context, const KeyOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_CHECK(door->call("DELETE", "/api/v1/keys/" + http::percent_encode(options.id)));
    context.terminal.message("revoked");
    return {};
}

}  // namespace

void add_keys(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "keys", "API keys: list, create, revoke",
        "  boon keys\n  boon keys create app --scope read decide\n  boon keys create ops --scope admin --days 90\n"
        "  boon keys revoke ID"
    );
    auto options = std::make_shared<KeyOptions>();
    command->require_subcommand(0, 1);
    command->callback([&context, command] {
        if (command->get_subcommands().empty()) context.run = [&context] { return run_list(context); };
    });
    CLI::App* create = command->add_subcommand("create", "make a key; it is shown once");
    create->add_option("name", options->name, "who will use it")->required();
    create->add_option("--scope", options->scopes, "read, decide, write, admin (default: read decide)")
        ->check(CLI::IsMember({"read", "decide", "write", "admin"}));
    create->add_option("--days", options->days, "expires after so many days (default: never)")
        ->check(CLI::Range(1, 3650));
    create->callback([&context, options] {
        context.run = [&context, options] { return run_create(context, *options); };
    });
    CLI::App* revoke = command->add_subcommand("revoke", "end a key at once");
    revoke->add_option("id", options->id, "the key's id, as `boon keys` lists it")->required();
    revoke->callback([&context, options] {
        context.run = [&context, options] { return run_revoke(context, *options); };
    });
}

}  // namespace boon::cli
