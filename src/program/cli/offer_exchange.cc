#include <algorithm>
#include <cstdio>
#include <fstream>

#include <fmt/format.h>

#include "program/cli/offers.h"
#include "records/catalog/defaults.h"

namespace boon::cli {

namespace {

struct ImportOptions {
    std::string what;
    std::string file;
    bool skip_bad = false;
    bool dry_run = false;
    bool defaults = false;
};

bool is_csv(std::string_view file, std::string_view text) {
    if (file.ends_with(".csv")) return true;
    if (file.ends_with(".json")) return false;
    const auto first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return first == std::string_view::npos || text[first] != '[';
}

// That a file of JSON is a list of offers, as an export writes it.
Status check_list(const std::string& file, std::string_view text) {
    const auto value = json::parse(text);
    if (!value) return in_context(fmt::format("{} is not JSON", file), value.error());
    if (value->is_array()) return {};
    return fail(
        ErrorCode::invalid, fmt::format("{} is not a list of offers", file),
        "a JSON array of them, as `boon export offers` writes it, or a CSV sheet (.csv); one alone: `boon offers "
        "create`"
    );
}

Result<bool> has_four_eyes(Door& door) {
    BOON_TRY(const auto settings, door.call("GET", "/api/v1/settings"));
    const auto& items = settings.as_object().at("items").as_array();
    return std::ranges::any_of(items, [](const json::Value& setting) {
        return text_of(setting, "key") == "catalog.four_eyes" && text_of(setting, "value") == "True";
    });
}

// The default offers as this catalogue takes them: where another person has to make an offer live, new ones are drafts.
// They are for a catalogue that lacks these ids, and do not overwrite a company's own offers.
Result<std::string> default_offers(Door& door, const Terminal& terminal) {
    const std::string_view text = catalog::default_offers();
    BOON_TRY(const auto report, door.call("POST", "/api/v1/offers:import?dry_run=true", text));
    const auto& rows = report.as_object().at("rows").as_array();
    for (const auto& row : rows) {
        if (text_of(row, "outcome") != "updated") continue;
        return fail(
            ErrorCode::conflict, fmt::format("offer {} is there already and is another one", text_of(row, "offer_id")),
            "the default offers have the ids 0 to 7; `boon offers` lists yours"
        );
    }
    BOON_TRY(const bool four_eyes, has_four_eyes(door));
    if (!four_eyes) return std::string(text);
    BOON_TRY(auto offers, json::parse(text));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (text_of(rows[i], "outcome") == "rejected") offers.as_array()[i].as_object()["status"] = "draft";
    }
    terminal.message("with four eyes (setting catalog.four_eyes) they come as drafts: another person makes them live");
    return json::to_text(offers);
}

Status run_import(const Context& context, const ImportOptions& options) {
    if (options.defaults != options.file.empty()) {
        return fail(ErrorCode::invalid, "say what to import", "a file, or --defaults");
    }
    std::string text;
    if (!options.defaults) {
        BOON_TRY(text, read_file(options.file));
    }
    BOON_TRY(const auto door, context.door());
    if (options.defaults) {
        BOON_TRY(text, default_offers(*door, context.terminal));
    }
    const std::string path = fmt::format(
        "/api/v1/offers:import?mode={}&dry_run={}", options.skip_bad ? "skip_bad" : "all_or_nothing", options.dry_run
    );
    const bool csv = !options.defaults && is_csv(options.file, text);
    if (!csv) BOON_CHECK(check_list(options.file, text));
    const std::string_view type = csv ? "text/csv" : "application/json";
    BOON_TRY(const auto report, door->call("POST", path, text, {.content_type = type}));
    if (context.json) {
        context.terminal.data(json::to_text(report));
    } else {
        print_report(context.terminal, report);
    }
    const bool refused = !options.dry_run && text_of(report, "written") == "false";
    if (!refused) return {};
    return fail(ErrorCode::invalid, "nothing was imported", "mend the rows above, or import the others: --skip-bad");
}

struct ExportOptions {
    std::string what;
    std::string format = "json";
    std::string file;
    bool mark = false;
};

Status run_export(const Context& context, const OfferFilters& filters, const ExportOptions& options) {
    BOON_TRY(const auto door, context.door());
    const std::string path =
        fmt::format("/api/v1/offers:export?format={}&bom={}{}", options.format, options.mark, filters.query());
    BOON_TRY(const std::string text, door->call_text("GET", path));
    if (options.file.empty()) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        return {};
    }
    std::ofstream file(options.file, std::ios::binary);
    file << text;
    file.close();
    if (!file) return fail(ErrorCode::unavailable, fmt::format("could not write {}", options.file));
    context.terminal.message(fmt::format("wrote {}", options.file));
    return {};
}

}  // namespace

void add_import(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "import", "bring offers into the catalogue",
        "  boon import offers offers.csv --dry-run      shows what would change\n  boon import offers offers.json\n"
        "  boon import offers offers.csv --skip-bad\n  boon import offers --defaults                the eight usual "
        "ones"
    );
    auto options = std::make_shared<ImportOptions>();
    command->add_option("what", options->what, "offers")->required()->check(CLI::IsMember({"offers"}));
    command->add_option("file", options->file, "offers as CSV or as a JSON array");
    command->add_flag(
        "--skip-bad", options->skip_bad, "import the good rows, report the others (default: all or nothing)"
    );
    command->add_flag("--dry-run", options->dry_run, "only show what each row would change");
    command->add_flag("--defaults", options->defaults, "the default offers 0 to 7, one for each usual category");
    command->callback([&context, options] {
        context.run = [&context, options] { return run_import(context, *options); };
    });
}

void add_export(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "export", "take offers out of the catalogue, as the import takes them",
        "  boon export offers > offers.json\n  boon export offers --format csv --out offers.csv\n"
        "  boon export offers --format csv --status live --tag spring"
    );
    auto options = std::make_shared<ExportOptions>();
    auto filters = std::make_shared<OfferFilters>();
    command->add_option("what", options->what, "offers")->required()->check(CLI::IsMember({"offers"}));
    command->add_option("--format", options->format, "json or csv")->check(CLI::IsMember({"json", "csv"}));
    command->add_option("--out", options->file, "the file to write (default: standard output)");
    command->add_flag("--bom", options->mark, "a byte order mark, as some spreadsheets need to see UTF-8");
    filters->add_to(*command);
    command->callback([&context, options, filters] {
        context.run = [&context, options, filters] { return run_export(context, *filters, *options); };
    });
}

}  // namespace boon::cli
