#include <fmt/format.h>

#include "platform/http/uri.h"
#include "program/cli/command.h"

namespace boon::cli {

namespace {

struct WebhookOptions {
    std::string id;
    std::string url;
    std::string message;
    std::string state;
};

std::string path_of(const WebhookOptions& options) { return "/api/v1/webhooks/" + http::percent_encode(options.id); }

Status run_list(const Context& context) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto page, door->call("GET", "/api/v1/webhooks"));
    if (context.json) {
        context.terminal.data(json::to_text(page));
        return {};
    }
    TextTable table({{"id"}, {"url"}, {"hears"}, {"state"}, {"failures", true}, {"last taken"}, {"last error"}});
    for (const auto& webhook : page.as_object().at("items").as_array()) {
        table.add(
            {text_of(webhook, "id"), text_of(webhook, "url"), text_of(webhook, "topic"), text_of(webhook, "state"),
             text_of(webhook, "failures"), text_of(webhook, "last_sent_at"), text_of(webhook, "last_error")}
        );
    }
    table.print(context.terminal);
    return {};
}

Status run_add(const Context& context, const WebhookOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(
        const auto made, door->call("POST", "/api/v1/webhooks", json::to_text(json::Object{{"url", options.url}}))
    );
    if (!context.json) context.terminal.message("its secret: boon webhooks secret " + text_of(made, "id"));
    context.terminal.data(context.json ? json::to_text(made) : text_of(made, "id"));
    return {};
}

Status run_deliveries(const Context& context, const WebhookOptions& options) {
    BOON_TRY(const auto door, context.door());
    const std::string state = options.state.empty() ? "" : "?state=" + http::percent_encode(options.state);
    BOON_TRY(const auto page, door->call("GET", path_of(options) + "/deliveries" + state));
    if (context.json) {
        context.terminal.data(json::to_text(page));
        return {};
    }
    TextTable table({{"message"}, {"made"}, {"state"}, {"attempts", true}, {"ended"}, {"next try"}, {"last error"}});
    for (const auto& message : page.as_object().at("items").as_array()) {
        table.add(
            {text_of(message, "id"), text_of(message, "created_at"), text_of(message, "state"),
             text_of(message, "attempts"), text_of(message, "finished_at"), text_of(message, "next_try_at"),
             text_of(message, "last_error")}
        );
    }
    table.print(context.terminal);
    return {};
}

Status run_test(const Context& context, const WebhookOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto message, door->call("POST", path_of(options) + ":test"));
    if (!context.json) {
        context.terminal.message("on its way; whether it arrives: boon webhooks deliveries " + options.id);
    }
    context.terminal.data(context.json ? json::to_text(message) : text_of(message, "id"));
    return {};
}

Status run_resend(const Context& context, const WebhookOptions& options) {
    BOON_TRY(const auto door, context.door());
    const std::string one = options.message.empty() ? "" : "/deliveries/" + http::percent_encode(options.message);
    BOON_TRY(const auto answer, door->call("POST", path_of(options) + one + ":resend"));
    if (context.json) {
        context.terminal.data(json::to_text(answer));
    } else {
        const std::string messages = options.message.empty() ? text_of(answer, "messages") : "1";
        context.terminal.message(fmt::format("messages that wait again: {}", messages));
    }
    return {};
}

Status run_resume(const Context& context, const WebhookOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_CHECK(door->call("POST", path_of(options) + ":resume"));
    context.terminal.message("it gets messages again");
    return {};
}

Status print_secret(const Context& context, const json::Value& secret) {
    context.terminal.data(context.json ? json::to_text(secret) : text_of(secret, "secret"));
    return {};
}

Status run_secret(const Context& context, const WebhookOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto secret, door->call("GET", path_of(options) + "/secret"));
    return print_secret(context, secret);
}

Status run_rotate(const Context& context, const WebhookOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto secret, door->call("POST", path_of(options) + ":rotate"));
    if (!context.json) context.terminal.message("the old secret signs beside it for a day");
    return print_secret(context, secret);
}

Status run_remove(const Context& context, const WebhookOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_CHECK(door->call("DELETE", path_of(options)));
    context.terminal.message("forgotten; what waited for it is given up");
    return {};
}

using Options = std::shared_ptr<WebhookOptions>;
using Run = Status (*)(const Context&, const WebhookOptions&);

CLI::App* add_verb(CLI::App& webhooks, Context& context, const Options& options, const char* verb, Run run) {
    CLI::App* command = webhooks.add_subcommand(verb);
    command->callback([&context, options, run] {
        context.run = [&context, options, run] { return run(context, *options); };
    });
    return command;
}

}  // namespace

void add_webhooks(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "webhooks", "receivers of webhooks: list, add, deliveries, test, resend, resume, secret, rotate, remove",
        "  boon webhooks\n  boon webhooks add https://tools.example/boon\n  boon webhooks test ID\n"
        "  boon webhooks deliveries ID --state given_up\n  boon webhooks resend ID            all that were given up"
    );
    auto options = std::make_shared<WebhookOptions>();
    command->require_subcommand(0, 1);
    command->callback([&context, command] {
        if (command->get_subcommands().empty()) context.run = [&context] { return run_list(context); };
    });
    add_verb(*command, context, options, "add", run_add)
        ->description("register a receiver of audiences; prints its id")
        ->add_option("url", options->url, "where it listens")
        ->required();
    const auto add_of_one = [&](const char* verb, Run run, const std::string& summary) {
        CLI::App* one = add_verb(*command, context, options, verb, run)->description(summary);
        one->add_option("id", options->id, "the receiver's id, as `boon webhooks` lists it")->required();
        return one;
    };
    add_of_one("deliveries", run_deliveries, "its messages, the newest first, and what became of them")
        ->add_option("--state", options->state, "waiting, sent or given_up")
        ->check(CLI::IsMember({"waiting", "sent", "given_up"}));
    add_of_one("test", run_test, "send it a message of the type webhook.test");
    add_of_one("resend", run_resend, "send a message again, or all that were given up, under the same ids")
        ->add_option("message", options->message, "its id; all that were given up when it is not named");
    add_of_one("resume", run_resume, "send to a receiver again that had answered 410");
    add_of_one("secret", run_secret, "print what it checks signatures with");
    add_of_one("rotate", run_rotate, "make it a new secret, and print it");
    add_of_one("remove", run_remove, "forget it; what waits for it is given up");
}

}  // namespace boon::cli
