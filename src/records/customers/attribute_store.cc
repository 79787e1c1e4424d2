#include "records/customers/attribute_store.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "platform/base/id.h"
#include "platform/db/record.h"
#include "platform/storage/change_feed.h"
#include "records/customers/attribute_bytes.h"
#include "records/customers/record_attributes.h"

namespace boon::customers {

namespace {

constexpr std::size_t kChunkRows = 2000;  // of the batch lane
constexpr std::size_t kRowsPerInsert = 250;

struct FillRow {
    std::int64_t fill = 0;
    profiles::AttributeColumns columns;
    std::string state;
    Timestamp filled_at;
};
BOOST_DESCRIBE_STRUCT(FillRow, (), (fill, columns, state, filled_at))

std::string insert_sql(std::size_t rows) {
    std::string sql = "insert into customer_attributes (customer_id, fill, bytes) values ";
    for (std::size_t i = 0; i < rows; ++i) sql += i == 0 ? "(?, ?, ?)" : ", (?, ?, ?)";
    return sql + " on conflict (customer_id) do update set fill = excluded.fill, bytes = excluded.bytes";
}

// The columns of every fill of which rows are left, and where each of its columns is among those that serve.
struct Fills {
    profiles::AttributeColumns columns;  // of the last one that ended
    std::map<std::int64_t, profiles::AttributeColumns> all;
};

Result<Fills> read_fills(db::Connection& connection) {
    Fills fills;
    BOON_TRY(auto rows, db::select<FillRow>(connection, "select * from attribute_fills order by fill"));
    for (FillRow& row : rows) {
        if (row.state == "done") fills.columns = row.columns;
        fills.all.emplace(row.fill, std::move(row.columns));
    }
    return fills;
}

// For each column of `from` its place in `to`, or kNowhere: it is no more, or of another kind.
constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
std::vector<std::size_t> places_in(const profiles::AttributeColumns& to, const profiles::AttributeColumns& from) {
    std::vector<std::size_t> places;
    for (const profiles::AttributeColumn& column : from) {
        const auto found = std::ranges::find(to, column);
        places.push_back(found == to.end() ? kNowhere : static_cast<std::size_t>(found - to.begin()));
    }
    return places;
}

Status read_filled(
    db::Connection& connection, const profiles::Image& image, const Fills& fills, profiles::AttributesBuilder& builder
) {
    std::map<std::int64_t, std::vector<std::size_t>> places;
    for (const auto& [fill, columns] : fills.all) places.emplace(fill, places_in(fills.columns, columns));
    return connection.query(
        "select customer_id, fill, bytes from customer_attributes", {},
        [&](const db::Row& row) -> Status {
            const auto fill = fills.all.find(row.integer(1));
            const auto place = image.row_of(row.text(0));
            if (fill == fills.all.end() || !place) return {};
            AttributeReader reader(fill->second, row.blob(2));
            for (const std::size_t to : places[fill->first]) {
                BOON_TRY(const auto value, reader.next());
                if (to != kNowhere) builder.set(*place, to, value);
            }
            return {};
        }
    );
}

}  // namespace

Status AttributeFill::add(
    std::span<const std::string_view> customer_ids, std::span<const profiles::AttributeValue> values
) {
    BOON_ASSERT(values.size() == customer_ids.size() * columns_.size());
    for (const std::string_view id : customer_ids) BOON_CHECK(check_customer_id(id));
    for (std::size_t chunk = 0; chunk < customer_ids.size(); chunk += kChunkRows) {
        const std::size_t end = std::min(chunk + kChunkRows, customer_ids.size());
        const Status written = database_->write(db::Lane::batch, [&](db::Connection& connection) -> Status {
            for (std::size_t row = chunk; row < end; row += kRowsPerInsert) {
                const std::size_t count = std::min(kRowsPerInsert, end - row);
                std::vector<std::string> bodies;
                bodies.reserve(count);
                db::Params params;
                for (std::size_t i = row; i < row + count; ++i) {
                    bodies.push_back(attribute_bytes(columns_, values.subspan(i * columns_.size(), columns_.size())));
                    params.push_back(customer_ids[i]);
                    params.push_back(fill_);
                    params.push_back(std::as_bytes(std::span(bodies.back())));
                }
                BOON_CHECK(connection.execute(insert_sql(count), params));
            }
            return {};
        });
        BOON_CHECK(written);
    }
    return {};
}

Status AttributeFill::finish(Timestamp now) {
    const std::string drop = fmt::format(
        "delete from customer_attributes where customer_id in "
        "(select customer_id from customer_attributes where fill < ? limit {})",
        kChunkRows
    );
    while (true) {
        BOON_TRY(const std::int64_t dropped, database_->write(db::Lane::batch, [&](db::Connection& connection) {
            return connection.execute(drop, {fill_});
        }));
        if (dropped == 0) break;
    }
    return database_->write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        BOON_CHECK(
            connection.execute("update attribute_fills set state = 'done', filled_at = ? where fill = ?", {now, fill_})
        );
        BOON_CHECK(connection.execute("delete from attribute_fills where fill < ?", {fill_}));
        return storage::append_change(connection, kAttributeChange, "", now);
    });
}

Result<AttributeFill> AttributeStore::begin(profiles::AttributeColumns columns, Timestamp now) {
    return database_.write(db::Lane::batch, [&](db::Connection& connection) -> Result<AttributeFill> {
        BOON_TRY(const std::int64_t last, db::select_number(connection, "select max(fill) from attribute_fills"));
        const FillRow row{.fill = last + 1, .columns = columns, .state = "filling", .filled_at = now};
        BOON_CHECK(db::insert(connection, "attribute_fills", row));
        return AttributeFill(database_, row.fill, std::move(columns));
    });
}

Result<std::shared_ptr<const profiles::Attributes>> AttributeStore::resident(const profiles::Image& image) {
    using Resident = std::shared_ptr<const profiles::Attributes>;
    return database_.read([&](db::Connection& connection) -> Result<Resident> {
        BOON_TRY(const Fills fills, read_fills(connection));
        BOON_TRY(const auto all, with_characteristics(connection, fills.columns));
        const auto& before = image.attributes().columns();
        const auto columns = *before == all ? before : std::make_shared<const profiles::AttributeColumns>(all);
        profiles::AttributesBuilder builder(columns, image.size());
        BOON_CHECK(read_filled(connection, image, fills, builder));
        BOON_CHECK(read_characteristics(connection, image, *columns, builder));
        return std::move(builder).finish();
    });
}

}  // namespace boon::customers
