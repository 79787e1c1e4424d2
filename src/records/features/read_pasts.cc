#include "records/features/read_pasts.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "records/features/past_sql.h"

namespace boon::features {

namespace {

// Columns before the cells: customer, at, known_at, until, id.
constexpr std::size_t kFirstCell = 5;

std::string id_sql(Table table) {
    if (table != Table::holdings) return fmt::format("t.{}", table_info(table).id);
    return "t.product_id || '|' || epoch_us(t.started_at)";
}

// The order in which rows of one id became countable, as rows_of() has it.
std::string rows_sql(const Schema& schema, const Layout& layout, Table table, std::string_view counting) {
    std::string cells;
    for (const Column& column : layout.columns(table)) cells += ", " + cell_sql(schema, table, column);
    const std::string_view at = table_info(table).at;
    return fmt::format(
        "SELECT t.customer_id, epoch_us(t.{0}), epoch_us(t.known_at), epoch_us({1}), {2}{3} "
        "FROM boon_own.{4} t JOIN wanted w ON w.customer_id = t.customer_id WHERE {5} "
        "ORDER BY greatest(t.{0} + INTERVAL 1 MICROSECOND, t.known_at), t.{0}, t",
        at, until_sql(table), id_sql(table), cells, enum_name(table), counting
    );
}

class Reader {
public:
    Reader(warehouse::Session& session, const Online& online, PastsByCustomer& pasts)
        : session_(session), online_(online), pasts_(pasts) {}

    Status read(Table table, std::string_view counting) {
        const auto& columns = online_.layout().columns(table);
        std::set<std::pair<std::string, std::int64_t>> seen;  // customer and id
        return session_.for_each_chunk(
            rows_sql(online_.schema(), online_.layout(), table, counting),
            [&](const warehouse::Chunk& chunk) -> Status {
                for (std::size_t r = 0; r < chunk.rows(); ++r) {
                    const auto row = row_of(chunk, r);
                    if (!row) continue;
                    const std::string_view customer = chunk.column(0).text(r);
                    if (row->id != 0 && !seen.emplace(customer, row->id).second) continue;
                    PastRows& rows = pasts_.find(customer)->second.tables[place_of(table)];
                    rows.rows.push_back(*row);
                    for (std::size_t c = 0; c < columns.size(); ++c) {
                        rows.cells.push_back(cell_at(columns[c], chunk.column(kFirstCell + c), r));
                    }
                }
                return {};
            }
        );
    }

    Status read_attributes() {
        const Schema& schema = online_.schema();
        std::string items;
        for (const std::size_t place : online_.layout().attributes()) {
            items += ", " + attribute_sql(schema.features()[place]);
        }
        std::set<std::string, std::less<>> seen;
        const std::string sql = fmt::format(
            "SELECT t.customer_id{} FROM boon_own.customers t JOIN wanted w ON w.customer_id = t.customer_id "
            "ORDER BY t.joined_at, t",
            items
        );
        return session_.for_each_chunk(sql, [&](const warehouse::Chunk& chunk) -> Status {
            for (std::size_t r = 0; r < chunk.rows(); ++r) {
                const std::string_view customer = chunk.column(0).text(r);
                if (!seen.emplace(customer).second) continue;
                Past& past = pasts_.find(customer)->second;
                past.is_listed = true;
                past.attributes.clear();
                for (std::size_t i = 0; i < online_.layout().attributes().size(); ++i) {
                    const Feature& feature = schema.features()[online_.layout().attributes()[i]];
                    past.attributes.push_back(attribute_at(schema, feature, chunk.column(i + 1), r));
                }
            }
            return {};
        });
    }

private:
    // Nothing for a row without its instants.
    static std::optional<PastRow> row_of(const warehouse::Chunk& chunk, std::size_t r) {
        if (chunk.column(1).is_null(r) || chunk.column(2).is_null(r)) return std::nullopt;
        PastRow row{chunk.column(1).integer(r), chunk.column(2).integer(r)};
        if (!chunk.column(3).is_null(r)) row.until = chunk.column(3).integer(r);
        if (!chunk.column(4).is_null(r)) row.id = text_cell(chunk.column(4).text(r));
        return row;
    }

    warehouse::Session& session_;
    const Online& online_;
    PastsByCustomer& pasts_;
};

Status stage_wanted(warehouse::Session& session, std::span<const std::string> customers) {
    BOON_CHECK(session.execute("CREATE OR REPLACE TEMP TABLE wanted (customer_id VARCHAR)"));
    BOON_TRY(auto appender, session.append_to("wanted"));
    for (const std::string& customer : customers) BOON_CHECK(appender.add(customer).end_row());
    return appender.finish();
}

}  // namespace

PastsByCustomer empty_pasts(std::span<const std::string> customers) {
    PastsByCustomer pasts;
    for (const std::string& customer : customers) pasts.emplace(customer, Past{});
    return pasts;
}

Result<PastsByCustomer> read_pasts(
    warehouse::Warehouse& warehouse, const Online& online, std::span<const std::string> customers,
    const warehouse::OwnTables& own
) {
    PastsByCustomer pasts;
    Past nothing;
    nothing.attributes.assign(online.layout().attributes().size(), kNoCell);
    for (const Table table : kPastTables) {
        const auto found = own.find(enum_name(table));
        if (found == own.end()) continue;
        if (const auto from = found->second.posted_from()) nothing.counts_from[place_of(table)] = from->micros;
    }
    std::vector<std::string> wanted(customers.begin(), customers.end());
    std::ranges::sort(wanted);
    wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
    for (const std::string& customer : wanted) pasts.emplace(customer, nothing);
    BOON_TRY(warehouse::Session session, warehouse.session());
    BOON_CHECK(stage_wanted(session, wanted));
    Reader reader(session, online, pasts);
    for (const Table table : kPastTables) {
        const auto found = own.find(enum_name(table));
        std::string counting = "true";
        if (found != own.end()) {
            if (!found->second.watermark) continue;  // no rows
            counting = fmt::format("t.known_at < make_timestamp({})", found->second.watermark->micros);
        }
        BOON_CHECK(reader.read(table, counting));
    }
    BOON_CHECK(reader.read_attributes());
    return pasts;
}

}  // namespace boon::features
