// Asks every model that serves about every customer: into the operational database and one Parquet file.
#include <algorithm>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "action/serving/base_scores.h"
#include "action/serving/engine.h"
#include "platform/base/record.h"
#include "platform/db/database.h"
#include "platform/sql/literal.h"
#include "program/app/app.h"
#include "program/app/job_kinds.h"
#include "program/app/product_ranking.h"
#include "program/app/resumable.h"
#include "program/app/score_file.h"
#include "program/app/value_work.h"
#include "records/profiles/base_order.h"
#include "records/warehouse/warehouse.h"

namespace boon::app {

namespace {

constexpr std::size_t kChunk = 20'000;
constexpr std::string_view kTable = "main.scores";

struct ScoreParameters {
    std::int32_t threads = 2;
};
BOOST_DESCRIBE_STRUCT(ScoreParameters, (), (threads))

struct ScoreResult {
    Timestamp as_of;
    std::int64_t customers = 0;
    std::int64_t product_rankings = 0;  // customers whose products are ranked
    std::vector<scoring::ScoreColumn> columns;
    std::string file;
    double scoring_seconds = 0;
    double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(ScoreResult, (), (as_of, customers, product_rankings, columns, file, scoring_seconds, seconds))

// One table in a DuckDB of its own, written as a file at the end.
class ScoreFile {
public:
    static Result<ScoreFile> open(const std::filesystem::path& folder, std::span<const scoring::ScoreColumn> columns) {
        std::error_code problem;
        std::filesystem::create_directories(folder, problem);
        if (problem) {
            return fail(
                ErrorCode::unavailable, fmt::format("cannot make the folder {}: {}", folder.string(), problem.message())
            );
        }
        BOON_TRY(auto engine, warehouse::Warehouse::open({.allowed_directories = {folder.string()}, .threads = 1}));
        BOON_TRY(auto session, engine->session());
        std::string sql = fmt::format("CREATE TABLE {} (customer_id VARCHAR, as_of TIMESTAMP", kTable);
        for (const auto& column : columns)
            sql += fmt::format(", {} {}", column.name, column.name == "nbo_offer" ? "INTEGER" : "FLOAT");
        BOON_CHECK(session.execute(sql + ")"));
        BOON_TRY(auto rows, session.append_to("scores"));
        return ScoreFile(folder, std::move(engine), std::move(session), std::move(rows));
    }

    Status add(
        std::string_view customer_id, Timestamp as_of, std::span<const float> values,
        std::span<const scoring::ScoreColumn> columns
    ) {
        rows_.add(customer_id).add(as_of);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (std::isnan(values[i])) {
                rows_.add_null();
            } else if (columns[i].name == "nbo_offer") {
                rows_.add(static_cast<std::int32_t>(values[i]));
            } else {
                rows_.add(values[i]);
            }
        }
        return rows_.end_row();
    }

    // The file appears as a whole.
    Result<std::string> finish() {
        BOON_CHECK(rows_.finish());
        const std::filesystem::path file = folder_ / kScoreFile;
        const std::filesystem::path partial = folder_ / (std::string(kScoreFile) + ".part");
        BOON_CHECK(session_.execute(
            fmt::format("COPY {} TO {} (FORMAT parquet, COMPRESSION zstd)", kTable, sql::quote_text(partial.string()))
        ));
        std::error_code problem;
        std::filesystem::rename(partial, file, problem);
        if (!problem) return file.string();
        return fail(ErrorCode::unavailable, fmt::format("cannot write {}: {}", file.string(), problem.message()));
    }

private:
    ScoreFile(
        std::filesystem::path folder, std::unique_ptr<warehouse::Warehouse> engine, warehouse::Session session,
        warehouse::Appender rows
    )
        : folder_(std::move(folder)),
          engine_(std::move(engine)),
          session_(std::move(session)),
          rows_(std::move(rows)) {}

    std::filesystem::path folder_;
    std::unique_ptr<warehouse::Warehouse> engine_;
    warehouse::Session session_;
    warehouse::Appender rows_;
};

// A part of the chunk per thread.
void score_chunk(
    const serving::BaseScorer& scorer, std::size_t first, std::size_t count, std::span<float> values, int threads
) {
    const std::size_t columns = scorer.columns().size();
    const std::size_t part = (count + static_cast<std::size_t>(threads) - 1) / static_cast<std::size_t>(threads);
    std::vector<std::jthread> workers;
    for (std::size_t from = 0; from < count; from += part) {
        const std::size_t size = std::min(part, count - from);
        workers.emplace_back([&scorer, first, from, size, columns, values] {
            scorer.score(first + from, size, values.subspan(from * columns, size * columns));
        });
    }
}

}  // namespace

Result<json::Value> run_score(App& app, const json::Value& parameters, const Progress& progress) {
    const Stopwatch watch;
    BOON_TRY(const auto wanted, json::read<ScoreParameters>(parameters));
    if (wanted.threads < 1 || wanted.threads > 256) return fail(ErrorCode::invalid, "threads must be 1 to 256");
    const auto threads = static_cast<std::size_t>(wanted.threads);
    BOON_CHECK(app.follow_changes());
    BOON_TRY(const auto state, state_with_profiles(app));
    const auto scorer = serving::BaseScorer::make(state, app.now());
    ScoreResult result;
    if (scorer.columns().empty()) {
        BOON_TRY(result.product_rankings, rank_products(app, threads, progress));
        if (result.product_rankings > 0) return json::parse(json::write(result));
        return fail(ErrorCode::failed_precondition, "no model serves", "run `boon train all`");
    }
    const profiles::Image& image = *state->profiles;
    const auto total = static_cast<std::int64_t>(image.size());
    result.as_of = profiles::latest_instant(image);
    result.customers = total;
    result.columns = scorer.columns();
    scoring::ScoreStore store(app.database());
    BOON_TRY(auto fill, store.begin(scorer.columns(), result.as_of, app.now()));
    BOON_TRY(auto file, ScoreFile::open(app.config().home / kScoreFolder, scorer.columns()));
    const std::size_t columns = scorer.columns().size();
    std::vector<float> values;
    for (std::size_t first = 0; first < image.size(); first += kChunk) {
        const std::size_t count = std::min(kChunk, image.size() - first);
        values.resize(count * columns);
        const Stopwatch scoring;
        score_chunk(scorer, first, count, values, wanted.threads);
        result.scoring_seconds += scoring.seconds();
        std::vector<std::string_view> ids;
        for (std::size_t i = 0; i < count; ++i) {
            const profiles::Profile customer = image.at(first + i);
            ids.push_back(customer.customer_id);
            const std::span<const float> row(values.data() + i * columns, columns);
            BOON_CHECK(file.add(customer.customer_id, customer.computed_at, row, scorer.columns()));
        }
        BOON_CHECK(fill.add(ids, values));
        BOON_CHECK(progress(static_cast<std::int64_t>(first + count), total, "scores: every model, every customer"));
    }
    BOON_TRY(result.product_rankings, rank_products(app, threads, progress));
    BOON_TRY(result.file, file.finish());
    result.seconds = watch.seconds();
    BOON_CHECK(fill.finish(total, result.seconds, result.file));
    return json::parse(json::write(result));
}

}  // namespace boon::app
