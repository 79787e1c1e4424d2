// Features of rows that each have an instant of their own: the pasts of their customers are read out of the warehouse,
// every table once, and each row is worked out from its customer's past (online.h). The SQL of the whole base
// (batch_sql.h) gives the same numbers to the bit (agreement_test.cc).
#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "records/features/compute.h"
#include "records/features/matrix.h"
#include "records/features/online.h"
#include "records/features/past_sql.h"
#include "records/features/sources.h"

namespace boon::features {

namespace {

// Customers whose pasts are held at a time: some hundred bytes for each of their rows.
constexpr std::size_t kPastsAtOnce = 32'768;
// Columns before the cells: place, at, known_at, until.
constexpr std::size_t kFirstCell = 4;

// The rows that were asked for, in order of row_id. A customer's place is its number among theirs.
struct Asked {
    std::vector<std::int64_t> row_ids;
    std::vector<std::size_t> places;
    std::vector<std::int64_t> as_of;
    std::size_t customers = 0;
    std::int64_t latest = std::numeric_limits<std::int64_t>::min();
};

// Where each place's entries are: those of `place` are order[first[place]] … order[first[place + 1]), in their order.
struct ByPlace {
    std::vector<std::size_t> first;
    std::vector<std::size_t> order;

    ByPlace(std::span<const std::size_t> places, std::size_t count) : first(count + 1), order(places.size()) {
        for (const std::size_t place : places) ++first[place + 1];
        std::partial_sum(first.begin(), first.end(), first.begin());
        std::vector<std::size_t> next(first.begin(), first.end() - 1);
        for (std::size_t i = 0; i < places.size(); ++i) order[next[places[i]]++] = i;
    }
    [[nodiscard]] std::span<const std::size_t> of(std::size_t place) const {
        return std::span(order).subspan(first[place], first[place + 1] - first[place]);
    }
};

// The rows of one table that belong to some places, as they came.
struct TableRows {
    std::vector<std::size_t> places;
    PastRows rows;
    std::size_t width = 0;
};

// Some customers' pasts: places from `begin` on.
struct Pasts {
    std::size_t begin = 0;
    std::size_t count = 0;
    std::array<TableRows, kPastTables.size()> tables;
    std::vector<bool> is_listed;
    std::vector<std::int64_t> attributes;  // place by place
};

Result<Asked> read_asked(warehouse::Session& session) {
    BOON_CHECK(session.execute(
        "CREATE OR REPLACE TEMP TABLE feature_customers AS SELECT customer_id, "
        "CAST(row_number() OVER () - 1 AS BIGINT) AS place FROM (SELECT DISTINCT customer_id FROM feature_rows)"
    ));
    Asked asked;
    const auto take = [&](const warehouse::Chunk& chunk) -> Status {
        for (std::size_t r = 0; r < chunk.rows(); ++r) {
            asked.row_ids.push_back(chunk.column(0).integer(r));
            asked.places.push_back(static_cast<std::size_t>(chunk.column(1).integer(r)));
            asked.as_of.push_back(chunk.column(2).integer(r));
            asked.customers = std::max(asked.customers, asked.places.back() + 1);
            asked.latest = std::max(asked.latest, asked.as_of.back());
        }
        return {};
    };
    BOON_CHECK(session.for_each_chunk(
        "SELECT r.row_id, c.place, epoch_us(r.as_of) FROM feature_rows r JOIN feature_customers c USING (customer_id) "
        "ORDER BY r.row_id",
        take
    ));
    return asked;
}

class PastReader {
public:
    PastReader(warehouse::Session& session, const Online& online, const ComputeOptions& options, const Asked& asked)
        : session_(session), online_(online), is_in_parts_(asked.customers > kPastsAtOnce) {
        for (const Table table : kPastTables) {
            if (online.reads(table)) selects_[place_of(table)] = select(table, options, asked.latest);
        }
        std::string items;
        for (const std::size_t place : online.layout().attributes())
            items += fmt::format(", {} AS c{}", attribute_sql(online.schema().features()[place]), place);
        attributes_ = fmt::format(
            "SELECT c.place AS place{} FROM {} t JOIN feature_customers c ON c.customer_id = t.customer_id", items,
            rows_of(Table::customers, false, Speech(sql::Dialect::duckdb))
        );
    }

    // Sets the rows that count aside, with many customers in order of place: then each part is read by itself.
    Status prepare() {
        for (const Table table : kPastTables) {
            std::string& sql = selects_[place_of(table)];
            if (sql.empty()) continue;
            BOON_TRY(sql, set_aside(sql, enum_name(table)));
        }
        BOON_TRY(attributes_, set_aside(attributes_, enum_name(Table::customers)));
        return {};
    }

    Result<Pasts> read(std::size_t begin, std::size_t count) {
        Pasts pasts{.begin = begin, .count = count, .tables = {}, .is_listed = {}, .attributes = {}};
        for (const Table table : kPastTables) {
            if (!selects_[place_of(table)].empty()) BOON_CHECK(read_table(table, pasts));
        }
        BOON_CHECK(read_attributes(pasts));
        return pasts;
    }

private:
    [[nodiscard]] std::string select(Table table, const ComputeOptions& options, std::int64_t latest) const {
        std::string cells;
        std::size_t n = 0;
        for (const Column& column : online_.layout().columns(table))
            cells += fmt::format(", {} AS c{}", cell_sql(online_.schema(), table, column), n++);
        return fmt::format(
            "SELECT c.place AS place, epoch_us(t.{0}) AS at, epoch_us(t.known_at) AS known_at, epoch_us({1}) AS "
            "until{2} "
            "FROM {3} t JOIN feature_customers c ON c.customer_id = t.customer_id "
            "WHERE t.{0} IS NOT NULL AND t.known_at <= make_timestamp({4})",
            table_info(table).at, until_sql(table), cells,
            rows_of(table, options.unique_ids.contains(table), Speech(sql::Dialect::duckdb)), latest
        );
    }

    // The SELECT of what is left of it: a table of the session. It cannot be streamed as it is (Session).
    Result<std::string> set_aside(const std::string& sql, std::string_view name) {
        BOON_CHECK(session_.execute(fmt::format(
            "CREATE OR REPLACE TEMP TABLE past_{} AS {}{}", name, sql, is_in_parts_ ? " ORDER BY place" : ""
        )));
        return fmt::format("SELECT * FROM past_{}", name);
    }

    [[nodiscard]] static std::string of_part(const std::string& sql, const Pasts& pasts) {
        return fmt::format("{} WHERE place BETWEEN {} AND {}", sql, pasts.begin, pasts.begin + pasts.count - 1);
    }

    Status read_table(Table table, Pasts& pasts) {
        TableRows& to = pasts.tables[place_of(table)];
        const auto& columns = online_.layout().columns(table);
        to.width = columns.size();
        const auto take = [&](const warehouse::Chunk& chunk) -> Status {
            const std::size_t first = to.rows.cells.size();
            to.rows.cells.resize(first + chunk.rows() * columns.size());
            for (std::size_t c = 0; c < columns.size(); ++c) {
                const warehouse::ColumnView& column = chunk.column(kFirstCell + c);
                std::int64_t* cell = to.rows.cells.data() + first + c;
                for (std::size_t r = 0; r < chunk.rows(); ++r, cell += columns.size())
                    *cell = cell_at(columns[c], column, r);
            }
            const warehouse::ColumnView& until = chunk.column(3);
            for (std::size_t r = 0; r < chunk.rows(); ++r) {
                to.places.push_back(static_cast<std::size_t>(chunk.column(0).integer(r)) - pasts.begin);
                PastRow& row = to.rows.rows.emplace_back();
                row.at = chunk.column(1).integer(r);
                row.known_at = chunk.column(2).integer(r);
                if (!until.is_null(r)) row.until = until.integer(r);
            }
            return {};
        };
        return session_.for_each_chunk(of_part(selects_[place_of(table)], pasts), take);
    }

    Status read_attributes(Pasts& pasts) {
        const Schema& schema = online_.schema();
        const auto& attributes = online_.layout().attributes();
        pasts.is_listed.resize(pasts.count);
        pasts.attributes.assign(pasts.count * attributes.size(), kNoCell);
        return session_.for_each_chunk(of_part(attributes_, pasts), [&](const warehouse::Chunk& chunk) -> Status {
            for (std::size_t r = 0; r < chunk.rows(); ++r) {
                const std::size_t place = static_cast<std::size_t>(chunk.column(0).integer(r)) - pasts.begin;
                pasts.is_listed[place] = true;
                for (std::size_t i = 0; i < attributes.size(); ++i) {
                    pasts.attributes[place * attributes.size() + i] =
                        attribute_at(schema, schema.features()[attributes[i]], chunk.column(i + 1), r);
                }
            }
            return {};
        });
    }

    warehouse::Session& session_;
    const Online& online_;
    bool is_in_parts_;
    std::array<std::string, kPastTables.size()> selects_;
    std::string attributes_;
};

// Works out the asked rows of one part.
class Part {
public:
    Part(const Online& online, const Asked& asked, const ByPlace& asked_by_place, const Pasts& pasts, Matrix& out)
        : online_(online), asked_(asked), asked_by_place_(asked_by_place), pasts_(pasts), out_(out) {
        for (std::size_t i = 0; i < kPastTables.size(); ++i)
            by_place_.emplace_back(pasts.tables[i].places, pasts.count);
    }

    // The places of this part from `begin` to `end`. False when a sum was beyond 64 bits. Several at once.
    [[nodiscard]] bool work(std::size_t begin, std::size_t end) const {
        Past past;
        std::vector<std::size_t> rows;
        bool fits = true;
        for (std::size_t place = begin; place < end; ++place) {
            const auto asked = asked_by_place_.of(pasts_.begin + place);
            rows.assign(asked.begin(), asked.end());
            std::ranges::sort(rows, {}, [&](std::size_t row) { return asked_.as_of[row]; });
            take(place, past);
            for (std::size_t i = 0; i < rows.size(); ++i) {
                const std::span<float> to = values(rows[i]);
                if (i > 0 && asked_.as_of[rows[i]] == asked_.as_of[rows[i - 1]]) {
                    std::ranges::copy(values(rows[i - 1]), to.begin());
                } else {
                    fits = online_.fill(past, {asked_.as_of[rows[i]]}, to) && fits;
                }
            }
        }
        return fits;
    }

private:
    [[nodiscard]] std::span<float> values(std::size_t row) const {
        return std::span(out_.values).subspan(row * out_.columns, out_.columns);
    }

    void take(std::size_t place, Past& past) const {
        past.is_listed = pasts_.is_listed[place];
        const std::size_t attributes = online_.layout().attributes().size();
        const auto first = pasts_.attributes.begin() + static_cast<std::ptrdiff_t>(place * attributes);
        past.attributes.assign(first, first + static_cast<std::ptrdiff_t>(attributes));
        for (std::size_t i = 0; i < kPastTables.size(); ++i) {
            const TableRows& from = pasts_.tables[i];
            PastRows& to = past.tables[i];
            to.rows.clear();
            to.cells.clear();
            for (const std::size_t row : by_place_[i].of(place)) {
                to.rows.push_back(from.rows.rows[row]);
                const auto cells = from.rows.cells.begin() + static_cast<std::ptrdiff_t>(row * from.width);
                to.cells.insert(to.cells.end(), cells, cells + static_cast<std::ptrdiff_t>(from.width));
            }
        }
    }

    const Online& online_;
    const Asked& asked_;
    const ByPlace& asked_by_place_;
    const Pasts& pasts_;
    Matrix& out_;
    std::vector<ByPlace> by_place_;
};

// What a table of today's state says of customers beyond the standard columns.
std::set<std::string> undated_columns(const warehouse::Warehouse& warehouse) {
    std::set<std::string> undated;
    if (!warehouse.is_current_state("customers")) return undated;
    for (const warehouse::SourceColumn& column : warehouse.source_columns("customers")) {
        if (!column.standard) undated.insert(column.name);
    }
    return undated;
}

// A stretch of the part's places for each thread.
bool work_all(const Part& part, std::size_t places, std::size_t threads) {
    std::vector<std::uint8_t> fits(threads, 1);
    {
        std::vector<std::jthread> workers;
        const std::size_t stretch = (places + threads - 1) / threads;
        for (std::size_t i = 0; i < threads; ++i) {
            const std::size_t begin = std::min(i * stretch, places);
            const std::size_t end = std::min(begin + stretch, places);
            workers.emplace_back([&part, &fits, i, begin, end] { fits[i] = part.work(begin, end) ? 1 : 0; });
        }
    }
    return std::ranges::all_of(fits, [](std::uint8_t one) { return one == 1; });
}

}  // namespace

Result<Matrix> compute_rows(
    warehouse::Warehouse& warehouse, const Schema& schema, std::string_view rows, const ComputeOptions& options
) {
    BOON_CHECK(schema.definitions().check_trainable(undated_columns(warehouse)));
    BOON_TRY(const Online online, Online::make(schema));
    BOON_TRY(warehouse::Session session, warehouse.session());
    BOON_CHECK(stage_rows(session, rows, RowsOf::customers));
    BOON_TRY(Asked asked, read_asked(session));
    Matrix matrix{.columns = schema.size(), .row_ids = {}, .values = {}};
    matrix.values.resize(asked.row_ids.size() * schema.size());
    BOON_TRY(const warehouse::Frame threads, session.query("SELECT CAST(current_setting('threads') AS BIGINT)"));
    const ByPlace by_place(asked.places, asked.customers);
    PastReader reader(session, online, options, asked);
    BOON_CHECK(reader.prepare());
    for (std::size_t begin = 0; begin < asked.customers; begin += kPastsAtOnce) {
        BOON_TRY(const Pasts pasts, reader.read(begin, std::min(kPastsAtOnce, asked.customers - begin)));
        const Part part(online, asked, by_place, pasts, matrix);
        if (work_all(part, pasts.count, static_cast<std::size_t>(threads.columns.front().integer(0)))) continue;
        return fail(
            ErrorCode::invalid, "a sum of a customer's rows is beyond 64 bits",
            "look for amounts that cannot be: `boon doctor` checks the warehouse"
        );
    }
    matrix.row_ids = std::move(asked.row_ids);
    return matrix;
}

}  // namespace boon::features
