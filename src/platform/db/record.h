// Described records (platform/base/record.h) in and out of tables. A member's column has its name; bool, integers,
// Timestamp (microseconds) and Money (minor units) are integers, described enums text, vector<byte> bytes, an empty
// optional NULL; lists, maps, nested records and json::Value are JSON text.
//
//     auto job = db::select_one<Job>(c, "select * from jobs where id = ?", {id});   // Result<std::optional<Job>>
//     BOON_CHECK(db::insert(c, "jobs", job));
//     BOON_CHECK(db::update(c, "jobs", job, {"id"}));
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/db/connection.h"
#include "platform/db/param.h"

namespace boon::db {

// Of the columns `names`, where in a row each stands; `internal` when one is missing. For select().
Status find_columns(const Row& row, std::span<const std::string_view> names, std::span<int> places);
// A stored value that its member cannot hold: `internal`, naming the column.
std::unexpected<Error> misfit(const Row& row, int column, std::string_view wanted);
std::string insert_sql(std::string_view table, std::span<const std::string_view> columns);
std::string update_sql(
    std::string_view table, std::span<const std::string_view> columns, std::initializer_list<std::string_view> keys
);

namespace detail {

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <class T>
inline constexpr bool kIsBytes = std::is_same_v<T, std::vector<std::byte>>;

template <class T>
inline constexpr bool kIsScalar =
    std::is_arithmetic_v<T> || std::is_same_v<T, std::string> || std::is_same_v<T, Timestamp> ||
    std::is_same_v<T, Money> || DescribedEnum<T> || kIsBytes<T>;

template <class T>
Status read_scalar(const Row& row, int column, T& out) {
    if constexpr (std::is_same_v<T, bool>) {
        out = row.integer(column) != 0;
    } else if constexpr (std::integral<T>) {
        const std::int64_t number = row.integer(column);
        if (!std::in_range<T>(number)) return misfit(row, column, "a smaller number");
        out = static_cast<T>(number);
    } else if constexpr (std::floating_point<T>) {
        out = static_cast<T>(row.real(column));
    } else if constexpr (std::is_same_v<T, Timestamp>) {
        out = Timestamp{row.integer(column)};
    } else if constexpr (std::is_same_v<T, Money>) {
        out = Money{row.integer(column)};
    } else if constexpr (kIsBytes<T>) {
        const Bytes bytes = row.blob(column);
        out.assign(bytes.begin(), bytes.end());
    } else if constexpr (std::is_same_v<T, std::string>) {
        out = row.text(column);
    } else {
        const auto named = enum_from<T>(row.text(column));
        if (!named) return misfit(row, column, enum_choices<T>());
        out = *named;
    }
    return {};
}

template <class T>
Status read_column(const Row& row, int column, T& out) {
    if constexpr (kIsOptional<T>) {
        if (row.is_null(column)) {
            out.reset();
            return {};
        }
        return read_column(row, column, out.emplace());
    } else if constexpr (kIsScalar<T>) {
        if (row.is_null(column)) return misfit(row, column, "a value");
        return read_scalar(row, column, out);
    } else {
        const auto value = json::parse(row.text(column));
        if (!value || !json::read_over(*value, out, {.currency = {}, .read_as = json::ReadAs::stored})) {
            return misfit(row, column, "JSON of the record's form");
        }
        return {};
    }
}

// `text` keeps what the Param only views.
template <class T>
Param to_param(const T& value, std::string& text) {
    if constexpr (kIsOptional<T>) {
        return value ? to_param(*value, text) : Param(nullptr);
    } else if constexpr (kIsScalar<T>) {
        return Param(value);
    } else {
        text = json::write(value, {.currency = {}, .read_as = json::ReadAs::stored});
        return Param(text);
    }
}

template <DescribedRecord T>
inline constexpr std::size_t kColumnCount = boost::mp11::mp_size<MembersOf<T>>::value;

template <DescribedRecord T>
std::array<std::string_view, kColumnCount<T>> column_names() {
    std::array<std::string_view, kColumnCount<T>> names;
    std::size_t i = 0;
    boost::mp11::mp_for_each<MembersOf<T>>([&](auto described) { names[i++] = described.name; });
    return names;
}

template <DescribedRecord T>
struct BoundRecord {
    explicit BoundRecord(const T& record) {
        std::size_t i = 0;
        boost::mp11::mp_for_each<MembersOf<T>>([&](auto described) {
            params.push_back(to_param(record.*described.pointer, texts[i++]));
        });
    }
    BoundRecord(const BoundRecord&) = delete;
    BoundRecord& operator=(const BoundRecord&) = delete;

    std::array<std::string, kColumnCount<T>> texts;
    std::vector<Param> params;
};

template <DescribedRecord T>
Status read_row(const Row& row, std::span<const int> places, T& out) {
    Status status;
    std::size_t i = 0;
    boost::mp11::mp_for_each<MembersOf<T>>([&](auto described) {
        const int column = places[i++];
        if (status) status = read_column(row, column, out.*described.pointer);
    });
    return status;
}

}  // namespace detail

// Hands each row, read as a T, to `on_record` (T&&) -> Status. Every member needs a column; further columns are left.
template <DescribedRecord T, class OnRecord>
Status for_each(Connection& connection, std::string_view sql, const Params& params, OnRecord&& on_record) {
    std::array<int, detail::kColumnCount<T>> places{};
    bool placed = false;
    return connection.query(sql, params, [&](const Row& row) -> Status {
        if (!placed) BOON_CHECK(find_columns(row, detail::column_names<T>(), places));
        placed = true;
        T record{};
        BOON_CHECK(detail::read_row(row, places, record));
        return on_record(std::move(record));
    });
}

template <DescribedRecord T>
Result<std::vector<T>> select(Connection& connection, std::string_view sql, const Params& params = {}) {
    std::vector<T> records;
    BOON_CHECK(for_each<T>(connection, sql, params, [&](T&& record) -> Status {
        records.push_back(std::move(record));
        return {};
    }));
    return records;
}

// The first row, if there is one.
template <DescribedRecord T>
Result<std::optional<T>> select_one(Connection& connection, std::string_view sql, const Params& params = {}) {
    std::optional<T> first;
    BOON_CHECK(for_each<T>(connection, sql, params, [&](T&& record) -> Status {
        if (!first) first = std::move(record);
        return {};
    }));
    return first;
}

// The one number that a query gives: `select count(*) …`; 0 when it gives no row or NULL.
Result<std::int64_t> select_number(Connection& connection, std::string_view sql, const Params& params = {});

template <DescribedRecord T>
Status insert(Connection& connection, std::string_view table, const T& record) {
    detail::BoundRecord<T> bound(record);
    BOON_CHECK(connection.execute(insert_sql(table, detail::column_names<T>()), std::move(bound.params)));
    return {};
}

// Writes every member to the row whose `keys` columns are the record's; `not_found` when there is none.
template <DescribedRecord T>
Status update(
    Connection& connection, std::string_view table, const T& record, std::initializer_list<std::string_view> keys
) {
    const auto columns = detail::column_names<T>();
    detail::BoundRecord<T> bound(record);
    for (const std::string_view key : keys) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i] == key) bound.params.push_back(bound.params[i]);
        }
    }
    BOON_TRY(const std::int64_t rows, connection.execute(update_sql(table, columns, keys), std::move(bound.params)));
    if (rows == 0) return fail(ErrorCode::not_found, "there is no such row in \"" + std::string(table) + "\"");
    return {};
}

}  // namespace boon::db
