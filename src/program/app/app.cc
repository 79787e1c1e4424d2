#include "program/app/app.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <random>
#include <thread>

#include <fmt/format.h>

#include "action/serving/engine.h"
#include "insight/scoring/registry.h"
#include "platform/access/keys.h"
#include "platform/base/id.h"
#include "platform/base/log.h"
#include "platform/db/database.h"
#include "platform/storage/change_feed.h"
#include "platform/storage/jobs.h"
#include "platform/storage/migrations.h"
#include "program/app/daily.h"
#include "program/app/instance.h"
#include "program/app/janitor.h"
#include "program/app/job_runner.h"
#include "program/app/programme.h"
#include "records/catalog/catalogue.h"
#include "records/history/ledger.h"
#include "records/warehouse/warehouse.h"

namespace boon::app {

namespace {

catalog::Names names_of(const config::Config& config, const Programme& programme) {
    catalog::Names names;
    names.stages = programme.stages;
    names.value_segments = programme.value_segments.names();
    names.rfm_segments = programme.rfm_segments.names();
    names.currency = config.currency;
    return names;
}

std::string with_home(std::string text, const std::filesystem::path& home) {
    constexpr std::string_view kPlace = "{home}";
    for (auto at = text.find(kPlace); at != std::string::npos; at = text.find(kPlace, at)) {
        text.replace(at, kPlace.size(), home.string());
    }
    return text;
}

warehouse::Options warehouse_options(const config::Config& config) {
    warehouse::Options options;
    for (const auto& [table, select] : config.warehouse.views) {
        options.tables[table] = {.select = with_home(select, config.home)};
    }
    if (!config.warehouse.database.empty()) options.attached.push_back({"dwh", config.warehouse.database});
    for (const auto& folder : config.warehouse.folders) options.allowed_directories.push_back(folder.string());
    options.memory_limit = config.warehouse.memory_limit;
    options.threads = config.warehouse.threads;
    options.temp_directory = (config.home / "tmp").string();
    options.currency_exponent = config.currency.exponent();
    return options;
}

Result<decision::Policy> policy_of(const config::Config& config) {
    decision::Policy policy;
    policy.lifecycle = config.clm_enabled ? decision::Filter::apply : decision::Filter::skip;
    policy.value = config.cvm_enabled ? decision::Filter::apply : decision::Filter::skip;
    if (const auto section = config.sections.find("decision"); section != config.sections.end()) {
        if (auto read = json::read_over(section->second, policy, {.currency = config.currency}); !read) {
            return in_context("boon.toml, [decision]", std::move(read).error());
        }
    }
    return policy;
}

std::uint64_t random_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
}

// Other processes change offers and models, too: looks for what they changed.
void follow(serving::Engine& serving, const std::stop_token& stop) {
    bool failing = false;
    while (!stop.stop_requested()) {
        const auto followed = serving.follow();
        if (!followed && !failing) log::error("could not follow changes: " + to_text(followed.error()));
        failing = !followed.has_value();
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
}

}  // namespace

// In the order of construction: each stands on those above it.
struct App::Parts {
    Parts(const config::Config& settings, Programme names, InstanceLock held, std::unique_ptr<db::Database> opened)
        : config(settings),
          programme(std::move(names)),
          lock(std::move(held)),
          database(std::move(opened)),
          keys(*database),
          catalogue(*database, names_of(config, programme)),
          registry(*database) {}

    config::Config config;
    Programme programme;
    InstanceLock lock;
    std::unique_ptr<db::Database> database;
    access::Keys keys;
    catalog::Catalogue catalogue;
    scoring::Registry registry;
    std::unique_ptr<history::Ledger> ledger;
    std::unique_ptr<serving::Engine> serving;
    std::mutex warehouse_mutex;
    std::shared_ptr<warehouse::Warehouse> warehouse;  // under warehouse_mutex
    std::atomic<bool> retired = false;
    std::unique_ptr<JobRunner> runner;
    std::unique_ptr<Daily> daily;
    std::jthread follower;
    std::unique_ptr<Janitor> janitor;
};

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
App::~App() {
    // The threads first: they use what stands below them.
    parts_->janitor.reset();
    parts_->daily.reset();
    parts_->runner.reset();
    if (parts_->follower.joinable()) {
        parts_->follower.request_stop();
        parts_->follower.join();
    }
}

Result<std::unique_ptr<App>> App::open(const config::Config& config) {
    BOON_TRY(auto programme, programme_of(config));
    BOON_TRY(auto lock, InstanceLock::take(config.home));
    BOON_TRY(auto database, db::Database::open({.url = config.database_url}));
    BOON_CHECK(storage::migrate(*database, system_now()));
    auto parts = std::make_unique<Parts>(config, std::move(programme), std::move(lock), std::move(database));
    const auto durability =
        config.ledger == config::Durability::durable ? history::Durability::durable : history::Durability::relaxed;
    BOON_TRY(parts->ledger, history::Ledger::open(*parts->database, {.durability = durability}));
    std::unique_ptr<App> app(new App(std::move(parts)));
    BOON_TRY(const auto policy, policy_of(config));
    app->parts_->serving = std::make_unique<serving::Engine>(
        app->database(), app->catalogue(), app->ledger(), serving::Options{.policy = policy, .seed = random_seed()}
    );
    BOON_CHECK(app->serving().load());
    app->parts_->follower =
        std::jthread([&serving = app->serving()](const std::stop_token& stop) { follow(serving, stop); });
    app->parts_->runner = std::make_unique<JobRunner>(*app, *app->parts_->database);
    app->parts_->janitor = std::make_unique<Janitor>(*app->parts_->database, system_now);
    return app;
}

const config::Config& App::config() const { return parts_->config; }
const Programme& App::programme() const { return parts_->programme; }
Timestamp App::now() const { return system_now(); }

Status App::ready() const {
    if (parts_->retired) return fail(ErrorCode::unavailable, "the server is ending");
    return storage::check_schema(*parts_->database);
}

void App::retire() { parts_->retired = true; }

Status App::keep_schedule() {
    BOON_TRY(parts_->daily, Daily::start(*this));
    return {};
}

db::Database& App::database() { return *parts_->database; }
access::Keys& App::keys() { return parts_->keys; }
catalog::Catalogue& App::catalogue() { return parts_->catalogue; }
history::Ledger& App::ledger() { return *parts_->ledger; }
serving::Engine& App::serving() { return *parts_->serving; }
scoring::Registry& App::registry() { return parts_->registry; }

Status App::follow_changes() {
    if (!database().is_together()) return serving().follow();
    database().once_written([this] {
        // The follower looks again in a moment.
        if (auto followed = serving().follow(); !followed) {
            log::error("could not follow a change: " + to_text(followed.error()));
        }
    });
    return {};
}

Result<std::shared_ptr<warehouse::Warehouse>> App::warehouse() {
    const std::scoped_lock lock(parts_->warehouse_mutex);
    if (parts_->warehouse == nullptr) {
        if (parts_->config.warehouse.views.empty()) {
            return fail(
                ErrorCode::failed_precondition, "no warehouse is configured",
                "describe where the history is in boon.toml, [warehouse.views]; see docs/warehouse.md"
            );
        }
        BOON_TRY(parts_->warehouse, warehouse::Warehouse::open(warehouse_options(parts_->config)));
    }
    return parts_->warehouse;
}

Result<storage::Job> App::start_job(std::string_view kind, json::Value parameters, std::string_view author) {
    if (std::ranges::find(job_kinds(), kind, &JobKind::name) == job_kinds().end()) {
        return fail(ErrorCode::invalid, fmt::format("there is no kind of job `{}`", kind), "features, train or value");
    }
    if (parameters.is_null()) parameters = json::Object();
    const storage::NewJob wanted{
        .id = new_uuid(),
        .kind = std::string(kind),
        .parameters = std::move(parameters),
        .created_by = std::string(author)
    };
    BOON_TRY(auto job, parts_->database->write([&](db::Connection& connection) {
        return storage::enqueue_job(connection, wanted, now());
    }));
    database().once_written([this] { parts_->runner->wake(); });
    return job;
}

Result<storage::Job> App::find_job(std::string_view id) {
    return parts_->database->read([&](db::Connection& connection) { return storage::find_job(connection, id); });
}

Result<std::vector<storage::Job>> App::list_jobs(std::int64_t limit) {
    return parts_->database->read([&](db::Connection& connection) { return storage::list_jobs(connection, limit); });
}

Status App::cancel_job(std::string_view id) {
    return parts_->database->write([&](db::Connection& connection) {
        return storage::cancel_job(connection, id, now());
    });
}

}  // namespace boon::app
