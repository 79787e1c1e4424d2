// boon: one binary, one file a subcommand. Parses, calls, prints; what boon does is below (program/app).
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <span>

#include <fmt/format.h>
#include <unistd.h>

#include "platform/base/nearest.h"
#include "program/cli/command.h"
#include "program/cli/score.h"
#include "program/cli/spoken.h"

namespace boon::cli {

namespace {

constexpr std::array kCommands = {add_init,      add_import,    add_export, add_ingest,    add_offers,  add_customers,
                                  add_features,  add_train,     add_score,  add_eval,      add_models,  add_lifecycle,
                                  add_value,     add_audiences, add_decide, add_sync,      add_serve,   add_keys,
                                  add_users,     add_audit,     add_doctor, add_warehouse, add_migrate, add_world,
                                  add_retention, add_openapi,   add_fit,    add_webhooks};
constexpr int kUsage = 2;

// The first word that is neither an option nor an option's value: what was meant as the command.
std::string_view command_word(std::span<char*> arguments) {
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string_view word = arguments[i];
        if (word == "--home") {
            ++i;
        } else if (!word.starts_with('-')) {
            return word;
        }
    }
    return {};
}

// `boon offers show`.
std::string name_of(const CLI::App& command) {
    const CLI::App* parent = command.get_parent();
    return parent == nullptr ? command.get_name() : name_of(*parent) + " " + command.get_name();
}

// The subcommand of `command` that is nearest to a word left over; empty: none is near.
std::string meant_by(const CLI::App& boon, const CLI::App& command) {
    std::vector<std::string> names;
    for (const CLI::App* sub : command.get_subcommands({})) names.push_back(sub->get_name());
    const std::vector<std::string_view> known(names.begin(), names.end());
    for (const std::string& word : boon.remaining(true)) {
        if (const auto nearest = nearest_of(word, known); !nearest.empty()) return std::string(nearest);
    }
    return {};
}

int report_usage(const CLI::App& boon, const CLI::ParseError& problem, const Context& context, std::string_view first) {
    if (problem.get_exit_code() == 0) return boon.exit(problem);  // --help, --version
    std::vector<std::string_view> known;
    for (const CLI::App* command : boon.get_subcommands({})) known.push_back(command->get_name());
    Error error{ErrorCode::invalid, problem.what(), "`boon --help` lists the commands"};
    if (boon.get_subcommands().empty() && !first.empty()) {
        error.message = fmt::format("boon has no command `{}`", first);
        if (const auto nearest = nearest_of(first, known); !nearest.empty()) {
            error.hint = fmt::format("did you mean `boon {}`?", nearest);
        }
    } else if (!boon.get_subcommands().empty()) {
        const CLI::App& command = chosen_of(boon);
        error.hint = fmt::format("see `{} --help`", name_of(command));
        const auto other = dynamic_cast<const CLI::ExtrasError*>(&problem) == nullptr ? "" : meant_by(boon, command);
        if (!other.empty()) error.hint = fmt::format("did you mean `{} {}`?", name_of(command), other);
    }
    context.terminal.error(error);
    return kUsage;
}

int run(std::span<char*> arguments, char** environment) {
    Context context;
    context.environment = environment;
    CLI::App boon("boon decides which offer a loyalty customer gets next, says why, and learns from it.", "boon");
    boon.require_subcommand(1);
    boon.set_version_flag("--version", "boon 0.1.0");
    boon.add_option("--home", context.home, "the instance's folder (else BOON_HOME, else ./boon-instance)");
    boon.add_flag("--json", context.json, "print data as JSON");
    boon.fallthrough();
    for (const auto add : kCommands) add(boon, context);
    try {
        boon.parse(static_cast<int>(arguments.size()), arguments.data());
    } catch (const CLI::ParseError& problem) {
        return report_usage(boon, problem, context, command_word(arguments));
    }
    const Status done = context.run();
    if (done) return 0;
    context.terminal.error(in_options_of(boon, done.error()));
    return error_class(done.error().code).exit_code;
}

}  // namespace

}  // namespace boon::cli

int main(int argc, char** argv) try {
    return boon::cli::run(std::span(argv, static_cast<std::size_t>(argc)), environ);
} catch (const std::exception& problem) {  // memory that ran out, say: nothing of ours throws
    std::fputs("boon: ", stderr);
    std::fputs(problem.what(), stderr);
    std::fputs("\n", stderr);
    return boon::error_class(boon::ErrorCode::internal).exit_code;
}
