// A large base, some of its customers at a time. What DuckDB keeps of each customer while it aggregates cannot be put
// aside on disk: with a million customers that is gigabytes. So each table's rows are written to files once, divided by
// customers' ids, and the features of one part after the other are computed from its own. The SELECT that a company
// wrote for a table is evaluated once, too, however many features read it.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "records/features/schema.h"
#include "records/features/tables.h"
#include "records/warehouse/session.h"
#include "records/warehouse/warehouse.h"

namespace boon::features {

// The logical tables that the schema's features read, customers among them.
std::set<Table> tables_of(const Schema& schema);

class Parts {
public:
    // Parts of at most `at_once` ≥ 1 customers each, in the order of their ids. Rows of one business id count once over
    // all parts, as rows_of() has it; which do is found out here, but for the tables in `unique`. `session` keeps what
    // parts share, and must outlive them.
    static Result<Parts> write(
        warehouse::Warehouse& warehouse, warehouse::Session& session, const std::set<Table>& tables,
        const std::set<Table>& unique, std::size_t at_once
    );

    [[nodiscard]] std::size_t count() const { return bounds_.size() + 1; }
    // In place of boon.TABLE: the rows of one part, and all rows. A table that is left out has none.
    [[nodiscard]] std::map<Table, std::string> of(std::size_t part) const;
    [[nodiscard]] std::map<Table, std::string> whole() const;
    // Tables whose rows are told apart by now.
    [[nodiscard]] const std::set<Table>& unique() const { return unique_; }

private:
    explicit Parts(warehouse::WorkFolder folder) : folder_(std::move(folder)) {}

    Status find_bounds(warehouse::Session& session, std::size_t at_once);
    Status write_table(warehouse::Session& session, Table table);
    // Of rows that share an id, those that count are set aside.
    Status settle_ids(warehouse::Session& session, Table table);
    // The part that a row belongs to, in SQL: a search by halves for its customer among bounds_[begin, end).
    [[nodiscard]] std::string part_sql(std::size_t begin, std::size_t end) const;
    [[nodiscard]] std::string folder_of(Table table) const;
    [[nodiscard]] bool has_files(Table table) const;  // a table without rows has none

    warehouse::WorkFolder folder_;
    std::vector<std::string> bounds_;  // the first customer of each part but the first
    std::set<Table> tables_;
    std::set<Table> unique_;
    std::set<Table> repeating_;  // some of their ids are shared
};

}  // namespace boon::features
