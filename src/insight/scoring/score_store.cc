#include "insight/scoring/score_store.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "platform/base/id.h"
#include "platform/db/record.h"
#include "platform/storage/change_feed.h"

namespace boon::scoring {
namespace {

constexpr std::size_t kChunkRows = 2000;  // of the batch lane
constexpr std::size_t kRowsPerInsert = 250;

std::string insert_sql(std::size_t rows) {
    std::string sql = "insert into customer_scores (customer_id, run, bytes) values ";
    for (std::size_t i = 0; i < rows; ++i) sql += i == 0 ? "(?, ?, ?)" : ", (?, ?, ?)";
    return sql + " on conflict (customer_id) do update set run = excluded.run, bytes = excluded.bytes";
}

Result<std::optional<ScoreRun>> last_run(db::Connection& connection) {
    return db::select_one<ScoreRun>(
        connection, "select * from score_runs where state = 'done' order by run desc limit 1"
    );
}

// The column of a run that is a model's number of kScores.
constexpr std::array<std::string_view, profiles::kScores.size()> kColumns = {
    "nbo_probability",        "churn_probability",   "predicted_ltv",    "propensity",           "upsell_probability",
    "cross_sell_probability", "default_probability", "engagement_score", "response_probability",
};

// One of a run's columns, and its place among kScores.
struct ReadColumn {
    std::size_t column = 0;
    std::size_t place = 0;
};

std::vector<ReadColumn> read_columns(const std::vector<ScoreColumn>& columns) {
    std::vector<ReadColumn> read;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto* const known = std::ranges::find(kColumns, columns[i].name);
        if (known != kColumns.end()) read.push_back({i, static_cast<std::size_t>(known - kColumns.begin())});
    }
    return read;
}

float float_at(db::Bytes bytes, std::size_t place) {
    float value = 0;
    std::memcpy(&value, bytes.data() + place * sizeof value, sizeof value);
    return value;
}

Status check_length(db::Bytes bytes, std::size_t columns) {
    if (bytes.size() == columns * sizeof(float)) return {};
    return fail(ErrorCode::conflict, "the scores have another length", "run `boon score all` again");
}

std::unexpected<Error> no_scores(std::string message) {
    return fail(ErrorCode::not_found, std::move(message), "run `boon score all`");
}

}  // namespace

Status ScoreFill::add(std::span<const std::string_view> customer_ids, std::span<const float> values) {
    const std::size_t columns = run_.columns.size();
    BOON_ASSERT(values.size() == customer_ids.size() * columns);
    for (std::size_t chunk = 0; chunk < customer_ids.size(); chunk += kChunkRows) {
        const std::size_t chunk_end = std::min(chunk + kChunkRows, customer_ids.size());
        const Status written = database_->write(db::Lane::batch, [&](db::Connection& connection) -> Status {
            for (std::size_t row = chunk; row < chunk_end; row += kRowsPerInsert) {
                const std::size_t count = std::min(kRowsPerInsert, chunk_end - row);
                db::Params params;
                for (std::size_t i = row; i < row + count; ++i) {
                    params.push_back(customer_ids[i]);
                    params.push_back(run_.run);
                    params.push_back(std::as_bytes(values.subspan(i * columns, columns)));
                }
                BOON_CHECK(connection.execute(insert_sql(count), params));
            }
            return {};
        });
        BOON_CHECK(written);
    }
    return {};
}

Result<ScoreRun> ScoreFill::finish(std::int64_t customers, double seconds, std::string file) {
    while (true) {
        BOON_TRY(const std::int64_t dropped, database_->write(db::Lane::batch, [&](db::Connection& connection) {
            return connection.execute(
                fmt::format(
                    "delete from customer_scores where customer_id in (select customer_id from customer_scores where "
                    "run < ? limit {})",
                    kChunkRows
                ),
                {run_.run}
            );
        }));
        if (dropped == 0) break;
    }
    run_.state = ScoreState::done;
    run_.customers = customers;
    run_.seconds = seconds;
    run_.file = std::move(file);
    const Status ended = database_->write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        BOON_CHECK(connection.execute(
            "update score_runs set state = 'done', customers = ?, seconds = ?, file = ? where run = ?",
            {customers, seconds, run_.file, run_.run}
        ));
        BOON_CHECK(connection.execute("delete from score_runs where state = 'filling' and run < ?", {run_.run}));
        return storage::append_change(connection, kScoreChange, "", run_.scored_at);
    });
    BOON_CHECK(ended);
    return run_;
}

Result<ScoreFill> ScoreStore::begin(std::vector<ScoreColumn> columns, Timestamp as_of, Timestamp now) {
    return database_.write(db::Lane::batch, [&](db::Connection& connection) -> Result<ScoreFill> {
        BOON_TRY(const std::int64_t last, db::select_number(connection, "select max(run) from score_runs"));
        ScoreRun run;
        run.run = last + 1;
        run.as_of = as_of;
        run.scored_at = now;
        run.columns = std::move(columns);
        BOON_CHECK(db::insert(connection, "score_runs", run));
        return ScoreFill(database_, std::move(run));
    });
}

Result<std::vector<ScoreRun>> ScoreStore::runs(std::int64_t limit) {
    return database_.read([&](db::Connection& connection) {
        return db::select<ScoreRun>(
            connection, "select * from score_runs where state = 'done' order by run desc limit ?", {limit}
        );
    });
}

Result<CustomerScores> ScoreStore::find(std::string_view customer_id) {
    BOON_CHECK(check_customer_id(customer_id));
    return database_.read([&](db::Connection& connection) -> Result<CustomerScores> {
        BOON_TRY(auto run, last_run(connection));
        if (!run) return no_scores("the base was not scored yet");
        CustomerScores found;
        found.customer_id = customer_id;
        found.as_of = run->as_of;
        found.scored_at = run->scored_at;
        found.columns = std::move(run->columns);
        bool there = false;
        const auto take = [&](const db::Row& row) -> Status {
            const db::Bytes bytes = row.blob(0);
            BOON_CHECK(check_length(bytes, found.columns.size()));
            for (std::size_t i = 0; i < found.columns.size(); ++i) {
                const float value = float_at(bytes, i);
                found.scores[found.columns[i].name] =
                    std::isnan(value) ? std::nullopt : std::optional(static_cast<double>(value));
            }
            there = true;
            return {};
        };
        BOON_CHECK(connection.query(
            "select bytes from customer_scores where customer_id = ? and run = ?", {customer_id, run->run}, take
        ));
        if (there) return found;
        return no_scores(fmt::format("the last run did not score customer \"{}\"", customer_id));
    });
}

Result<std::shared_ptr<const profiles::Scores>> ScoreStore::resident(const profiles::Image& image) {
    using Resident = std::shared_ptr<const profiles::Scores>;
    return database_.read([&](db::Connection& connection) -> Result<Resident> {
        BOON_TRY(const auto run, last_run(connection));
        if (!run) return std::make_shared<const profiles::Scores>();
        auto scores = std::make_shared<profiles::Scores>(image.size());
        scores->as_of = run->as_of;
        scores->scored_at = run->scored_at;
        const auto columns = read_columns(run->columns);
        for (const ReadColumn& one : columns) scores->versions[one.place] = run->columns[one.column].version;
        const auto take = [&](const db::Row& row) -> Status {
            const auto place = image.row_of(row.text(0));
            if (!place) return {};
            const db::Bytes bytes = row.blob(1);
            BOON_CHECK(check_length(bytes, run->columns.size()));
            for (const ReadColumn& one : columns) scores->row(*place)[one.place] = float_at(bytes, one.column);
            return {};
        };
        BOON_CHECK(connection.query("select customer_id, bytes from customer_scores where run = ?", {run->run}, take));
        return Resident(std::move(scores));
    });
}

}  // namespace boon::scoring
