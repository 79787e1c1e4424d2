#include "insight/scoring/product_lists.h"

#include <algorithm>
#include <cstring>
#include <span>

#include <fmt/format.h>

namespace boon::scoring {
namespace {

constexpr std::size_t kChunkRows = 2000;  // of the batch lane
constexpr std::size_t kRowsPerInsert = 200;

static_assert(sizeof(RankedProduct) == 12 && std::is_trivially_copyable_v<RankedProduct>);

std::string insert_sql(std::size_t rows) {
    std::string sql = "insert into product_lists (customer_id, version, as_of, repeats_allowed, new_items) values ";
    for (std::size_t i = 0; i < rows; ++i) sql += i == 0 ? "(?, ?, ?, ?, ?)" : ", (?, ?, ?, ?, ?)";
    return sql +
           " on conflict (customer_id) do update set version = excluded.version, as_of = excluded.as_of, "
           "repeats_allowed = excluded.repeats_allowed, new_items = excluded.new_items";
}

Result<std::vector<RankedProduct>> unpack(db::Bytes bytes) {
    if (bytes.size() % sizeof(RankedProduct) != 0) {
        return fail(ErrorCode::conflict, "a list of products has another length", "run `boon score all` again");
    }
    std::vector<RankedProduct> list(bytes.size() / sizeof(RankedProduct));
    if (!list.empty()) std::memcpy(list.data(), bytes.data(), bytes.size());
    return list;
}

}  // namespace

Status ProductLists::put(std::string_view version, Timestamp as_of, const std::vector<CustomerProducts>& customers) {
    for (std::size_t chunk = 0; chunk < customers.size(); chunk += kChunkRows) {
        const std::size_t end = std::min(chunk + kChunkRows, customers.size());
        const Status written = database_.write(db::Lane::batch, [&](db::Connection& connection) -> Status {
            for (std::size_t row = chunk; row < end; row += kRowsPerInsert) {
                const std::size_t count = std::min(kRowsPerInsert, end - row);
                db::Params params;
                for (std::size_t i = row; i < row + count; ++i) {
                    params.push_back(customers[i].customer_id);
                    params.push_back(version);
                    params.push_back(as_of);
                    params.push_back(std::as_bytes(std::span(customers[i].repeats_allowed)));
                    params.push_back(std::as_bytes(std::span(customers[i].new_items)));
                }
                BOON_CHECK(connection.execute(insert_sql(count), params));
            }
            return {};
        });
        BOON_CHECK(written);
    }
    return {};
}

Status ProductLists::drop_others(std::string_view version, Timestamp as_of) {
    while (true) {
        BOON_TRY(const std::int64_t dropped, database_.write(db::Lane::batch, [&](db::Connection& connection) {
            return connection.execute(
                fmt::format(
                    "delete from product_lists where customer_id in (select customer_id from product_lists where "
                    "version <> ? or as_of < ? limit {})",
                    kChunkRows
                ),
                {version, as_of}
            );
        }));
        if (dropped == 0) return {};
    }
}

Result<std::optional<KeptProducts>> ProductLists::find(std::string_view customer_id) {
    return database_.read([&](db::Connection& connection) -> Result<std::optional<KeptProducts>> {
        std::optional<KeptProducts> found;
        BOON_CHECK(connection.query(
            "select version, as_of, repeats_allowed, new_items from product_lists where customer_id = ?", {customer_id},
            [&](const db::Row& row) -> Status {
                KeptProducts& kept = found.emplace();
                kept.version = row.text(0);
                kept.as_of = {row.integer(1)};
                kept.lists.customer_id = customer_id;
                BOON_TRY(kept.lists.repeats_allowed, unpack(row.blob(2)));
                BOON_TRY(kept.lists.new_items, unpack(row.blob(3)));
                return {};
            }
        ));
        return found;
    });
}

}  // namespace boon::scoring
