// The scores of the whole base in the operational database: filled by a run, read customer by customer. Thread-safe,
// but for one fill at a time (a job under a lease sees to that).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"
#include "records/profiles/table.h"

namespace boon::scoring {

// Of the row in the change feed that tells of a new run.
inline constexpr std::string_view kScoreChange = "scores";

// One number said of every customer.
struct ScoreColumn {
    std::string name;  // churn_probability, predicted_ltv, …
    std::string model;
    std::string version;
};
BOOST_DESCRIBE_STRUCT(ScoreColumn, (), (name, model, version))

enum class ScoreState { filling, done };
BOOST_DESCRIBE_ENUM(ScoreState, filling, done)

struct ScoreRun {
    std::int64_t run = 0;
    Timestamp as_of;  // the profiles
    Timestamp scored_at;
    ScoreState state = ScoreState::filling;
    std::int64_t customers = 0;
    double seconds = 0;
    std::vector<ScoreColumn> columns;
    std::string file;  // the Parquet file with the same numbers
};
BOOST_DESCRIBE_STRUCT(ScoreRun, (), (run, as_of, scored_at, state, customers, seconds, columns, file))

struct CustomerScores {
    std::string customer_id;
    Timestamp as_of;
    Timestamp scored_at;
    std::map<std::string, std::optional<double>> scores;  // by column; null: nothing is said of this customer
    std::vector<ScoreColumn> columns;
};
BOOST_DESCRIBE_STRUCT(CustomerScores, (), (customer_id, as_of, scored_at, scores, columns))

// A run in the making.
class ScoreFill {
public:
    // Any number of customers; values: row by row, one per column, NaN where nothing is said. Durable on return.
    Status add(std::span<const std::string_view> customer_ids, std::span<const float> values);
    // Drops customers that were not added, makes the run the one that is read, and tells the change feed.
    Result<ScoreRun> finish(std::int64_t customers, double seconds, std::string file);

private:
    friend class ScoreStore;
    ScoreFill(db::Database& database, ScoreRun run) : database_(&database), run_(std::move(run)) {}

    db::Database* database_;
    ScoreRun run_;
};

class ScoreStore {
public:
    explicit ScoreStore(db::Database& database) : database_(database) {}

    Result<ScoreFill> begin(std::vector<ScoreColumn> columns, Timestamp as_of, Timestamp now);
    // The last ones that ended, newest first.
    Result<std::vector<ScoreRun>> runs(std::int64_t limit);
    // `not_found` before the first run, and for a customer it did not see.
    Result<CustomerScores> find(std::string_view customer_id);
    // The last run's numbers of kScores, laid out for the image's rows; of nobody before the first run.
    Result<std::shared_ptr<const profiles::Scores>> resident(const profiles::Image& image);

private:
    db::Database& database_;
};

}  // namespace boon::scoring
