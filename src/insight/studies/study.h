// A study: a data set, the question asked of it and what the answers are held against, as a file of TOML says it
// (docs/tutorials/train-on-your-data.md). The studies of public data sets are in the binary; a user's own is read from
// a file. Reading and writing go through records (platform/base/record.h).
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "insight/training/blend.h"
#include "platform/base/record.h"

namespace boon::studies {

// `world`: models held against a world of known truth; such reports are made elsewhere, and no file asks for one.
enum class Kind { table, uplift, purchases, recommendation, policy, model_file, world };
BOOST_DESCRIBE_ENUM(Kind, table, uplift, purchases, recommendation, policy, model_file, world)

// Which rows a model learns from and which it is judged on; the first of these that is given counts: a file of folds,
// the latest rows, folds dealt at random.
struct Split {
    std::string file = {};                  // a line for each row of the table that is used, in any order
    std::string row = "row";                // its column with the row's number from 0, in the order of the table
    std::vector<std::string> columns = {};  // its columns; in each, rows of one word are a fold
    std::string test = {};                  // the one word of rows to judge by; the other rows are only learnt from
    std::string order = {};  // a column of the table, by which rows are early or late; empty: the file's order
    std::optional<double> test_share = {};  // of the rows, the latest
    std::string test_from = {};             // the first value of `order` that is late
    std::int32_t folds = 5;
    std::int64_t seed = 1;
};
BOOST_DESCRIBE_STRUCT(Split, (), (file, row, columns, test, order, test_share, test_from, folds, seed))

struct Limit {  // what a figure must reach
    std::optional<double> at_least;
    std::optional<double> at_most;
    std::optional<double> surely_above;  // the lower end of its interval
};
BOOST_DESCRIBE_STRUCT(Limit, (), (at_least, at_most, surely_above))

struct Study {
    std::string name;
    std::string title;
    Kind kind = Kind::table;
    std::string file;                     // below the folder of the data; CSV, gzip or Parquet by its name
    std::string select;                   // instead of a file: a SELECT of DuckDB's; {data} is that folder
    std::string separator;                // of the file's cells; empty: found out
    std::vector<std::string> missing;     // words that mean no value, beside blanks
    std::string label;                    // what is predicted
    std::string positive;                 // the label's value that counts as 1; every other counts as 0
    std::string customer;                 // who a row is about: rows of one customer stay together
    std::vector<std::string> ignore;      // columns not to learn from
    std::vector<std::string> categories;  // columns of numbers that are names
    std::string treatment;                // uplift: the column that says what was done, at random
    std::string treated;                  // its value for who got it
    std::string control;                  // and for who did not; rows of other values are left out
    double share = 0.3;                   // uplift: of the customers, whom the treatment would go to
    std::string action;                   // policy: the column of what was drawn, and learnt from
    std::string propensity;               // its chance; empty: all actions had the same
    std::string time;                     // purchases: the column of when
    std::string item;                     // recommendation: the column of what was bought
    std::string amount;                   // and of how much; empty: how often only
    std::string until;                    // the last day to learn from
    double unit_days = 7;                 // of the models' unit of time
    std::string model;                    // model_file: a model made elsewhere, below the folder of the data
    std::string scaler;                   // of its inputs; empty: there is none
    std::vector<std::string> expected;    // the columns of what it must answer; the others are its inputs, in order
    Split split;
    std::map<std::string, Limit> expect;                             // by figure
    std::map<std::string, std::map<std::string, double>> published;  // by who reached it, by figure
    training::BlendOptions fit;
};
BOOST_DESCRIBE_STRUCT(
    Study, (),
    (name, title, kind, file, select, separator, missing, label, positive, customer, ignore, categories, treatment,
     treated, control, share, action, propensity, time, item, amount, until, unit_days, model, scaler, expected, split,
     expect, published, fit)
)

// Checks what follows from the record alone; every mistake names the key.
Result<Study> read_study(const json::Value& value);

// The studies of public data sets: their names, and the TOML of one (empty: there is none).
std::span<const std::string_view> public_studies();
std::string_view public_study(std::string_view name);

// Of a study in the binary: the files that it brings along, by name. None: the user has its data.
std::map<std::string, std::string_view> files_of(std::string_view name);

// SHA-256 of the options that a model is fitted with, the first 12 digits: equal for equal options.
std::string fingerprint(const training::BlendOptions& options);

}  // namespace boon::studies

template <>
inline constexpr auto boon::kFields<boon::studies::Study> = std::array{
    boon::Field{.name = "name", .required = true, .max_length = 60},
    boon::Field{.name = "kind", .required = true},
};
template <>
inline constexpr auto boon::kFields<boon::studies::Split> = std::array{
    boon::Field{.name = "test_share", .min = 0.01, .max = 0.99},
    boon::Field{.name = "folds", .min = 2, .max = 50},
};
