#include <fmt/format.h>

#include "platform/http/uri.h"
#include "program/cli/command.h"

namespace boon::cli {

namespace {

struct ImportOptions {
    std::string what;
    std::string file;
    bool skip_bad = false;
};

Status run_import(const Context& context, const ImportOptions& options) {
    BOON_TRY(const std::string text, read_file(options.file));
    BOON_TRY(const auto door, context.door());
    const std::string path = fmt::format("/api/v1/offers:import?bad_rows={}", options.skip_bad ? "skip" : "refuse");
    BOON_TRY(const auto report, door->call("POST", path, text));
    if (context.json) {
        context.terminal.data(json::to_text(report));
        return {};
    }
    for (const auto& row : report.as_object().at("rows").as_array()) {
        if (text_of(row, "outcome") != "rejected") continue;
        context.terminal.message(fmt::format("row {}: {}", text_of(row, "row"), text_of(row, "problem")));
    }
    context.terminal.message(fmt::format(
        "{} offers created, {} updated, {} unchanged, {} rejected", text_of(report, "created"),
        text_of(report, "updated"), text_of(report, "unchanged"), text_of(report, "rejected")
    ));
    if (text_of(report, "written") == "false") {
        return fail(
            ErrorCode::invalid, "nothing was imported", "mend the rows above, or import the others: --skip-bad"
        );
    }
    return {};
}

struct ListOptions {
    std::string search;
    int limit = 50;
};

Status run_list(const Context& context, const ListOptions& options) {
    BOON_TRY(const auto door, context.door());
    std::string path = fmt::format("/api/v1/offers?limit={}", options.limit);
    if (!options.search.empty()) path += "&q=" + http::percent_encode(options.search);
    BOON_TRY(const auto page, door->call("GET", path));
    if (context.json) {
        context.terminal.data(json::to_text(page));
        return {};
    }
    TextTable table({{"id", true}, {"name"}, {"category"}, {"status"}, {"value", true}, {"version", true}});
    for (const auto& offer : page.as_object().at("items").as_array()) {
        table.add(
            {text_of(offer, "offer_id"), text_of(offer, "name"), text_of(offer, "category"), text_of(offer, "status"),
             text_of(offer, "value"), text_of(offer, "version")}
        );
    }
    table.print(context.terminal);
    return {};
}

}  // namespace

void add_import(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "import", "bring offers into the catalogue",
        "  boon import offers offers.json\n  boon import offers offers.json --skip-bad"
    );
    auto options = std::make_shared<ImportOptions>();
    command->add_option("what", options->what, "offers")->required()->check(CLI::IsMember({"offers"}));
    command->add_option("file", options->file, "a JSON array of offers")->required();
    command->add_flag(
        "--skip-bad", options->skip_bad, "import the good rows, report the others (default: all or nothing)"
    );
    command->callback([&context, options] {
        context.run = [&context, options] { return run_import(context, *options); };
    });
}

void add_offers(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "offers", "list the catalogue",
        "  boon offers\n  boon offers --search discount --limit 10\n  boon --json offers"
    );
    auto options = std::make_shared<ListOptions>();
    command->add_option("--search", options->search, "only offers with this word in name or description");
    command->add_option("--limit", options->limit, "at most so many")->check(CLI::Range(1, 500));
    command->callback([&context, options] { context.run = [&context, options] { return run_list(context, *options); }; }
    );
}

}  // namespace boon::cli
