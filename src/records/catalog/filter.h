// Which offers are meant: by the lists, the exports and the bulk edits.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/record.h"
#include "platform/db/connection.h"
#include "platform/db/param.h"
#include "records/catalog/offer.h"

namespace boon::catalog {

// All that is given must hold; of several values of one member, one must. Empty: every offer.
struct Filter {
    std::vector<OfferId> ids = {};
    std::vector<OfferStatus> status = {};
    std::optional<bool> is_active = {};
    std::vector<std::string> category = {};
    std::vector<std::string> lifecycle_stage = {};
    std::vector<std::string> target_segment = {};
    std::vector<std::string> external_system = {};
    std::vector<std::string> exclusion_group = {};
    std::vector<std::string> tag = {};
    std::vector<std::string> channel = {};
    std::vector<std::string> placement = {};
    std::optional<Timestamp> valid_at = {};
    std::string q = {};

    bool operator==(const Filter&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    Filter, (),
    (ids, status, is_active, category, lifecycle_stage, target_segment, external_system, exclusion_group, tag, channel,
     placement, valid_at, q)
)

// A condition on the offers table with its parameters, which view the Where's own texts.
class Where {
public:
    Where(const Filter& filter, db::Engine engine);
    Where(const Where&) = delete;
    Where& operator=(const Where&) = delete;

    void add(std::string_view condition);

    [[nodiscard]] const std::string& sql() const { return sql_; }  // ` where …`, or empty
    db::Params params;

private:
    void any_of(std::string_view column, const std::vector<std::string>& values);
    void names_one(std::string_view column, const std::vector<std::string>& values, bool empty_names_all);
    void search(std::string_view words);
    // A parameter that lives as long as this.
    void push_text(std::string text);

    std::string sql_;
    std::string find_;  // the engine's function for the place of a text in another
    std::vector<std::unique_ptr<std::string>> texts_;
};

}  // namespace boon::catalog

template <>
inline constexpr auto boon::kFields<boon::catalog::Filter> = std::array{
    boon::Field{.name = "ids", .doc = "offer ids"},
    boon::Field{.name = "status", .doc = "draft, live, paused, retired"},
    boon::Field{.name = "is_active", .doc = "whether the supplier has it"},
    boon::Field{.name = "category", .doc = "categories"},
    boon::Field{.name = "lifecycle_stage", .doc = "stages"},
    boon::Field{.name = "target_segment", .doc = "target segments as the offers name them"},
    boon::Field{.name = "external_system", .doc = "where the offers came from"},
    boon::Field{.name = "exclusion_group", .doc = "exclusion groups"},
    boon::Field{.name = "tag", .doc = "tags"},
    boon::Field{.name = "channel", .doc = "channels that may show it; offers for all channels included"},
    boon::Field{.name = "placement", .doc = "placements that may show it; offers for all placements included"},
    boon::Field{.name = "valid_at", .doc = "an instant within its validity"},
    boon::Field{
        .name = "q",
        .doc = "words, each of which stands in its name, description, category, tags or external id; without regard to "
               "case and accents",
        .max_length = 200,
    },
};
