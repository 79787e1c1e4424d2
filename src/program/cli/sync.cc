// `boon sync`: sources of offers, their runs, approval.
#include "program/cli/sync.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "platform/http/uri.h"
#include "program/cli/command.h"
#include "program/cli/offers.h"

namespace boon::cli {

namespace {

std::string run_path(const std::string& id) { return "/api/v1/sync/runs/" + http::percent_encode(id); }

const json::Value& member(const json::Value& value, std::string_view name) {
    static const json::Value kNull;
    const auto* object = value.if_object();
    const json::Value* found = object == nullptr ? nullptr : object->if_contains(name);
    return found == nullptr ? kNull : *found;
}

bool has_ended(const std::string& state) { return state != "queued" && state != "running"; }

std::string figures(const json::Value& run) {
    return fmt::format(
        "{} created, {} updated, {} unchanged, {} withdrawn, {} rejected", text_of(run, "created"),
        text_of(run, "updated"), text_of(run, "unchanged"), text_of(run, "withdrawn"), text_of(run, "rejected")
    );
}

// What a run did, or would do, in one line; of one that came to no good end why.
std::string result_of(const json::Value& run) {
    const std::string state = text_of(run, "state");
    if (state == "failed") {
        const std::string reason = text_of(run, "reason");
        return reason.substr(0, reason.find('\n'));
    }
    return (text_of(run, "mode") == "dry_run" ? "would be " : "") + figures(run);
}

void print_next_step(const Terminal& terminal, const json::Value& run) {
    const std::string id = text_of(run, "id");
    if (text_of(run, "state") == "needs_approval") {
        terminal.message(fmt::format("next: look (boon sync show {0}), then boon sync approve {0}, or cancel it", id));
    } else if (text_of(run, "rejected") != "0") {
        terminal.message(fmt::format("next: see why: boon sync show {} --outcome rejected", id));
    } else if (text_of(run, "mode") == "dry_run") {
        terminal.message(fmt::format("next: boon sync run {}", text_of(run, "source")));
    }
}

void print_run(const Context& context, const json::Value& run) {
    if (context.json) return context.terminal.data(json::to_text(run));
    const bool dry = text_of(run, "mode") == "dry_run";
    context.terminal.data(
        fmt::format("{} {}: {}{}", text_of(run, "source"), text_of(run, "state"), dry ? "would be " : "", figures(run))
    );
    if (const std::string reason = text_of(run, "reason"); reason != "-" && !reason.empty()) {
        context.terminal.data("  " + reason);
    }
    if (const auto* impacts = member(run, "impact").if_array()) {
        for (const auto& impact : *impacts) context.terminal.data("  " + text_of(impact, "words"));
    }
}

// A run that came to no good end is the command's error.
Status judge(const Context& context, const json::Value& run) {
    const std::string state = text_of(run, "state");
    if (state == "failed") return fail(ErrorCode::unavailable, text_of(run, "reason"));
    if (state == "cancelled") return fail(ErrorCode::conflict, "the run was cancelled");
    print_run(context, run);
    if (!context.json) print_next_step(context.terminal, run);
    return {};
}

Status follow_run(const Context& context, Door& door, const json::Value& started) {
    const std::string id = text_of(started, "id");
    ProgressBar bar(context.terminal, "sync " + text_of(started, "source"));
    const auto began = std::chrono::steady_clock::now();
    while (true) {
        BOON_TRY(const auto run, door.call("GET", run_path(id)));
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - began;
        bar.update(
            {.done = member(run, "records").to_number<std::int64_t>(),
             .total = member(run, "total").to_number<std::int64_t>()},
            elapsed.count()
        );
        if (has_ended(text_of(run, "state"))) return judge(context, run);
        std::this_thread::sleep_for(std::chrono::milliseconds(elapsed.count() < 2 ? 20 : 200));
    }
}

Status run_list(const Context& context) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto page, door->call("GET", "/api/v1/sync/sources"));
    if (context.json) {
        context.terminal.data(json::to_text(page));
        return {};
    }
    TextTable table({{"source"}, {"kind"}, {"upstream"}, {"every"}, {"last run"}, {"when"}, {"result"}});
    const auto& sources = page.as_object().at("items").as_array();
    for (const auto& source : sources) {
        const auto& run = member(source, "last_run");
        const bool scheduled = member(source, "is_scheduled") == json::Value(true);
        table.add(
            {text_of(source, "name"), text_of(source, "kind"), text_of(source, "base_url"),
             scheduled ? text_of(source, "interval_s") + " s" : "by hand", text_of(run, "state"),
             text_of(run, "created_at"), run.is_null() ? "-" : result_of(run)}
        );
    }
    table.print(context.terminal);
    if (sources.empty()) {
        context.terminal.message("next: boon sync add xiva --kind xiva --url https://bss.example.com/api …");
    }
    return {};
}

// The customers of a source, not its offers.
Status run_customers(const Context& context, Door& door, const std::string& source) {
    BOON_TRY(const auto report, run_job(door, context.terminal, "customers", {{"source", source}}));
    if (context.json) {
        context.terminal.data(json::to_text(report));
        return {};
    }
    context.terminal.data(fmt::format("customers of {}: {}", source, figures(report)));
    for (const auto& reason : member(report, "reasons").as_array()) {
        context.terminal.message("rejected: " + std::string(reason.as_string()));
    }
    return {};
}

Status run_run(const Context& context, const SyncOptions& options) {
    BOON_TRY(const auto door, context.door());
    if (options.customers) return run_customers(context, *door, options.name);
    const json::Object request{{"dry_run", options.dry_run}, {"full", options.full}};
    BOON_TRY(
        const auto run, door->call(
                            "POST", fmt::format("/api/v1/sync/sources/{}/runs", http::percent_encode(options.name)),
                            json::to_text(request)
                        )
    );
    return follow_run(context, *door, run);
}

Status run_runs(const Context& context, const SyncOptions& options) {
    BOON_TRY(const auto door, context.door());
    const std::string query = options.name.empty() ? "" : "?source=" + http::percent_encode(options.name);
    BOON_TRY(const auto page, door->call("GET", "/api/v1/sync/runs" + query));
    if (context.json) {
        context.terminal.data(json::to_text(page));
        return {};
    }
    TextTable table({{"run"}, {"source"}, {"mode"}, {"state"}, {"started"}, {"by"}, {"result"}});
    for (const auto& run : page.as_object().at("items").as_array()) {
        table.add(
            {text_of(run, "id"), text_of(run, "source"), text_of(run, "mode"), text_of(run, "state"),
             text_of(run, "created_at"), text_of(run, "started_by"), result_of(run)}
        );
    }
    table.print(context.terminal);
    return {};
}

std::string diff_words(const json::Value& record) {
    std::string words;
    const auto* changes = member(record, "diff").if_array();
    if (changes == nullptr) return words;
    for (const auto& change : *changes) {
        words += fmt::format("{}{}", words.empty() ? "" : "; ", change_text(change));
    }
    return words;
}

Status run_show(const Context& context, const SyncOptions& options) {
    BOON_TRY(const auto door, context.door());
    if (options.csv) {
        BOON_TRY(const std::string csv, door->call_text("GET", run_path(options.name) + "/rejects.csv"));
        context.terminal.data(std::string_view(csv).substr(0, csv.empty() ? 0 : csv.size() - 1));
        return {};
    }
    BOON_TRY(const auto run, door->call("GET", run_path(options.name)));
    const std::string outcome = options.outcome.empty() ? "" : "&outcome=" + options.outcome;
    BOON_TRY(
        const auto page,
        door->call("GET", fmt::format("{}/records?limit={}{}", run_path(options.name), options.limit, outcome))
    );
    if (context.json) {
        json::Object both{{"run", run}, {"records", page.as_object().at("items")}};
        context.terminal.data(json::to_text(both));
        return {};
    }
    print_run(context, run);
    TextTable table({{"outcome"}, {"external id"}, {"offer"}, {"name"}, {"what"}});
    for (const auto& record : page.as_object().at("items").as_array()) {
        const std::string reason = text_of(record, "reason");
        const std::string id = text_of(record, "offer_id");
        table.add(
            {text_of(record, "outcome"), text_of(record, "external_id"), id == "-1" ? "new" : id,
             text_of(record, "name"), reason.empty() ? diff_words(record) : reason}
        );
    }
    table.print(context.terminal);
    if (!member(page, "next_cursor").is_null()) {
        context.terminal.message(
            fmt::format("the first {}; more with --limit, the rejected all with --rejects-csv", options.limit)
        );
    }
    print_next_step(context.terminal, run);
    return {};
}

Status run_approve(const Context& context, const SyncOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto run, door->call("POST", run_path(options.name) + ":approve"));
    return follow_run(context, *door, run);
}

Status run_cancel(const Context& context, const SyncOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto run, door->call("POST", run_path(options.name) + ":cancel"));
    if (context.json) context.terminal.data(json::to_text(run));
    const bool ended = has_ended(text_of(run, "state"));
    context.terminal.message(ended ? "cancelled" : "asked to stop; it ends at its next step");
    return {};
}

Status run_explain(const Context& context, const SyncOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(
        const auto explained, door->call(
                                  "GET", fmt::format(
                                             "/api/v1/sync/sources/{}/mapping?sample={}",
                                             http::percent_encode(options.name), !options.without_sample
                                         )
                              )
    );
    if (context.json) {
        context.terminal.data(json::to_text(explained));
        return {};
    }
    TextTable table({{"field"}, {"owned by"}, {"from"}, {"values"}, {"sample"}});
    for (const auto& field : explained.as_object().at("fields").as_array()) {
        const std::string from = text_of(field, "from");
        const bool free = member(field, "can_be_mapped") == json::Value(true);
        table.add(
            {text_of(field, "field"), text_of(field, "owner"),
             !from.empty() ? from
             : free        ? "(not mapped; upstream may own it)"
                           : "(never written by a sync)",
             text_of(field, "values"), text_of(field, "sample")}
        );
    }
    table.print(context.terminal);
    if (const std::string problem = text_of(explained, "problem"); problem != "-" && !problem.empty()) {
        context.terminal.message("no sample: " + problem);
    }
    return {};
}

Status run_rotate(const Context& context) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const auto rotated, door->call("POST", "/api/v1/sync/secrets:rotate"));
    if (context.json) {
        context.terminal.data(json::to_text(rotated));
        return {};
    }
    context.terminal.message(fmt::format(
        "{} secrets sealed anew under the key {} ({})", text_of(rotated, "resealed"), text_of(rotated, "key_id"),
        member(rotated, "new_key") == json::Value(true) ? "new, in the key file" : "of the settings"
    ));
    return {};
}

using Run = Status (*)(const Context&, const SyncOptions&);

struct Subcommands {
    CLI::App& parent;
    Context& context;
    std::shared_ptr<SyncOptions> options;

    CLI::App* add(const char* name, const char* summary, Run run) const {
        CLI::App* sub = parent.add_subcommand(name, summary);
        sub->callback([&given = context, options = options, run] {
            given.run = [&given, options, run] { return run(given, *options); };
        });
        return sub;
    }
};

}  // namespace

void add_sync(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "sync", "offers from other systems: sources, runs, approval",
        "  boon sync\n"
        "  boon sync add xiva --kind xiva --url https://bss.example.com/api --option username=boon --secret "
        "password=FILE\n"
        "  boon sync explain xiva\n  boon sync run xiva --dry-run\n  boon sync run xiva\n  boon sync show RUN\n"
        "  boon sync approve RUN\n  boon sync set xiva --schedule --interval 3600"
    );
    auto options = std::make_shared<SyncOptions>();
    const Subcommands subcommands{*command, context, options};
    command->require_subcommand(0, 1);
    command->callback([&context, command] {
        if (command->get_subcommands().empty()) context.run = [&context] { return run_list(context); };
    });
    subcommands.add("sources", "the sources, each with its last run", [](const Context& c, const SyncOptions&) {
        return run_list(c);
    });
    add_sync_sources(*command, context);
    CLI::App* run = subcommands.add("run", "fetch a source's offers, now", run_run);
    run->add_option("source", options->name, "its name")->required();
    run->add_flag("--dry-run", options->dry_run, "only say what it would do");
    run->add_flag("--full", options->full, "fetch everything, not just what has changed");
    run->add_flag("--customers", options->customers, "fetch its customers, not its offers (xiva)")
        ->excludes("--dry-run")
        ->excludes("--full");
    subcommands.add("runs", "runs, newest first", run_runs)->add_option("source", options->name, "only this source's");
    CLI::App* show = subcommands.add("show", "what a run did, or would do, record by record", run_show);
    show->add_option("run", options->name, "its id, as `boon sync runs` lists it")->required();
    show->add_option("--outcome", options->outcome, "only these records")
        ->check(CLI::IsMember({"created", "updated", "withdrawn", "rejected"}));
    show->add_option("--limit", options->limit, "at most so many records (default: 20)")->check(CLI::Range(1, 500));
    show->add_flag("--rejects-csv", options->csv, "print the rejected records as CSV");
    subcommands.add("approve", "apply a run that waits for approval", run_approve)
        ->add_option("run", options->name, "its id")
        ->required();
    subcommands.add("cancel", "stop a run, or give up one that waits", run_cancel)
        ->add_option("run", options->name, "its id")
        ->required();
    CLI::App* explain =
        subcommands.add("explain", "where each field comes from, and what one record becomes", run_explain);
    explain->add_option("source", options->name, "its name")->required();
    explain->add_flag("--no-sample", options->without_sample, "fetch no record from upstream");
    subcommands.add(
        "rotate-secrets", "seal all secrets anew, under a new key",
        [](const Context& c, const SyncOptions&) { return run_rotate(c); }
    );
}

}  // namespace boon::cli
