// What every command shares: where the instance is, how to print, and how its result becomes an exit code.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>

#include "platform/base/error.h"
#include "platform/config/config.h"
#include "program/cli/door.h"
#include "program/cli/terminal.h"

namespace boon::cli {

struct Context {
    Terminal terminal;
    std::string home;                          // --home, else BOON_HOME, else ./boon-instance
    std::map<std::string, std::string> flags;  // settings given on the command line
    bool json = false;                         // --json: print the data as JSON
    char** environment = nullptr;

    // What the chosen command does; set by its callback, run by main.
    std::function<Status()> run;

    [[nodiscard]] Result<config::Config> config() const;
    [[nodiscard]] Result<std::unique_ptr<Door>> door() const;
};

// One function a command: adds it with its options; its callback sets Context::run.
void add_init(CLI::App& boon, Context& context);
void add_import(CLI::App& boon, Context& context);
void add_export(CLI::App& boon, Context& context);
void add_ingest(CLI::App& boon, Context& context);
void add_offers(CLI::App& boon, Context& context);
void add_features(CLI::App& boon, Context& context);
void add_retention(CLI::App& boon, Context& context);
void add_train(CLI::App& boon, Context& context);
void add_eval(CLI::App& boon, Context& context);
void add_models(CLI::App& boon, Context& context);
void add_decide(CLI::App& boon, Context& context);
void add_customers(CLI::App& boon, Context& context);
void add_lifecycle(CLI::App& boon, Context& context);
void add_value(CLI::App& boon, Context& context);
void add_warehouse(CLI::App& boon, Context& context);
void add_audiences(CLI::App& boon, Context& context);
void add_serve(CLI::App& boon, Context& context);
void add_sync(CLI::App& boon, Context& context);
void add_doctor(CLI::App& boon, Context& context);
void add_keys(CLI::App& boon, Context& context);
void add_users(CLI::App& boon, Context& context);
void add_webhooks(CLI::App& boon, Context& context);
void add_audit(CLI::App& boon, Context& context);
void add_migrate(CLI::App& boon, Context& context);
void add_world(CLI::App& boon, Context& context);
void add_openapi(CLI::App& boon, Context& context);
void add_fit(CLI::App& boon, Context& context);

// A subcommand whose help begins with examples.
CLI::App* add_command(
    CLI::App& parent, const std::string& name, const std::string& summary, const std::string& examples
);

// Starts a job over the door and shows its progress until it ends; its result.
Result<json::Value> run_job(Door& door, const Terminal& terminal, std::string_view kind, const json::Value& parameters);

// Of an option: its value is a time as parse_timestamp() reads it.
CLI::Validator a_time();

// What the warehouse's check found (`findings` of a job's result), as warnings.
void print_findings(const Terminal& terminal, const json::Value& result);

// The whole of a file; `not_found` or `unavailable` with the reason.
Result<std::string> read_file(const std::string& path);

// A member of a JSON answer as text that a terminal can be given (visible()), `-` when null or absent.
std::string text_of(const json::Value& object, std::string_view member);

}  // namespace boon::cli
