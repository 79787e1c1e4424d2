#include <limits>

#include <fmt/format.h>

#include "platform/db/record.h"
#include "records/catalog/catalogue.h"

namespace boon::catalog {

// A row of offer_versions.
struct StoredRevision {
    OfferId offer_id = -1;
    std::int64_t version = 0;
    std::string change;
    std::string changed_by;
    Timestamp changed_at;
    json::Value offer;
};
BOOST_DESCRIBE_STRUCT(StoredRevision, (), (offer_id, version, change, changed_by, changed_at, offer))

namespace {

// As it was kept, perhaps by a release that knew fewer fields.
Result<Offer> offer_of(const StoredRevision& stored, const json::Context& context) {
    return json::read<Offer>(stored.offer, {.currency = context.currency, .read_as = json::ReadAs::stored});
}

}  // namespace

Result<std::vector<Revision>> Catalogue::history(OfferId id, const HistoryQuery& query) {
    if (query.limit < 1 || query.limit > 500) {
        return fail(ErrorCode::invalid, fmt::format("the limit {} is not within 1 and 500", query.limit));
    }
    const std::int64_t before = query.before > 0 ? query.before : std::numeric_limits<std::int64_t>::max();
    // One more than is shown: the oldest of them is compared with it.
    BOON_TRY(const auto stored, database_.read([&](db::Connection& connection) -> Result<std::vector<StoredRevision>> {
        BOON_CHECK(find_offer(connection, id, Access::look));
        return db::select<StoredRevision>(
            connection,
            "select * from current_versions where offer_id = ? and version < ? order by version desc limit ?",
            {id, before, query.limit + 1}
        );
    }));
    std::vector<Revision> revisions;
    json::Value newer;  // the version after the one at hand
    for (const StoredRevision& row : stored) {
        BOON_TRY(const Offer offer, offer_of(row, context()));
        json::Value said = comparable(offer, context());
        if (!revisions.empty()) revisions.back().changes = changes_between(said, newer);
        newer = std::move(said);
        if (std::ssize(revisions) == query.limit) break;
        BOON_TRY(json::Value shown, json::parse(json::write(offer, context())));
        revisions.push_back(
            {row.offer_id, row.version, row.change, row.changed_by, row.changed_at, {}, std::move(shown)}
        );
    }
    return revisions;
}

Result<Offer> Catalogue::read_version(OfferId id, std::int64_t version) {
    BOON_TRY(
        const auto stored, database_.read([&](db::Connection& connection) -> Result<std::optional<StoredRevision>> {
            BOON_CHECK(find_offer(connection, id, Access::look));
            return db::select_one<StoredRevision>(
                connection, "select * from current_versions where offer_id = ? and version = ?", {id, version}
            );
        })
    );
    if (stored) return offer_of(*stored, context());
    return fail(
        ErrorCode::not_found, fmt::format("offer {} has no version {}", id, version),
        "its history lists the versions it has"
    );
}

Result<std::vector<FieldChange>> Catalogue::diff(OfferId id, std::int64_t from, std::int64_t to) {
    BOON_TRY(const Offer before, read_version(id, from));
    BOON_TRY(const Offer after, read_version(id, to));
    return changes_between(comparable(before, context()), comparable(after, context()));
}

}  // namespace boon::catalog
