#include "records/sync/staging.h"

#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/db/record.h"

namespace boon::sync {

namespace {

// Rows in one unit of the batch lane: a few milliseconds of the writer's time.
constexpr std::size_t kChunkRows = 500;
constexpr std::size_t kIdsAtOnce = 500;
constexpr std::int64_t kPagesToTell = 20;
constexpr std::int64_t kOffersAtOnce = 2000;

std::string one_line(const Error& error) {
    if (error.fields.empty()) return error.message;
    std::string text;
    for (const FieldError& field : error.fields) {
        text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", field.pointer, field.detail);
    }
    return text;
}

std::string name_of(const json::Object& fields) {
    const json::Value* name = fields.if_contains("name");
    return name != nullptr && name->is_string() ? std::string(name->get_string()) : "";
}

// PostgreSQL keeps no text with a NUL in it.
bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

void show_nuls(std::string& text) {
    for (auto at = text.find('\0'); at != std::string::npos; at = text.find('\0', at)) text.replace(at, 1, "\\0");
}

std::size_t hash_of(const UpstreamRecord& record) {
    return std::hash<std::string>()(record.deleted ? "deleted" : json::to_text(record.body));
}

}  // namespace

Status Staging::begin() {
    while (true) {
        BOON_TRY(
            const std::int64_t rows, context_.database.write(
                                         db::Lane::batch,
                                         [&](db::Connection& connection) -> Result<std::int64_t> {
                                             BOON_CHECK(storage::hold_job(connection, context_.claim));
                                             return connection.execute(
                                                 "delete from sync_staged where run_id = ? and ord in (select ord from "
                                                 "sync_staged where run_id = ? order by ord limit 2000)",
                                                 {run_.id, run_.id}
                                             );
                                         }
                                     )
        );
        if (rows == 0) break;
    }
    BOON_TRY(run_.live_before, context_.database.read([&](db::Connection& connection) {
        return db::select_number(
            connection,
            "select count(*) from current_offers where external_system = ? and is_active = 1 and status = 'live'",
            {run_.source}
        );
    }));
    return {};
}

Result<Staging::Current> Staging::current_offers(const std::vector<UpstreamRecord>& page) const {
    Current current;
    for (std::size_t start = 0; start < page.size(); start += kIdsAtOnce) {
        std::vector<std::string> ids;
        for (std::size_t i = start; i < std::min(start + kIdsAtOnce, page.size()); ++i) {
            if (!has_nul(page[i].external_id)) ids.push_back(page[i].external_id);
        }
        BOON_TRY(auto offers, context_.database.read([&](db::Connection& connection) {
            return catalog::find_external(connection, run_.source, ids);
        }));
        for (catalog::Offer& offer : offers) current[*offer.external_offer_id].push_back(std::move(offer));
    }
    return current;
}

Status Staging::add(std::vector<UpstreamRecord>&& page, std::int64_t total) {
    BOON_TRY(const auto current, current_offers(page));
    static const std::vector<catalog::Offer> kNone;
    for (const UpstreamRecord& record : page) {
        const auto found = current.find(record.external_id);
        BOON_CHECK(add_record(record, found == current.end() ? kNone : found->second));
    }
    ++run_.pages;
    run_.records += std::ssize(page);
    run_.total = std::max(total, run_.total);
    // A folder's files are counted one by one.
    if (run_.total > 0) run_.total = std::max(run_.total, run_.records);
    // Now and then also without rows, so that whoever watches sees how far it is.
    if (waiting_.size() >= kChunkRows || run_.pages % kPagesToTell == 0) BOON_CHECK(flush());
    return context_.progress(run_.records, run_.total);
}

Status Staging::add_record(const UpstreamRecord& record, const std::vector<catalog::Offer>& current) {
    if (record.external_id.empty()) {
        reject(record, -1, "the record has no id");
        return {};
    }
    if (has_nul(record.external_id)) {
        reject(record, -1, "its id has a NUL in it");
        return {};
    }
    const std::size_t hash = hash_of(record);
    if (const auto known = seen_.find(record.external_id); known != seen_.end()) {
        return add_again(record, known->second, hash);
    }
    BOON_TRY(Seen seen, judge(record, current));
    seen.hash = hash;
    seen_.emplace(record.external_id, seen);
    return {};
}

// The same record twice is one record. Two that differ are neither's word: the offer stays as it was.
Status Staging::add_again(const UpstreamRecord& record, Seen& seen, std::size_t hash) {
    if (seen.hash == hash || seen.fate == Fate::rejected) return {};
    BOON_CHECK(flush());
    if (seen.fate == Fate::staged) {
        const auto undone_rows =
            context_.database.write(db::Lane::batch, [&](db::Connection& connection) -> Result<std::int64_t> {
                BOON_CHECK(storage::hold_job(connection, context_.claim));
                return connection.execute(
                    "delete from sync_staged where run_id = ? and external_id = ?", {run_.id, record.external_id}
                );
            });
        BOON_CHECK(undone_rows);
        StagedRecord undone;
        undone.outcome = seen.outcome;
        undone.leaves = seen.leaves;
        count(undone, -1);
    } else {
        --run_.unchanged;
    }
    seen = reject(record, -1, "it came twice, with different contents");
    return {};
}

Result<Staging::Seen> Staging::judge(const UpstreamRecord& record, const std::vector<catalog::Offer>& current) {
    if (current.size() > 1) {
        std::vector<OfferId> ids;
        for (const catalog::Offer& offer : current) ids.push_back(offer.offer_id);
        return reject(
            record, ids.front(), fmt::format("the offers {} all say that they are this one", fmt::join(ids, ", "))
        );
    }
    const catalog::Offer* offer = current.empty() ? nullptr : &current.front();
    const bool retired = offer != nullptr && offer->status == catalog::OfferStatus::retired;
    if (record.deleted && offer != nullptr && offer->is_active && !retired) {
        return withdraw(*offer, record.external_id, "upstream has deleted it");
    }
    if (record.deleted || retired) {
        // Nothing that is here would change: what is retired never comes back.
        ++run_.unchanged;
        return Seen{};
    }
    return judge_body(record, offer);
}

Staging::Seen Staging::judge_body(const UpstreamRecord& record, const catalog::Offer* current) {
    const OfferId id = current == nullptr ? -1 : current->offer_id;
    auto mapped = map_record(context_.mapping, record.body, context_.names.currency);
    if (!mapped) return reject(record, id, one_line(mapped.error()));
    catalog::Offer before = current == nullptr ? catalog::Offer{} : *current;
    before.external_system = run_.source;
    before.external_offer_id = record.external_id;
    const auto after = catalog::with_upstream(before, mapped->fields, context_.names);
    if (!after) return reject(record, id, one_line(after.error()));
    if (current != nullptr && *after == *current) {
        ++run_.unchanged;
        return Seen{};
    }
    StagedRecord staged;
    staged.external_id = record.external_id;
    staged.outcome = current == nullptr ? Outcome::created : Outcome::updated;
    staged.offer_id = id;
    staged.name = name_of(mapped->fields);
    staged.reason = fmt::format("{}", fmt::join(mapped->notes, "; "));
    if (after->inactive_reason) staged.reason += (staged.reason.empty() ? "" : "; ") + *after->inactive_reason;
    staged.fields = std::move(mapped->fields);
    if (current != nullptr) {
        staged.diff = catalog::differences(*current, *after, {.currency = context_.names.currency});
        staged.leaves = catalog::is_live(*current) && !catalog::is_live(*after);
    }
    const Seen seen{.fate = Fate::staged, .outcome = staged.outcome, .leaves = staged.leaves};
    keep(std::move(staged));
    return seen;
}

Staging::Seen Staging::withdraw(const catalog::Offer& offer, std::string_view external_id, std::string_view reason) {
    StagedRecord staged;
    staged.external_id = external_id;
    staged.outcome = Outcome::withdrawn;
    staged.offer_id = offer.offer_id;
    staged.name = offer.name;
    staged.reason = reason;
    staged.diff = catalog::differences(
        offer, catalog::withdrawn(offer, std::string(reason)), {.currency = context_.names.currency}
    );
    staged.leaves = catalog::is_live(offer);
    const Seen seen{.fate = Fate::staged, .outcome = staged.outcome, .leaves = staged.leaves};
    keep(std::move(staged));
    return seen;
}

Staging::Seen Staging::reject(const UpstreamRecord& record, OfferId offer_id, std::string reason) {
    StagedRecord staged;
    staged.external_id = record.external_id;
    staged.outcome = Outcome::rejected;
    staged.offer_id = offer_id;
    staged.fields = record.body;
    staged.reason = std::move(reason);
    keep(std::move(staged));
    return Seen{.fate = Fate::rejected};
}

void Staging::keep(StagedRecord&& record) {
    record.run_id = run_.id;
    record.ord = next_ord_++;
    show_nuls(record.external_id);
    show_nuls(record.reason);
    count(record, 1);
    waiting_.push_back(std::move(record));
}

void Staging::count(const StagedRecord& record, std::int64_t by) {
    switch (record.outcome) {
        case Outcome::created: run_.created += by; break;
        case Outcome::updated: run_.updated += by; break;
        case Outcome::withdrawn: run_.withdrawn += by; break;
        case Outcome::rejected: run_.rejected += by; break;
    }
    if (record.leaves) run_.leaving += by;
}

// Also keeps the run's figures, for whoever watches.
Status Staging::flush() {
    for (std::size_t start = 0; start < waiting_.size() || start == 0; start += kChunkRows) {
        const std::size_t end = std::min(start + kChunkRows, waiting_.size());
        const Status written = context_.database.write(db::Lane::batch, [&](db::Connection& connection) -> Status {
            BOON_CHECK(storage::hold_job(connection, context_.claim));
            for (std::size_t i = start; i < end; ++i) BOON_CHECK(db::insert(connection, "sync_staged", waiting_[i]));
            return db::update(connection, "sync_runs", run_, {"id"});
        });
        BOON_CHECK(written);
    }
    waiting_.clear();
    return {};
}

Status Staging::withdraw_missing() {
    std::int64_t last = -1;
    while (true) {
        BOON_TRY(const auto offers, context_.database.read([&](db::Connection& connection) {
            return db::select<catalog::Offer>(
                connection,
                "select * from current_offers where external_system = ? and external_offer_id is not null and "
                "is_active = 1 "
                "and status <> 'retired' and offer_id > ? order by offer_id limit ?",
                {run_.source, last, kOffersAtOnce}
            );
        }));
        for (const catalog::Offer& offer : offers) {
            if (!seen_.contains(*offer.external_offer_id)) {
                withdraw(offer, *offer.external_offer_id, "upstream no longer has it");
            }
        }
        BOON_CHECK(flush());
        BOON_CHECK(context_.progress(run_.records, run_.total));
        if (std::ssize(offers) < kOffersAtOnce) return {};
        last = offers.back().offer_id;
    }
}

Status Staging::finish(CrawlKind crawl) {
    if (crawl == CrawlKind::full) BOON_CHECK(withdraw_missing());
    return flush();
}

}  // namespace boon::sync
