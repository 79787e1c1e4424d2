#include "records/catalog/upstream.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/db/record.h"
#include "platform/storage/change_feed.h"
#include "records/catalog/live_batch.h"
#include "records/catalog/rows.h"

namespace boon::catalog {

namespace {

constexpr std::size_t kMaxExternalIds = 500;
constexpr std::size_t kFewExternalIds = 50;

// An offer as it is staged: its columns, the one that only the search reads, the batch, and the text of its version.
struct StagedOffer : Offer {
    std::string search_text;
    std::string batch;
    std::string record;
};
BOOST_DESCRIBE_STRUCT(StagedOffer, (Offer), (search_text, batch, record))

// `attributes.a.b` → `attributes`, `a.b`; `content.en.title` → `content`, `en`, `title`.
void place(json::Object& offer, std::string_view field, const json::Value& value) {
    const auto dot = field.find('.');
    if (dot == std::string_view::npos) {
        offer[field] = value;
        return;
    }
    const std::string_view parent = field.substr(0, dot);
    std::string_view rest = field.substr(dot + 1);
    json::Value& slot = offer[parent];
    json::Object& inner = slot.is_object() ? slot.get_object() : slot.emplace_object();
    if (parent == "content") {
        const auto next = rest.find('.');
        json::Value& language = inner[rest.substr(0, next)];
        json::Object& parts = language.is_object() ? language.get_object() : language.emplace_object();
        parts[rest.substr(next + 1)] = value.is_null() ? json::Value("") : value;
    } else if (value.is_null()) {
        inner.erase(rest);
    } else {
        inner[rest] = value;
    }
}

bool is_known(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

// Why the offer cannot be shown as upstream wants it; empties what is not known here.
std::optional<std::string> clear_unknown_names(Offer& offer, const Names& names) {
    std::optional<std::string> reason;
    if (!target_of(offer.target_segment, names)) {
        reason = fmt::format("upstream aims it at `{}`, which is no segment or audience here", *offer.target_segment);
        offer.target_segment.reset();
    }
    const bool alias = offer.lifecycle_stage == "churn_risk";
    if (offer.lifecycle_stage && !alias && !is_known(names.stages, *offer.lifecycle_stage)) {
        reason = fmt::format("upstream aims it at the stage `{}`, which there is not here", *offer.lifecycle_stage);
        offer.lifecycle_stage.reset();
    }
    return reason;
}

}  // namespace

Result<Offer> with_upstream(const Offer& current, const json::Object& fields, const Names& names) {
    const json::Context context{.currency = names.currency};
    // A null gives the default: those of an Offer, whose members are all optional to read but the name.
    BOON_TRY(json::Value value, json::parse(json::write(current, context)));
    json::Object& object = value.get_object();
    if (current.offer_id < 0) object.erase("offer_id");
    object["is_active"] = true;
    for (const auto& field : fields) place(object, field.key(), field.value());
    for (const auto& field : fields) {
        if (field.value().is_null() && field.key().find('.') == std::string_view::npos) object.erase(field.key());
    }
    BOON_TRY(Offer offer, json::read<Offer>(value, context));
    offer.version = current.version;
    offer.created_at = current.created_at;
    offer.updated_at = current.updated_at;
    offer.last_synced = current.last_synced;
    auto reason = clear_unknown_names(offer, names);
    if (reason) offer.is_active = false;
    if (!offer.is_active && !reason) reason = "upstream has it as not active";
    offer.inactive_reason = std::move(reason);
    BOON_CHECK(complete(offer, names));
    return offer;
}

Offer withdrawn(const Offer& current, std::string reason) {
    Offer offer = current;
    offer.is_active = false;
    offer.inactive_reason = std::move(reason);
    return offer;
}

std::vector<FieldChange> differences(const Offer& before, const Offer& after, const json::Context& context) {
    return changes_between(comparable(before, context), comparable(after, context));
}

Result<std::vector<Offer>> find_external(
    db::Connection& connection, std::string_view system, std::span<const std::string> external_ids
) {
    BOON_ASSERT(external_ids.size() <= kMaxExternalIds);
    if (external_ids.empty()) return std::vector<Offer>();
    // Two lengths only, since every text of a statement is kept prepared; the last id is asked for several times.
    const std::size_t places = external_ids.size() <= kFewExternalIds ? kFewExternalIds : kMaxExternalIds;
    db::Params params{system};
    for (std::size_t i = 0; i < places; ++i) params.push_back(external_ids[std::min(i, external_ids.size() - 1)]);
    const std::vector<std::string_view> marks(places, "?");
    return db::select<Offer>(
        connection,
        fmt::format(
            "select * from current_offers where external_system = ? and external_offer_id in ({}) order by offer_id",
            fmt::join(marks, ", ")
        ),
        params
    );
}

Status stage(
    db::Connection& connection, std::string_view batch, std::span<const Offer> offers, const json::Context& context
) {
    for (const Offer& offer : offers) {
        StagedOffer row;
        static_cast<Offer&>(row) = offer;
        row.search_text = search_text_of(offer);
        row.batch = batch;
        row.record = json::write(offer, context);
        BOON_CHECK(db::insert(connection, "staged_offers", row));
    }
    return {};
}

Result<std::vector<std::string>> targets_of(db::Connection& connection, std::string_view batch) {
    std::vector<std::string> targets;
    BOON_CHECK(connection.query(
        "select distinct target_segment from staged_offers where batch = ? and target_segment is not null order by 1",
        {batch},
        [&](const db::Row& row) -> Status {
            targets.emplace_back(row.text(0));
            return {};
        }
    ));
    return targets;
}

Result<std::int64_t> unstage(db::Connection& connection, std::string_view batch, std::int64_t limit) {
    return connection.execute(
        "delete from staged_offers where batch = ? and offer_id in (select offer_id from staged_offers where batch = ? "
        "order by offer_id limit ?) and not exists (select 1 from live_batch where batch = ?)",
        {batch, batch, limit, batch}
    );
}

namespace {

// Whether an offer of the batch has another version by now, or a new one's id or place was given away.
Result<bool> has_moved(db::Connection& connection, std::string_view batch) {
    BOON_TRY(
        const std::int64_t moved, db::select_number(
                                      connection,
                                      "select count(*) from staged_offers s left join offers o on o.offer_id = "
                                      "s.offer_id where s.batch = ? and coalesce(o.version, 0) <> s.version - 1",
                                      {batch}
                                  )
    );
    BOON_TRY(
        const std::int64_t taken,
        db::select_number(
            connection,
            "select count(*) from staged_offers s join offers o on o.external_system = s.external_system and "
            "o.external_offer_id = s.external_offer_id where s.batch = ? and o.offer_id <> s.offer_id",
            {batch}
        )
    );
    return moved > 0 || taken > 0;
}

}  // namespace

Result<Applied> apply(
    db::Connection& connection, std::string_view batch, std::int64_t staged_at, std::string_view what,
    const Author& author
) {
    BOON_TRY(
        const std::int64_t some,
        db::select_number(
            connection, "select count(*) from (select 1 from staged_offers where batch = ? limit 1) s", {batch}
        )
    );
    if (some == 0) return Applied::done;  // a batch of nothing is no change to tell of
    if (connection.engine() == db::Engine::postgres) {
        // Readers go on; other servers' changes of the catalogue wait, and have ended before.
        BOON_CHECK(connection.execute("lock table live_batch in exclusive mode"));
        BOON_CHECK(connection.execute("lock table offers in share row exclusive mode"));
    }
    BOON_TRY(const bool moving, has_live_batch(connection));
    if (moving) return Applied::moved;
    BOON_TRY(const std::int64_t now_at, count_versions(connection));
    if (now_at != staged_at) {
        BOON_TRY(const bool moved, has_moved(connection, batch));
        if (moved) return Applied::moved;
    }
    BOON_CHECK(make_live(connection, batch, what, author));
    BOON_CHECK(storage::append_change(connection, kChangeKind, kManyOffers, author.at));
    return Applied::done;
}

}  // namespace boon::catalog
