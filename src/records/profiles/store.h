// Profiles in the operational database: filled in bulk, loaded into a resident image. Thread-safe, but for one fill at
// a time (a job under a lease sees to that).
//
//     BOON_TRY(auto fill, store.begin(schema));
//     BOON_CHECK(features::compute(…, [&](const auto& r) { return fill.add(r.customer_ids, r.values, as_of); }));
//     BOON_CHECK(fill.finish(now));
//     BOON_TRY(auto image, store.load());
//     table.publish(image);
//
// A fill replaces the current schema's rows in place when the columns are the same. Other columns are filled beside,
// and serve only once the fill is finished. An unfinished fill is harmless: the next one takes its place.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"
#include "records/profiles/profile.h"
#include "records/profiles/table.h"

namespace boon::profiles {

// Of rows in the change feed that tell of a finished fill; the key is the schema's id.
inline constexpr std::string_view kChangeKind = "profiles";
// Of rows that tell of a change of one customer's profile, and perhaps standing, between two fills.
inline constexpr std::string_view kProfileChange = "profile";
inline constexpr std::size_t kChunkRows = 2000;

class Fill {
public:
    // Any number of customers, each once in a fill; values: row by row, in the schema's order. Durable on return.
    Status add(std::span<const std::string_view> customer_ids, std::span<const float> values, Timestamp computed_at);
    // Drops customers that were not added, makes the schema current, and tells the change feed. `also` is done in the
    // transaction that does so.
    using Also = std::function<Status(db::Connection& connection)>;
    Status finish(Timestamp now, const Also& also = {});

    [[nodiscard]] std::int64_t schema_id() const { return schema_id_; }

private:
    friend class Store;
    Fill(db::Database& database, std::int64_t schema_id, std::int64_t version, std::size_t columns)
        : database_(&database), schema_id_(schema_id), version_(version), columns_(columns) {}

    Status drop_rest();

    db::Database* database_;
    std::int64_t schema_id_;
    std::int64_t version_;
    std::size_t columns_;
};

class Store {
public:
    // How far a load is: customers read, of how many.
    using Progress = std::function<void(std::int64_t done, std::int64_t total)>;

    explicit Store(db::Database& database) : database_(database) {}

    // The schema's own schema_id is not looked at: it gets the one of the same columns, or a new one.
    Result<Fill> begin(const Schema& schema);
    // Nothing before the first finished fill.
    Result<std::optional<Schema>> current();
    // The current profiles with their standings, or an empty image. `conflict` when a row does not have the schema's
    // length.
    Result<std::shared_ptr<const Image>> load(const Progress& progress = {});
    // The image with those customers' rows and standings read anew.
    Result<std::shared_ptr<const Image>> reload(const Image& image, std::span<const std::string> customer_ids);

private:
    db::Database& database_;
};

// Rows of the schema that serves as they are from now on, each customer once; within the caller's write(), which should
// hold at most kChunkRows. They outlast a fill that is under way. Tells the change feed.
Status change_profiles(
    db::Connection& connection, std::int64_t schema_id, std::span<const ProfileRow> rows, Timestamp now
);

// Removes from the change feed what change_profiles() told before `before`, at most `limit` rows; how many.
Result<std::int64_t> forget_changes(db::Connection& connection, Timestamp before, std::int64_t limit);

}  // namespace boon::profiles
