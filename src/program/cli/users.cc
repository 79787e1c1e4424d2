#include <fmt/format.h>

#include "platform/http/uri.h"
#include "program/cli/command.h"

namespace boon::cli {

namespace {

struct UserOptions {
    std::string name;
    std::string full_name;
    std::string role;
    std::string session;
    bool login = false;
};

std::string path_of(const UserOptions& options) { return "/api/v1/users/" + http::percent_encode(options.name); }

// A link is for the one who may use it: alone on standard output, what is said of it beside it.
void print_link(const Context& context, const json::Value& link, std::string_view what) {
    context.terminal.message(fmt::format("a link {}, good once and until {}:", what, text_of(link, "expires_at")));
    const std::string url = text_of(link, "link");
    context.terminal.data(url);
    if (url.starts_with('/')) context.terminal.message("put the server's address before it, as `boon serve` prints it");
}

Status run_list(const Context& context) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto page, door->call("GET", "/api/v1/users"));
    if (context.json) {
        context.terminal.data(json::to_text(page));
        return {};
    }
    TextTable table({{"name"}, {"full name"}, {"role"}, {"disabled"}, {"password"}, {"last login"}});
    for (const auto& user : page.as_object().at("items").as_array()) {
        const bool disabled = user.as_object().at("is_disabled").as_bool();
        const bool has_password = user.as_object().at("has_password").as_bool();
        table.add(
            {text_of(user, "name"), text_of(user, "full_name"), text_of(user, "role"), disabled ? "disabled" : "-",
             has_password ? "set" : "not set", text_of(user, "last_login_at")}
        );
    }
    table.print(context.terminal);
    return {};
}

Status run_add(const Context& context, const UserOptions& options) {
    BOON_TRY(const auto door, context.door());
    const json::Object request{{"name", options.name}, {"full_name", options.full_name}, {"role", options.role}};
    BOON_TRY(const auto created, door->call("POST", "/api/v1/users", json::to_text(request)));
    if (context.json) {
        context.terminal.data(json::to_text(created));
        return {};
    }
    context.terminal.message(fmt::format("added {} as {}", options.name, options.role));
    print_link(context, created.as_object().at("link"), "to set the password");
    return {};
}

Status run_change(const Context& context, const UserOptions& options, const json::Object& change) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto user, door->call("GET", path_of(options)));
    BOON_TRY(
        const auto changed,
        door->change(
            "PATCH", path_of(options), json::to_text(change), user.as_object().at("version").to_number<std::int64_t>()
        )
    );
    if (context.json) {
        context.terminal.data(json::to_text(changed));
    } else {
        const bool disabled = changed.as_object().at("is_disabled").as_bool();
        context.terminal.message(
            fmt::format("{} is {}{}", options.name, text_of(changed, "role"), disabled ? ", disabled" : "")
        );
    }
    return {};
}

Status run_remove(const Context& context, const UserOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto user, door->call("GET", path_of(options)));
    BOON_CHECK(door->change("DELETE", path_of(options), {}, user.as_object().at("version").to_number<std::int64_t>()));
    context.terminal.message(fmt::format("removed {}", options.name));
    return {};
}

Status run_reset(const Context& context, const UserOptions& options) {
    BOON_TRY(const auto door, context.door());
    const json::Object request{{"purpose", options.login ? "login" : "password"}};
    BOON_TRY(const auto link, door->call("POST", path_of(options) + ":reset", json::to_text(request)));
    if (context.json) {
        context.terminal.data(json::to_text(link));
        return {};
    }
    if (!options.login) context.terminal.message(fmt::format("the password of {} holds no longer", options.name));
    print_link(context, link, options.login ? "to log in" : "to set a new one");
    return {};
}

Status run_sessions(const Context& context, const UserOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto page, door->call("GET", path_of(options) + "/sessions"));
    if (context.json) {
        context.terminal.data(json::to_text(page));
        return {};
    }
    TextTable table({{"id"}, {"from"}, {"began"}, {"last used"}, {"ends"}, {"browser"}});
    for (const auto& session : page.as_object().at("items").as_array()) {
        table.add(
            {text_of(session, "id"), text_of(session, "address"), text_of(session, "created_at"),
             text_of(session, "seen_at"), text_of(session, "expires_at"), text_of(session, "agent")}
        );
    }
    table.print(context.terminal);
    return {};
}

Status run_end(const Context& context, const UserOptions& options) {
    BOON_TRY(const auto door, context.door());
    const std::string one = options.session.empty() ? "" : "/" + http::percent_encode(options.session);
    BOON_CHECK(door->call("DELETE", path_of(options) + "/sessions" + one));
    context.terminal.message(options.session.empty() ? "all its sessions have ended" : "ended");
    return {};
}

using Options = std::shared_ptr<UserOptions>;

CLI::App* add_of_user(CLI::App& users, const std::string& verb, const std::string& summary, const Options& options) {
    CLI::App* command = users.add_subcommand(verb, summary);
    command->add_option("name", options->name, "the user's name")->required();
    return command;
}

void add_role_option(CLI::App& command, const std::string& name, const Options& options) {
    command.add_option(name, options->role, "viewer, marketer, analyst, operator or admin")
        ->required()
        ->check(CLI::IsMember({"viewer", "marketer", "analyst", "operator", "admin"}));
}

void add_switch(CLI::App& users, Context& context, const Options& options, bool disable) {
    CLI::App* command = add_of_user(
        users, disable ? "disable" : "enable",
        disable ? "end the user's sessions and let them log in no more" : "let a disabled user log in again", options
    );
    command->callback([&context, options, disable] {
        context.run = [&context, options, disable] {
            return run_change(context, *options, {{"is_disabled", disable}});
        };
    });
}

}  // namespace

void add_users(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "users", "who may log in to the web UI: list, add, role, disable, enable, reset, sessions, end, remove",
        "  boon users\n  boon users add anna --role marketer --full-name 'Anna Meier'\n  boon users role anna analyst\n"
        "  boon users reset admin          a link for a new password, also when the admin's is lost\n"
        "  boon users end anna             ends all sessions of anna"
    );
    auto options = std::make_shared<UserOptions>();
    command->require_subcommand(0, 1);
    command->callback([&context, command] {
        if (command->get_subcommands().empty()) context.run = [&context] { return run_list(context); };
    });
    command->add_subcommand("list", "list the users")->callback([&context] {
        context.run = [&context] { return run_list(context); };
    });
    CLI::App* add =
        add_of_user(*command, "add", "add a user; prints the link by which they set their password", options);
    add_role_option(*add, "--role", options);
    add->add_option("--full-name", options->full_name, "what people call them");
    add->callback([&context, options] { context.run = [&context, options] { return run_add(context, *options); }; });
    CLI::App* role = add_of_user(*command, "role", "give a user another role", options);
    add_role_option(*role, "role", options);
    role->callback([&context, options] {
        context.run = [&context, options] { return run_change(context, *options, {{"role", options->role}}); };
    });
    add_switch(*command, context, options, true);
    add_switch(*command, context, options, false);
    CLI::App* reset = add_of_user(*command, "reset", "print a one-time link for a new password", options);
    reset->add_flag("--login", options->login, "a link that logs in, and leaves the password as it is");
    reset->callback([&context, options] { context.run = [&context, options] { return run_reset(context, *options); }; }
    );
    add_of_user(*command, "sessions", "where the user is logged in", options)->callback([&context, options] {
        context.run = [&context, options] { return run_sessions(context, *options); };
    });
    CLI::App* end = add_of_user(*command, "end", "end a session of the user, or all", options);
    end->add_option("session", options->session, "its id; all when it is not named");
    end->callback([&context, options] { context.run = [&context, options] { return run_end(context, *options); }; });
    CLI::App* remove = add_of_user(*command, "remove", "remove a user; the name is not given to another", options);
    remove->callback([&context, options] {
        context.run = [&context, options] { return run_remove(context, *options); };
    });
}

}  // namespace boon::cli
