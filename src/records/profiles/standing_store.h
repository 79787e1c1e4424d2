// Standings in the operational database: one row a customer, written by lifecycle and value in the transaction of what
// they decided, read into memory at start and when the change feed says so.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"
#include "records/profiles/table.h"

namespace boon::profiles {

// Of rows in the change feed that tell of standings; the key is the customer, or empty: many.
inline constexpr std::string_view kStandingChange = "standing";

// What lifecycle knows of a customer.
struct StageRow {
    std::string customer_id;
    std::string stage;
    Timestamp stage_since;
    std::string stage_flags;  // comma between them
    bool overridden = false;
};
BOOST_DESCRIBE_STRUCT(StageRow, (), (customer_id, stage, stage_since, stage_flags, overridden))

// What value knows of a customer.
struct ValueRow {
    std::string customer_id;
    double value_score = 0;
    std::string value_segment;
    bool is_partial = false;
    bool in_base = true;
    std::int32_t r = 0;  // 0: no RFM
    std::int32_t f = 0;
    std::int32_t m = 0;
    std::string rfm_segment;  // empty: no RFM
    std::optional<double> predicted_ltv;
};
BOOST_DESCRIBE_STRUCT(
    ValueRow, (), (customer_id, value_score, value_segment, is_partial, in_base, r, f, m, rfm_segment, predicted_ltv)
)

// Each customer once; within the caller's write(), which should hold at most 2 000.
Status write_stages(db::Connection& connection, std::span<const StageRow> rows);
Status write_values(db::Connection& connection, std::span<const ValueRow> rows);
// Who left the base.
Status drop_standings(db::Connection& connection, std::span<const std::string> customer_ids);

// All standings, laid out for the image's rows; who has no row in the image is left out.
Result<std::shared_ptr<const Standings>> load_standings(db::Database& database, const Image& image);
// The image's standings with those customers' read anew.
Result<std::shared_ptr<const Standings>> reload_standings(
    db::Database& database, const Image& image, std::span<const std::string> customer_ids
);

}  // namespace boon::profiles
