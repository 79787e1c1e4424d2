#include "program/app/app.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <random>
#include <thread>

#include <fmt/format.h>

#include "action/serving/engine.h"
#include "action/tmf/product_catalog.h"
#include "insight/audiences/store.h"
#include "insight/scoring/registry.h"
#include "platform/access/keys.h"
#include "platform/access/sessions.h"
#include "platform/access/users.h"
#include "platform/base/log.h"
#include "platform/db/database.h"
#include "platform/delivery/courier.h"
#include "platform/delivery/webhooks.h"
#include "platform/storage/change_feed.h"
#include "platform/storage/jobs.h"
#include "platform/storage/migrations.h"
#include "program/app/daily.h"
#include "program/app/decision_policy.h"
#include "program/app/doctor.h"
#include "program/app/erasure.h"
#include "program/app/event_follower.h"
#include "program/app/foreign_models.h"
#include "program/app/instance.h"
#include "program/app/janitor.h"
#include "program/app/job_runner.h"
#include "program/app/job_watch.h"
#include "program/app/offer_sync.h"
#include "program/app/programme.h"
#include "program/app/score_file.h"
#include "program/app/secrets.h"
#include "program/app/warehouse_checks.h"
#include "program/app/warehouse_clock.h"
#include "program/app/warehouse_source.h"
#include "records/catalog/catalogue.h"
#include "records/customers/erasures.h"
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

std::uint64_t random_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
}

http::ClientOptions outbound_options(const config::Config& config) {
    return {
        .ports = config.outbound.ports,
        .allow_private = config.outbound.allow_private,
        .ca_file = config.outbound.ca_file
    };
}

access::SessionLife session_life(const config::Session& session) {
    return {
        .idle_micros = session.idle_minutes * 60 * kMicrosPerSecond, .whole_micros = session.max_hours * kMicrosPerHour
    };
}

delivery::Sealing sealing_of(const storage::SecretBox& box) {
    constexpr std::string_view kPlace = "webhook";
    return {
        .seal = [&box, kPlace](std::string_view secret) { return Result<std::string>(box.seal(secret, kPlace)); },
        .open = [&box, kPlace](std::string_view sealed) { return box.open(sealed, kPlace); },
        .is_current = [&box](std::string_view sealed) { return box.is_current(sealed); }
    };
}

double uniform() {
    thread_local std::mt19937_64 engine(random_seed());
    return std::uniform_real_distribution<double>(0, 1)(engine);
}

Result<bool> hold_audience(db::Connection& connection, std::string_view name) {
    return audiences::hold(connection, name, audiences::Hold::named);
}

// What rules may name. Before features were computed for the first time, any other name may be that of one.
rules::Schema rule_variables_of(const decision::Snapshot& snapshot) {
    rules::Schema variables = snapshot.rule_schema();
    if (snapshot.schema() == nullptr) variables.add({.name = "", .type = rules::Type::any, .family = true});
    return variables;
}

// What offers may name: audiences as they are now, and in rules what follows from the profiles.
void tell_names(catalog::Catalogue& catalogue, const serving::Engine& serving) {
    const auto state = serving.state();
    const auto names = catalogue.names();
    catalog::Names known = *names;
    known.audiences.clear();
    for (const audiences::Entry& entry : state->audiences->entries()) known.audiences.push_back(entry.audience.name);
    known.rule_variables = rule_variables_of(*state->snapshot);
    const bool same =
        names->audiences == known.audiences && names->rule_variables.variables() == known.rule_variables.variables();
    if (!same) catalogue.set_names(std::move(known));
}

Status follow_serving(App& app) {
    BOON_CHECK(app.serving().follow());
    tell_names(app.catalogue(), app.serving());
    return {};
}

// Other processes change offers and models, too: looks for what they changed, and tells who listens.
Status follow_once(App& app) {
    BOON_CHECK(follow_serving(app));
    BOON_TRY(const bool told, app.product_catalog().follow(app.now()));
    if (told) app.wake_courier();
    return {};
}

// What a crash interrupted, and whom a restored backup brought back, before anybody is served.
Status erase_again(const ErasureScope& scope) {
    BOON_TRY(const std::int64_t found, finish_erasures(scope, system_now()));
    if (found > 0) log::info(fmt::format("{} customers who were erased before are erased again", found));
    return {};
}

void follow(App& app, const std::stop_token& stop) {
    bool failing = false;
    while (!stop.stop_requested()) {
        const auto followed = follow_once(app);
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
          users(*database),
          sessions(*database, session_life(config.session)),
          catalogue(
              *database, names_of(config, programme),
              config.offers_four_eyes ? catalog::FourEyes::on : catalog::FourEyes::off, hold_audience
          ),
          registry(*database, this->config.home / "models") {
        users.on_sessions_ended([this](const std::string& name) { sessions.forget(name); });
    }

    config::Config config;
    Programme programme;
    InstanceLock lock;
    std::unique_ptr<db::Database> database;
    access::Keys keys;
    access::Users users;
    access::Sessions sessions;
    catalog::Catalogue catalogue;
    scoring::Registry registry;
    std::vector<ForeignModel> foreign_models;
    std::unique_ptr<customers::Erasures> erasures;
    std::unique_ptr<history::Ledger> ledger;
    std::unique_ptr<serving::Engine> serving;
    std::mutex warehouse_mutex;
    std::shared_ptr<warehouse::Warehouse> warehouse;  // under warehouse_mutex
    std::atomic<bool> retired = false;
    std::unique_ptr<Secrets> secrets;
    std::unique_ptr<delivery::Webhooks> webhooks;
    std::unique_ptr<delivery::Courier> courier;
    std::unique_ptr<tmf::ProductCatalog> product_catalog;
    std::unique_ptr<OfferSync> sync;
    std::unique_ptr<WarehouseChecks> warehouse_checks;
    std::unique_ptr<Doctor> doctor;
    std::unique_ptr<JobRunner> runner;
    std::unique_ptr<JobRunner> sync_runner;  // so that a sync does not wait for a training
    std::unique_ptr<Daily> daily;
    std::unique_ptr<WarehouseClock> warehouse_clock;
    std::unique_ptr<EventFollower> event_follower;
    std::jthread follower;
    std::unique_ptr<Janitor> janitor;
    std::unique_ptr<JobWatch> job_watch;
};

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
App::~App() {
    // The threads first: they use what stands below them.
    parts_->job_watch.reset();
    parts_->janitor.reset();
    // An open() that failed has built only some of them.
    if (parts_->courier) parts_->courier->stop();  // ends what it is sending while the others end, too
    parts_->daily.reset();
    parts_->warehouse_clock.reset();
    parts_->event_follower.reset();
    if (parts_->sync != nullptr) parts_->sync->stop();
    parts_->sync_runner.reset();
    parts_->runner.reset();
    parts_->warehouse_checks.reset();
    if (parts_->follower.joinable()) {
        parts_->follower.request_stop();
        parts_->follower.join();
    }
    parts_->courier.reset();
}

Result<std::unique_ptr<App>> App::open(const config::Config& config) {
    BOON_TRY(auto programme, programme_of(config));
    BOON_TRY(auto lock, InstanceLock::take(config.home));
    BOON_TRY(auto database, db::Database::open({.url = config.database_url}));
    BOON_CHECK(storage::migrate(*database, system_now()));
    BOON_CHECK(keep_currency(*database, config.currency));
    auto parts = std::make_unique<Parts>(config, std::move(programme), std::move(lock), std::move(database));
    const auto durability =
        config.ledger == config::Durability::durable ? history::Durability::durable : history::Durability::relaxed;
    BOON_TRY(parts->ledger, history::Ledger::open(*parts->database, {.durability = durability}));
    BOON_TRY(parts->erasures, customers::Erasures::open(*parts->database, erasures_file(config), system_now()));
    BOON_CHECK(erase_again({*parts->database, *parts->erasures, config.home / kScoreFolder}));
    std::unique_ptr<App> app(new App(std::move(parts)));
    BOON_CHECK(app->catalogue().prepare());
    BOON_TRY(const auto policy, policy_of(config));
    BOON_TRY(app->parts_->foreign_models, install_foreign_models(config, app->registry(), system_now()));
    app->parts_->serving = std::make_unique<serving::Engine>(
        app->database(), app->catalogue(), app->ledger(),
        serving::Options{
            .policy = policy,
            .seed = random_seed(),
            .models_folder = app->parts_->config.home / "models",
            .unusable = refusals_of(app->parts_->foreign_models),
            .erasures = app->parts_->erasures.get()
        }
    );
    BOON_CHECK(app->serving().load());
    tell_names(app->catalogue(), app->serving());
    BOON_TRY(app->parts_->secrets, Secrets::open(app->parts_->config));
    BOON_CHECK(app->open_delivery());
    app->parts_->follower = std::jthread([&app = *app](const std::stop_token& stop) { follow(app, stop); });
    BOON_TRY(app->parts_->sync, OfferSync::open(app->parts_->config, app->database(), app->parts_->secrets->box()));
    app->parts_->warehouse_checks = std::make_unique<WarehouseChecks>(*app);
    app->parts_->doctor = std::make_unique<Doctor>(*app);
    app->parts_->runner = std::make_unique<JobRunner>(*app, app->database(), JobThread::work);
    app->parts_->sync_runner = std::make_unique<JobRunner>(*app, app->database(), JobThread::sync);
    app->parts_->janitor = std::make_unique<Janitor>(*app->parts_->database, app->sessions().life(), system_now);
    app->parts_->job_watch = std::make_unique<JobWatch>(*app->parts_->database, system_now);
    return app;
}

Status App::open_delivery() {
    const config::Config& config = parts_->config;
    parts_->webhooks = std::make_unique<delivery::Webhooks>(
        *parts_->database, sealing_of(parts_->secrets->box()), outbound_options(config)
    );
    parts_->courier = std::make_unique<delivery::Courier>(
        *parts_->database,
        delivery::Courier::Channels{{std::string(delivery::kWebhookKind), parts_->webhooks->channel()}},
        delivery::World{.now = system_now, .uniform = uniform}
    );
    parts_->product_catalog = std::make_unique<tmf::ProductCatalog>(
        *parts_->database, parts_->catalogue, *parts_->webhooks,
        tmf::Options{.public_url = config.http.public_url, .outbound = outbound_options(config)}
    );
    parts_->courier->start();
    return {};
}

const config::Config& App::config() const { return parts_->config; }
const Programme& App::programme() const { return parts_->programme; }
Timestamp App::now() const { return system_now(); }

Status App::ready() const {
    if (parts_->retired) return fail(ErrorCode::unavailable, "the server is ending");
    return storage::check_schema(*parts_->database);
}

void App::retire() {
    parts_->retired = true;
    parts_->courier->stop();
}

Status App::keep_schedule() {
    BOON_TRY(parts_->daily, Daily::start(*this));
    parts_->event_follower = std::make_unique<EventFollower>(*this);
    return {};
}

db::Database& App::database() { return *parts_->database; }
access::Keys& App::keys() { return parts_->keys; }
access::Users& App::users() { return parts_->users; }
access::Sessions& App::sessions() { return parts_->sessions; }
JobWatch& App::job_watch() { return *parts_->job_watch; }
catalog::Catalogue& App::catalogue() { return parts_->catalogue; }
customers::Erasures& App::erasures() { return *parts_->erasures; }
ErasureScope App::erasure_scope() {
    return {database(), erasures(), config().home / kScoreFolder, [this] { return follow_changes(); }};
}
history::Ledger& App::ledger() { return *parts_->ledger; }
serving::Engine& App::serving() { return *parts_->serving; }
delivery::Webhooks& App::webhooks() { return *parts_->webhooks; }
tmf::ProductCatalog& App::product_catalog() { return *parts_->product_catalog; }
void App::wake_courier() {
    database().once_written([this] { parts_->courier->wake(); });
}
const std::vector<ForeignModel>& App::foreign_models() const { return parts_->foreign_models; }
scoring::Registry& App::registry() { return parts_->registry; }
OfferSync& App::sync() { return *parts_->sync; }
WarehouseChecks& App::warehouse_checks() { return *parts_->warehouse_checks; }
Doctor& App::doctor() { return *parts_->doctor; }

Result<Secrets::Rotation> App::rotate_secrets(const catalog::Author& author) {
    const std::array<Secrets::Reseal, 2> rooms{
        [&] { return sync().registry().reseal(author); },
        [&] { return database().write([&](db::Connection& connection) { return webhooks().reseal(connection); }); },
    };
    return parts_->secrets->rotate(rooms);
}

Status App::follow_changes() {
    if (!database().is_together()) return follow_serving(*this);
    database().once_written([this] {
        // The follower looks again in a moment.
        if (auto followed = follow_serving(*this); !followed) {
            log::error("could not follow a change: " + to_text(followed.error()));
        }
    });
    return {};
}

Result<std::shared_ptr<warehouse::Warehouse>> App::warehouse_to_refresh() {
    const std::scoped_lock lock(parts_->warehouse_mutex);
    if (parts_->warehouse == nullptr) {
        BOON_TRY(const bool any, has_history(*this));
        if (!any) {
            return fail(
                ErrorCode::failed_precondition, "no warehouse is configured",
                "describe where the history is in warehouse.toml, [warehouse.views], or set "
                "DWH_POSTGRES_CONNECTION_STRING, or post events; see docs/warehouse.md and docs/events.md"
            );
        }
        BOON_TRY(parts_->warehouse, open_warehouse(parts_->config));
    }
    return parts_->warehouse;
}

Result<std::shared_ptr<warehouse::Warehouse>> App::warehouse() {
    BOON_TRY(auto warehouse, warehouse_to_refresh());
    if (!warehouse->is_mirror()) return warehouse;
    BOON_TRY(const auto state, warehouse->mirror_state());
    if (state.empty()) {
        return fail(
            ErrorCode::failed_precondition, "the warehouse has not been read yet", "read it: boon warehouse refresh"
        );
    }
    return warehouse;
}

void App::start_schedules() {
    for (const std::string& problem : serving().state()->problems) log::warning(problem);
    parts_->sync->start([this] { wake_jobs(); });
    parts_->warehouse_clock = WarehouseClock::start(*this);
    parts_->warehouse_checks->start();
}

void App::wake_jobs() {
    database().once_written([this] {
        parts_->runner->wake();
        parts_->sync_runner->wake();
    });
}

void App::wake_events() {
    database().once_written([this] {
        if (parts_->event_follower) parts_->event_follower->wake();
    });
}

}  // namespace boon::app
