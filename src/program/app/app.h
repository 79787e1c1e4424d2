// The composition root: every room, built once, top to bottom, from one Config. What a door (api, cli) needs of an
// instance it asks here; nothing is reached any other way.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/timestamp.h"
#include "platform/config/config.h"
#include "program/app/secrets.h"

namespace boon::access {
class Keys;
class Sessions;
class Users;
}  // namespace boon::access
namespace boon::catalog {
struct Author;
class Catalogue;
}  // namespace boon::catalog
namespace boon::customers {
class Erasures;
}
namespace boon::db {
class Database;
}
namespace boon::delivery {
class Webhooks;
}
namespace boon::features {
class Schema;
}
namespace boon::history {
class Ledger;
}
namespace boon::scoring {
class Registry;
}
namespace boon::serving {
class Engine;
}
namespace boon::storage {
struct Job;
}
namespace boon::tmf {
class ProductCatalog;
}
namespace boon::warehouse {
class Warehouse;
}

namespace boon::app {

struct ErasureScope;
class JobWatch;
class OfferSync;
struct ForeignModel;
class WarehouseChecks;
class Doctor;
struct Programme;

// Thread-safe after open(), but for the destructor.
class App {
public:
    // Takes the instance's lock (`conflict` when another process has it), migrates the schema, loads catalogue, models
    // and profiles. What is wrong with a model or the warehouse does not stop it: see doctor.h.
    static Result<std::unique_ptr<App>> open(const config::Config& config);
    // Cancels nothing: a running job stays resumable.
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    [[nodiscard]] const config::Config& config() const;
    [[nodiscard]] const Programme& programme() const;
    [[nodiscard]] Timestamp now() const;
    // `unavailable` while it ends, and after a write that did not reach the disk.
    [[nodiscard]] Status ready() const;
    // From now on not ready: the server drains.
    void retire();
    // From now on the daily work begins by itself (daily.h), and customers are brought up to date with what is posted
    // (event_follower.h): for a server, not for a command. `invalid` for a time zone that is not known.
    Status keep_schedule();

    db::Database& database();
    access::Keys& keys();
    access::Users& users();
    access::Sessions& sessions();
    catalog::Catalogue& catalogue();
    customers::Erasures& erasures();
    // What erase_customer() and the like work on (erasure.h).
    ErasureScope erasure_scope();
    history::Ledger& ledger();
    scoring::Registry& registry();
    // What came of the models that settings name.
    [[nodiscard]] const std::vector<ForeignModel>& foreign_models() const;
    serving::Engine& serving();
    delivery::Webhooks& webhooks();
    tmf::ProductCatalog& product_catalog();
    OfferSync& sync();
    WarehouseChecks& warehouse_checks();
    Doctor& doctor();

    // A new key for the secrets of sources and webhooks; see secrets.h.
    Result<Secrets::Rotation> rotate_secrets(const catalog::Author& author);

    // Serves from what the change feed says has changed, at once; by itself the app looks five times a second.
    // Within a unit of work (db::Database::together): once that is on disk.
    Status follow_changes();

    // There may be messages to send, or jobs to do, that were not enqueued through this.
    void wake_courier();
    void wake_jobs();
    // Something was posted.
    void wake_events();

    // Opened at first use: views are bound to the files then. The error, if any, is that of this attempt.
    // One that is a copy has been read before: `failed_precondition` otherwise.
    Result<std::shared_ptr<warehouse::Warehouse>> warehouse();
    // The same, read or not.
    Result<std::shared_ptr<warehouse::Warehouse>> warehouse_to_refresh();

    // Queues a job of a known kind (`invalid` otherwise); one thread runs them in order.
    Result<storage::Job> start_job(std::string_view kind, json::Value parameters, std::string_view author);
    Result<storage::Job> find_job(std::string_view id);
    Result<std::vector<storage::Job>> list_jobs(std::int64_t limit);
    Status cancel_job(std::string_view id);
    // Tells who listens how jobs go.
    JobWatch& job_watch();
    // From now on what is scheduled starts by itself, and what is wrong with what serves was logged: for a server.
    void start_schedules();

private:
    struct Parts;
    explicit App(std::unique_ptr<Parts> parts);
    Status open_delivery();
    std::unique_ptr<Parts> parts_;
};

}  // namespace boon::app
