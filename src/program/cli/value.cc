#include <fmt/format.h>

#include "platform/http/uri.h"
#include "program/cli/command.h"

namespace boon::cli {

namespace {

struct ValueOptions {
    std::string customer;
    std::string as_of;
    std::string of = "lifetime_value";
};

std::string number(const json::Value& object, std::string_view member, int decimals = 0) {
    const auto& value = object.at(member);
    return value.is_number() ? fmt::format("{:.{}f}", value.to_number<double>(), decimals) : "-";
}

std::string percent(const json::Value& object, std::string_view member) {
    return fmt::format("{:.1f} %", 100 * object.at(member).to_number<double>());
}

Status print_json(const Context& context, const json::Value& value) {
    context.terminal.data(json::to_text(value));
    return {};
}

Status run_summary(const Context& context, const ValueOptions&) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto summary, door->call("GET", "/api/v1/value/summary"));
    if (context.json) return print_json(context, summary);
    TextTable table(
        {{"segment"},
         {"customers", true},
         {"share", true},
         {"of revenue", true},
         {"mean revenue", true},
         {"mean predicted", true},
         {"mean score", true}}
    );
    for (const auto& segment : summary.at("segments").as_array()) {
        table.add(
            {text_of(segment, "segment"), text_of(segment, "customers"), percent(segment, "share"),
             percent(segment, "revenue_share"), number(segment, "mean_revenue_365d"),
             number(segment, "mean_predicted_ltv"), number(segment, "mean_score", 1)}
        );
    }
    table.print(context.terminal);
    TextTable rfm({{"RFM segment"}, {"customers", true}, {"revenue 365 d", true}});
    for (const auto& segment : summary.at("rfm_segments").as_array()) {
        rfm.add({text_of(segment, "segment"), text_of(segment, "customers"), number(segment, "revenue_365d")});
    }
    rfm.print(context.terminal);
    context.terminal.message(fmt::format(
        "as of {}; {} of {} customers were active in 365 days, {} of them are scored by revenue alone",
        text_of(summary, "as_of"), text_of(summary, "in_base"), text_of(summary, "customers"),
        text_of(summary, "is_partial")
    ));
    return {};
}

Status run_update(const Context& context, const ValueOptions& options) {
    BOON_TRY(const auto door, context.door());
    json::Object parameters;
    if (!options.as_of.empty()) parameters["as_of"] = options.as_of;
    BOON_TRY(const auto result, run_job(*door, context.terminal, "value", parameters));
    if (context.json) return print_json(context, result);
    context.terminal.message(fmt::format(
        "value of {} customers as of {}: {} in the base, {} changed segment, in {} s", text_of(result, "customers"),
        text_of(result, "as_of"), text_of(result, "in_base"), text_of(result, "changed"), text_of(result, "seconds")
    ));
    context.terminal.message("next: `boon value` for the segments and what they bring");
    return {};
}

Status run_show(const Context& context, const ValueOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(
        const auto view, door->call("GET", "/api/v1/customers/" + http::percent_encode(options.customer) + "/value")
    );
    if (context.json) return print_json(context, view);
    context.terminal.data(fmt::format(
        "{}: {}, score {}, RFM {}", text_of(view, "customer_id"), text_of(view, "value_segment"),
        number(view, "value_score", 1), text_of(view, "rfm_segment")
    ));
    context.terminal.data(fmt::format(
        "  lifetime value {} {}, predicted {}", number(view, "lifetime_value", 2), text_of(view, "currency"),
        number(view, "predicted_ltv", 2)
    ));
    TextTable table({{"since"}, {"segment"}, {"score", true}, {"RFM"}});
    for (const auto& point : view.at("history").as_array()) {
        table.add(
            {text_of(point, "at"), text_of(point, "value_segment"), number(point, "value_score", 1),
             text_of(point, "rfm_segment")}
        );
    }
    table.print(context.terminal);
    return {};
}

Status run_distribution(const Context& context, const ValueOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto spread, door->call("GET", "/api/v1/value/distribution?of=" + http::percent_encode(options.of)));
    if (context.json) return print_json(context, spread);
    TextTable table(
        {{"tenth", true}, {"customers", true}, {"from", true}, {"to", true}, {"mean", true}, {"of all", true}}
    );
    for (const auto& decile : spread.at("deciles").as_array()) {
        table.add(
            {text_of(decile, "decile"), text_of(decile, "customers"), number(decile, "lowest", 2),
             number(decile, "highest", 2), number(decile, "mean", 2), percent(decile, "share")}
        );
    }
    table.print(context.terminal);
    context.terminal.message(fmt::format(
        "mean {}, median {}, Gini {}", number(spread, "mean", 2), number(spread, "median", 2), number(spread, "gini", 3)
    ));
    return {};
}

using Run = Status (*)(const Context&, const ValueOptions&);

}  // namespace

void add_value(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "value", "what customers are worth: segments, of one, work it out",
        "  boon value\n  boon value update\n  boon value show C0000042\n  boon value distribution --of predicted_ltv"
    );
    const auto options = std::make_shared<ValueOptions>();
    command->require_subcommand(0, 1);
    command->callback([&context, options, command] {
        if (command->get_subcommands().empty()) {
            context.run = [&context, options] { return run_summary(context, *options); };
        }
    });
    const auto add = [&](const char* name, const char* words, Run run) {
        CLI::App* sub = command->add_subcommand(name, words);
        sub->callback([&context, options, run] {
            context.run = [&context, options, run] { return run(context, *options); };
        });
        return sub;
    };
    add("summary", "value segments and RFM segments", run_summary);
    add("update", "work out every customer's value", run_update)
        ->add_option("--as-of", options->as_of, "the instant; default: that of the profiles")
        ->check(a_time());
    add("show", "a customer's value, and what it was", run_show)
        ->add_option("customer", options->customer, "the customer's id")
        ->required();
    add("distribution", "how an amount is spread over the customers", run_distribution)
        ->add_option("--of", options->of, "lifetime_value, predicted_ltv or revenue_365d");
}

}  // namespace boon::cli
