// A company's history as boon reads it: one DuckDB over files, a DuckDB database, or a copy of the tables of its
// PostgreSQL (mirror.h), with one view per logical table (schema.h). Whatever the sources are like, `boon.TABLE` has
//   - every standard column with its standard type; a column the source lacks is NULL of that type;
//   - money twice: `amount DOUBLE` in the currency's units and `amount_minor BIGINT`, rounded half away from zero;
//   - known_at = when it happened, where the source does not say when it became known (payments: due_at);
//   - NaN as NULL; times in UTC (text without an offset is taken as UTC); whole-number ids in decimal;
//   - every further column of the source, as it is (columns attr_* of offers as DOUBLE).
// A logical table that is not configured is an empty view; has() tells. Customers that are not configured are all who
// have an event, joined at the first. A value that does not have its column's type
// fails the query that reads it (it never becomes NULL); check() finds it, with its row.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "records/warehouse/frame.h"
#include "records/warehouse/mirror.h"
#include "records/warehouse/report.h"
#include "records/warehouse/session.h"

namespace boon::warehouse {

struct TableSource {
    std::string select;          // one SELECT over read_parquet/read_csv/read_json('/absolute/path') or NAME.table
    bool current_state = false;  // its own columns say how things are today, and not since when
};

// A DuckDB file, read only, whose tables are NAME.table in the SELECTs.
struct Attached {
    std::string name;
    std::string path;
};

struct Options {
    std::string path = {};  // boon's own DuckDB file; empty: in memory
    std::map<std::string, TableSource> tables = {};
    std::vector<Attached> attached = {};
    // Folders whose files a SELECT may read. Nothing else on the machine, and no network, can be reached.
    std::vector<std::string> allowed_directories = {};
    std::string memory_limit = {};  // as DuckDB writes it (`4GB`); empty: 80 % of the machine's
    int threads = 0;                // 0: one per core
    // Where large sorts spill, and work folders are; empty: there are none. Of one Warehouse at a time: what a process
    // that was killed left in it is removed.
    std::string temp_directory = {};
    int currency_exponent = 2;
    // With it, the usual tables of such a warehouse (usual_tables.h) are the logical ones that `tables` leaves out, and
    // `tables` may read every copy as dwh.NAME. `path` says where the copies are kept.
    std::optional<Mirror> mirror = {};
};

// A column as its source has it.
struct SourceColumn {
    std::string name;
    std::string type;  // DuckDB's name of it
    bool standard = false;
};

struct CheckOptions {
    std::function<Status(std::string_view table)> on_table = {};  // before each; its error ends the check
    std::stop_token stop = {};
};

struct ConfiguredTable;
class Source;

// A folder for files that SQL may write and read; gone with it.
class WorkFolder {
public:
    explicit WorkFolder(std::string path) : path_(std::move(path)) {}
    WorkFolder(WorkFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    WorkFolder& operator=(WorkFolder&&) = delete;
    ~WorkFolder();
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

// Thread-safe: each call runs in a session of its own.
class Warehouse {
public:
    // Settings, attached files and views; every view is bound here, so a missing file, a damaged Parquet file, an
    // unknown column or a type that cannot be cast is told now: `invalid`, `not_found` or `forbidden`, each
    // beginning with `warehouse table "NAME": `. When several tables are wrong, `fields` lists them all.
    static Result<std::unique_ptr<Warehouse>> open(const Options& options);
    ~Warehouse();
    Warehouse(const Warehouse&) = delete;
    Warehouse& operator=(const Warehouse&) = delete;

    // Whether it is a copy, and what of: empty before the first refresh, when no table is there yet.
    [[nodiscard]] bool is_mirror() const;
    Result<std::vector<MirrorState>> mirror_state();
    // Of a copy: whether the source answers, and has each of the tables.
    Result<std::vector<SourceTable>> examine_source();
    // Of a copy: the database itself.
    Result<std::unique_ptr<Source>> source();
    // Of a copy: reads the source. All tables become what they were at one instant of it, or nothing changes. One at a
    // time; queries that run meanwhile see what was there before.
    Status refresh(const RefreshOptions& options);

    // Reads all rows of all configured tables. Faults in the data are findings, not errors. `unavailable` when it was
    // stopped.
    Result<Report> check(Timestamp now, const CheckOptions& options = {});

    [[nodiscard]] bool has(std::string_view table) const;
    // As the configured SELECT gives them; empty for a table that is not configured.
    [[nodiscard]] const std::vector<SourceColumn>& source_columns(std::string_view table) const;
    // Whether the table's own columns, beyond the standard ones, are of today and must not be trained on.
    [[nodiscard]] bool is_current_state(std::string_view table) const;

    // Whether it was opened with a temp_directory, below which work folders are.
    [[nodiscard]] bool can_write_files() const;
    Result<WorkFolder> work_folder();

    Result<Session> session();
    Status execute(std::string_view sql);
    Result<Frame> query(std::string_view sql);
    Status for_each_chunk(std::string_view sql, const std::function<Status(const Chunk&)>& on_chunk);

private:
    class Impl;
    explicit Warehouse(std::unique_ptr<Impl> impl);
    Status define(Session& session);
    [[nodiscard]] const ConfiguredTable& configured(std::string_view table) const;
    std::unique_ptr<Impl> impl_;
};

}  // namespace boon::warehouse
