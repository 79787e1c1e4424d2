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

}  // namespace

void add_customers(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "customers", "what is known about a customer; without an id, some ids",
        "  boon customers\n  boon customers C000042"
    );
    auto id = std::make_shared<std::string>();
    command->add_option("customer", *id, "the customer's id");
    command->callback([&context, id] { context.run = [&context, id] { return run_customers(context, *id); }; });
}

}  // namespace boon::cli
