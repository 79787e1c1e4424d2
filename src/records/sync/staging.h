// The first half of a run: the records of a crawl, each mapped and compared with the catalogue, kept as what the run
// would do. Nothing of the catalogue changes here.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/base/error.h"
#include "platform/db/database.h"
#include "platform/storage/jobs.h"
#include "records/catalog/catalogue.h"
#include "records/sync/mapping.h"
#include "records/sync/runs.h"
#include "records/sync/upstream.h"

namespace boon::sync {

struct StagingContext {
    db::Database& database;
    const catalog::Names& names;
    const Mapping& mapping;
    const storage::Claim& claim;
    std::function<Status(std::int64_t done, std::int64_t total)> progress;
};

class Staging {
public:
    // Counts into `run`, which must outlive it.
    Staging(const StagingContext& context, Run& run) : context_(context), run_(run) {}

    // Forgets what an earlier attempt of this run left.
    Status begin();
    Status add(std::vector<UpstreamRecord>&& page, std::int64_t total);
    // After a full crawl, the source's offers that did not come are withdrawn. Counts what customers lose.
    Status finish(CrawlKind crawl);

private:
    enum class Fate : std::uint8_t { unchanged, staged, rejected };
    struct Seen {
        std::size_t hash = 0;  // of the whole record
        Fate fate = Fate::unchanged;
        Outcome outcome = Outcome::rejected;
        bool leaves = false;
    };
    using Current = std::unordered_map<std::string, std::vector<catalog::Offer>>;

    Result<Current> current_offers(const std::vector<UpstreamRecord>& page) const;
    Status add_record(const UpstreamRecord& record, const std::vector<catalog::Offer>& current);
    Status add_again(const UpstreamRecord& record, Seen& seen, std::size_t hash);
    Result<Seen> judge(const UpstreamRecord& record, const std::vector<catalog::Offer>& current);
    Seen judge_body(const UpstreamRecord& record, const catalog::Offer* current);
    Seen withdraw(const catalog::Offer& offer, std::string_view external_id, std::string_view reason);
    Seen reject(const UpstreamRecord& record, OfferId offer_id, std::string reason);
    void keep(StagedRecord&& record);
    void count(const StagedRecord& record, std::int64_t by);
    Status withdraw_missing();
    Status flush();

    StagingContext context_;
    Run& run_;
    std::unordered_map<std::string, Seen> seen_;
    std::vector<StagedRecord> waiting_;
    std::int64_t next_ord_ = 0;
};

}  // namespace boon::sync
