// From what a run has staged to the catalogue. Sealing works out, in chunks and beside the catalogue, the offers as
// they shall be; then one row makes them the catalogue's word (records/catalog/upstream.h). When the catalogue moved
// between the two, it is sealed again.
#include <algorithm>

#include <fmt/format.h>

#include "platform/db/record.h"
#include "records/catalog/live_batch.h"
#include "records/catalog/upstream.h"
#include "records/sync/engine.h"

namespace boon::sync {

namespace {

// Rows in one unit of the batch lane: a few milliseconds of the writer's time.
constexpr std::int64_t kChunkRows = 500;
constexpr int kAttempts = 5;

using catalog::Offer;

// What one staged record has become.
struct Sealed {
    std::optional<Offer> offer;  // nothing: it changes nothing any more
    bool changed = false;        // the staged record is to be written again
};

class Sealing {
public:
    Sealing(const Environment& environment, const Run& run)
        : environment_(environment), run_(run), now_(environment.world.now()), names_(environment.names) {}

    Status seal() {
        BOON_CHECK(catalog::take_all_home(environment_.database));
        BOON_CHECK(forget_sealed(environment_.database, run_.id));
        BOON_TRY(sealed_at_, environment_.database.read(catalog::count_versions));
        BOON_TRY(ids_, environment_.database.read(catalog::FreeIds::read));
        std::int64_t from = 0;
        while (true) {
            BOON_TRY(auto records, read(from));
            if (records.empty()) return {};
            from = records.back().ord + 1;
            BOON_CHECK(seal_chunk(records));
            BOON_CHECK(environment_.progress(run_.records, run_.total));
        }
    }

    // How many versions of offers there were before the first was looked at.
    [[nodiscard]] std::int64_t sealed_at() const { return sealed_at_; }

    // Offers may aim at these audiences no longer.
    void forget_audiences(const std::vector<std::string>& gone) {
        std::erase_if(names_.audiences, [&](const std::string& name) {
            return std::ranges::find(gone, name) != gone.end();
        });
    }

    // Those that are named by an offer as it was sealed, and went meanwhile; the others stay until the transaction
    // ends.
    Result<std::vector<std::string>> gone_audiences(db::Connection& connection) const {
        std::vector<std::string> gone;
        if (!environment_.hold_audience) return gone;
        BOON_TRY(const auto targets, catalog::targets_of(connection, run_.id));
        for (const std::string& target : targets) {
            const auto aim = catalog::target_of(target, names_);
            if (!aim || aim->by != catalog::Targeting::audience) continue;
            BOON_TRY(const bool held, environment_.hold_audience(connection, target));
            if (!held) gone.push_back(target);
        }
        return gone;
    }

private:
    [[nodiscard]] Result<std::vector<StagedRecord>> read(std::int64_t from) const {
        return environment_.database.read([&](db::Connection& connection) {
            return db::select<StagedRecord>(
                connection,
                "select * from sync_staged where run_id = ? and ord >= ? and outcome <> 'rejected' order by ord limit "
                "?",
                {run_.id, from, kChunkRows}
            );
        });
    }

    Status seal_chunk(std::vector<StagedRecord>& records) {
        std::vector<std::string> ids;
        ids.reserve(records.size());
        for (const StagedRecord& record : records) ids.push_back(record.external_id);
        BOON_TRY(const auto current, environment_.database.read([&](db::Connection& connection) {
            return catalog::find_external(connection, run_.source, ids);
        }));
        std::vector<Offer> offers;
        std::vector<const StagedRecord*> changed;
        for (StagedRecord& record : records) {
            const auto found = std::ranges::find(current, record.external_id, &Offer::external_offer_id);
            BOON_TRY(Sealed sealed, seal_record(record, found == current.end() ? nullptr : &*found));
            if (sealed.offer) offers.push_back(std::move(*sealed.offer));
            if (sealed.changed) changed.push_back(&record);
        }
        return environment_.database.write(db::Lane::batch, [&](db::Connection& connection) -> Status {
            BOON_CHECK(storage::hold_job(connection, environment_.claim));
            BOON_CHECK(catalog::stage(connection, run_.id, offers, {.currency = names_.currency}));
            for (const StagedRecord* record : changed) {
                BOON_CHECK(db::update(connection, "sync_staged", *record, {"run_id", "ord"}));
            }
            return {};
        });
    }

    Result<Sealed> seal_record(StagedRecord& record, const Offer* current) {
        if (record.outcome == Outcome::withdrawn) return seal_withdrawal(record, current);
        Offer before = current == nullptr ? Offer{} : *current;
        before.external_system = run_.source;
        before.external_offer_id = record.external_id;
        const bool retired = current != nullptr && current->status == catalog::OfferStatus::retired;
        if (retired) return drop(record, "it was retired meanwhile");
        auto after = catalog::with_upstream(before, record.fields.get_object(), names_);
        if (!after) return drop(record, to_text(after.error()));
        if (current != nullptr && *after == *current) return drop(record, "it is so already");
        if (current == nullptr) {
            const auto id =
                environment_.database.read([&](db::Connection& connection) { return ids_.take(connection); });
            if (!id && id.error().code == ErrorCode::conflict) return drop(record, id.error().message);
            if (!id) return std::unexpected(id.error());
            after->offer_id = *id;
        }
        Sealed sealed{.offer = std::move(*after)};
        stamp(*sealed.offer, current);
        const Outcome outcome = current == nullptr ? Outcome::created : Outcome::updated;
        sealed.changed = record.outcome != outcome || record.offer_id != sealed.offer->offer_id;
        record.outcome = outcome;
        record.offer_id = sealed.offer->offer_id;
        return sealed;
    }

    Sealed seal_withdrawal(StagedRecord& record, const Offer* current) {
        const bool gone = current == nullptr || !current->is_active || current->status == catalog::OfferStatus::retired;
        if (gone) return drop(record, "it was withdrawn or retired meanwhile");
        Sealed sealed{.offer = catalog::withdrawn(*current, record.reason)};
        stamp(*sealed.offer, current);
        return sealed;
    }

    void stamp(Offer& offer, const Offer* current) {
        if (current == nullptr) offer.created_at = now_;
        offer.version = current == nullptr ? 1 : current->version + 1;
        offer.updated_at = now_;
        offer.last_synced = now_;
    }

    static Sealed drop(StagedRecord& record, std::string why) {
        record.outcome = Outcome::rejected;
        record.reason = std::move(why);
        record.leaves = false;
        return {.offer = {}, .changed = true};
    }

    const Environment& environment_;
    const Run& run_;
    Timestamp now_;
    catalog::Names names_;
    catalog::FreeIds ids_;
    std::int64_t sealed_at_ = 0;
};

// The figures of what was sealed: it may be less than what was staged.
Status count_again(db::Connection& connection, Run& run) {
    run.created = run.updated = run.withdrawn = run.rejected = 0;
    return connection.query(
        "select outcome, count(*) from sync_staged where run_id = ? group by outcome", {run.id},
        [&](const db::Row& row) -> Status {
            switch (enum_from<Outcome>(row.text(0)).value_or(Outcome::rejected)) {
                case Outcome::created: run.created = row.integer(1); break;
                case Outcome::updated: run.updated = row.integer(1); break;
                case Outcome::withdrawn: run.withdrawn = row.integer(1); break;
                case Outcome::rejected: run.rejected = row.integer(1); break;
            }
            return {};
        }
    );
}

// Where the next crawl begins, and that older runs of the source have nothing to wait for any more.
Status close_run(db::Connection& connection, const Run& run, Timestamp now) {
    BOON_CHECK(connection.execute(
        "update sync_progress set token = ?, token_version = ? where source = ?",
        {run.token, run.source_version, run.source}
    ));
    if (run.crawl == RunCrawl::full) {
        BOON_CHECK(connection.execute("update sync_progress set full_crawl_at = ? where source = ?", {now, run.source})
        );
    }
    BOON_CHECK(connection.execute(
        "update sync_runs set state = 'superseded', finished_at = ?, reason = ? where source = ? and state = "
        "'needs_approval' and id <> ?",
        {now, "a later run did its work: " + run.id, run.source, run.id}
    ));
    return {};
}

// `moved` when something was not as it was when the offers were sealed: then they have to be sealed again.
Result<catalog::Applied> apply_once(const Environment& environment, Run& run, Sealing& sealing) {
    const Timestamp now = environment.world.now();
    Run ended = run;
    std::vector<std::string> gone;
    const auto applied =
        environment.database.write(db::Lane::batch, [&](db::Connection& connection) -> Result<catalog::Applied> {
            ended = run;
            BOON_CHECK(storage::hold_job(connection, environment.claim));
            BOON_TRY(gone, sealing.gone_audiences(connection));
            if (!gone.empty()) return catalog::Applied::moved;
            BOON_TRY(
                const auto outcome,
                catalog::apply(
                    connection, run.id, sealing.sealed_at(), "synced", {.name = "sync " + run.source, .at = now}
                )
            );
            if (outcome == catalog::Applied::moved) return outcome;
            BOON_CHECK(count_again(connection, ended));
            ended.state = RunState::succeeded;
            ended.applied = true;
            ended.step = "";
            ended.finished_at = now;
            BOON_CHECK(db::update(connection, "sync_runs", ended, {"id"}));
            BOON_CHECK(close_run(connection, ended, now));
            return outcome;
        });
    sealing.forget_audiences(gone);
    if (applied && *applied == catalog::Applied::done) run = ended;
    return applied;
}

}  // namespace

Status forget_sealed(db::Database& database, std::string_view run_id) {
    std::int64_t rows = 1;
    while (rows > 0) {
        BOON_TRY(rows, database.write(db::Lane::batch, [&](db::Connection& connection) {
            return catalog::unstage(connection, run_id, kChunkRows);
        }));
    }
    return {};
}

Status apply_staged(const Environment& environment, Run& run) {
    run.step = "applying";
    const Status begun = environment.database.write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        BOON_CHECK(storage::hold_job(connection, environment.claim));
        return db::update(connection, "sync_runs", run, {"id"});
    });
    BOON_CHECK(begun);
    Sealing sealing(environment, run);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        BOON_CHECK(sealing.seal());
        BOON_TRY(const auto applied, apply_once(environment, run, sealing));
        if (applied == catalog::Applied::done) return {};
    }
    return fail(
        ErrorCode::conflict, fmt::format("the catalogue changed {} times while the run was applied", kAttempts),
        "run it again when fewer offers are being edited"
    );
}

}  // namespace boon::sync
