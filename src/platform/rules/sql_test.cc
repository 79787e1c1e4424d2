// A rule in memory and in SQL must say the same of every customer, on all three engines: random rules over random
// customers, among them missing values, zeros of both signs, not-a-number, and text of all sorts.
#include <cmath>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <duckdb.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "platform/db/testing/scratch.h"
#include "platform/rules/random_rules_test.h"
#include "platform/rules/rule.h"

namespace boon::rules {
namespace {

using sql::Dialect;
using namespace testing;  // NOLINT: what this file is about

std::string literal(Dialect dialect, const Value& value) {
    sql::Literal::Value written = nullptr;
    switch (value.kind()) {
        case Value::Kind::number: written = value.number(); break;
        case Value::Kind::text: written = value.text(); break;
        case Value::Kind::boolean: written = value.boolean(); break;
        case Value::Kind::time: written = value.time(); break;
        case Value::Kind::missing: break;
    }
    return sql::Literal::of(dialect, written).value().text();
}

std::string column_type(Dialect dialect, Type type) {
    const bool sqlite = dialect == Dialect::sqlite;
    switch (type) {
        case Type::text: return "text";
        case Type::boolean: return sqlite ? "integer" : "boolean";
        case Type::time: return sqlite ? "integer" : dialect == Dialect::postgres ? "timestamptz" : "timestamp";
        case Type::number:
        case Type::list:
        case Type::any: break;
    }
    return sqlite ? "real" : "double precision";
}

using Answers = std::vector<std::optional<bool>>;

// An engine with a table `p` of customers in it.
class Engine {
public:
    explicit Engine(Dialect dialect) : dialect_(dialect) {}
    virtual ~Engine() = default;
    [[nodiscard]] Dialect dialect() const { return dialect_; }

    void fill(const std::vector<Customer>& customers) {
        std::string columns = "id integer";
        for (const Column& column : kColumns) {
            columns += fmt::format(", {} {}", column.name, column_type(dialect_, column.type));
        }
        run("drop table if exists p");
        run(fmt::format("create table p ({})", columns));
        std::string rows;
        for (std::size_t i = 0; i < customers.size(); ++i) {
            rows += fmt::format("{}({}", i == 0 ? "" : ", ", i);
            for (const Value& value : customers[i].values) rows += ", " + literal(dialect_, value);
            rows += ')';
        }
        run(fmt::format("insert into p values {}", rows));
    }

    Answers ask(const Rule& rule) {
        const auto column = [](const Reference& reference) -> Result<std::string> { return reference.name; };
        const auto sql = rule.sql(dialect_, kNow, column);
        if (!sql) RC_FAIL(to_text(sql.error()));
        const char* form = dialect_ == Dialect::sqlite ? "select {} from p order by id"
                                                       : "select cast({} as integer) from p order by id";
        return query(fmt::format(fmt::runtime(form), *sql));
    }

private:
    virtual void run(const std::string& statement) = 0;
    virtual Answers query(const std::string& statement) = 0;

    Dialect dialect_;
};

class Operational : public Engine {
public:
    explicit Operational(db::Engine engine)
        : Engine(engine == db::Engine::sqlite ? Dialect::sqlite : Dialect::postgres), scratch_(engine) {}

private:
    void run(const std::string& statement) override {
        const Status done = database_->write([&](auto& connection) { return connection.run_script(statement); });
        ASSERT_TRUE(done) << to_text(done.error()) << "\n" << statement;
    }
    Answers query(const std::string& statement) override {
        Answers answers;
        const Status done = database_->read([&](auto& connection) {
            return connection.query(statement, {}, [&](const auto& row) -> Status {
                answers.push_back(row.is_null(0) ? std::nullopt : std::optional(row.integer(0) != 0));
                return {};
            });
        });
        if (!done) RC_FAIL(to_text(done.error()) + "\n" + statement);
        return answers;
    }

    db::testing::Scratch scratch_;
    std::unique_ptr<db::Database> database_ = scratch_.open();
};

class Duck : public Engine {
public:
    Duck() : Engine(Dialect::duckdb) {
        duckdb_open(nullptr, &database_);
        duckdb_connect(database_, &connection_);
        run("set threads = 1");
    }
    ~Duck() override {
        duckdb_disconnect(&connection_);
        duckdb_close(&database_);
    }
    Duck(const Duck&) = delete;
    Duck& operator=(const Duck&) = delete;

private:
    void run(const std::string& statement) override { query(statement); }
    Answers query(const std::string& statement) override {
        duckdb_result result;
        Answers answers;
        std::string failure;
        if (duckdb_query(connection_, statement.c_str(), &result) != DuckDBSuccess) {
            failure = duckdb_result_error(&result);
        }
        for (idx_t i = 0; failure.empty() && i < duckdb_row_count(&result); ++i) {
            const bool null = duckdb_value_is_null(&result, 0, i);
            answers.push_back(null ? std::nullopt : std::optional(duckdb_value_int64(&result, 0, i) != 0));
        }
        duckdb_destroy_result(&result);
        if (!failure.empty()) RC_FAIL(failure + "\n" + statement);
        return answers;
    }

    duckdb_database database_ = nullptr;
    duckdb_connection connection_ = nullptr;
};

std::unique_ptr<Engine> engine_of(Dialect dialect) {
    switch (dialect) {
        case Dialect::sqlite: return std::make_unique<Operational>(db::Engine::sqlite);
        case Dialect::postgres: return std::make_unique<Operational>(db::Engine::postgres);
        case Dialect::duckdb: break;
    }
    return std::make_unique<Duck>();
}

std::string shown(const std::optional<bool>& answer) { return !answer ? "unknown" : *answer ? "yes" : "no"; }
std::optional<bool> answer_of(Truth truth) {
    return truth == Truth::unknown ? std::nullopt : std::optional(truth == Truth::yes);
}

// One rule over all customers, in memory and in SQL; `seen` counts the answers.
void compare(
    Engine& engine, const std::vector<Customer>& customers, const json::Value& written, std::array<int, 3>& seen
) {
    const auto rule = Rule::compile(written, schema(), Mode::strict);
    if (!rule) return;  // its arithmetic could leave the range
    if (!rule->is_typed()) RC_FAIL(rule->outside() + " of " + json::to_text(written));
    const Answers answers = engine.ask(*rule);
    RC_ASSERT(answers.size() == customers.size());
    for (std::size_t i = 0; i < customers.size(); ++i) {
        const Truth truth = rule->test(customers[i], kNow);
        if (answers[i] != answer_of(truth)) {
            RC_FAIL(fmt::format(
                "customer {}: {} in memory, {} in SQL, of {}", i, shown(answer_of(truth)), shown(answers[i]),
                json::to_text(written)
            ));
        }
        ++seen.at(static_cast<std::size_t>(truth));
    }
}

// A hundred tables of forty customers, each asked so many rules.
void compare_many(Dialect dialect, int rules) {
    const auto engine = engine_of(dialect);
    std::array<int, 3> seen{};
    EXPECT_TRUE(rc::check([&] {
        const std::vector<Customer> customers = random_customers(40);
        engine->fill(customers);
        for (int i = 0; i < rules; ++i) compare(*engine, customers, Rules::condition(between(1, 5)), seen);
    }));
    // A test that only ever saw one answer would prove little.
    for (const int count : seen) EXPECT_GE(count, rules * 200);
    EXPECT_GE(seen[0] + seen[1] + seen[2], rules * 3'000);
    std::cerr << fmt::format("{} no, {} yes, {} unknown\n", seen[0], seen[1], seen[2]);
}

class SqlTest : public ::testing::TestWithParam<Dialect> {};
class LongSqlTest : public ::testing::TestWithParam<Dialect> {};

struct DialectName {
    std::string operator()(const auto& info) const {
        return info.param == Dialect::sqlite ? "sqlite" : info.param == Dialect::postgres ? "postgres" : "duckdb";
    }
};
constexpr std::array kDialects = {Dialect::sqlite, Dialect::postgres, Dialect::duckdb};
INSTANTIATE_TEST_SUITE_P(Dialects, SqlTest, ::testing::ValuesIn(kDialects), DialectName());
INSTANTIATE_TEST_SUITE_P(LongDialects, LongSqlTest, ::testing::ValuesIn(kDialects), DialectName());

TEST_P(SqlTest, SaysWhatMemorySays) { compare_many(GetParam(), 4); }

TEST_P(LongSqlTest, SaysWhatMemorySays) { compare_many(GetParam(), 200); }

// Cases that random ones may leave out, with answers worked out by hand.
TEST_P(SqlTest, SaysWhatArithmeticByHandSays) {
    const auto engine = engine_of(GetParam());
    std::vector<Customer> customers(1);
    customers[0].values = {
        Value::of_number(7),
        Value::of_number(2),
        {},
        Value::of_text("growth"),
        Value::of_text("Zürich"),
        Value::of_boolean(true),
        {},
        Value::of_time(plus_micros(kNow, -kMicrosPerDay - kMicrosPerHour * 12)),
        {},
    };
    engine->fill(customers);
    const std::vector<std::pair<std::string, std::optional<bool>>> cases = {
        {R"({"==":[{"/":[{"var":"n0"},{"var":"n1"}]},3.5]})", true},  // no whole division
        {R"({"==":[{"%":[{"var":"n0"},2]},1]})", true},
        {R"({"==":[{"%":[{"-":[{"var":"n0"}]},4]},-3]})", true},  // the sign is the dividend's
        {R"({">":[{"/":[{"var":"n0"},{"-":[{"var":"n1"},2]}]},0]})", std::nullopt},
        {R"({"!":{">":[{"var":"n2"},0]}})", std::nullopt},
        {R"({"or":[{">":[{"var":"n2"},0]},{">":[{"var":"n0"},0]}]})", true},
        {R"({"and":[{">":[{"var":"n2"},0]},{"<":[{"var":"n0"},0]}]})", false},
        {R"({"<":[{"var":"t1"},"a"]})", true},  // Z is before a, bytewise
        {R"({"in":["ü",{"var":"t1"}]})", true},
        {R"({"in":["",{"var":"t1"}]})", true},
        {R"({"in":["r_w",{"var":"t0"}]})", false},  // no pattern
        {R"({"==":[{"days_since":{"var":"d0"}},1.5]})", true},
        {R"({"==":[{"min":[{"var":"n0"},{"var":"n2"}]},7]})", std::nullopt},
        {R"({"==":[{"+":[{"var":["n2",0.1]},0.2]},0.30000000000000004]})", true},
        {R"({"==":[{"if":[{"var":"b1"},1,2]},2]})", std::nullopt},
        {R"({"missing_some":[2,["n0","n2","b1"]]})", true},
        {R"({"missing_some":[1,["n0","n2","b1"]]})", false},
    };
    for (const auto& [text, expected] : cases) {
        const auto rule = Rule::compile(json::parse(text).value(), schema(), Mode::strict);
        ASSERT_TRUE(rule) << text << to_text(rule.error());
        EXPECT_EQ(shown(answer_of(rule->test(customers[0], kNow))), shown(expected)) << text;
        EXPECT_EQ(shown(engine->ask(*rule).at(0)), shown(expected)) << text;
    }
}

// The typed program and the walk over JSON are two evaluations of the same rule.
TEST(WalkTest, SaysWhatTheProgramSays) {
    // An `or` with a part that is outside of the typed part and never true makes the whole be walked.
    const Schema with_list = [] {
        Schema extended = schema();
        extended.add({.name = "tags", .type = Type::list});
        return extended;
    }();
    EXPECT_TRUE(rc::check([&] {
        const std::vector<Customer> customers = random_customers(20);
        const json::Value condition = Rules::condition(between(1, 4));
        const auto typed = Rule::compile(condition, with_list, Mode::strict);
        if (!typed) RC_DISCARD("a rule whose arithmetic could leave the range");
        const auto walked = Rule::compile(
            applied("if", {applied("in", {"x", applied("merge", {"y"})}), false, applied("!!", {condition})}),
            with_list, Mode::strict
        );
        RC_ASSERT(walked.has_value());
        RC_ASSERT(!walked->is_typed());
        for (const Customer& customer : customers)
            RC_ASSERT(walked->test(customer, kNow) == typed->test(customer, kNow));
    }));
}

}  // namespace
}  // namespace boon::rules
