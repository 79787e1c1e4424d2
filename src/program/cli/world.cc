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
    bool configure = false;
};

// warehouse.toml: the world's tables as this instance's warehouse. Paths below the instance's folder move with it.
Status configure(const config::Config& config, const std::string& folder) {
    const std::string home = config.home.string();
    std::string text = fmt::format("[warehouse]\nfolders = [\"{}\"]\n\n[warehouse.views]\n", folder);
    for (const auto& [table, source] : world::tables_of(folder)) {
        std::string select = source.select;
        if (folder.starts_with(home + "/")) {
            for (auto at = select.find(home); at != std::string::npos; at = select.find(home, at)) {
                select.replace(at, home.size(), "{home}");
            }
        }
        text += fmt::format("{} = \"{}\"\n", table, select);
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
    command->add_option("--seed", options->seed, "the same seed gives the same bytes");
    command->add_option("--days", options->days, "of history")->check(CLI::Range(60, 3650));
    command->add_flag("--configure", options->configure, "make it this instance's warehouse (writes warehouse.toml)");
    command->callback([&context, options] {
        context.run = [&context, options] { return run_world(context, *options); };
    });
}

}  // namespace boon::cli
