// The features of one customer, from the customer's past and what was posted since: the same numbers, to the bit, as
// batch_sql.h has for the whole base over the same rows (online_test.cc).
//
//     BOON_TRY(const auto online, Online::make(schema));
//     Past past = …;                                        // of the warehouse (read_pasts.h), or empty
//     online.add(past, posted);
//     std::vector<float> features = online.vector(past, as_of);
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "records/features/calendar.h"
#include "records/features/past.h"
#include "records/features/schema.h"

namespace boon::features {

// A value of a posted row's column.
struct PostedValue {
    std::string_view column;
    std::optional<std::string_view> text = {};
    std::optional<std::int64_t> whole = {};  // minor units, millionths, a whole number, 0 or 1
};
// A row that was posted to boon: a transaction, an interaction, or a message about a payment. A column that is not
// named is missing.
struct PostedRow {
    Table table = Table::transactions;
    std::int64_t at = 0;
    std::int64_t known_at = 0;
    std::int64_t until = kNoCell;  // paid_at
    std::string_view business_id;
    std::vector<PostedValue> values;
};

// Immutable and thread-safe.
class Online {
public:
    // `invalid` for a time zone that the system does not know.
    static Result<Online> make(Schema schema);

    [[nodiscard]] const Schema& schema() const { return *schema_; }
    [[nodiscard]] const Layout& layout() const { return layout_; }

    // A transaction or interaction whose business id the past has is left out; messages about one bill become one: due,
    // amount and automatic of the earliest known, paid when the first says so.
    void add(Past& past, std::span<const PostedRow> posted) const;

    // As of the instant; NaN where missing.
    [[nodiscard]] std::vector<float> vector(const Past& past, Timestamp as_of) const;
    // The same into `out`, which has a place for each feature. False when a sum was beyond 64 bits: it is missing.
    bool fill(const Past& past, Timestamp as_of, std::span<float> out) const;

    // Whether a feature is computed from the table's rows.
    [[nodiscard]] bool reads(Table table) const;

    // When the vector next becomes another though nothing is posted, beside days that go on: a row leaves a window, or
    // a bill falls due. Nothing: never.
    [[nodiscard]] std::optional<Timestamp> stale_at(const Past& past, Timestamp as_of) const;

private:
    // What a row must have: cells one of the values each, or a column that is worked out.
    struct Demand {
        enum class Of : std::uint8_t { cell, state, days_late, active } of = Of::cell;
        std::size_t slot = 0;
        std::vector<std::int64_t> values;
    };
    using Demands = std::vector<Demand>;
    struct Leg {
        Table table = Table::transactions;
        bool by_until = false;  // happened when it was paid
        Demands demands;
        bool not_automatic = false;
    };
    struct Compiled {
        Aggregate aggregate = Aggregate::count;
        std::vector<Leg> legs;  // `where`
        Demands part;
        std::optional<std::size_t> slot;  // of the column
        bool is_days_late = false;
        bool is_day = false;
        ColumnKind kind = ColumnKind::integer;
        std::optional<std::int64_t> days;
        std::size_t attribute = 0;
        bool is_category = false;
    };
    class Reading;

    Online(std::shared_ptr<const Schema> schema, Calendar calendar);
    Compiled compile(const Feature& feature) const;
    Demands demands_of(const Declaration& declaration, const Filter& filter) const;
    void add_bill(PastRows& bills, const PostedRow& message) const;
    [[nodiscard]] std::vector<std::int64_t> cells_of(const PostedRow& row) const;

    std::shared_ptr<const Schema> schema_;
    Layout layout_;
    Calendar calendar_;
    std::vector<Compiled> compiled_;
    double minor_units_ = 1;
};

}  // namespace boon::features
