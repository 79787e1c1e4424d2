// A database with the sync of one generated source in it, opened anew by each process that wants one.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"
#include "records/catalog/catalogue.h"
#include "records/sync/engine.h"
#include "records/sync/registry.h"
#include "records/sync/runs.h"

namespace boon::sync {

// Offers 0 to `offers` of one generation: every name says which. Pages of 50, as Xiva has them.
class GeneratedSource final : public Source {
public:
    GeneratedSource(std::int64_t generation, std::int64_t first, std::int64_t offers)
        : generation_(generation), first_(first), offers_(offers) {}

    Result<CrawlEnd> crawl(const CrawlStart&, const OnPage& on_page) override {
        CrawlEnd end;
        for (std::int64_t i = 0; i < offers_; i += 50) {
            std::vector<UpstreamRecord> page;
            for (std::int64_t j = i; j < std::min(i + 50, offers_); ++j) page.push_back(record(first_ + j));
            ++end.pages;
            end.records += std::ssize(page);
            BOON_CHECK(on_page(std::move(page), offers_));
        }
        return end;
    }

private:
    [[nodiscard]] UpstreamRecord record(std::int64_t number) const {
        json::Object body{
            {"name", fmt::format("Offer {} of generation {}", number, generation_)},
            {"description", "Ten percent off your next bill when you top up by the end of the month."},
            {"category", "discount"},
            {"value", "4.50"},
            {"valid_until", "2030-01-01T00:00:00Z"},
            {"tags", json::Array{"spring", fmt::format("g{}", generation_)}}
        };
        return {.external_id = fmt::format("id-{:06}", number), .body = std::move(body)};
    }

    std::int64_t generation_, first_, offers_;
};

struct Instance {
    explicit Instance(std::unique_ptr<db::Database> opened) : database(std::move(opened)) {}

    Environment environment(const storage::Claim& claim, std::unique_ptr<Source> source) {
        held = std::move(source);
        Environment environment{
            .database = *database,
            .registry = registry,
            .names = *names,
            .world = {},
            .claim = claim,
            .progress = {},
            .ending = {},
            .impacts = {},
            .hold_audience = {},
            .make = {}
        };
        environment.world.now = [this] { return now; };
        environment.progress = [](std::int64_t, std::int64_t) { return Status(); };
        environment.make = [this](const SourceConfig&, const World&) -> Result<std::unique_ptr<Source>> {
            return std::move(held);
        };
        return environment;
    }
    // As a worker does, asks again: PostgreSQL takes a moment to see that a killed client is gone, and until then keeps
    // the job's row from others.
    storage::Claim acquire() {
        constexpr std::array<std::string_view, 1> kKinds = {kJobKind};
        for (int tries = 0;; ++tries) {
            const auto job = database->write([&](db::Connection& connection) {
                return storage::acquire_job(connection, kKinds, {.name = "test"}, now);
            });
            BOON_ASSERT(job && tries < 200);
            if (*job) return storage::claim_of(**job);
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }
    // As a job is worked on, to its end.
    Result<Run> work(std::string_view run, std::unique_ptr<Source> source) {
        const storage::Claim claim = acquire();
        auto done = perform(environment(claim, std::move(source)), run);
        const Status finished = database->write([&](db::Connection& connection) {
            return storage::finish_job(connection, claim, {}, now);
        });
        BOON_ASSERT(finished);
        return done;
    }
    Run start() { return runs.start({.source = "shop", .started_by = "ann"}, now).value(); }

    std::unique_ptr<db::Database> database;
    catalog::Catalogue catalogue{*database, catalog::Names::defaults()};
    std::shared_ptr<const catalog::Names> names = catalogue.names();
    storage::SecretBox box{{storage::SecretKey::make()}};
    Registry registry{*database, box};
    Runs runs{*database};
    Timestamp now{1'772'409'600'000'000};
    std::unique_ptr<Source> held;
};

// A migrated database with the source `shop`.
inline void prepare(Instance& instance) {
    BOON_ASSERT(storage::migrate(*instance.database, instance.now));
    SourceRow source;
    source.name = "shop";
    source.kind = SourceKind::file;
    source.base_url = "offers.json";
    source.withdraw_limit_percent = 100;
    BOON_ASSERT(instance.registry.create(source, {}, {"ann", instance.now}));
}

}  // namespace boon::sync
