#include "records/catalog/rows.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "platform/db/record.h"
#include "platform/storage/change_feed.h"
#include "records/catalog/fold.h"
#include "records/catalog/live_batch.h"

namespace boon::catalog {

// An offer with the column that only the search reads.
struct OfferRow : Offer {
    std::string search_text;
};
BOOST_DESCRIBE_STRUCT(OfferRow, (Offer), (search_text))

namespace {

bool only_status_differs(const Offer& current, Offer changed) {
    changed.status = current.status;
    return changed == current;
}

// What a request cannot say stays, or follows.
void carry_over(const Offer& current, Offer& changed) {
    if (changed.offer_id < 0) changed.offer_id = current.offer_id;
    changed.version = current.version;
    changed.created_at = current.created_at;
    changed.updated_at = current.updated_at;
    changed.last_synced = current.last_synced;
    changed.inactive_reason = changed.is_active ? std::nullopt : current.inactive_reason;
}

Status check_transition(const Offer& current, const Offer& changed) {
    if (current.status == OfferStatus::retired) {
        return fail(
            ErrorCode::conflict, fmt::format("offer {} is retired and does not change", current.offer_id),
            "create a new offer"
        );
    }
    if (changed.offer_id != current.offer_id) {
        return fail(
            ErrorCode::invalid, fmt::format("offer {} cannot become offer {}", current.offer_id, changed.offer_id),
            "an offer keeps its id; create a new offer"
        );
    }
    if (!may_become(current.status, changed.status)) {
        return fail(
            ErrorCode::conflict,
            fmt::format("a {} offer cannot become {}", enum_name(current.status), enum_name(changed.status)),
            "the order is draft, live, paused (and live again), retired"
        );
    }
    return {};
}

// Versions of an offer that are more than a change of status, and were written by people: what a source brought is the
// word of its administrator (docs/adr/0070).
constexpr std::string_view kWritten = "offer_id = ? and change not in ('draft', 'live', 'paused', 'retired', 'synced')";

// Whether the person wrote any of what the offer says and no customer has seen yet, or wrote last.
Result<bool> wrote_some(db::Connection& connection, OfferId id, std::string_view person) {
    // Quotes within a text are escaped in JSON: only the member itself reads so.
    BOON_TRY(
        const std::int64_t versions,
        db::select_number(
            connection,
            fmt::format(
                "select count(*) from current_versions where {0} and changed_by = ? and (version > coalesce((select "
                "max(version) from current_versions where offer_id = ? and offer like '%\"status\":\"live\"%'), 0) "
                "or version = (select max(version) from current_versions where {0}))",
                kWritten
            ),
            {id, person, id, id}
        )
    );
    return versions > 0;
}

Status check_four_eyes(db::Connection& connection, const Offer& current, const Offer& changed, const Edition& edition) {
    if (edition.four_eyes == FourEyes::off || changed.status != OfferStatus::live) return {};
    if (current.status == OfferStatus::live) {
        return fail(
            ErrorCode::conflict,
            fmt::format("offer {} is live, and what is live changes under four eyes only", current.offer_id),
            "pause it, change it, and let another person make it live"
        );
    }
    bool is_own = true;
    if (only_status_differs(current, changed)) {
        BOON_TRY(is_own, wrote_some(connection, current.offer_id, edition.author.name));
    }
    if (!is_own) return {};
    return fail(
        ErrorCode::forbidden,
        fmt::format("offer {} was changed by {}, who may not make it live", current.offer_id, edition.author.name),
        "another person makes it live (four eyes: setting catalog.four_eyes)"
    );
}

Status hold_target(db::Connection& connection, const Settled& settled, const Edition& edition) {
    if (!settled.aims_anew || !edition.hold_target) return {};
    return edition.hold_target(connection, *settled.offer.target_segment);
}

Status keep_version(db::Connection& connection, const Settled& settled, const Edition& edition) {
    const Offer& offer = settled.offer;
    const std::string record = json::write(offer, {.currency = edition.currency});
    BOON_CHECK(connection.execute(
        "insert into offer_versions (offer_id, version, change, changed_by, changed_at, offer) "
        "values (?, ?, ?, ?, ?, ?)",
        {offer.offer_id, offer.version, settled.what, edition.author.name, edition.author.at, record}
    ));
    const std::string key = std::to_string(offer.offer_id);
    return storage::append_change(connection, kChangeKind, key, edition.author.at);
}

}  // namespace

Result<Offer> find_offer(db::Connection& connection, OfferId id, Access access) {
    if (access == Access::change) {
        BOON_CHECK(hold_live_batch(connection));
        BOON_CHECK(take_home(connection, id));
    }
    // PostgreSQL's writers are many; SQLite has one at a time.
    const bool lock = access == Access::change && connection.engine() == db::Engine::postgres;
    BOON_TRY(
        const auto offer, db::select_one<Offer>(
                              connection,
                              lock ? "select * from offers where offer_id = ? for update"
                                   : "select * from current_offers where offer_id = ?",
                              {id}
                          )
    );
    if (offer) return *offer;
    return fail(
        ErrorCode::not_found, fmt::format("there is no offer {}", id), "list the offers to see which there are"
    );
}

namespace {

// -1 without offers.
Result<std::int64_t> highest_id(db::Connection& connection) {
    // Not by the view: of a table alone the engines look at the end of the index.
    BOON_TRY(
        const std::int64_t at_home, db::select_number(connection, "select coalesce(max(offer_id), -1) from offers")
    );
    BOON_TRY(
        const std::int64_t on_the_way,
        db::select_number(
            connection,
            "select coalesce(max(offer_id), -1) from staged_offers where batch = (select batch from live_batch)"
        )
    );
    return std::max(at_home, on_the_way);
}

Result<std::set<OfferId>> taken_ids(db::Connection& connection) {
    std::set<OfferId> taken;
    BOON_CHECK(connection.query("select offer_id from current_offers", {}, [&](const db::Row& row) -> Status {
        taken.insert(static_cast<OfferId>(row.integer(0)));
        return {};
    }));
    return taken;
}

}  // namespace

Result<FreeIds> FreeIds::read(db::Connection& connection) {
    FreeIds ids;
    BOON_TRY(ids.highest_, highest_id(connection));
    return ids;
}

void FreeIds::leave_out(OfferId id) {
    highest_ = std::max<std::int64_t>(highest_, id);
    left_out_.insert(id);
}

Result<OfferId> FreeIds::take(db::Connection& connection) {
    constexpr std::int64_t kLast = std::numeric_limits<OfferId>::max();
    if (highest_ < kLast) return static_cast<OfferId>(++highest_);
    if (!taken_) {
        BOON_TRY(taken_, taken_ids(connection));
    }
    while (lowest_ <= kLast) {
        const auto id = static_cast<OfferId>(lowest_++);
        if (!taken_->contains(id) && !left_out_.contains(id)) return id;
    }
    return fail(ErrorCode::conflict, "no offer id is left");
}

std::string search_text_of(const Offer& offer) {
    std::string text = offer.name + '\n' + offer.description + '\n' + offer.category;
    for (const std::string& tag : offer.tags) text += '\n' + tag;
    if (offer.external_offer_id) text += '\n' + *offer.external_offer_id;
    return folded(text);
}

Status complete_change(const Offer& current, Offer& changed, const Names& names) {
    carry_over(current, changed);
    const bool rests = changed.status == OfferStatus::paused || changed.status == OfferStatus::retired;
    if (rests && only_status_differs(current, changed)) return {};
    return complete(changed, names);
}

Result<Settled> settle_new(Offer offer, const Edition& edition) {
    BOON_ASSERT(offer.offer_id >= 0);
    if (edition.four_eyes == FourEyes::on && offer.status == OfferStatus::live) {
        return fail(
            ErrorCode::forbidden, "a new offer cannot be live at once: give it the status draft",
            "another person makes a draft live (four eyes: setting catalog.four_eyes)"
        );
    }
    offer.version = 1;
    offer.created_at = edition.author.at;
    offer.updated_at = edition.author.at;
    const bool aims = offer.target_segment.has_value();
    return Settled{std::move(offer), edition.what, aims};
}

Result<std::optional<Settled>> settle_change(
    db::Connection& connection, const Offer& current, Offer changed, const Edition& edition
) {
    carry_over(current, changed);
    if (changed == current) return std::optional<Settled>();
    BOON_CHECK(check_transition(current, changed));
    BOON_CHECK(check_four_eyes(connection, current, changed, edition));
    const std::string_view what = only_status_differs(current, changed) ? enum_name(changed.status) : edition.what;
    changed.version = current.version + 1;
    changed.updated_at = edition.author.at;
    const bool aims_anew = changed.target_segment && changed.target_segment != current.target_segment;
    return std::optional<Settled>(Settled{std::move(changed), what, aims_anew});
}

Status write_new(db::Connection& connection, const Settled& settled, const Edition& edition) {
    BOON_CHECK(hold_target(connection, settled, edition));
    const OfferRow row{settled.offer, search_text_of(settled.offer)};
    BOON_CHECK(db::insert(connection, "offers", row));
    return keep_version(connection, settled, edition);
}

Status write_change(db::Connection& connection, const Settled& settled, const Edition& edition) {
    BOON_CHECK(hold_target(connection, settled, edition));
    const OfferRow row{settled.offer, search_text_of(settled.offer)};
    BOON_CHECK(db::update(connection, "offers", row, {"offer_id"}));
    return keep_version(connection, settled, edition);
}

}  // namespace boon::catalog
