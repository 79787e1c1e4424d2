#include "program/world/world.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "program/cli/command.h"

namespace boon::cli {

namespace {

struct WorldOptions {
    std::string folder;
    std::int64_t customers = 10'000;
    std::uint64_t seed = 1;
    int days = 540;
    world::Parameters parameters;
    bool configure = false;
};

// warehouse.toml: the world's tables as this instance's warehouse. Paths below the instance's folder move with it.
Status configure(const config::Config& config, const std::string& folder) {
    const std::string home = config.home.string();
    const auto movable = [&](std::string words) {
        if (!folder.starts_with(home + "/")) return words;
        for (auto at = words.find(home); at != std::string::npos; at = words.find(home, at)) {
            words.replace(at, home.size(), "{home}");
        }
        return words;
    };
    // Folders are relative to the instance.
    const std::string below = folder.starts_with(home + "/") ? folder.substr(home.size() + 1) : folder;
    std::string text = fmt::format("[warehouse]\nfolders = [\"{}\"]\n\n[warehouse.views]\n", below);
    for (const auto& [table, source] : world::tables_of(folder)) {
        text += fmt::format("{} = \"{}\"\n", table, movable(source.select));
    }
    const auto path = config.home / "warehouse.toml";
    std::ofstream file(path);
    file << text;
    file.close();
    if (!file) return fail(ErrorCode::unavailable, fmt::format("could not write {}", path.string()));
    return {};
}

Status run_world(const Context& context, const WorldOptions& options) {
    BOON_TRY(const auto config, context.config());
    world::Options wanted;
    wanted.folder = std::filesystem::absolute(options.folder).lexically_normal().string();
    wanted.customers = options.customers;
    wanted.seed = options.seed;
    wanted.days = options.days;
    wanted.parameters = options.parameters;
    ProgressBar bar(context.terminal, "world");
    const auto started = std::chrono::steady_clock::now();
    const auto elapsed_s = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    };
    BOON_TRY(const auto summary, world::generate(wanted, [&](std::int64_t done) {
                 bar.update({.done = done, .total = options.customers}, elapsed_s());
                 return true;
             }));
    bar.finish();
    if (options.configure) BOON_CHECK(configure(config, wanted.folder));
    if (context.json) {
        context.terminal.data(json::to_text(json::Object{
            {"folder", wanted.folder},
            {"customers", summary.customers},
            {"transactions", summary.transactions},
            {"interactions", summary.interactions},
            {"exposures", summary.exposures},
            {"conversions", summary.conversions},
            {"leavers", summary.leavers}
        }));
        return {};
    }
    context.terminal.message(fmt::format(
        "{}: {} customers, {} transactions, {} offers shown, {} accepted, in {}", wanted.folder,
        count_text(summary.customers), count_text(summary.transactions), count_text(summary.exposures),
        count_text(summary.conversions), duration_text(elapsed_s())
    ));
    return {};
}

}  // namespace

void add_world(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "world", "write a synthetic world with known truth: Parquet files in the warehouse's logical tables",
        "  boon world --customers 20000 --seed 1 --out world\n"
        "  boon world --out boon-instance/data --configure    and use it as this instance's warehouse"
    );
    auto options = std::make_shared<WorldOptions>();
    command->add_option("--out", options->folder, "the folder to write; what it holds of an earlier world is replaced")
        ->required();
    command->add_option("--customers", options->customers, "how many")->check(CLI::Range(1, 100'000'000));
    command->add_option("--seed", options->seed, "the same seed gives the same bytes")->check(CLI::NonNegativeNumber);
    command->add_option("--days", options->days, "of history")->check(CLI::Range(60, 3650));
    world::Parameters& p = options->parameters;
    const auto parameter = [&](const char* name, double& value, const char* what) {
        command->add_option(name, value, what)->capture_default_str();
    };
    parameter("--transactions-per-year", p.transactions_per_year, "of a customer, on average");
    parameter("--exposures-per-year", p.exposures_per_year, "offers shown to a customer");
    parameter("--leaving-share", p.leaving_share, "who leaves within 540 days");
    parameter("--confounded-share", p.confounded_share, "offers chosen by what converts; the others are drawn evenly");
    parameter("--interactions", p.interactions, "how far features act on each other; 0: each alone");
    parameter("--unobserved", p.unobserved, "spread of what no record shows, in the logit");
    parameter("--drift", p.drift, "how far the offers' appeal moves, in the logit");
    parameter("--missing-share", p.missing_share, "of values that are not known");
    parameter("--late-share", p.late_share, "of events that are known later than they occurred");
    parameter("--late-days", p.late_days, "by how much, on average");
    parameter("--duplicate-share", p.duplicate_share, "of events that are delivered twice");
    parameter("--control-share", p.control_share, "of outbound contacts: of the control group, not made");
    parameter("--own-accord", p.own_accord, "how much of what a contact brings comes without it: 0 nothing, 1 all");
    parameter("--confounded-control", p.confounded_control, "how far the control group is who would convert least");
    command->add_flag("--configure", options->configure, "make it this instance's warehouse (writes warehouse.toml)");
    command->callback([&context, options] {
        context.run = [&context, options] { return run_world(context, *options); };
    });
}

}  // namespace boon::cli
