// A source whose upstream is a list in the test, and a run from its start to its end.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"
#include "records/catalog/catalogue.h"
#include "records/sync/engine.h"
#include "records/sync/registry.h"
#include "records/sync/runs.h"
#include "records/sync/sources.h"

namespace boon::sync {

inline constexpr Timestamp kMonday{1'772'409'600'000'000};  // 2026-03-02T00:00:00Z
inline const catalog::Author kAnn{"ann", kMonday};

class EngineFixture : public ::testing::TestWithParam<db::Engine> {
protected:
    struct Upstream {
        std::string id;
        std::string body;
        bool deleted = false;
    };

    // Hands out `upstream_` in pages of two.
    class ListSource final : public Source {
    public:
        explicit ListSource(EngineFixture& test) : test_(test) {}

        Result<CrawlEnd> crawl(const CrawlStart& start, const OnPage& on_page) override {
            test_.started_with_ = start.token;
            CrawlEnd end{.kind = test_.kind_, .token = test_.next_token_};
            for (std::size_t i = 0; i < test_.upstream_.size(); i += 2) {
                if (test_.at_page_) test_.at_page_();
                if (end.pages == test_.breaks_after_page_) {
                    return fail(ErrorCode::unavailable, "the peer went away", "is it up?");
                }
                std::vector<UpstreamRecord> page;
                for (std::size_t j = i; j < std::min(i + 2, test_.upstream_.size()); ++j) {
                    const Upstream& record = test_.upstream_[j];
                    page.push_back(
                        {.external_id = record.id,
                         .deleted = record.deleted,
                         .body = record.body.empty() ? json::Value(nullptr) : *json::parse(record.body)}
                    );
                }
                ++end.pages;
                end.records += std::ssize(page);
                BOON_CHECK(on_page(std::move(page), std::ssize(test_.upstream_)));
            }
            return end;
        }

    private:
        EngineFixture& test_;
    };

    void SetUp() override {
        ASSERT_TRUE(storage::migrate(*database_, kMonday));
        SourceRow source;
        source.name = "shop";
        source.kind = SourceKind::file;
        source.base_url = "offers.json";
        const auto created = registry_.create(source, {}, kAnn);
        ASSERT_TRUE(created) << to_text(created.error());
    }

    void pass(std::int64_t seconds) { now_ = plus_micros(now_, seconds * kMicrosPerSecond); }

    storage::Claim acquire() {
        const storage::Worker worker{.name = "test"};
        constexpr std::array<std::string_view, 1> kKinds = {kJobKind};
        const auto job = database_->write([&](db::Connection& connection) {
            return storage::acquire_job(connection, kKinds, worker, now_);
        });
        EXPECT_TRUE(job && *job);
        return storage::claim_of(**job);
    }

    Environment environment(const storage::Claim& claim) {
        Environment environment{
            .database = *database_,
            .registry = registry_,
            .names = *names_,
            .world = {},
            .claim = claim,
            .progress = {},
            .ending = [this] { return ending_; },
            .impacts = {},
            .hold_audience = hold_audience_,
            .make = {}
        };
        environment.world.now = [this] { return now_; };
        environment.progress = [this, claim](std::int64_t done, std::int64_t total) -> Status {
            if (ending_) return fail(ErrorCode::unavailable, "the server is ending");
            if (at_progress_) {
                const auto runs = runs_.list("shop", "", 1);
                // The step as the run's row has it, which is written before the catalogue is touched.
                at_progress_(runs->front());
            }
            BOON_TRY(const auto wish, database_->write([&](db::Connection& connection) {
                return storage::report_progress(
                    connection, claim, {.name = "test"}, {.done = done, .total = total, .checkpoint = {}}, now_
                );
            }));
            return wish == storage::Wish::cancel ? fail(ErrorCode::conflict, "cancelled") : Status();
        };
        environment.impacts = {[this](const Touched& offers) {
            touched_ = offers;
            return std::vector<Impact>{
                {.what = "models", .words = fmt::format("asked of {} offers", offers.all.size()), .count = 1}
            };
        }};
        environment.make = [this](const SourceConfig&, const World&) -> Result<std::unique_ptr<Source>> {
            return std::make_unique<ListSource>(*this);
        };
        return environment;
    }

    // As the job would be run; the run as it ended, well or not.
    SyncRun work(const SyncRun& queued) {
        pass(1);
        const storage::Claim claim = acquire();
        const auto done = perform(environment(claim), queued.id);
        const storage::Outcome outcome{
            .state = done ? storage::JobState::succeeded : storage::JobState::failed, .result = nullptr, .error = {}
        };
        EXPECT_TRUE(database_->write([&](db::Connection& connection) {
            return storage::finish_job(connection, claim, outcome, now_);
        }));
        return *runs_.find(queued.id);
    }
    SyncRun run(RunMode mode = RunMode::apply) {
        const auto queued = runs_.start({.source = "shop", .mode = mode, .started_by = "ann"}, now_);
        EXPECT_TRUE(queued) << to_text(queued.error());
        return work(*queued);
    }
    SyncRun approve(const std::string& id) {
        const auto queued = runs_.approve(id, "ann", now_);
        EXPECT_TRUE(queued) << to_text(queued.error());
        return work(*queued);
    }

    catalog::Offer offer(const std::string& external_id) {
        const auto found = database_->read([&](db::Connection& connection) {
            return catalog::find_external(connection, "shop", std::vector{external_id});
        });
        EXPECT_TRUE(found && found->size() == 1) << external_id;
        return found && !found->empty() ? found->front() : catalog::Offer{};
    }
    std::int64_t number(std::string_view sql) {
        return database_->read([&](db::Connection& c) { return db::select_number(c, sql); }).value_or(-1);
    }
    std::string catalogue_rows() {
        return fmt::format(
            "{} offers, {} versions, {} changes", number("select count(*) from offers"),
            number("select count(*) from offer_versions"), number("select count(*) from change_feed")
        );
    }
    // Of the first record that was updated.
    std::string diff_of(const SyncRun& run) {
        const auto records = runs_.records(run.id, Outcome::updated, 0, 10);
        return records && !records->empty() ? json::write(records->front().diff) : "";
    }
    static std::string figures(const SyncRun& run) {
        return fmt::format(
            "created {}, updated {}, unchanged {}, withdrawn {}, rejected {}", run.created, run.updated, run.unchanged,
            run.withdrawn, run.rejected
        );
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
    catalog::Catalogue catalogue_{*database_, catalog::Names::defaults()};
    std::shared_ptr<const catalog::Names> names_ = catalogue_.names();
    storage::SecretBox box_{{storage::SecretKey::make()}};
    Registry registry_{*database_, box_};
    Runs runs_{*database_};
    Timestamp now_ = kMonday;

    std::vector<Upstream> upstream_;
    CrawlKind kind_ = CrawlKind::full;
    std::string next_token_;
    std::string started_with_;
    int breaks_after_page_ = -1;
    bool ending_ = false;
    catalog::HoldAudience hold_audience_;
    Touched touched_;  // what the impact was asked of
    std::function<void()> at_page_;
    std::function<void(const SyncRun&)> at_progress_;
};

}  // namespace boon::sync
