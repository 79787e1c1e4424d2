#include <fmt/format.h>

#include "platform/http/uri.h"
#include "program/cli/command.h"

namespace boon::cli {

namespace {

Status print_some(const Context& context, Door& door) {
    BOON_TRY(const auto page, door.call("GET", "/api/v1/customers?limit=20"));
    if (context.json) {
        context.terminal.data(json::to_text(page));
        return {};
    }
    for (const auto& customer : page.as_object().at("items").as_array())
        context.terminal.data(text_of(customer, "customer_id"));
    return {};
}

Status run_customers(const Context& context, const std::string& id) {
    BOON_TRY(const auto door, context.door());
    if (id.empty()) return print_some(context, *door);
    BOON_TRY(const auto customer, door->call("GET", "/api/v1/customers/-?customer_id=" + http::percent_encode(id)));
    if (context.json) {
        context.terminal.data(json::to_text(customer));
        return {};
    }
    context.terminal.data(fmt::format("customer {}, as of {}", id, text_of(customer, "computed_at")));
    for (const auto& feature : customer.as_object().at("features").as_array()) {
        context.terminal.data("  " + text_of(feature, "text"));
    }
    return {};
}

struct OneCustomer {
    std::string id;
    int limit = 5;
    std::string channel;
};

std::string amount_of(const json::Value& object, std::string_view member) {
    const auto& value = object.at(member);
    return value.is_number() ? fmt::format("{:.2f}", value.to_number<double>()) : "-";
}

void print_why_not(const Context& context, const json::Array& offers) {
    for (const auto& offer : offers) {
        context.terminal.data(
            fmt::format("  not {} {}: {}", text_of(offer, "offer_id"), text_of(offer, "name"), text_of(offer, "why"))
        );
    }
}

Status run_actions(const Context& context, const OneCustomer& options) {
    BOON_TRY(const auto door, context.door());
    std::string path =
        fmt::format("/api/v1/customers/{}/actions?limit={}", http::percent_encode(options.id), options.limit);
    if (!options.channel.empty()) path += "&channel=" + http::percent_encode(options.channel);
    BOON_TRY(const auto answer, door->call("GET", path));
    if (context.json) {
        context.terminal.data(json::to_text(answer));
        return {};
    }
    context.terminal.data(fmt::format(
        "{}: {}, {}; priority {}: {}", options.id, text_of(answer, "stage"), text_of(answer, "value_segment"),
        text_of(answer, "priority"), text_of(answer, "priority_reason")
    ));
    for (const auto& action : answer.at("actions").as_array()) {
        context.terminal.data(fmt::format(
            "  {}. {} ({}), {}: {}", text_of(action, "rank"), text_of(action, "name"), text_of(action, "offer_id"),
            text_of(action, "priority"), text_of(action, "reason")
        ));
    }
    print_why_not(context, answer.at("why_not").as_array());
    const auto& next = answer.at("next_contact");
    context.terminal.data(fmt::format("  next contact {}: {}", text_of(next, "at"), text_of(next, "reason")));
    for (const auto& note : answer.at("notes").as_array()) context.terminal.message(json::to_text(note));
    return {};
}

Status run_value_offers(const Context& context, const OneCustomer& options) {
    BOON_TRY(const auto door, context.door());
    const std::string path = fmt::format("/api/v1/customers/{}/value/offers", http::percent_encode(options.id));
    BOON_TRY(const auto answer, door->call("GET", path));
    if (context.json) {
        context.terminal.data(json::to_text(answer));
        return {};
    }
    context.terminal.data(fmt::format(
        "{}: {}, {} value {} {}", options.id, text_of(answer, "value_segment"), text_of(answer, "value_basis"),
        amount_of(answer, "value"), text_of(answer, "currency")
    ));
    TextTable table({{"rank", true}, {"offer", true}, {"name"}, {"segment"}, {"from", true}, {"to", true}});
    for (const auto& offer : answer.at("offers").as_array()) {
        table.add(
            {text_of(offer, "rank"), text_of(offer, "offer_id"), text_of(offer, "name"),
             text_of(offer, "target_segment"), text_of(offer, "min_customer_value"),
             text_of(offer, "max_customer_value")}
        );
    }
    table.print(context.terminal);
    print_why_not(context, answer.at("excluded").as_array());
    return {};
}

struct Erase {
    std::string id;
    bool yes = false;
};

Status run_erase(const Context& context, const Erase& options) {
    if (!options.yes) {
        return fail(
            ErrorCode::invalid,
            fmt::format("customer {} would be erased for good, and can never come back", options.id), "say --yes"
        );
    }
    BOON_TRY(const auto door, context.door());
    const std::string path = "/api/v1/customers/-:erase?customer_id=" + http::percent_encode(options.id);
    BOON_TRY(const auto erasure, door->call("POST", path));
    if (context.json) {
        context.terminal.data(json::to_text(erasure));
        return {};
    }
    context.terminal.data(fmt::format(
        "erased: {} rows, {} of them events; {} decisions are nobody's now", text_of(erasure, "rows"),
        text_of(erasure, "events"), text_of(erasure, "decisions")
    ));
    return {};
}

}  // namespace

void add_customers(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "customers", "what is known about a customer; without an id, some ids",
        "  boon customers\n  boon customers C0000042\n  boon customers actions C0000042\n"
        "  boon customers value-offers C0000042\n  boon customers erase C0000042 --yes"
    );
    auto id = std::make_shared<std::string>();
    command->add_option("customer", *id, "the customer's id");
    command->require_subcommand(0, 1);
    command->callback([&context, id, command] {
        if (!command->get_subcommands().empty()) return;
        context.run = [&context, id] { return run_customers(context, *id); };
    });
    const auto one = std::make_shared<OneCustomer>();
    CLI::App* actions = command->add_subcommand("actions", "what to do about a customer, and when");
    actions->add_option("customer", one->id, "the customer's id")->required();
    actions->add_option("--limit", one->limit, "how many offers at most");
    actions->add_option("--channel", one->channel, "through which channel");
    actions->callback([&context, one] { context.run = [&context, one] { return run_actions(context, *one); }; });
    CLI::App* offers = command->add_subcommand("value-offers", "offers that fit what a customer is worth");
    offers->add_option("customer", one->id, "the customer's id")->required();
    offers->callback([&context, one] { context.run = [&context, one] { return run_value_offers(context, *one); }; });
    const auto whom = std::make_shared<Erase>();
    CLI::App* erase = command->add_subcommand("erase", "forget a customer for good, everywhere");
    erase->add_option("customer", whom->id, "the customer's id")->required();
    erase->add_flag("--yes", whom->yes, "that is meant");
    erase->callback([&context, whom] { context.run = [&context, whom] { return run_erase(context, *whom); }; });
}

}  // namespace boon::cli
