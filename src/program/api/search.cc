// One box to find things by: what the command palette asks.
#include <array>

#include <fmt/format.h>

#include "action/serving/engine.h"
#include "action/serving/state.h"
#include "platform/base/id.h"
#include "program/api/route.h"
#include "records/catalog/catalogue.h"

namespace boon::api {

enum class HitKind { offer, customer };
BOOST_DESCRIBE_ENUM(HitKind, offer, customer)

struct SearchHit {
    HitKind kind = HitKind::offer;
    std::string id;
    std::string title;
    std::string detail;
};
BOOST_DESCRIBE_STRUCT(SearchHit, (), (kind, id, title, detail))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::SearchHit> = std::array{
    boon::Field{.name = "title", .doc = "the name, or the id where there is none"},
    boon::Field{.name = "detail", .doc = "a word or two more: the status and category of an offer, a customer's stage"},
};

namespace boon::api {

namespace {

constexpr std::size_t kMostHits = 20;
constexpr std::size_t kMostOffers = 10;
constexpr std::size_t kMaxText = 100;

Status find_offers(Call& call, std::string_view text, std::vector<SearchHit>& hits) {
    catalog::ListQuery wanted;
    wanted.filter.q = text;
    wanted.limit = kMostOffers;
    BOON_TRY(const auto page, call.app.catalogue().list(wanted));
    for (const catalog::Offer& offer : page.items) {
        hits.push_back(
            {HitKind::offer, fmt::to_string(offer.offer_id), offer.name,
             fmt::format("{}, {}", enum_name(offer.status), offer.category)}
        );
    }
    return {};
}

// Ids that begin with the text: the exact one first, the others as they lie. A look at a million takes some 20 ms.
void find_customers(Call& call, std::string_view text, std::vector<SearchHit>& hits) {
    const auto state = call.app.serving().state();
    const profiles::Image& image = *state->profiles;
    const auto add = [&](const profiles::Profile& profile) {
        const std::string id(profile.customer_id);
        hits.push_back({HitKind::customer, id, id, {}});
    };
    const auto exact = image.find(text);
    if (exact) add(*exact);
    for (std::size_t row = 0; row < image.size() && hits.size() < kMostHits; ++row) {
        const auto profile = image.at(row);
        if (profile.customer_id.starts_with(text) && profile.customer_id != text) add(profile);
    }
}

Result<http::Response> search(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 1>{"q"}));
    const std::string_view text = query.find("q").value_or("");
    if (characters_in(text) > kMaxText) {
        Error error{ErrorCode::invalid, "a query parameter is wrong"};
        error.fields.push_back({"?q", fmt::format("must be at most {} characters", kMaxText)});
        return std::unexpected(std::move(error));
    }
    std::vector<SearchHit> hits;
    if (!text.empty()) {
        BOON_CHECK(find_offers(call, text, hits));
        find_customers(call, text, hits);
    }
    return list_response(call, hits);
}

}  // namespace

std::vector<Route> search_routes() {
    return {
        {.method = "GET",
         .path = "/api/v1/search",
         .permission = access::Permission::look,
         .call = search,
         .summary = "Offers by words, customers by the beginning of their id; at most 20",
         .tag = "home",
         .response = page_of<SearchHit>,
         .query = {{"q", "what is looked for, at most 100 characters; nothing is found by nothing"}}},
    };
}

}  // namespace boon::api
