#include "program/cli/command.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "platform/base/timestamp.h"

namespace boon::cli {

Result<config::Config> Context::config() const {
    auto variables = config::environment_of(environment);
    std::string folder = home;
    if (folder.empty() && variables.contains("BOON_HOME")) folder = variables.at("BOON_HOME");
    if (folder.empty()) folder = "boon-instance";
    return config::load({.home = folder, .environment = std::move(variables), .flags = flags});
}

Result<std::unique_ptr<Door>> Context::door() const {
    BOON_TRY(const auto loaded, config());
    return Door::open(loaded);
}

CLI::App* add_command(
    CLI::App& parent, const std::string& name, const std::string& summary, const std::string& examples
) {
    CLI::App* command = parent.add_subcommand(name, summary);
    command->footer("Examples:\n" + examples);
    return command;
}

Result<json::Value> run_job(
    Door& door, const Terminal& terminal, std::string_view kind, const json::Value& parameters
) {
    const json::Object request{{"kind", kind}, {"parameters", parameters}};
    BOON_TRY(const auto created, door.call("POST", "/api/v1/jobs", json::to_text(request)));
    const std::string path = "/api/v1/jobs/" + text_of(created, "id");
    std::string label(kind);
    if (const auto model = text_of(parameters, "model"); model != "-") label += " " + model;
    ProgressBar bar(terminal, label);
    const auto started = std::chrono::steady_clock::now();
    while (true) {
        BOON_TRY(const auto job, door.call("GET", path));
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
        const auto& object = job.as_object();
        const std::string state = text_of(job, "state");
        ProgressBar::Step step{
            .done = object.at("done").to_number<std::int64_t>(),
            .total = object.at("total").to_number<std::int64_t>(),
            .note = std::string(object.at("note").as_string())
        };
        if (state == "queued" && elapsed.count() > 1) step.note = "waits: another job runs";
        if (state == "succeeded") step.done = step.total;
        bar.update(step, elapsed.count());
        if (state == "succeeded") return object.at("result");
        if (state == "failed") return fail(ErrorCode::internal, text_of(job, "error"));
        if (state == "cancelled") return fail(ErrorCode::conflict, fmt::format("the {} job was cancelled", kind));
        std::this_thread::sleep_for(std::chrono::milliseconds(elapsed.count() < 2 ? 20 : 200));
    }
}

CLI::Validator a_time() {
    return {
        [](const std::string& text) {
            const auto at = parse_timestamp(text);
            return at ? std::string() : fmt::format("{}; {}", at.error().message, at.error().hint);
        },
        "TIME"
    };
}

void print_findings(const Terminal& terminal, const json::Value& result) {
    for (const json::Value& finding : result.at("findings").as_array()) {
        const bool is_error = text_of(finding, "severity") == "error";
        terminal.message(fmt::format(
            "{} {}: {}", terminal.on_err(is_error ? Paint::red : Paint::yellow, is_error ? "wrong:" : "doubtful:"),
            text_of(finding, "table"), text_of(finding, "words")
        ));
        if (const auto hint = text_of(finding, "hint"); !hint.empty()) terminal.message("  " + hint);
    }
}

Result<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        const auto code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::unavailable;
        return fail(code, fmt::format("could not read {}: {}", path, std::strerror(errno)));
    }
    std::ostringstream text;
    text << file.rdbuf();
    if (file.bad()) return fail(ErrorCode::unavailable, fmt::format("could not read all of {}", path));
    return std::move(text).str();
}

std::string text_of(const json::Value& object, std::string_view member) {
    const auto* members = object.if_object();
    const json::Value* value = members == nullptr ? nullptr : members->if_contains(member);
    if (value == nullptr || value->is_null()) return "-";
    if (const auto* text = value->if_string()) return visible(std::string_view(*text));
    return visible(json::to_text(*value));
}

}  // namespace boon::cli
