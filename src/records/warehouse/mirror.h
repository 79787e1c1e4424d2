// boon's copy of the tables of a company's PostgreSQL warehouse: dwh.NAME in boon's own DuckDB file, refreshed all
// together from one snapshot of the source. ADR 0021 says why a copy.
//
// A refresh reads a table whole, or only its tail where it has a time by which its rows age: the rows from the overlap
// on are read again and replace those kept, older ones stay. When the source then has not as many older rows as the
// copy, something older was added or deleted, and the table is read whole. Changes of older rows that leave their
// number as it is are found by the next whole reading.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "platform/base/describe.h"
#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "records/warehouse/session.h"

namespace boon::warehouse {

struct MirroredTable {
    std::string name;                            // of the copy
    std::string source;                          // as a person names it: customer_features_view, crm.customers
    std::vector<std::string> time_columns = {};  // the first that it has; none: read whole each time
    bool required = false;                       // an error when the source has none of that name
};

struct Mirror {
    std::string url;  // as libpq takes it
    std::vector<MirroredTable> tables = {};
    int statement_timeout_s = 3600;
    int overlap_days = 45;  // rows younger than that may still change
    int whole_days = 7;     // read whole when that is longer ago
};

enum class Reading { whole, tail };
BOOST_DESCRIBE_ENUM(Reading, whole, tail)

// Of one table, what its last refresh did.
struct MirrorState {
    std::string name;
    std::string source;
    std::int64_t rows = 0;
    std::int64_t rows_read = 0;
    Reading reading = Reading::whole;
    double seconds = 0;
    Timestamp refreshed_at;              // the instant of the source's snapshot
    Timestamp whole_at;                  // of the last whole reading
    std::optional<Timestamp> watermark;  // the latest time in the table that is not in the future
};
BOOST_DESCRIBE_STRUCT(
    MirrorState, (), (name, source, rows, rows_read, reading, seconds, refreshed_at, whole_at, watermark)
)

struct RefreshOptions {
    Timestamp now;
    bool whole = false;  // every table
    // Now and then, and before each table: its name, and the rows read of it so far. Its error ends the refresh.
    std::function<Status(std::string_view table, std::int64_t rows)> progress = {};
};

// Of one table, whether it can be read.
struct SourceTable {
    std::string source;
    bool required = false;
    std::optional<Error> fault = {};
};
Result<std::vector<SourceTable>> examine_source(const Mirror& mirror);

// Makes what the copies are kept in, when it is not there yet.
Status prepare_mirror(Session& session);
// By name; empty before the first refresh.
Result<std::vector<MirrorState>> mirror_state(Session& session);

// Refreshes within the session's open transaction; names of tables whose columns are not what they were (new ones
// among them) are appended to `changed`.
Status refresh_mirror(
    Session& session, const Mirror& mirror, const RefreshOptions& options, std::vector<std::string>& changed
);

}  // namespace boon::warehouse
