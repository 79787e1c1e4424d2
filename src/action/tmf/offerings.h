// Offerings in the operational database: the offers of the catalogue and what is kept beside each. Functions join the
// caller's transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "action/tmf/listing.h"
#include "action/tmf/offering.h"
#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"
#include "records/catalog/catalogue.h"

namespace boon::tmf {

// What is kept beside one offer; as it is for an offer that was made elsewhere.
struct OfferingRow {
    OfferId offer_id = -1;
    json::Value extra = json::Object();
    std::optional<double> price = {};  // of `extra`, in the programme's currency
    json::Value told = json::Object();
    std::int64_t announced = 0;
    Timestamp updated_at = {};
    std::optional<Timestamp> deleted_at = {};
};
BOOST_DESCRIBE_STRUCT(OfferingRow, (), (offer_id, extra, price, told, announced, updated_at, deleted_at))

class Offerings {
public:
    explicit Offerings(const catalog::Catalogue& catalogue) : catalogue_(catalogue) {}

    // As it is served, without its href. `not_found` for an id that is none and for a deleted one.
    Result<json::Object> find(db::Connection& connection, std::string_view id) const;
    static Result<std::int64_t> count(db::Connection& connection);
    // In the order of their ids, without their hrefs: of a query without filters its page, else at least all that
    // match.
    Status for_each(
        db::Connection& connection, const ListQuery& query,
        const std::function<Status(json::Object&& offering)>& on_offering
    ) const;

    // `offering` conforms and is complete. Its `id`, if any, is the offer's (a whole number from 0), else the offer's
    // external id.
    Result<json::Object> create(db::Connection& connection, const json::Object& offering, const catalog::Author& author)
        const;
    // What is stored afterwards is `offering`; unchanged when it says nothing new.
    Result<json::Object> replace(
        db::Connection& connection, const json::Object& offering, const catalog::Author& author
    ) const;
    // Offers follow the ProductOfferingPrice that their offering's first price refers to, as it is stored by now; those
    // whose price was changed elsewhere since do not.
    Status follow_price(db::Connection& connection, std::string_view price_id, const catalog::Author& author) const;
    // The ids of offerings that refer to the ProductOfferingPrice and are neither retired nor deleted.
    Result<std::vector<OfferId>> priced_by(db::Connection& connection, std::string_view price_id) const;

    // The offer is retired.
    Status remove(db::Connection& connection, std::string_view id, const catalog::Author& author) const;

    // The offering that an imported one stands for: of that id, or made of that external id; nothing when there is
    // none.
    Result<std::optional<std::string>> counterpart(db::Connection& connection, std::string_view imported_id) const;

    // Offerings whose offer was changed elsewhere since listeners were told of it: at most `most` of them, each with
    // what they were told last (empty: nothing yet). They count as told from now on, once among all processes.
    struct News {
        json::Object before;
        json::Object now;
    };
    Result<std::vector<News>> take_news(db::Connection& connection, std::int64_t most) const;

private:
    // What an offering becomes: its offer, and what is kept beside it.
    struct Kept {
        json::Object extra;
        std::optional<double> price;
    };
    Result<Kept> kept_of(db::Connection& connection, const json::Object& offering) const;
    Result<json::Object> store(db::Connection& connection, const catalog::Offer& offer, Kept kept, Timestamp now) const;
    [[nodiscard]] json::Object served(const catalog::Offer& offer, const OfferingRow& row) const;

    const catalog::Catalogue& catalogue_;
};

}  // namespace boon::tmf
