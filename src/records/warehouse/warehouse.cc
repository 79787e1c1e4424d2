#include "records/warehouse/warehouse.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "platform/sql/literal.h"
#include "records/warehouse/check.h"
#include "records/warehouse/define.h"
#include "records/warehouse/engine.h"
#include "records/warehouse/source.h"
#include "records/warehouse/usual_tables.h"

namespace boon::warehouse {

class Warehouse::Impl {
public:
    explicit Impl(Options given) : options(std::move(given)) {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() { duckdb_close(&database); }

    [[nodiscard]] const ConfiguredTables& tables() const { return *current_.load(); }
    void set_tables(ConfiguredTables tables) {
        current_ = generations_.emplace_back(std::make_unique<ConfiguredTables>(std::move(tables))).get();
    }

    const Options options;
    duckdb_database database = nullptr;
    std::mutex refreshing;
    std::atomic<int> folders_made = 0;

private:
    // A refresh may find other columns. What was handed out by reference before stays as it was.
    std::vector<std::unique_ptr<ConfiguredTables>> generations_;
    std::atomic<const ConfiguredTables*> current_ = nullptr;
};

namespace {

// Settings in the one order that works: after the last, nothing can be set.
std::vector<std::string> settings_sql(const Options& options) {
    std::vector<std::string> sql;
    if (!options.memory_limit.empty())
        sql.push_back(fmt::format("SET memory_limit = {}", sql::quote_text(options.memory_limit)));
    if (options.threads > 0) sql.push_back(fmt::format("SET threads = {}", options.threads));
    sql.push_back(fmt::format("SET temp_directory = {}", sql::quote_text(options.temp_directory)));
    sql.emplace_back("SET autoinstall_known_extensions = false");
    sql.emplace_back("SET autoload_known_extensions = false");
    sql.emplace_back("SET GLOBAL TimeZone = 'UTC'");
    return sql;
}

std::string work_place(const Options& options) { return options.temp_directory + "/work"; }

std::vector<std::string> lock_sql(const Options& options) {
    std::vector<std::string> folders;
    folders.reserve(options.allowed_directories.size() + 1);
    for (const std::string& folder : options.allowed_directories) folders.push_back(sql::quote_text(folder));
    if (!options.temp_directory.empty()) folders.push_back(sql::quote_text(work_place(options)));
    return {
        fmt::format("SET allowed_directories = [{}]", fmt::join(folders, ", ")),
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    };
}

Status run_all(Session& session, const std::vector<std::string>& statements, std::string_view doing) {
    for (const std::string& sql : statements) {
        if (auto ran = session.execute(sql); !ran) return in_context(doing, ran.error());
    }
    return {};
}

Status attach(Session& session, const Attached& attached) {
    const std::string doing = fmt::format("warehouse file \"{}\"", attached.path);
    std::error_code ignored;
    if (!std::filesystem::exists(attached.path, ignored)) {
        return fail(ErrorCode::not_found, doing + ": there is no such file", "check the path of the DuckDB file");
    }
    auto ran = session.execute(
        fmt::format("ATTACH {} AS {} (READ_ONLY)", sql::quote_text(attached.path), sql::quote_name(attached.name))
    );
    if (!ran) return in_context(doing, ran.error());
    return {};
}

// What others make in the main schema is of their session: a process that was killed left it in the file.
Status drop_leftovers(Session& session) {
    BOON_TRY(
        const Frame frame,
        session.query("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND NOT temporary")
    );
    for (const std::string& table : frame.columns.front().texts()) {
        BOON_CHECK(session.execute("DROP TABLE main." + sql::quote_name(table)));
    }
    return {};
}

Result<UsualColumns> mirrored_columns(Session& session) {
    BOON_TRY(
        const Frame frame,
        session.query("SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'dwh' "
                      "ORDER BY table_name, column_index")
    );
    UsualColumns columns;
    for (std::size_t i = 0; i < frame.rows(); ++i)
        columns[frame.columns[0].text(i)].push_back(frame.columns[1].text(i));
    return columns;
}

}  // namespace

Warehouse::Warehouse(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Warehouse::~Warehouse() = default;

Result<std::unique_ptr<Warehouse>> Warehouse::open(const Options& options) {
    BOON_CHECK(check_table_names(options.tables));
    auto impl = std::make_unique<Impl>(options);
    char* message = nullptr;
    const char* path = options.path.empty() ? nullptr : options.path.c_str();
    if (duckdb_open_ext(path, &impl->database, nullptr, &message) != DuckDBSuccess) {
        const std::string text = message == nullptr ? "it cannot be opened" : message;
        duckdb_free(message);
        return in_context(fmt::format("warehouse file \"{}\"", options.path), failure_of_text(text).error());
    }
    BOON_TRY(auto connected, Session::Impl::connect(impl->database));
    Session session(std::move(connected));
    BOON_CHECK(run_all(session, settings_sql(options), "warehouse settings"));
    for (const Attached& attached : options.attached) BOON_CHECK(attach(session, attached));
    if (!options.temp_directory.empty()) {
        std::error_code ignored;
        std::filesystem::remove_all(work_place(options), ignored);
    }
    BOON_CHECK(run_all(session, lock_sql(options), "warehouse settings"));
    if (options.mirror) {
        BOON_CHECK(prepare_mirror(session));
        BOON_CHECK(drop_leftovers(session));
    }
    std::unique_ptr<Warehouse> opened(new Warehouse(std::move(impl)));
    BOON_CHECK(opened->define(session));
    return opened;
}

// What the copies are by themselves, under what the settings say.
Status Warehouse::define(Session& session) {
    std::map<std::string, TableSource> tables = impl_->options.tables;
    if (impl_->options.mirror) {
        BOON_TRY(const UsualColumns columns, mirrored_columns(session));
        // Before the first refresh there is nothing that the settings' SELECTs could read.
        if (columns.empty()) tables.clear();
        tables.merge(usual_views(columns));
    }
    BOON_TRY(auto defined, define_tables(session, tables, impl_->options.currency_exponent));
    impl_->set_tables(std::move(defined));
    return {};
}

Result<Report> Warehouse::check(Timestamp now, const CheckOptions& options) {
    BOON_TRY(Session one, session());
    const std::stop_callback on_stop(options.stop, [&one] { one.cancel(); });
    return check_tables(one, impl_->tables(), now, [&](std::string_view table) -> Status {
        if (options.stop.stop_requested()) return fail(ErrorCode::unavailable, "the check was stopped");
        return options.on_table ? options.on_table(table) : Status();
    });
}

bool Warehouse::is_mirror() const { return impl_->options.mirror.has_value(); }

Result<std::vector<MirrorState>> Warehouse::mirror_state() {
    if (!is_mirror()) return std::vector<MirrorState>{};
    BOON_TRY(Session one, session());
    return warehouse::mirror_state(one);
}

Result<std::vector<SourceTable>> Warehouse::examine_source() {
    BOON_ASSERT(is_mirror());
    return warehouse::examine_source(*impl_->options.mirror);
}

Result<std::unique_ptr<Source>> Warehouse::source() {
    BOON_ASSERT(is_mirror());
    return Source::open(*impl_->options.mirror, impl_->options.currency_exponent);
}

Status Warehouse::refresh(const RefreshOptions& options) {
    BOON_ASSERT(is_mirror());
    const std::scoped_lock lock(impl_->refreshing);
    BOON_TRY(Session one, session());
    BOON_CHECK(one.execute("BEGIN"));
    std::vector<std::string> changed;
    auto refreshed = refresh_mirror(one, *impl_->options.mirror, options, changed);
    if (refreshed && !changed.empty()) refreshed = define(one);
    if (refreshed) refreshed = one.execute("COMMIT");
    if (refreshed) return {};
    // What was read before stays; so do its views.
    static_cast<void>(one.execute("ROLLBACK"));
    if (!changed.empty()) BOON_CHECK(define(one));
    return refreshed;
}

bool Warehouse::has(std::string_view table) const { return !source_columns(table).empty(); }

const ConfiguredTable& Warehouse::configured(std::string_view table) const {
    const ConfiguredTables& tables = impl_->tables();
    const auto found =
        std::ranges::find_if(tables, [&](const ConfiguredTable& each) { return each.table->name == table; });
    BOON_ASSERT(found != tables.end());
    return *found;
}

const std::vector<SourceColumn>& Warehouse::source_columns(std::string_view table) const {
    return configured(table).columns;
}

bool Warehouse::is_current_state(std::string_view table) const { return configured(table).current_state; }

WorkFolder::~WorkFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

bool Warehouse::can_write_files() const { return !impl_->options.temp_directory.empty(); }

Result<WorkFolder> Warehouse::work_folder() {
    BOON_ASSERT(can_write_files());
    WorkFolder folder(fmt::format("{}/{}", work_place(impl_->options), impl_->folders_made.fetch_add(1)));
    std::error_code code;
    std::filesystem::create_directories(folder.path(), code);
    if (!code) return folder;
    return fail(
        ErrorCode::unavailable, fmt::format("could not make the folder {}: {}", folder.path(), code.message()),
        "check its permissions and the disk's free space"
    );
}

Result<Session> Warehouse::session() {
    BOON_TRY(auto connected, Session::Impl::connect(impl_->database));
    return Session(std::move(connected));
}

Status Warehouse::execute(std::string_view sql) {
    BOON_TRY(Session one, session());
    return one.execute(sql);
}

Result<Frame> Warehouse::query(std::string_view sql) {
    BOON_TRY(Session one, session());
    return one.query(sql);
}

Status Warehouse::for_each_chunk(std::string_view sql, const std::function<Status(const Chunk&)>& on_chunk) {
    BOON_TRY(Session one, session());
    return one.for_each_chunk(sql, on_chunk);
}

}  // namespace boon::warehouse
