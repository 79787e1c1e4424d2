#include "action/tmf/offerings.h"

#include <charconv>

#include <fmt/format.h>

#include "action/tmf/documents.h"
#include "action/tmf/narrowing.h"
#include "action/tmf/resource.h"
#include "platform/db/record.h"

namespace boon::tmf {

// An offer and what is beside it, if anything, in one row.
struct ListedOffering : catalog::Offer {
    std::optional<std::string> kept_extra;
    std::optional<double> kept_price;
    std::optional<Timestamp> kept_at;
};
BOOST_DESCRIBE_STRUCT(ListedOffering, (catalog::Offer), (kept_extra, kept_price, kept_at))

namespace {

using catalog::Catalogue;
using catalog::Offer;
using catalog::OfferStatus;

constexpr std::string_view kExternalSystem = "tmf";

// Of an offer that listeners have not heard of yet.
constexpr std::int64_t kNotAnnounced = 0;

std::optional<OfferId> offer_id_of(std::string_view text) {
    OfferId id = -1;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
    const bool whole = problem == std::errc() && end == text.data() + text.size() && id >= 0;
    // One id has one spelling: 7, not 007.
    return whole && std::to_string(id) == text ? std::optional(id) : std::nullopt;
}

Result<OfferingRow> find_row(db::Connection& connection, OfferId id) {
    BOON_TRY(auto row, db::select_one<OfferingRow>(connection, "select * from tmf_offerings where offer_id = ?", {id}));
    return row ? *std::move(row) : OfferingRow{.offer_id = id};
}

struct Found {
    Offer offer;
    OfferingRow row;
};

// The offer and what is beside it; a deleted one is not there.
Result<Found> find_both(db::Connection& connection, std::string_view id) {
    const auto offer_id = offer_id_of(id);
    if (!offer_id) return no_resource(Kind::product_offering, id);
    auto offer = Catalogue::read(connection, *offer_id);
    if (!offer) {
        if (offer.error().code == ErrorCode::not_found) return no_resource(Kind::product_offering, id);
        return std::unexpected(std::move(offer).error());
    }
    BOON_TRY(OfferingRow row, find_row(connection, *offer_id));
    if (row.deleted_at) return no_resource(Kind::product_offering, id);
    return Found{*std::move(offer), std::move(row)};
}

Status save(db::Connection& connection, const OfferingRow& row) {
    BOON_CHECK(connection.execute("delete from tmf_offerings where offer_id = ?", {row.offer_id}));
    return db::insert(connection, "tmf_offerings", row);
}

const json::Object& object_of(const json::Value& value) {
    static const json::Object empty;
    const json::Object* object = value.if_object();
    return object == nullptr ? empty : *object;
}

const json::Object* inner(const json::Object& object, std::string_view member) {
    const json::Value* value = object.if_contains(member);
    return value == nullptr ? nullptr : value->if_object();
}

// A price by value has its amount with or without tax; a ProductOfferingPrice has it itself.
std::optional<double> amount_of(const json::Object* price, std::string_view currency) {
    if (price == nullptr) return std::nullopt;
    for (const std::string_view member : {"taxIncludedAmount", "dutyFreeAmount"}) {
        if (const json::Object* amount = inner(*price, member)) return amount_of(amount, currency);
    }
    const json::Value* value = price->if_contains("value");
    if (value == nullptr || !value->is_number() || text_of(*price, "unit") != currency) return std::nullopt;
    return value->to_number<double>();
}

// The ProductOfferingPrice that the offering's first price refers to; empty when the price says its amount itself.
std::string_view price_referred(const json::Object& offering, std::string_view currency) {
    const json::Value* prices = offering.if_contains("productOfferingPrice");
    const json::Array* list = prices == nullptr ? nullptr : prices->if_array();
    if (list == nullptr || list->empty()) return {};
    const json::Object& first = object_of(list->front());
    return amount_of(inner(first, "price"), currency) ? std::string_view() : text_of(first, "id");
}

// References to categories by nothing but their id get the category's name, which is what an offer has of it.
Result<json::Object> with_category_names(db::Connection& connection, json::Object offering) {
    json::Value* categories = offering.if_contains("category");
    json::Array* list = categories == nullptr ? nullptr : categories->if_array();
    if (list == nullptr) return offering;
    for (json::Value& reference : *list) {
        json::Object* category = reference.if_object();
        if (category == nullptr || !text_of(*category, "name").empty()) continue;
        const auto found = find_document(connection, Kind::category, text_of(*category, "id"));
        if (found) {
            (*category)["name"] = text_of(*found, "name");
        } else if (found.error().code != ErrorCode::not_found) {
            return std::unexpected(found.error());
        }
    }
    return offering;
}

// All but those that were deleted.
constexpr std::string_view kOfferings =
    "from current_offers o left join tmf_offerings t on t.offer_id = o.offer_id where t.deleted_at is null";

// An attribute is served as the offer has it, so a filter on it says something of the offer.
void narrow_by(Narrowing& narrowing, const std::string& name, const std::string& wanted) {
    std::vector<db::Param> values;
    if (name == "id") {
        for (const std::string_view text : alternatives(name, wanted)) {
            if (const auto id = offer_id_of(text)) values.emplace_back(*id);
        }
        narrowing.require({"o.offer_id"}, values);
    } else if (name == "lifecycleStatus") {
        for (const std::string_view word : alternatives(name, wanted)) values.emplace_back(status_of(word));
        narrowing.require({"o.status"}, values);
    } else if (name == "name") {
        narrowing.require({"o.name"}, texts_of(name, wanted));
    } else if (name == "lastUpdate") {
        narrowing.require({"o.updated_at", "t.updated_at"}, times_of(name, wanted));
    }
}

Narrowing narrowing_of(const ListQuery& query) {
    Narrowing narrowing;
    for (const auto& [name, wanted] : query.filters) narrow_by(narrowing, name, wanted);
    narrowing.order_by("o.offer_id");
    if (query.filters.empty()) narrowing.slice(query);
    return narrowing;
}

// As it is told and listed: without what the offer says better.
json::Object without_identity(json::Object offering) {
    for (const std::string_view name : {"id", "href", "lastUpdate"}) offering.stable_erase(name);
    return offering;
}

}  // namespace

json::Object Offerings::served(const Offer& offer, const OfferingRow& row) const {
    const json::Context context = catalogue_.context();
    json::Object offering = offering_of({offer, object_of(row.extra), row.price, context});
    offering["lastUpdate"] = to_string(std::max(offer.updated_at, row.updated_at));
    complete(Kind::product_offering, offering);
    return offering;
}

Result<json::Object> Offerings::find(db::Connection& connection, std::string_view id) const {
    BOON_TRY(const Found found, find_both(connection, id));
    return served(found.offer, found.row);
}

Result<std::int64_t> Offerings::count(db::Connection& connection) {
    return db::select_number(connection, fmt::format("select count(*) {}", kOfferings));
}

Status Offerings::for_each(
    db::Connection& connection, const ListQuery& query,
    const std::function<Status(json::Object&& offering)>& on_offering
) const {
    const Narrowing narrowing = narrowing_of(query);
    const std::string sql = narrowing.after(
        fmt::format("select o.*, t.extra as kept_extra, t.price as kept_price, t.updated_at as kept_at {}", kOfferings)
    );
    return db::for_each<ListedOffering>(connection, sql, narrowing.params(), [&](ListedOffering&& listed) -> Status {
        OfferingRow row{.offer_id = listed.offer_id};
        if (listed.kept_extra) {
            BOON_TRY(row.extra, json::parse(*listed.kept_extra));
            row.price = listed.kept_price;
            row.updated_at = listed.kept_at.value_or(Timestamp{});
        }
        return on_offering(served(listed, row));
    });
}

// By value, or of the ProductOfferingPrice that it refers to.
Result<Offerings::Kept> Offerings::kept_of(db::Connection& connection, const json::Object& offering) const {
    Kept kept{.extra = without_identity(offering), .price = {}};
    const std::string_view currency = catalogue_.currency().code();
    const json::Value* prices = offering.if_contains("productOfferingPrice");
    const json::Array* list = prices == nullptr ? nullptr : prices->if_array();
    if (list == nullptr || list->empty()) return kept;
    kept.price = amount_of(inner(object_of(list->front()), "price"), currency);
    const std::string_view id = price_referred(offering, currency);
    if (id.empty()) return kept;
    const auto referred = find_document(connection, Kind::product_offering_price, id);
    if (referred) {
        kept.price = amount_of(inner(*referred, "price"), currency);
    } else if (referred.error().code != ErrorCode::not_found) {
        return std::unexpected(referred.error());
    }
    return kept;
}

Result<json::Object> Offerings::store(db::Connection& connection, const Offer& offer, Kept kept, Timestamp now) const {
    OfferingRow row{
        .offer_id = offer.offer_id,
        .extra = std::move(kept.extra),
        .price = kept.price,
        .announced = offer.version,
        .updated_at = now
    };
    json::Object offering = served(offer, row);
    row.told = offering;
    BOON_CHECK(save(connection, row));
    return offering;
}

Result<json::Object> Offerings::create(
    db::Connection& connection, const json::Object& given, const catalog::Author& author
) const {
    BOON_TRY(const json::Object offering, with_category_names(connection, given));
    BOON_TRY(Kept kept, kept_of(connection, offering));
    json::Object fields = fields_said(offering, kept.price);
    fields["external_system"] = kExternalSystem;
    if (const std::string_view id = text_of(offering, "id"); !id.empty()) {
        if (const auto offer_id = offer_id_of(id)) {
            fields["offer_id"] = *offer_id;
        } else {
            fields["external_offer_id"] = id;
        }
    }
    auto offer = json::read<Offer>(json::Value(std::move(fields)), catalogue_.context());
    if (!offer) return std::unexpected(in_offering(std::move(offer).error()));
    auto created = catalogue_.create(connection, *std::move(offer), author);
    if (!created) return std::unexpected(in_offering(std::move(created).error()));
    return store(connection, *created, std::move(kept), author.at);
}

Result<json::Object> Offerings::replace(
    db::Connection& connection, const json::Object& given, const catalog::Author& author
) const {
    BOON_TRY(const json::Object offering, with_category_names(connection, given));
    BOON_TRY(const Found found, find_both(connection, text_of(offering, "id")));
    json::Object was = served(found.offer, found.row);
    if (without_identity(was) == without_identity(offering)) return was;
    if (found.offer.status == OfferStatus::retired) {
        return fail(
            ErrorCode::conflict,
            fmt::format("the productOffering {} is retired and does not change", found.offer.offer_id),
            "create a new one"
        );
    }
    BOON_TRY(Kept kept, kept_of(connection, offering));
    const json::Object said = fields_said(offering, kept.price);
    const json::Object is = fields_of(found.offer, catalogue_.context());
    json::Object patch;
    for (const auto& member : said) {
        if (member.value() != is.at(member.key())) patch[member.key()] = member.value();
    }
    auto changed = patch.empty() ? Result<Offer>(found.offer)
                                 : catalogue_.patch(connection, {found.offer.offer_id}, json::Value(patch), author);
    if (!changed) return std::unexpected(in_offering(std::move(changed).error()));
    return store(connection, *changed, std::move(kept), author.at);
}

Result<std::vector<OfferId>> Offerings::priced_by(db::Connection& connection, std::string_view price_id) const {
    std::vector<OfferId> ids;
    const std::string_view currency = catalogue_.currency().code();
    // The text narrows it down, the offering decides.
    const std::string_view position = connection.engine() == db::Engine::postgres ? "strpos" : "instr";
    BOON_CHECK(connection.query(
        fmt::format(
            "select t.offer_id, t.extra from tmf_offerings t join current_offers o on o.offer_id = t.offer_id where "
            "t.deleted_at is null and o.status <> 'retired' and {}(t.extra, ?) > 0 order by t.offer_id",
            position
        ),
        {json::to_text(json::Value(price_id))},
        [&](const db::Row& row) -> Status {
            BOON_TRY(const auto extra, json::parse(row.text(1)));
            if (price_referred(object_of(extra), currency) == price_id) {
                ids.push_back(static_cast<OfferId>(row.integer(0)));
            }
            return {};
        }
    ));
    return ids;
}

Status Offerings::follow_price(db::Connection& connection, std::string_view price_id, const catalog::Author& author)
    const {
    BOON_TRY(const auto ids, priced_by(connection, price_id));
    for (const OfferId id : ids) {
        BOON_TRY(const Offer offer, Catalogue::read(connection, id));
        BOON_TRY(OfferingRow row, find_row(connection, id));
        const auto amount = [&](std::optional<double> price) {
            return price ? json::Value(*price) : json::Value(nullptr);
        };
        const bool was_changed = fields_of(offer, catalogue_.context()).at("price") != amount(row.price);
        BOON_TRY(const Kept kept, kept_of(connection, object_of(row.extra)));
        if (was_changed || kept.price == row.price) continue;
        row.price = kept.price;
        BOON_CHECK(save(connection, row));
        // Listeners are told of the offering as of any that was changed by another door.
        const json::Value patch = json::Object{{"price", amount(kept.price)}};
        BOON_CHECK(catalogue_.patch(connection, {id}, patch, author));
    }
    return {};
}

Status Offerings::remove(db::Connection& connection, std::string_view id, const catalog::Author& author) const {
    BOON_TRY(Found found, find_both(connection, id));
    if (found.offer.status != OfferStatus::retired) {
        BOON_TRY(found.offer, catalogue_.set_status(connection, {found.offer.offer_id}, OfferStatus::retired, author));
    }
    found.row.deleted_at = author.at;
    found.row.announced = found.offer.version;
    return save(connection, found.row);
}

Result<std::optional<std::string>> Offerings::counterpart(db::Connection& connection, std::string_view imported_id)
    const {
    std::optional<std::string> found;
    if (imported_id.empty()) return found;
    const auto keep = [&](const db::Row& row) -> Status {
        found = std::to_string(row.integer(0));
        return {};
    };
    if (const auto id = offer_id_of(imported_id)) {
        BOON_CHECK(connection.query("select offer_id from current_offers where offer_id = ?", {*id}, keep));
    } else {
        BOON_CHECK(connection.query(
            "select offer_id from current_offers where external_system = ? and external_offer_id = ? and status <> "
            "'retired' "
            "order by offer_id limit 1",
            {kExternalSystem, imported_id}, keep
        ));
    }
    return found;
}

Result<std::vector<Offerings::News>> Offerings::take_news(db::Connection& connection, std::int64_t most) const {
    std::vector<OfferId> ids;
    BOON_CHECK(connection.query(
        "select o.offer_id from (select offer_id, version from current_offers) o left join tmf_offerings t on "
        "t.offer_id = "
        "o.offer_id "
        "where (t.announced is null or t.announced < o.version) and t.deleted_at is null order by o.offer_id limit ?",
        {most},
        [&](const db::Row& row) -> Status {
            ids.push_back(static_cast<OfferId>(row.integer(0)));
            return {};
        }
    ));
    std::vector<News> news;
    for (const OfferId id : ids) {
        BOON_CHECK(connection.execute(
            "insert into tmf_offerings (offer_id, extra, told, announced, updated_at) values (?, '{}', '{}', ?, ?) "
            "on conflict (offer_id) do nothing",
            {id, kNotAnnounced, Timestamp{}}
        ));
        BOON_TRY(const Offer offer, Catalogue::read(connection, id));
        BOON_TRY(const OfferingRow row, find_row(connection, id));
        json::Object offering = served(offer, row);
        const std::string text = json::to_text(offering);
        BOON_TRY(
            const std::int64_t taken,
            connection.execute(
                "update tmf_offerings set told = ?, announced = ? where offer_id = ? and announced < ?",
                {text, offer.version, id, offer.version}
            )
        );
        if (taken == 1) news.push_back({object_of(row.told), std::move(offering)});
    }
    return news;
}

}  // namespace boon::tmf
