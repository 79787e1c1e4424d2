#include "records/profiles/store.h"

#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "platform/base/id.h"
#include "platform/db/blocks.h"
#include "platform/db/record.h"
#include "platform/storage/change_feed.h"
#include "records/profiles/standing_store.h"

namespace boon::profiles {

namespace {

// How many rows one INSERT carries: fewer round trips to PostgreSQL, within both engines' limit of parameters.
constexpr std::size_t kRowsPerInsert = 250;

struct SchemaRow {
    std::int64_t schema_id = 0;
    std::string definition;
    std::string state;
    std::int64_t last_fill = 0;
};
BOOST_DESCRIBE_STRUCT(SchemaRow, (), (schema_id, definition, state, last_fill))

// What makes two schemas the same.
std::string definition_of(Schema schema) {
    schema.schema_id = 0;
    return json::write(schema, {.currency = {}, .read_as = json::ReadAs::stored});
}

Result<Schema> schema_of(const SchemaRow& row) {
    auto schema = json::read_text<Schema>(row.definition, {.currency = {}, .read_as = json::ReadAs::stored});
    if (!schema) return in_context("the schema of the profiles cannot be read", schema.error());
    schema->schema_id = row.schema_id;
    return schema;
}

std::string insert_sql(std::size_t rows) {
    std::string sql = "insert into profiles (schema_id, customer_id, version, computed_at, bytes) values ";
    for (std::size_t i = 0; i < rows; ++i) sql += i == 0 ? "(?, ?, ?, ?, ?)" : ", (?, ?, ?, ?, ?)";
    return sql +
           " on conflict (schema_id, customer_id) do update set version = excluded.version, "
           "computed_at = excluded.computed_at, bytes = excluded.bytes";
}

// Of a row of customer_id, computed_at, bytes.
Status read_features(const db::Row& row, std::span<float> features) {
    const db::Bytes bytes = row.blob(2);
    if (bytes.size() != features.size_bytes()) {
        return fail(
            ErrorCode::conflict,
            fmt::format(
                "the profile of customer {} has {} bytes, not {}", row.text(0), bytes.size(), features.size_bytes()
            ),
            "fill the profiles again (boon features)"
        );
    }
    std::memcpy(features.data(), bytes.data(), bytes.size());
    return {};
}

Status drop_chunk(db::Database& database, std::string_view which, const db::Params& params) {
    const std::string sql = fmt::format(
        "delete from profiles where (schema_id, customer_id) in "
        "(select schema_id, customer_id from profiles where {} limit {})",
        which, kChunkRows
    );
    while (true) {
        BOON_TRY(const std::int64_t dropped, database.write(db::Lane::batch, [&](db::Connection& connection) {
            return connection.execute(sql, params);
        }));
        if (dropped == 0) return {};
    }
}

}  // namespace

Status Fill::add(std::span<const std::string_view> customer_ids, std::span<const float> values, Timestamp computed_at) {
    BOON_ASSERT(values.size() == customer_ids.size() * columns_);
    for (const std::string_view id : customer_ids) BOON_CHECK(check_customer_id(id));
    for (std::size_t chunk = 0; chunk < customer_ids.size(); chunk += kChunkRows) {
        const std::size_t chunk_end = std::min(chunk + kChunkRows, customer_ids.size());
        const Status written = database_->write(db::Lane::batch, [&](db::Connection& connection) -> Status {
            for (std::size_t row = chunk; row < chunk_end; row += kRowsPerInsert) {
                const std::size_t count = std::min(kRowsPerInsert, chunk_end - row);
                db::Params params;
                for (std::size_t i = row; i < row + count; ++i) {
                    params.push_back(schema_id_);
                    params.push_back(customer_ids[i]);
                    params.push_back(version_);
                    params.push_back(computed_at);
                    params.push_back(std::as_bytes(values.subspan(i * columns_, columns_)));
                }
                BOON_CHECK(connection.execute(insert_sql(count), params));
            }
            return {};
        });
        BOON_CHECK(written);
    }
    return {};
}

Status Fill::finish(Timestamp now, const Also& also) {
    BOON_CHECK(drop_chunk(*database_, "schema_id = ? and version < ?", {schema_id_, version_}));
    const std::string key = std::to_string(schema_id_);
    const Status swapped = database_->write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        BOON_CHECK(connection.execute("delete from profile_schemas where schema_id <> ?", {schema_id_}));
        BOON_CHECK(connection.execute(
            "update profile_schemas set state = 'current', filled_at = ? where schema_id = ?", {now, schema_id_}
        ));
        BOON_CHECK(storage::append_change(connection, kChangeKind, key, now));
        return also ? also(connection) : Status();
    });
    BOON_CHECK(swapped);
    // The old schema's rows serve nobody any more; losing the process here leaves them to the next fill.
    return drop_chunk(*database_, "schema_id <> ?", {schema_id_});
}

Result<Fill> Store::begin(const Schema& schema) {
    const std::string definition = definition_of(schema);
    return database_.write(db::Lane::batch, [&](db::Connection& connection) -> Result<Fill> {
        BOON_TRY(const auto rows, db::select<SchemaRow>(connection, "select * from profile_schemas"));
        std::int64_t highest = 0;
        for (const SchemaRow& row : rows) {
            highest = std::max(highest, row.schema_id);
            if (row.definition != definition) continue;
            BOON_CHECK(connection.execute(
                "update profile_schemas set last_fill = last_fill + 1 where schema_id = ?", {row.schema_id}
            ));
            return Fill(database_, row.schema_id, row.last_fill + 1, schema.columns.size());
        }
        // Ids grow for good: one that is gone must not come back with another meaning to a server that still holds it.
        BOON_TRY(
            const std::int64_t last,
            db::select_number(
                connection, "select max(cast(key as bigint)) from change_feed where kind = ?", {kChangeKind}
            )
        );
        const std::int64_t schema_id = std::max(highest, last) + 1;
        BOON_CHECK(connection.execute(
            "insert into profile_schemas (schema_id, definition, state, last_fill) values (?, ?, 'filling', 1)",
            {schema_id, definition}
        ));
        return Fill(database_, schema_id, 1, schema.columns.size());
    });
}

Result<std::optional<Schema>> Store::current() {
    return database_.read([](db::Connection& connection) -> Result<std::optional<Schema>> {
        BOON_TRY(
            const auto row,
            db::select_one<SchemaRow>(connection, "select * from profile_schemas where state = 'current'")
        );
        if (!row) return std::nullopt;
        BOON_TRY(Schema schema, schema_of(*row));
        return schema;
    });
}

Result<std::shared_ptr<const Image>> Store::load(const Progress& progress) {
    BOON_TRY(auto current_schema, current());
    if (!current_schema) return std::make_shared<const Image>();
    const auto schema = std::make_shared<const Schema>(*std::move(current_schema));
    BOON_TRY(const auto image, database_.read([&](db::Connection& connection) -> Result<std::shared_ptr<const Image>> {
        BOON_TRY(
            const std::int64_t total,
            db::select_number(connection, "select count(*) from profiles where schema_id = ?", {schema->schema_id})
        );
        ImageBuilder builder(schema, static_cast<std::size_t>(total));
        std::vector<float> features(schema->columns.size());
        std::int64_t done = 0;
        BOON_CHECK(connection.query(
            "select customer_id, computed_at, bytes from profiles where schema_id = ?", {schema->schema_id},
            [&](const db::Row& row) -> Status {
                if (Status read = read_features(row, features); !read) return read;
                builder.add(row.text(0), features, Timestamp{row.integer(1)});
                if (++done % 10'000 == 0 && progress) progress(done, total);
                return {};
            }
        ));
        if (progress) progress(done, total);
        return std::move(builder).finish();
    }));
    BOON_TRY(auto standings, load_standings(database_, *image));
    return image->with(std::move(standings));
}

Result<std::shared_ptr<const Image>> Store::reload(const Image& image, std::span<const std::string> customer_ids) {
    std::vector<ProfileRow> rows;
    const Status read = db::in_blocks(customer_ids, [&](std::string_view marks, const db::Params& ids) {
        // The schema's id is a number that nobody sends.
        const auto sql = fmt::format(
            "select customer_id, computed_at, bytes from profiles where schema_id = {} and customer_id in ({})",
            image.schema()->schema_id, marks
        );
        return database_.read([&](db::Connection& connection) {
            return connection.query(sql, ids, [&](const db::Row& row) -> Status {
                std::vector<float> features(image.schema()->columns.size());
                BOON_CHECK(read_features(row, features));
                rows.push_back({std::string(row.text(0)), std::move(features), Timestamp{row.integer(1)}});
                return {};
            });
        });
    });
    BOON_CHECK(read);
    const auto next = image.with(rows);
    BOON_TRY(auto standings, reload_standings(database_, *next, customer_ids));
    return next->with(std::move(standings));
}

Status change_profiles(
    db::Connection& connection, std::int64_t schema_id, std::span<const ProfileRow> rows, Timestamp now
) {
    // A fill drops the rows that are older than itself.
    BOON_TRY(
        const std::int64_t version,
        db::select_number(connection, "select last_fill from profile_schemas where schema_id = ?", {schema_id})
    );
    for (std::size_t first = 0; first < rows.size(); first += kRowsPerInsert) {
        const auto block = rows.subspan(first, std::min(kRowsPerInsert, rows.size() - first));
        db::Params params;
        for (const ProfileRow& row : block) {
            params.push_back(schema_id);
            params.push_back(row.customer_id);
            params.push_back(version);
            params.push_back(row.computed_at);
            params.push_back(std::as_bytes(std::span(row.features)));
        }
        BOON_CHECK(connection.execute(insert_sql(block.size()), params));
    }
    std::vector<std::string_view> ids;
    for (const ProfileRow& row : rows) ids.emplace_back(row.customer_id);
    return storage::append_changes(connection, kProfileChange, ids, now);
}

Result<std::int64_t> forget_changes(db::Connection& connection, Timestamp before, std::int64_t limit) {
    return connection.execute(
        "delete from change_feed where seq in "
        "(select seq from change_feed where kind = 'profile' and at < ? order by at limit ?)",
        {before, limit}
    );
}

}  // namespace boon::profiles
