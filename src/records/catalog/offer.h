// An offer: what can be shown to a customer, to whom it may go, what it is worth. The record is the whole truth about
// it at one version; records/catalog/catalogue.h keeps the versions.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/id.h"
#include "platform/base/money.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/rules/schema.h"

namespace boon::catalog {

// draft → live ⇄ paused; each of them → retired, which is the end. docs/catalogue.md has the table.
enum class OfferStatus { draft, live, paused, retired };
BOOST_DESCRIBE_ENUM(OfferStatus, draft, live, paused, retired)

// What one channel shows instead of the language's content: what is null is as in OfferContent.
struct ChannelContent {
    std::optional<std::string> title;
    std::optional<std::string> text;
    std::optional<std::string> call_to_action;
    std::optional<std::string> image_url;
    std::optional<std::string> link_url;

    bool operator==(const ChannelContent&) const = default;
};
BOOST_DESCRIBE_STRUCT(ChannelContent, (), (title, text, call_to_action, image_url, link_url))

// What every channel shows, in one language, and what some show instead.
struct OfferContent {
    std::string title;
    std::string text;
    std::string call_to_action;
    std::string image_url;
    std::string link_url;
    std::map<std::string, ChannelContent> channels;

    bool operator==(const OfferContent&) const = default;
};
BOOST_DESCRIBE_STRUCT(OfferContent, (), (title, text, call_to_action, image_url, link_url, channels))

// Over whom a cap counts: each customer alone, or all of them together.
enum class CapScope { customer, total };
BOOST_DESCRIBE_ENUM(CapScope, customer, total)
// What a cap counts.
enum class CapCounts { sent, viewed, converted, decided };
BOOST_DESCRIBE_ENUM(CapCounts, sent, viewed, converted, decided)

// No more than `limit` of something within a window of days, or ever.
struct Cap {
    std::string name;
    CapScope scope = CapScope::customer;
    CapCounts counts = CapCounts::decided;
    std::int64_t limit = 1;
    std::optional<std::int32_t> period_days;

    bool operator==(const Cap&) const = default;
};
BOOST_DESCRIBE_STRUCT(Cap, (), (name, scope, counts, limit, period_days))

inline constexpr std::size_t kMaxCaps = 20;
// Of channels, placements and tags each.
inline constexpr std::size_t kMaxNames = 1000;

struct Offer {
    OfferId offer_id = -1;  // -1 in a request: the next free one
    std::string name;
    std::string description;
    std::string category;
    // Set by whoever supplies the offer (a source withdraws it by false); `status` is the marketer's. Both must agree
    // before a customer sees it.
    bool is_active = true;
    std::optional<std::string> inactive_reason;
    OfferStatus status = OfferStatus::live;
    std::optional<std::string> lifecycle_stage;
    std::optional<std::string> target_segment;
    std::optional<Money> min_customer_value;
    std::optional<Money> max_customer_value;
    std::optional<json::Value> eligibility_rule;
    std::optional<std::string> external_offer_id;
    std::string external_system = "manual";
    std::optional<Timestamp> last_synced;
    std::optional<Timestamp> valid_from;
    std::optional<Timestamp> valid_until;
    std::vector<std::string> channels;
    std::vector<std::string> placements;
    std::optional<Money> price;
    std::optional<Money> value;
    Money redemption_cost;
    Money contact_cost;
    std::optional<Money> budget;
    std::string currency;
    double weight = 1;
    std::int32_t horizon_days = 30;
    std::vector<Cap> caps;
    std::optional<std::string> exclusion_group;
    bool one_time = false;
    bool is_service_message = false;
    std::vector<std::string> tags;
    std::map<std::string, OfferContent> content;
    bool is_fallback = false;
    std::map<std::string, double> attributes;
    std::int64_t version = 0;
    Timestamp created_at;
    Timestamp updated_at;

    bool operator==(const Offer&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    Offer, (),
    (offer_id, name, description, category, is_active, inactive_reason, status, lifecycle_stage, target_segment,
     min_customer_value, max_customer_value, eligibility_rule, external_offer_id, external_system, last_synced,
     valid_from, valid_until, channels, placements, price, value, redemption_cost, contact_cost, budget, currency,
     weight, horizon_days, caps, exclusion_group, one_time, is_service_message, tags, content, is_fallback, attributes,
     version, created_at, updated_at)
)

// The names an offer may refer to, and the programme's currency. Owned by upper rooms (lifecycle, value, audiences);
// the composition root passes them in.
struct Names {
    std::vector<std::string> stages;          // CLM_STAGES
    std::vector<std::string> value_segments;  // CVM_VALUE_SEGMENTS
    std::vector<std::string> rfm_segments;
    std::vector<std::string> audiences;
    std::vector<std::string> channels;    // empty: any
    std::vector<std::string> placements;  // empty: any
    rules::Schema rule_variables;         // of eligibility rules; without variables, their names are not checked
    Currency currency;

    // The stages, segments and RFM names of a programme that has not changed them.
    static Names defaults();
};

// Whom a target segment selects. `any`: everybody.
enum class Targeting { any, value_segment, stage, rfm_segment, audience };
struct Target {
    Targeting by = Targeting::any;
    std::vector<std::string> names;  // one of these; for `new` two stages, else one

    bool operator==(const Target&) const = default;
};
// `high_value`… a value segment; `at_risk` the stage churn; `new` the stages acquisition and onboarding; `all` anyone;
// `rfm:NAME` an RFM segment; else a published audience. Nothing when the name is none of these.
std::optional<Target> target_of(const std::optional<std::string>& target_segment, const Names& names);

// What reading the record's limits cannot see: bounds and dates in order, names that exist, the programme's currency.
// Fills in the currency; turns the segment `all` and empty names into none, and the stage alias churn_risk into churn.
// On a mistake an `invalid` error that lists them all, those of the rule at the very place within it.
Status complete(Offer& offer, const Names& names);

// What `channel` shows in `language`: the content of that language, or of the nearest that it is a part of (de for
// de-CH; RFC 4647 §3.4), with the channel's own words over it. Nothing when the offer has none in that language.
std::optional<OfferContent> content_for(const Offer& offer, std::string_view language, std::string_view channel);

// Whether a marketer may turn `from` into `to`.
bool may_become(OfferStatus from, OfferStatus to);

// The offer as numbers for a model, one per name: `offer.value`, `offer.redemption_cost`, `offer.contact_cost` (in
// currency units), `offer.attr.NAME`, `offer.category=NAME` and `offer.id=N` (1 or 0). Not a number where the offer
// does not have it. `invalid` when a name is none of these.
Result<std::vector<float>> offer_features(
    const Offer& offer, std::span<const std::string> names, const Currency& currency
);

// Whether a model's column describes the offer (and not the customer).
inline bool is_offer_feature(std::string_view name) { return name.starts_with("offer."); }

}  // namespace boon::catalog

template <>
inline constexpr auto boon::kFields<boon::catalog::ChannelContent> = std::array{
    boon::Field{.name = "title", .doc = "the headline; null: the language's", .max_length = 255},
    boon::Field{.name = "text", .doc = "what the customer reads; null: the language's", .max_length = 4000},
    boon::Field{.name = "call_to_action", .doc = "the words on the button; null: the language's", .max_length = 100},
    boon::Field{.name = "image_url", .doc = "where the picture is; null: the language's", .max_length = 2000},
    boon::Field{.name = "link_url", .doc = "where the button leads; null: the language's", .max_length = 2000},
};

template <>
inline constexpr auto boon::kFields<boon::catalog::Cap> = std::array{
    boon::Field{.name = "name", .doc = "what people call it, unique in the offer; may be empty", .max_length = 50},
    boon::Field{.name = "scope", .doc = "over whom it counts: each customer, or all of them (total)", .required = true},
    boon::Field{.name = "counts", .doc = "what it counts", .required = true},
    boon::Field{.name = "limit", .doc = "no more than so many", .required = true, .min = 1, .max = 1e15},
    boon::Field{.name = "period_days", .doc = "within so many days; null for ever", .min = 1, .max = 3650},
};

template <>
inline constexpr auto boon::kFields<boon::catalog::OfferContent> = std::array{
    boon::Field{.name = "title", .doc = "the headline", .max_length = 255},
    boon::Field{.name = "text", .doc = "what the customer reads", .max_length = 4000},
    boon::Field{.name = "call_to_action", .doc = "the words on the button", .max_length = 100},
    boon::Field{.name = "image_url", .doc = "where the picture is", .max_length = 2000},
    boon::Field{.name = "link_url", .doc = "where the button leads", .max_length = 2000},
    boon::Field{.name = "channels", .doc = "what single channels show instead, by the channel's name"},
};

template <>
inline constexpr auto boon::kFields<boon::catalog::Offer> = std::array{
    boon::Field{
        .name = "offer_id",
        .doc = "the label models predict; the next free one when absent; never reused",
        .min = 0,
    },
    boon::Field{.name = "name", .doc = "what people call it", .required = true, .max_length = 255},
    boon::Field{.name = "description", .doc = "what the customer gets", .max_length = 4000},
    boon::Field{.name = "category", .doc = "points, discount, access, shipping, referral, tier, …", .max_length = 50},
    boon::Field{.name = "is_active", .doc = "whether its supplier has it; a source withdraws an offer by false"},
    boon::Field{
        .name = "inactive_reason",
        .doc = "why its source withdrew it, or could not map it; null when active",
        .read_only = true,
    },
    boon::Field{.name = "status", .doc = "the marketer's word: only a live offer is shown; retired is the end"},
    boon::Field{.name = "lifecycle_stage", .doc = "only customers in this stage; null for all", .max_length = 50},
    boon::Field{
        .name = "target_segment",
        .doc = "a value segment, at_risk, new, all, rfm:SEGMENT or the name of an audience; null for all",
        .max_length = 100,
    },
    boon::Field{.name = "min_customer_value", .doc = "least lifetime value of the customer, inclusive"},
    boon::Field{.name = "max_customer_value", .doc = "greatest lifetime value of the customer, inclusive"},
    boon::Field{
        .name = "eligibility_rule",
        .doc = "a JsonLogic rule over what is known of the customer; only customers for whom it is true",
    },
    boon::Field{.name = "external_offer_id", .doc = "its id where it came from", .max_length = 255},
    boon::Field{.name = "external_system", .doc = "where it came from: manual, file, xiva, crm", .max_length = 50},
    boon::Field{.name = "last_synced", .doc = "when its source was last read", .read_only = true},
    boon::Field{.name = "valid_from", .doc = "shown from this instant on"},
    boon::Field{.name = "valid_until", .doc = "shown before this instant"},
    boon::Field{.name = "channels", .doc = "only in these channels; empty for all", .max_length = 50},
    boon::Field{.name = "placements", .doc = "only in these placements; empty for all", .max_length = 50},
    boon::Field{.name = "price", .doc = "the list price, of the supplier", .min = 0},
    boon::Field{.name = "value", .doc = "the margin if it converts, before its costs; null when not known"},
    boon::Field{.name = "redemption_cost", .doc = "what it costs when it converts", .min = 0},
    boon::Field{.name = "contact_cost", .doc = "what showing or sending it costs", .min = 0},
    boon::Field{.name = "budget", .doc = "the most that it may cost, redemption and contact together", .min = 0},
    boon::Field{.name = "currency", .doc = "the programme's currency; any other is refused", .max_length = 3},
    boon::Field{.name = "weight", .doc = "the marketer's lever: multiplies its rank", .min = 0, .max = 1000},
    boon::Field{.name = "horizon_days", .doc = "how long after being shown it can convert", .min = 1, .max = 730},
    boon::Field{.name = "caps", .doc = "how often at most, per customer or in total; all of them hold"},
    boon::Field{
        .name = "exclusion_group",
        .doc = "of the offers of one group a customer is shown one at a time; null for none",
        .max_length = 50,
    },
    boon::Field{.name = "one_time", .doc = "a customer who converted is not shown it again"},
    boon::Field{.name = "is_service_message", .doc = "exempt from the contact policy"},
    boon::Field{.name = "tags", .doc = "words to group offers by", .max_length = 50},
    boon::Field{.name = "content", .doc = "what channels show, by language (en, de-CH, …), and in it by channel"},
    boon::Field{.name = "is_fallback", .doc = "shown only when nothing else is left to show"},
    boon::Field{.name = "attributes", .doc = "numbers about the offer that models may use"},
    boon::Field{.name = "version", .doc = "grows by one with each change", .read_only = true},
    boon::Field{.name = "created_at", .read_only = true},
    boon::Field{.name = "updated_at", .read_only = true},
};
