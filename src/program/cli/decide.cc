#include <fmt/format.h>

#include "program/cli/command.h"

namespace boon::cli {

namespace {

struct DecideOptions {
    std::string customer;
    std::string placement;
    std::string channel;
    int limit = 3;
    bool explain = false;
    bool allow_unknown = false;
};

std::string percent(const json::Value* share) {
    if (share == nullptr || !share->is_number()) return "-";
    return fmt::format("{:.1f} %", share->to_number<double>() * 100);
}

std::string amount(const json::Value* number) {
    if (number == nullptr || !number->is_number()) return "-";
    return fmt::format("{:.2f}", number->to_number<double>());
}

void print_offer(const Context& context, const json::Object& ranked) {
    const Terminal& terminal = context.terminal;
    const json::Value* details = ranked.if_contains("offer");
    const std::string name = details == nullptr ? "" : text_of(*details, "name");
    terminal.data(fmt::format(
        "{}. {}  {}", text_of(ranked, "rank"), terminal.on_out(Paint::bold, name),
        terminal.on_out(Paint::dim, fmt::format("(offer {})", text_of(ranked, "offer_id")))
    ));
    if (details != nullptr && !text_of(*details, "description").empty()) {
        terminal.data("   " + text_of(*details, "description"));
    }
    std::string numbers = fmt::format(
        "   probability {} ({})   score {}", percent(ranked.if_contains("probability")), text_of(ranked, "score_kind"),
        amount(ranked.if_contains("score"))
    );
    if (text_of(ranked, "expected_value") != "-")
        numbers += "   expected value " + amount(ranked.if_contains("expected_value"));
    terminal.data(numbers);
    const json::Value* explanation = ranked.if_contains("explanation");
    if (explanation != nullptr && explanation->is_object()) terminal.data("   why: " + text_of(*explanation, "text"));
}

void print_considered(const Context& context, const json::Array& considered) {
    if (considered.empty()) return;
    context.terminal.data("");
    TextTable table({{"offer", true}, {"name"}, {"step"}, {"why"}, {"what would change it"}});
    for (const auto& offer : considered) {
        table.add(
            {text_of(offer, "offer_id"), text_of(offer, "name"), text_of(offer, "step"), text_of(offer, "why"),
             text_of(offer, "change")}
        );
    }
    table.print(context.terminal);
}

Status run_decide(const Context& context, const DecideOptions& options) {
    json::Object request{{"customer_id", options.customer}, {"placement", options.placement},
                         {"channel", options.channel},      {"limit", options.limit},
                         {"explain", options.explain},      {"allow_unknown", options.allow_unknown}};
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const std::string text, door->call_text("POST", "/api/v1/decisions", json::to_text(request)));
    if (context.json) {
        context.terminal.data(text);
        return {};
    }
    BOON_TRY(const auto decision, json::parse(text));
    const auto& object = decision.as_object();
    const auto& offers = object.at("offers").as_array();
    if (offers.empty()) context.terminal.data(fmt::format("no offer: {}", text_of(decision, "no_offer")));
    for (const auto& offer : offers) print_offer(context, offer.as_object());
    print_considered(context, object.at("considered").as_array());
    for (const auto& note : object.at("notes").as_array()) {
        context.terminal.data(
            context.terminal.on_out(Paint::dim, fmt::format("note: {}", std::string_view(note.as_string())))
        );
    }
    context.terminal.data(context.terminal.on_out(Paint::dim, "decision " + text_of(decision, "decision_id")));
    return {};
}

}  // namespace

void add_decide(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "decide", "which offer this customer gets next, and why (recorded like any decision)",
        "  boon decide C0000042 --explain\n  boon decide C0000042 --channel app --limit 1\n  boon --json decide "
        "C0000042"
    );
    auto options = std::make_shared<DecideOptions>();
    command->add_option("customer", options->customer, "the customer's id")->required();
    command->add_option("--placement", options->placement, "where the offer will be shown");
    command->add_option("--channel", options->channel, "through which channel");
    command->add_option("--limit", options->limit, "how many offers at most")->check(CLI::Range(1, 100));
    command->add_flag(
        "--explain", options->explain, "every offer: where it dropped out, why, and what would change it"
    );
    command->add_flag(
        "--allow-unknown", options->allow_unknown, "decide for a customer nobody knows, from the fallback"
    );
    command->callback([&context, options] {
        context.run = [&context, options] { return run_decide(context, *options); };
    });
}

}  // namespace boon::cli
