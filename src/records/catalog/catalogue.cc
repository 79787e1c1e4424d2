#include "records/catalog/catalogue.h"

#include <fmt/format.h>

#include "platform/db/record.h"
#include "platform/storage/change_feed.h"
#include "records/catalog/rows.h"

namespace boon::catalog {

namespace {

Status check_version(const Offer& offer, std::optional<std::int64_t> expected) {
    if (!expected || *expected == offer.version) return {};
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("offer {} is at version {}, not {}", offer.offer_id, offer.version, *expected),
        "read it again and repeat the change on what it is now"
    );
}

Status check_change(const Offer& current, const Offer& changed) {
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

}  // namespace

Result<Offer> find_offer(db::Connection& connection, OfferId id, Access access) {
    // PostgreSQL's writers are many; SQLite has one at a time.
    const bool lock = access == Access::change && connection.engine() == db::Engine::postgres;
    BOON_TRY(
        const auto offer,
        db::select_one<Offer>(
            connection,
            lock ? "select * from offers where offer_id = ? for update" : "select * from offers where offer_id = ?",
            {id}
        )
    );
    if (offer) return *offer;
    return fail(
        ErrorCode::not_found, fmt::format("there is no offer {}", id), "list the offers to see which there are"
    );
}

Status Catalogue::keep_version(
    db::Connection& connection, const Offer& offer, std::string_view what, const Author& author
) const {
    const std::string record = json::write(offer, context());
    BOON_CHECK(connection.execute(
        "insert into offer_versions (offer_id, version, change, changed_by, changed_at, offer) "
        "values (?, ?, ?, ?, ?, ?)",
        {offer.offer_id, offer.version, what, author.name, author.at, record}
    ));
    const std::string key = std::to_string(offer.offer_id);
    BOON_CHECK(storage::append_change(connection, kChangeKind, key, author.at));
    return {};
}

Result<Offer> Catalogue::insert(db::Connection& connection, Offer offer, std::string_view what, const Author& author)
    const {
    if (offer.offer_id < 0) {
        BOON_TRY(
            const std::int64_t last, db::select_number(connection, "select coalesce(max(offer_id), -1) from offers")
        );
        if (last >= std::numeric_limits<OfferId>::max()) {
            return fail(ErrorCode::conflict, "no offer id is left: the highest is in use", "give a free one");
        }
        offer.offer_id = static_cast<OfferId>(last + 1);
    } else {
        BOON_TRY(
            const std::int64_t taken,
            db::select_number(connection, "select count(*) from offers where offer_id = ?", {offer.offer_id})
        );
        if (taken > 0) {
            return fail(
                ErrorCode::conflict, fmt::format("offer {} exists already", offer.offer_id),
                "change that one, or leave offer_id out to get the next free one"
            );
        }
    }
    offer.version = 1;
    offer.created_at = author.at;
    offer.updated_at = author.at;
    BOON_CHECK(db::insert(connection, "offers", offer));
    BOON_CHECK(keep_version(connection, offer, what, author));
    return offer;
}

Result<Offer> Catalogue::store(
    db::Connection& connection, const Offer& current, Offer changed, std::string_view what, const Author& author
) const {
    if (changed.offer_id < 0) changed.offer_id = current.offer_id;
    changed.version = current.version;
    changed.created_at = current.created_at;
    changed.updated_at = current.updated_at;
    changed.last_synced = current.last_synced;
    changed.inactive_reason = changed.is_active ? std::nullopt : current.inactive_reason;
    if (changed == current) return current;
    BOON_CHECK(check_change(current, changed));
    changed.version = current.version + 1;
    changed.updated_at = author.at;
    BOON_CHECK(db::update(connection, "offers", changed, {"offer_id"}));
    BOON_CHECK(keep_version(connection, changed, what, author));
    return changed;
}

Result<Offer> Catalogue::change(const Target& target, std::string_view what, const Author& author, const Edit& edit) {
    return database_.write([&](db::Connection& connection) { return change(connection, target, what, author, edit); });
}

Result<Offer> Catalogue::change(
    db::Connection& connection, const Target& target, std::string_view what, const Author& author, const Edit& edit
) const {
    BOON_TRY(const Offer current, find_offer(connection, target.id, Access::change));
    BOON_CHECK(check_version(current, target.expected_version));
    BOON_TRY(Offer changed, edit(current));
    BOON_CHECK(complete(changed, names_));
    return store(connection, current, std::move(changed), what, author);
}

Result<Offer> Catalogue::create(Offer offer, const Author& author) {
    return database_.write([&](db::Connection& connection) { return create(connection, offer, author); });
}

Result<Offer> Catalogue::create(db::Connection& connection, Offer offer, const Author& author) const {
    BOON_CHECK(complete(offer, names_));
    return insert(connection, std::move(offer), "created", author);
}

Result<Offer> Catalogue::read(db::Connection& connection, OfferId id) {
    return find_offer(connection, id, Access::look);
}

Result<std::vector<Offer>> Catalogue::read_all(db::Connection& connection) {
    return db::select<Offer>(connection, "select * from offers order by offer_id");
}

Result<Offer> Catalogue::read(OfferId id) {
    return database_.read([&](db::Connection& connection) { return find_offer(connection, id, Access::look); });
}

Result<Offer> Catalogue::replace(
    OfferId id, Offer offer, std::optional<std::int64_t> expected_version, const Author& author
) {
    return change({id, expected_version}, "replaced", author, [&](const Offer&) { return Result<Offer>(offer); });
}

Result<Offer> Catalogue::patch(
    OfferId id, const json::Value& patch, std::optional<std::int64_t> expected_version, const Author& author
) {
    return database_.write([&](db::Connection& connection) {
        return this->patch(connection, {id, expected_version}, patch, author);
    });
}

Result<Offer> Catalogue::patch(
    db::Connection& connection, const Target& target, const json::Value& patch, const Author& author
) const {
    if (!patch.is_object()) return fail(ErrorCode::invalid, "a patch is an object with the fields to change");
    return change(connection, target, "patched", author, [&](const Offer& current) -> Result<Offer> {
        BOON_TRY(json::Value value, json::parse(json::write(current, context())));
        json::merge_patch(value, patch);
        return read_row(value);
    });
}

Result<Offer> Catalogue::set_status(
    OfferId id, OfferStatus status, std::optional<std::int64_t> expected_version, const Author& author
) {
    return database_.write([&](db::Connection& connection) {
        return set_status(connection, {id, expected_version}, status, author);
    });
}

Result<Offer> Catalogue::set_status(
    db::Connection& connection, const Target& target, OfferStatus status, const Author& author
) const {
    return change(connection, target, enum_name(status), author, [&](Offer offer) -> Result<Offer> {
        offer.status = status;
        return offer;
    });
}

Result<std::vector<Revision>> Catalogue::history(OfferId id) {
    return database_.read([&](db::Connection& connection) -> Result<std::vector<Revision>> {
        BOON_CHECK(find_offer(connection, id, Access::look));
        return db::select<Revision>(
            connection, "select * from offer_versions where offer_id = ? order by version desc", {id}
        );
    });
}

Result<Contents> Catalogue::contents() {
    return database_.read([&](db::Connection& connection) -> Result<Contents> {
        Contents contents;
        // Counted first: a change between the two readings then shows as a version that is too old, and is read again.
        BOON_TRY(contents.version, db::select_number(connection, "select count(*) from offer_versions"));
        BOON_TRY(contents.offers, db::select<Offer>(connection, "select * from offers order by offer_id"));
        return contents;
    });
}

Result<Offer> Catalogue::read_row(const json::Value& value) const { return json::read<Offer>(value, context()); }

}  // namespace boon::catalog
