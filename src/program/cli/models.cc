#include <fmt/format.h>

#include "platform/http/uri.h"
#include "program/cli/command.h"

namespace boon::cli {

namespace {

struct ModelOptions {
    std::string name;
    std::string version;
    std::string by = "stage";
};

std::string version_path(const ModelOptions& options) {
    return fmt::format(
        "/api/v1/models/{}/versions/{}", http::percent_encode(options.name), http::percent_encode(options.version)
    );
}

Status print_versions(const Context& context, Door& door, const std::string& name) {
    const std::string path =
        name.empty() ? "/api/v1/models" : "/api/v1/models/" + http::percent_encode(name) + "/versions";
    BOON_TRY(const auto page, door.call("GET", path));
    if (context.json) {
        context.terminal.data(json::to_text(page));
        return {};
    }
    TextTable table({{"model"}, {"version"}, {"state"}, {"created"}, {"verdict"}});
    for (const auto& version : page.as_object().at("items").as_array()) {
        table.add(
            {text_of(version, "name"), text_of(version, "version"), text_of(version, "state"),
             text_of(version, "created_at"), text_of(version, "verdict")}
        );
    }
    table.print(context.terminal);
    return {};
}

Status run_list(const Context& context, const ModelOptions& options) {
    BOON_TRY(const auto door, context.door());
    return print_versions(context, *door, options.name);
}

Status run_show(const Context& context, const ModelOptions& options) {
    BOON_TRY(const auto door, context.door());
    BOON_TRY(const std::string card, door->call_text("GET", version_path(options) + "/card"));
    context.terminal.data(card);
    return {};
}

Status run_change(const Context& context, const ModelOptions& options, std::string_view change) {
    BOON_TRY(const auto door, context.door());
    const std::string target = change == "rollback"
                                   ? fmt::format("/api/v1/models/{}:rollback", http::percent_encode(options.name))
                                   : fmt::format("{}:{}", version_path(options), change);
    BOON_CHECK(door->call("POST", target));
    return print_versions(context, *door, options.name);
}

Status run_drift(const Context& context, const ModelOptions& options) {
    BOON_TRY(const auto door, context.door());
    json::Object parameters;
    if (!options.name.empty()) parameters["model"] = options.name;
    BOON_TRY(const auto result, run_job(*door, context.terminal, "drift", parameters));
    if (context.json) {
        context.terminal.data(json::to_text(result));
        return {};
    }
    TextTable table({{"model"}, {"level"}, {"score PSI"}, {"most moved feature"}, {"PSI"}, {"since"}});
    for (const auto& report : result.as_object().at("reports").as_array()) {
        const auto& features = report.as_object().at("features").as_array();
        const json::Value first = features.empty() ? json::Value(json::Object()) : features.front();
        table.add(
            {text_of(report, "name"), text_of(report, "level"), text_of(report, "score_psi"), text_of(first, "name"),
             text_of(first, "psi"), text_of(report, "reference_as_of")}
        );
    }
    table.print(context.terminal);
    for (const auto& report : result.as_object().at("reports").as_array()) {
        const json::Value& outcomes = report.as_object().at("outcomes");
        if (!outcomes.is_object()) continue;
        context.terminal.message(fmt::format(
            "{}: {}, checked {}", text_of(report, "name"), text_of(outcomes, "words"), text_of(outcomes, "checked_at")
        ));
    }
    return {};
}

Status run_segments(const Context& context, const ModelOptions& options) {
    BOON_TRY(const auto door, context.door());
    const std::string path = fmt::format(
        "/api/v1/models/{}/segments?by={}", http::percent_encode(options.name), http::percent_encode(options.by)
    );
    BOON_TRY(const auto segments, door->call("GET", path));
    if (context.json) {
        context.terminal.data(json::to_text(segments));
        return {};
    }
    TextTable table({{options.by}, {"customers"}, {"scored"}, {"mean"}, {"10 %"}, {"median"}, {"90 %"}});
    const auto add = [&](const json::Value& group) {
        table.add(
            {text_of(group, "name"), text_of(group, "customers"), text_of(group, "scored"), text_of(group, "mean"),
             text_of(group, "p10"), text_of(group, "median"), text_of(group, "p90")}
        );
    };
    for (const auto& group : segments.as_object().at("groups").as_array()) add(group);
    add(segments.as_object().at("all"));
    table.print(context.terminal);
    context.terminal.message(fmt::format("{}, scored {}", text_of(segments, "words"), text_of(segments, "scored_at")));
    return {};
}

}  // namespace

void add_models(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "models", "list model versions; show a card, promote, roll back, retire, measure drift",
        "  boon models\n  boon models nbo\n  boon models show nbo VERSION\n  boon models promote nbo VERSION\n"
        "  boon models rollback nbo\n  boon models drift\n  boon models segments churn --by value_segment"
    );
    auto options = std::make_shared<ModelOptions>();
    command->add_option("name", options->name, "only this model's versions");
    command->require_subcommand(0, 1);
    command->callback([&context, options, command] {
        if (command->get_subcommands().empty())
            context.run = [&context, options] { return run_list(context, *options); };
    });
    const auto add = [&](const char* name, const char* summary, bool with_version, auto run) {
        CLI::App* sub = command->add_subcommand(name, summary);
        sub->add_option("model", options->name, "nbo, churn, ltv, …")->required();
        if (with_version) sub->add_option("version", options->version, "the version's id")->required();
        sub->callback([&context, options, run] {
            context.run = [&context, options, run] { return run(context, *options); };
        });
    };
    CLI::App* drift = command->add_subcommand("drift", "measure how far inputs and scores have moved");
    drift->add_option("model", options->name, "only this model");
    drift->callback([&context, options] { context.run = [&context, options] { return run_drift(context, *options); }; }
    );
    CLI::App* segments = command->add_subcommand("segments", "a model's scores by stage, segment or audience");
    segments->add_option("model", options->name, "nbo, churn, ltv, …")->required();
    segments->add_option("--by", options->by, "stage, value_segment, rfm_segment or audience")->capture_default_str();
    segments->callback([&context, options] {
        context.run = [&context, options] { return run_segments(context, *options); };
    });
    add("show", "print a version's model card (JSON)", true, run_show);
    const auto add_change = [&](const char* change, const char* summary, bool with_version) {
        add(change, summary, with_version,
            [change](const Context& c, const ModelOptions& o) { return run_change(c, o, change); });
    };
    add_change("promote", "let a version serve", true);
    add_change("retire", "let a version serve no more", true);
    add_change("rollback", "let the version that served before serve again", false);
}

}  // namespace boon::cli
