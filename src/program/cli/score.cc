#include "program/cli/score.h"

#include <fmt/format.h>

#include "platform/http/uri.h"

namespace boon::cli {

namespace {

struct ScoreOptions {
    std::string model;
    std::string customer;
    std::string campaign;
    std::string channel;
};

void print_products(const Terminal& terminal, const json::Array& products) {
    for (const auto& product : products) {
        terminal.data(fmt::format("  {:<24}{}", text_of(product, "product_id"), text_of(product, "score")));
    }
}

std::string uplift_text(const json::Value& uplift) {
    const std::string value = text_of(uplift, "value");
    const std::string absent = text_of(uplift, "not_available");
    if (value == "-") return "not available: " + absent;
    if (absent != "-") return value + " (" + absent + ')';
    return fmt::format("{} ({} to {})", value, text_of(uplift, "lower"), text_of(uplift, "upper"));
}

// What is a number or a word at the top of the answer; the rest is for --json.
void print_answer(const Terminal& terminal, const json::Object& answer) {
    for (const auto& [name, value] : answer) {
        if (name == "products") print_products(terminal, value.as_array());
        if (name == "uplift") terminal.data(fmt::format("  {:<24}{}", std::string_view(name), uplift_text(value)));
        if (value.is_structured() || name == "explanation") continue;
        terminal.data(fmt::format("  {:<24}{}", std::string_view(name), text_of(answer, name)));
    }
    if (answer.contains("explanation")) terminal.data("  " + text_of(answer, "explanation"));
}

Status score_one(const Context& context, const ScoreOptions& options) {
    BOON_TRY(const auto door, context.door());
    std::string path = fmt::format(
        "/api/v1/customers/-/predictions/{}?customer_id={}", http::percent_encode(options.model),
        http::percent_encode(options.customer)
    );
    if (!options.campaign.empty()) path += "&campaign_id=" + http::percent_encode(options.campaign);
    if (!options.channel.empty()) path += "&channel=" + http::percent_encode(options.channel);
    BOON_TRY(const auto answer, door->call("GET", path));
    if (context.json) {
        context.terminal.data(json::to_text(answer));
    } else {
        print_answer(context.terminal, answer.as_object());
    }
    return {};
}

Status score_all(const Context& context) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto result, run_job(*door, context.terminal, "score", json::Object()));
    if (context.json) {
        context.terminal.data(json::to_text(result));
        return {};
    }
    context.terminal.data(fmt::format(
        "{} customers in {} s, as of {}", text_of(result, "customers"), text_of(result, "seconds"),
        text_of(result, "as_of")
    ));
    for (const auto& column : result.as_object().at("columns").as_array())
        context.terminal.data(fmt::format("  {:<24}{}", text_of(column, "name"), text_of(column, "version")));
    context.terminal.data(text_of(result, "file"));
    return {};
}

Status run_score(const Context& context, const ScoreOptions& options) {
    if (options.model == "all" && options.customer.empty()) return score_all(context);
    if (!options.customer.empty()) return score_one(context, options);
    return fail(
        ErrorCode::invalid, "a customer is missing", "`boon score MODEL CUSTOMER`, or `boon score all` for the base"
    );
}

}  // namespace

void add_score(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "score", "what the models say: of a customer, or of everybody",
        "  boon score all\n  boon score churn C0000042\n  boon score campaign_response C0000042 --campaign 2026-06-sms"
    );
    auto options = std::make_shared<ScoreOptions>();
    command->add_option("model", options->model, "nbo, churn, ltv, propensity, …, or all")->required();
    command->add_option("customer", options->customer, "the customer's id; none with `all`");
    command->add_option("--campaign", options->campaign, "of campaign_response");
    command->add_option("--channel", options->channel, "of campaign_response: the contact's");
    command->callback([&context, options] {
        context.run = [&context, options] { return run_score(context, *options); };
    });
}

}  // namespace boon::cli
