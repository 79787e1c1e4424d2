#include "program/cli/offers.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "platform/http/uri.h"

namespace boon::cli {

namespace {

// Name of the parameter, option, doc.
constexpr std::array<std::array<const char*, 3>, 13> kFilterOptions = {{
    {"q", "--search", "words that all stand in name, description, category, tags or external id"},
    {"ids", "--ids", "offer ids, separated by commas (as for the filters below)"},
    {"status", "--status", "draft, live, paused, retired"},
    {"is_active", "--active", "true or false: whether the supplier has it"},
    {"category", "--category", "categories"},
    {"lifecycle_stage", "--stage", "lifecycle stages"},
    {"target_segment", "--segment", "target segments"},
    {"external_system", "--system", "where it came from"},
    {"exclusion_group", "--group", "exclusion groups"},
    {"tag", "--tag", "tags"},
    {"channel", "--channel", "channels that may show it"},
    {"placement", "--placement", "placements that may show it"},
    {"valid_at", "--valid-at", "an instant within its validity"},
}};

json::Value number_or_text(const std::string& text) {
    auto value = json::parse(text);
    return value ? *std::move(value) : json::Value(text);
}

struct ListOptions {
    int limit = 50;
    std::string sort = "offer_id";
    bool descending = false;
};

Status run_list(const Context& context, const OfferFilters& filters, const ListOptions& options) {
    BOON_TRY(const auto door, context.door());
    const std::string path = fmt::format(
        "/api/v1/offers?limit={}&sort={}&order={}{}", options.limit, options.sort, options.descending ? "desc" : "asc",
        filters.query()
    );
    BOON_TRY(const auto page, door->call("GET", path));
    if (context.json) {
        context.terminal.data(json::to_text(page));
        return {};
    }
    TextTable table({{"id", true}, {"name"}, {"category"}, {"status"}, {"value", true}, {"version", true}});
    const auto& items = page.as_object().at("items").as_array();
    for (const auto& offer : items) {
        table.add(
            {text_of(offer, "offer_id"), text_of(offer, "name"), text_of(offer, "category"), text_of(offer, "status"),
             text_of(offer, "value"), text_of(offer, "version")}
        );
    }
    table.print(context.terminal);
    const auto total = page.as_object().at("total").to_number<std::int64_t>();
    if (total > std::ssize(items)) {
        context.terminal.message(fmt::format("{} of {} offers; more with --limit", items.size(), count_text(total)));
    }
    return {};
}

struct OneOffer {
    std::string id;
    std::string version;
};

Status run_show(const Context& context, const OneOffer& options) {
    BOON_TRY(const auto door, context.door());
    std::string path = "/api/v1/offers/" + http::percent_encode(options.id);
    if (!options.version.empty()) path += "/versions/" + http::percent_encode(options.version);
    BOON_TRY(const auto offer, door->call("GET", path));
    if (context.json) {
        context.terminal.data(json::to_text(offer));
        return {};
    }
    for (const auto& member : offer.as_object()) {
        const json::Value& value = member.value();
        const bool empty = value.is_null() || (value.is_array() && value.get_array().empty()) ||
                           (value.is_object() && value.get_object().empty()) ||
                           (value.is_string() && value.get_string().empty());
        if (empty) continue;
        context.terminal.data(fmt::format("{:<20}{}", visible(member.key()), text_of(offer, member.key())));
    }
    return {};
}

Status run_history(const Context& context, const OneOffer& options) {
    BOON_TRY(const auto door, context.door());
    const std::string path = fmt::format("/api/v1/offers/{}/history?limit=500", http::percent_encode(options.id));
    BOON_TRY(const auto page, door->call("GET", path));
    if (context.json) {
        context.terminal.data(json::to_text(page));
        return {};
    }
    for (const auto& revision : page.as_object().at("items").as_array()) {
        context.terminal.data(fmt::format(
            "version {}  {}  {} by {}", text_of(revision, "version"), text_of(revision, "changed_at"),
            text_of(revision, "change"), text_of(revision, "changed_by")
        ));
        for (const auto& change : revision.as_object().at("changes").as_array()) {
            context.terminal.data("    " + change_text(change));
        }
    }
    return {};
}

struct DiffOptions {
    std::string id;
    std::string from;
    std::string to;
};

Status run_diff(const Context& context, const DiffOptions& options) {
    BOON_TRY(const auto door, context.door());
    const std::string path = fmt::format(
        "/api/v1/offers/{}/diff?from={}&to={}", http::percent_encode(options.id), http::percent_encode(options.from),
        http::percent_encode(options.to)
    );
    BOON_TRY(const auto page, door->call("GET", path));
    if (context.json) {
        context.terminal.data(json::to_text(page));
        return {};
    }
    const auto& changes = page.as_object().at("items").as_array();
    for (const auto& change : changes) context.terminal.data(change_text(change));
    if (changes.empty()) context.terminal.message("nothing differs");
    return {};
}

void add_reading(CLI::App& offers, Context& context) {
    auto one = std::make_shared<OneOffer>();
    CLI::App* show = add_command(
        offers, "show", "an offer with all it says", "  boon offers show 7\n  boon offers show 7 --at-version 3"
    );
    show->add_option("id", one->id, "the offer's id")->required();
    show->add_option("--at-version", one->version, "as it was at that version");
    show->callback([&context, one] { context.run = [&context, one] { return run_show(context, *one); }; });

    CLI::App* history =
        add_command(offers, "history", "an offer's versions: who, when, what changed", "  boon offers history 7");
    history->add_option("id", one->id, "the offer's id")->required();
    history->callback([&context, one] { context.run = [&context, one] { return run_history(context, *one); }; });

    auto versions = std::make_shared<DiffOptions>();
    CLI::App* diff =
        add_command(offers, "diff", "what differs between two versions of an offer", "  boon offers diff 7 1 3");
    diff->add_option("id", versions->id, "the offer's id")->required();
    diff->add_option("from", versions->from, "a version")->required();
    diff->add_option("to", versions->to, "another")->required();
    diff->callback([&context, versions] { context.run = [&context, versions] { return run_diff(context, *versions); }; }
    );
}

}  // namespace

void OfferFilters::add_to(CLI::App& command) {
    for (const auto& [name, option, doc] : kFilterOptions) {
        CLI::Option* added = command.add_option_function<std::string>(
            option, [this, key = std::string(name)](const std::string& value) { values_[key] = value; }, doc
        );
        if (std::string_view(name) == "valid_at") added->check(a_time());
    }
}

std::string OfferFilters::query() const {
    std::string text;
    for (const auto& [name, value] : values_) text += fmt::format("&{}={}", name, http::percent_encode(value));
    return text;
}

namespace {

json::Array list_of(std::string_view text, bool of_numbers) {
    json::Array parts;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string part(text.substr(0, comma));
        if (!part.empty()) parts.push_back(of_numbers ? number_or_text(part) : json::Value(part));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return parts;
}

}  // namespace

json::Object OfferFilters::object() const {
    json::Object filter;
    for (const auto& [name, value] : values_) {
        if (name == "q" || name == "valid_at") {
            filter[name] = value;
        } else if (name == "is_active") {
            filter[name] = number_or_text(value);
        } else {
            filter[name] = list_of(value, name == "ids");
        }
    }
    return filter;
}

Result<json::Object> patch_of(const std::vector<std::string>& settings) {
    json::Object patch;
    for (const std::string& setting : settings) {
        const auto equals = setting.find('=');
        if (equals == 0 || equals == std::string::npos) {
            return fail(
                ErrorCode::invalid, fmt::format("`{}` is not NAME=VALUE", setting), "for example --set weight=2"
            );
        }
        patch[setting.substr(0, equals)] = number_or_text(setting.substr(equals + 1));
    }
    return patch;
}

std::string change_text(const json::Value& change) {
    std::string name = text_of(change, "pointer");
    if (name.starts_with('/')) name.erase(0, 1);
    const auto& object = change.as_object();
    return fmt::format("{}: {} → {}", name, json::to_text(object.at("before")), json::to_text(object.at("after")));
}

void print_report(const Terminal& terminal, const json::Value& report) {
    const bool written = text_of(report, "written") == "true";
    for (const auto& row : report.as_object().at("rows").as_array()) {
        const std::string outcome = text_of(row, "outcome");
        std::string place = fmt::format("row {}", text_of(row, "row"));
        if (const auto line = text_of(row, "line"); line != "0") place += fmt::format(" (line {})", line);
        if (outcome == "rejected") terminal.message(fmt::format("{}: {}", place, text_of(row, "problem")));
        for (const auto& change : row.as_object().at("changes").as_array()) {
            terminal.data(
                fmt::format("offer {} {}: {}", text_of(row, "offer_id"), text_of(row, "name"), change_text(change))
            );
        }
        if (outcome == "created" && !written) {
            terminal.data(fmt::format("offer {} {}: new", text_of(row, "offer_id"), text_of(row, "name")));
        }
    }
    terminal.message(fmt::format(
        "{}{} created, {} updated, {} unchanged, {} rejected",
        written ? "offers: " : "would be: ", text_of(report, "created"), text_of(report, "updated"),
        text_of(report, "unchanged"), text_of(report, "rejected")
    ));
}

void add_offers(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "offers", "the catalogue: list, show, change offers",
        "  boon offers\n  boon offers --search discount --status live --limit 10\n  boon offers show 7\n"
        "  boon offers create offer.json\n  boon offers patch 7 --set weight=2\n  boon offers pause 7\n"
        "  boon offers bulk --tag spring --set weight=0.5 --dry-run\n  boon --json offers"
    );
    auto filters = std::make_shared<OfferFilters>();
    auto options = std::make_shared<ListOptions>();
    filters->add_to(*command);
    command->add_option("--limit", options->limit, "at most so many")->check(CLI::Range(1, 500));
    command->add_option("--sort", options->sort, "offer_id, name, category, status, weight, created_at or updated_at");
    command->add_flag("--desc", options->descending, "the greatest first");
    command->require_subcommand(0, 1);
    command->add_subcommand("list", "list offers, by any of the filters (the default)");
    command->callback([&context, command, filters, options] {
        const auto chosen = command->get_subcommands();
        if (!chosen.empty() && chosen.front()->get_name() != "list") return;
        context.run = [&context, filters, options] { return run_list(context, *filters, *options); };
    });
    add_reading(*command, context);
    add_offer_changes(*command, context, filters);
}

}  // namespace boon::cli
