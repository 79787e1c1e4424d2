#include <fmt/format.h>

#include "platform/http/uri.h"
#include "program/cli/offers.h"

namespace boon::cli {

namespace {

std::string path_of(std::string_view id) { return "/api/v1/offers/" + http::percent_encode(id); }

void print_offer(const Context& context, const json::Value& offer) {
    if (context.json) return context.terminal.data(json::to_text(offer));
    context.terminal.message(fmt::format(
        "offer {} {}: {}, version {}", text_of(offer, "offer_id"), text_of(offer, "name"), text_of(offer, "status"),
        text_of(offer, "version")
    ));
}

struct ChangeOptions {
    std::string id;
    std::string text;  // a file's name, or JSON
    std::vector<std::string> settings;
    std::string version;
    bool dry_run = false;
    bool skip_bad = false;
};

// JSON that is given as it is, or in a file, with the --set options over it.
Result<json::Object> members_of(const ChangeOptions& options) {
    json::Object members;
    if (!options.text.empty()) {
        const bool inline_json = options.text.starts_with('{');
        BOON_TRY(const std::string text, inline_json ? Result<std::string>(options.text) : read_file(options.text));
        BOON_TRY(const auto value, json::parse(text));
        if (!value.is_object()) return fail(ErrorCode::invalid, "a JSON object was expected");
        members = value.get_object();
    }
    BOON_TRY(const json::Object patch, patch_of(options.settings));
    for (const auto& member : patch) members[member.key()] = member.value();
    if (!members.empty()) return members;
    return fail(ErrorCode::invalid, "nothing is given", "give JSON, a file, or --set NAME=VALUE");
}

Status run_create(const Context& context, const ChangeOptions& options) {
    BOON_TRY(const auto members, members_of(options));
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto offer, door->call("POST", "/api/v1/offers", json::to_text(members)));
    print_offer(context, offer);
    return {};
}

Status run_patch(const Context& context, const ChangeOptions& options) {
    BOON_TRY(const auto patch, members_of(options));
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto current, door->call("GET", path_of(options.id)));
    const std::string etag = fmt::format("\"{}\"", text_of(current, "version"));
    BOON_TRY(const auto offer, door->call("PATCH", path_of(options.id), json::to_text(patch), {.if_match = etag}));
    print_offer(context, offer);
    return {};
}

Status run_action(const Context& context, const std::string& id, std::string_view action) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto offer, door->call("POST", fmt::format("{}:{}", path_of(id), action)));
    print_offer(context, offer);
    return {};
}

Status run_restore(const Context& context, const ChangeOptions& options) {
    BOON_TRY(const auto door, context.door());
    const std::string path =
        fmt::format("{}/versions/{}:restore", path_of(options.id), http::percent_encode(options.version));
    BOON_TRY(const auto offer, door->call("POST", path));
    print_offer(context, offer);
    return {};
}

Status run_bulk(const Context& context, const OfferFilters& filters, const ChangeOptions& options) {
    BOON_TRY(const auto patch, members_of(options));
    BOON_TRY(const auto door, context.door());
    const json::Object edit{
        {"filter", filters.object()},
        {"patch", patch},
        {"dry_run", options.dry_run},
        {"mode", options.skip_bad ? "skip_bad" : "all_or_nothing"}
    };
    BOON_TRY(const auto report, door->call("POST", "/api/v1/offers:bulk", json::to_text(edit)));
    if (context.json) {
        context.terminal.data(json::to_text(report));
    } else {
        print_report(context.terminal, report);
    }
    if (options.dry_run || text_of(report, "written") == "true") return {};
    return fail(ErrorCode::invalid, "nothing was changed", "see the rows above, or change the others: --skip-bad");
}

void add_status_commands(CLI::App& offers, Context& context, const std::shared_ptr<ChangeOptions>& options) {
    struct Action {
        const char* name;
        const char* summary;
    };
    for (const Action action :
         {Action{"activate", "make an offer live"}, Action{"pause", "show an offer no more, for now"},
          Action{"retire", "end an offer for good"}}) {
        const std::string name = action.name;
        CLI::App* command = add_command(offers, name, action.summary, fmt::format("  boon offers {} 7", name));
        command->add_option("id", options->id, "the offer's id")->required();
        command->callback([&context, options, name] {
            context.run = [&context, options, name] { return run_action(context, options->id, name); };
        });
    }
    CLI::App* restore = add_command(
        offers, "restore", "make what an offer said at a version its next version", "  boon offers restore 7 3"
    );
    restore->add_option("id", options->id, "the offer's id")->required();
    restore->add_option("of-version", options->version, "the version to bring back")->required();
    restore->callback([&context, options] {
        context.run = [&context, options] { return run_restore(context, *options); };
    });
}

}  // namespace

void add_offer_changes(CLI::App& offers, Context& context, const std::shared_ptr<OfferFilters>& filters) {
    auto options = std::make_shared<ChangeOptions>();
    CLI::App* create = add_command(
        offers, "create", "create an offer",
        "  boon offers create offer.json\n  boon offers create --set name=\"Double points\" --set category=points\n"
        "  boon offers create '{\"name\":\"Double points\",\"status\":\"draft\"}'"
    );
    create->add_option("offer", options->text, "a JSON file, or JSON");
    create->add_option("--set", options->settings, "NAME=VALUE; any number of times");
    create->callback([&context, options] {
        context.run = [&context, options] { return run_create(context, *options); };
    });

    CLI::App* patch = add_command(
        offers, "patch", "change some fields of an offer",
        "  boon offers patch 7 --set weight=2 --set target_segment=high_value\n"
        "  boon offers patch 7 '{\"content\":{\"de\":{\"title\":\"Neu\"}}}'\n"
        "  boon offers patch 7 --set lifecycle_stage=null        null gives a field its default"
    );
    patch->add_option("id", options->id, "the offer's id")->required();
    patch->add_option("patch", options->text, "JSON, or a file with it");
    patch->add_option("--set", options->settings, "NAME=VALUE; any number of times");
    patch->callback([&context, options] { context.run = [&context, options] { return run_patch(context, *options); }; }
    );

    CLI::App* bulk = add_command(
        offers, "bulk", "the same change to all offers that the filters of `boon offers` select",
        "  boon offers bulk --tag spring --set weight=0.5 --dry-run\n  boon offers bulk --ids 1,2,3 --set status=paused"
    );
    bulk->add_option("patch", options->text, "JSON, or a file with it");
    bulk->add_option("--set", options->settings, "NAME=VALUE; any number of times");
    bulk->add_flag("--dry-run", options->dry_run, "only show what would change");
    bulk->add_flag("--skip-bad", options->skip_bad, "change those that can change (default: all or none)");
    bulk->callback([&context, options, filters] {
        context.run = [&context, options, filters] { return run_bulk(context, *filters, *options); };
    });
    add_status_commands(offers, context, options);
}

}  // namespace boon::cli
