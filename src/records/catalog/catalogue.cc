#include "records/catalog/catalogue.h"

#include <fmt/format.h>

#include "platform/db/record.h"
#include "records/catalog/live_batch.h"
#include "records/catalog/reading.h"

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

// Keeps other processes from adding or changing offers until the transaction ends; they go on reading.
Status hold_offers(db::Connection& connection) {
    BOON_CHECK(hold_live_batch(connection));
    if (connection.engine() != db::Engine::postgres) return {};
    BOON_CHECK(connection.execute("lock table offers in share row exclusive mode"));
    return {};
}

Status check_free(db::Connection& connection, OfferId id) {
    BOON_TRY(
        const std::int64_t taken,
        db::select_number(connection, "select count(*) from current_offers where offer_id = ?", {id})
    );
    if (taken == 0) return {};
    return fail(
        ErrorCode::conflict, fmt::format("offer {} exists already", id),
        "change that one, or leave offer_id out to get the next free one"
    );
}

// A change of many offers is planned on the tables themselves.
Status check_all_home(db::Connection& connection) {
    BOON_TRY(const bool moving, has_live_batch(connection));
    if (!moving) return {};
    return fail(ErrorCode::unavailable, "a sync is just taking over a batch of offers", "try again in a moment");
}

Result<OfferId> next_id(db::Connection& connection) {
    BOON_TRY(FreeIds ids, FreeIds::read(connection));
    return ids.take(connection);
}

}  // namespace

std::shared_ptr<const Names> Catalogue::names() const {
    const std::scoped_lock lock(names_mutex_);
    return names_;
}

void Catalogue::set_names(Names names) {
    names.currency = currency_;
    auto next = std::make_shared<const Names>(std::move(names));
    const std::scoped_lock lock(names_mutex_);
    names_.swap(next);
}

Status Catalogue::prepare() {
    // What a worker left that was killed.
    BOON_CHECK(take_all_home(database_));
    return database_.write(db::Lane::batch, [](db::Connection& connection) -> Status {
        BOON_TRY(const auto offers, db::select<Offer>(connection, "select * from offers where search_text is null"));
        for (const Offer& offer : offers) {
            const std::string text = search_text_of(offer);
            BOON_CHECK(
                connection.execute("update offers set search_text = ? where offer_id = ?", {text, offer.offer_id})
            );
        }
        return {};
    });
}

Edition Catalogue::edition(std::string_view what, const Author& author) const {
    Edition edition{.what = what, .author = author, .currency = currency_, .four_eyes = four_eyes_, .hold_target = {}};
    if (!hold_audience_) return edition;
    edition.hold_target = [this, known = names()](db::Connection& connection, const std::string& target) -> Status {
        const auto aim = target_of(target, *known);
        if (!aim || aim->by != Targeting::audience) return {};
        BOON_TRY(const bool held, hold_audience_(connection, target));
        if (held) return {};
        Error gone{ErrorCode::invalid, fmt::format("the audience `{}` was deleted or renamed just now", target)};
        gone.fields.push_back({"/target_segment", fmt::format("`{}` is no audience any more", target)});
        return std::unexpected(std::move(gone));
    };
    return edition;
}

Result<Offer> Catalogue::change(
    db::Connection& connection, const Target& target, const Edit& edit, const Author& author
) const {
    BOON_TRY(Offer current, find_offer(connection, target.id, Access::change));
    BOON_CHECK(check_version(current, target.expected_version));
    BOON_TRY(Offer changed, edit.make(current));
    BOON_CHECK(complete_change(current, changed, *names()));
    const Edition wanted = edition(edit.what, author);
    BOON_TRY(auto settled, settle_change(connection, current, std::move(changed), wanted));
    if (!settled) return current;
    BOON_CHECK(write_change(connection, *settled, wanted));
    return std::move(settled->offer);
}

Result<Offer> Catalogue::create(db::Connection& connection, Offer offer, const Author& author) const {
    BOON_CHECK(complete(offer, *names()));
    const Edition created = edition("created", author);
    BOON_CHECK(hold_offers(connection));
    if (offer.offer_id < 0) {
        BOON_TRY(offer.offer_id, next_id(connection));
    } else {
        BOON_CHECK(check_free(connection, offer.offer_id));
    }
    BOON_TRY(Settled settled, settle_new(std::move(offer), created));
    BOON_CHECK(write_new(connection, settled, created));
    return std::move(settled.offer);
}

Result<Offer> Catalogue::replace(
    db::Connection& connection, const Target& target, const Offer& offer, const Author& author
) const {
    return change(connection, target, {"replaced", [&](const Offer&) { return Result<Offer>(offer); }}, author);
}

Result<Offer> Catalogue::patch(
    db::Connection& connection, const Target& target, const json::Value& patch, const Author& author
) const {
    if (!patch.is_object()) return fail(ErrorCode::invalid, "a patch is an object with the fields to change");
    const auto make = [&](const Offer& current) -> Result<Offer> {
        BOON_TRY(json::Value value, json::parse(json::write(current, context())));
        json::merge_patch(value, patch);
        return read_offer(value, context(), *names());
    };
    return change(connection, target, {"patched", make}, author);
}

Result<Offer> Catalogue::set_status(
    db::Connection& connection, const Target& target, OfferStatus status, const Author& author
) const {
    const auto make = [&](Offer offer) -> Result<Offer> {
        offer.status = status;
        return offer;
    };
    return change(connection, target, {enum_name(status), make}, author);
}

Result<Offer> Catalogue::read(db::Connection& connection, OfferId id) {
    return find_offer(connection, id, Access::look);
}

Result<std::vector<Offer>> Catalogue::read_all(db::Connection& connection) {
    return db::select<Offer>(connection, "select * from current_offers order by offer_id");
}

Result<Offer> Catalogue::create(Offer offer, const Author& author) {
    return database_.write([&](db::Connection& connection) { return create(connection, offer, author); });
}

Result<Offer> Catalogue::read(OfferId id) {
    return database_.read([&](db::Connection& connection) { return find_offer(connection, id, Access::look); });
}

Result<Offer> Catalogue::replace(
    OfferId id, Offer offer, std::optional<std::int64_t> expected_version, const Author& author
) {
    return database_.write([&](db::Connection& connection) {
        return replace(connection, {id, expected_version}, offer, author);
    });
}

Result<Offer> Catalogue::patch(
    OfferId id, const json::Value& patch, std::optional<std::int64_t> expected_version, const Author& author
) {
    return database_.write([&](db::Connection& connection) {
        return this->patch(connection, {id, expected_version}, patch, author);
    });
}

Result<Offer> Catalogue::set_status(
    OfferId id, OfferStatus status, std::optional<std::int64_t> expected_version, const Author& author
) {
    return database_.write([&](db::Connection& connection) {
        return set_status(connection, {id, expected_version}, status, author);
    });
}

Result<Offer> Catalogue::restore(
    OfferId id, std::int64_t version, std::optional<std::int64_t> expected_version, const Author& author
) {
    BOON_TRY(const Offer old, read_version(id, version));
    const auto make = [&](const Offer& current) -> Result<Offer> {
        Offer offer = old;
        offer.status = current.status;
        offer.is_active = current.is_active;
        return offer;
    };
    return database_.write([&](db::Connection& connection) {
        return change(connection, {id, expected_version}, {"restored", make}, author);
    });
}

Result<PlanReport> Catalogue::carry_out(
    const MakePlan& make_plan, const ImportOptions& options, const Edition& kept_as
) {
    // Planned while others write; planned anew where they changed an offer meanwhile.
    std::int64_t planned_at = 0;
    BOON_TRY(Plan plan, database_.read([&](db::Connection& connection) -> Result<Plan> {
        BOON_TRY(planned_at, count_versions(connection));
        return make_plan(connection, Access::look);
    }));
    const auto writes = [&] { return options.mode == PlanMode::skip_bad || !plan.has_rejected(); };
    if (options.dry_run || !writes()) return report_of(std::move(plan), options.dry_run, false);
    BOON_CHECK(take_all_home(database_));
    const Status written = database_.write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        BOON_CHECK(hold_offers(connection));
        BOON_CHECK(check_all_home(connection));
        BOON_TRY(const std::int64_t now_at, count_versions(connection));
        if (now_at != planned_at) {
            BOON_TRY(plan, make_plan(connection, Access::change));
        }
        return writes() ? write_plan(connection, plan, kept_as) : Status();
    });
    if (!written) return std::unexpected(written.error());
    const bool all = writes();
    return report_of(std::move(plan), false, all);
}

}  // namespace boon::catalog
