#include <algorithm>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/db/record.h"
#include "records/catalog/catalogue.h"
#include "records/catalog/live_batch.h"

namespace boon::catalog {

namespace {

constexpr std::size_t kIdsAtOnce = 500;
// Where more than this share of the offers has changed, one reading of them all is quicker.
constexpr std::size_t kFewAreOneIn = 8;

struct Edited {
    OfferId id;
    std::int64_t version;
};

Result<std::vector<KeptOffer>> read_every(db::Connection& connection) {
    std::vector<KeptOffer> offers;
    BOON_CHECK(db::for_each<Offer>(
        connection, "select * from current_offers order by offer_id", {},
        [&](Offer&& offer) -> Status {
            offers.emplace_back(offer);
            return {};
        }
    ));
    return offers;
}

Result<std::vector<Edited>> read_versions(db::Connection& connection) {
    std::vector<Edited> all;
    BOON_CHECK(connection.query(
        "select offer_id, version from current_offers order by offer_id", {},
        [&](const db::Row& row) -> Status {
            all.push_back({static_cast<OfferId>(row.integer(0)), row.integer(1)});
            return {};
        }
    ));
    return all;
}

Status read_some(
    db::Connection& connection, std::span<const OfferId> ids, std::unordered_map<OfferId, KeptOffer>& found
) {
    db::Params params;
    // Always as many places, since every text of a statement is kept prepared.
    for (std::size_t i = 0; i < kIdsAtOnce; ++i) params.push_back(ids[std::min(i, ids.size() - 1)]);
    static const std::string kSql = fmt::format(
        "select * from current_offers where offer_id in ({})",
        fmt::join(std::vector<std::string_view>(kIdsAtOnce, "?"), ", ")
    );
    return db::for_each<Offer>(connection, kSql, params, [&](Offer&& offer) -> Status {
        found.emplace(offer.offer_id, offer);
        return {};
    });
}

// `before` with what has changed in it. Nothing where that is too much, or where it changes while it is read.
Result<std::optional<Contents>> brought_up_to_date(db::Connection& connection, const Contents& before) {
    Contents now;
    BOON_TRY(now.version, count_versions(connection));
    BOON_TRY(const auto all, read_versions(connection));
    std::vector<const KeptOffer*> kept(all.size());  // null: to be read
    std::vector<OfferId> changed;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto at = std::ranges::lower_bound(before.offers, all[i].id, {}, &KeptOffer::offer_id);
        const bool same = at != before.offers.end() && at->offer_id() == all[i].id && at->version() == all[i].version;
        if (same) {
            kept[i] = &*at;
        } else {
            changed.push_back(all[i].id);
        }
    }
    if (changed.size() > all.size() / kFewAreOneIn + kIdsAtOnce) return std::nullopt;
    std::unordered_map<OfferId, KeptOffer> found;
    for (std::size_t start = 0; start < changed.size(); start += kIdsAtOnce) {
        const std::size_t count = std::min(kIdsAtOnce, changed.size() - start);
        BOON_CHECK(read_some(connection, std::span(changed).subspan(start, count), found));
    }
    BOON_TRY(const std::int64_t version, count_versions(connection));
    if (version != now.version || found.size() != changed.size()) return std::nullopt;
    now.offers.reserve(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        now.offers.push_back(kept[i] != nullptr ? *kept[i] : found.at(all[i].id));
    }
    return now;
}

}  // namespace

Result<Contents> Catalogue::contents(const Contents& before) {
    return database_.read([&](db::Connection& connection) -> Result<Contents> {
        if (!before.offers.empty()) {
            BOON_TRY(auto now, brought_up_to_date(connection, before));
            if (now) return *std::move(now);
        }
        Contents contents;
        // Counted first: a change between the two readings then shows as a version that is too old, and is read again.
        // One statement reads the offers: it sees all of a batch or nothing.
        BOON_TRY(contents.version, count_versions(connection));
        BOON_TRY(contents.offers, read_every(connection));
        return contents;
    });
}

}  // namespace boon::catalog
