// One customer asked alone, the scan of the base, and the rule's SQL on three engines must agree: random rules over
// random bases, among them missing values, zeros of both signs, and text of all sorts.
#include "insight/audiences/selector.h"

#include <iostream>
#include <optional>

#include <duckdb.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include "insight/audiences/audiences_test.h"
#include "insight/audiences/scan.h"
#include "platform/db/testing/scratch.h"
#include "platform/rules/random_rules_test.h"

namespace boon::audiences {
namespace {

using profiles::Standing;
using rules::testing::between;
using rules::testing::kNow;
using sql::Dialect;

using Answers = std::vector<std::optional<bool>>;

class Engine {
public:
    explicit Engine(Dialect dialect) : dialect_(dialect) {}
    virtual ~Engine() = default;
    [[nodiscard]] Dialect dialect() const { return dialect_; }
    virtual void run(const std::string& statement) = 0;
    virtual Answers ask(const std::string& statement) = 0;

private:
    Dialect dialect_;
};

class Operational : public Engine {
public:
    explicit Operational(db::Engine engine)
        : Engine(engine == db::Engine::sqlite ? Dialect::sqlite : Dialect::postgres), scratch_(engine) {}
    void run(const std::string& statement) override {
        const Status done = database_->write([&](auto& connection) { return connection.run_script(statement); });
        ASSERT_TRUE(done) << to_text(done.error()) << "\n" << statement;
    }
    Answers ask(const std::string& statement) override {
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

private:
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
    void run(const std::string& statement) override { ask(statement); }
    Answers ask(const std::string& statement) override {
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

private:
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

float random_float() { return between(0, 5) == 0 ? kMissing : static_cast<float>(rules::testing::number()); }

std::string random_name() {
    const auto& texts = rules::testing::texts();
    // The first is empty, which no stage or segment is called.
    return between(0, 5) == 0 ? "" : texts[between<std::size_t>(1, texts.size())];
}

std::shared_ptr<const profiles::Attributes> random_attributes(std::size_t count) {
    using profiles::AttributeKind;
    const auto columns = std::make_shared<const profiles::AttributeColumns>(profiles::AttributeColumns{
        {"income", AttributeKind::number},
        {"plan", AttributeKind::text},
        {"consent", AttributeKind::boolean},
        {"renewed", AttributeKind::time},
    });
    profiles::AttributesBuilder builder(columns, count);
    for (std::size_t i = 0; i < count; ++i) {
        if (between(0, 5) != 0) builder.set(i, 0, rules::testing::number());
        if (const std::string plan = random_name(); !plan.empty()) builder.set(i, 1, std::string_view(plan));
        if (between(0, 5) != 0) builder.set(i, 2, between(0, 2) == 0);
        if (between(0, 5) != 0) builder.set(i, 3, rules::testing::instant());
    }
    return std::move(builder).finish();
}

std::shared_ptr<const profiles::Image> random_image(std::size_t count) {
    profiles::ImageBuilder builder(schema_of(rules::testing::texts()), count);
    profiles::StandingsBuilder standings(count);
    const auto categories = static_cast<int>(rules::testing::texts().size());
    for (std::size_t i = 0; i < count; ++i) {
        // Also codes that no category has.
        const auto contract = static_cast<float>(between(-1, categories + 1));
        builder.add(std::to_string(i), std::array{random_float(), random_float(), contract}, rules::testing::instant());
        Standing& standing = standings.at(i);
        standing.stage = profiles::place_of(standings.names().stages, random_name());
        standing.stage_since = rules::testing::instant().micros;
        standing.value_segment = profiles::place_of(standings.names().value_segments, random_name());
        standing.rfm_segment = profiles::place_of(standings.names().rfm_segments, random_name());
        standing.value_score = random_float();
        standing.predicted_ltv = random_float();
        standing.r = static_cast<std::uint8_t>(between(0, 6));
        standing.f = static_cast<std::uint8_t>(between(0, 6));
        standing.m = static_cast<std::uint8_t>(between(0, 6));
        standing.marks = static_cast<std::uint8_t>(between(0, 8));
    }
    // The last ones came since the base was scored.
    auto scores = std::make_shared<profiles::Scores>(between<std::size_t>(0, count + 1));
    for (std::size_t i = 0; i < scores->size(); ++i) scores->row(i)[*profiles::score_of("churn")] = random_float();
    return std::move(builder)
        .finish()
        ->with(std::move(standings).finish())
        ->with(std::shared_ptr<const profiles::Scores>(std::move(scores)))
        ->with(random_attributes(between<std::size_t>(0, count + 1)));
}

std::string literal(Dialect dialect, const sql::Literal::Value& value) {
    return sql::Literal::of(dialect, value).value().text();
}
std::string text(Dialect dialect, std::string_view value) { return value.empty() ? "null" : literal(dialect, value); }
std::string number(Dialect dialect, float value) {
    return std::isnan(value) ? "null" : literal(dialect, static_cast<double>(value));
}

// Times as microseconds, booleans as 0 and 1.
std::string attribute(Dialect dialect, const profiles::AttributeValue& value) {
    if (const auto* text = std::get_if<std::string_view>(&value)) return literal(dialect, *text);
    if (const auto* number = std::get_if<double>(&value)) return literal(dialect, *number);
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "1" : "0";
    if (const auto* time = std::get_if<Timestamp>(&value)) return std::to_string(time->micros);
    return "null";
}

// The image as a table: what the operational database's standings and the features say.
void fill(Engine& engine, const profiles::Image& image) {
    const Dialect dialect = engine.dialect();
    const std::string real = dialect == Dialect::sqlite ? "real" : "double precision";
    engine.run("drop table if exists p");
    engine.run(fmt::format(
        "create table p (id bigint, computed_at bigint, stage text, stage_since bigint, overridden bigint, "
        "value_score {0}, value_segment text, in_base bigint, r bigint, f bigint, m bigint, rfm_segment text, "
        "predicted_ltv {0}, \"score.churn\" {0}, days_since_last_purchase {0}, spend {0}, contract text, "
        "\"attributes.income\" {0}, \"attributes.plan\" text, \"attributes.consent\" bigint, "
        "\"attributes.renewed\" bigint)",
        real
    ));
    std::string rows;
    for (std::size_t row = 0; row < image.size(); ++row) {
        const auto profile = image.at(row);
        const Standing& standing = *profile.standing;
        const bool has_stage = standing.stage != Standing::kNone;
        const bool has_value = standing.value_segment != Standing::kNone;
        const auto& contracts = image.schema()->columns[2].categories;
        const float code = profile.features[2];
        const bool has_contract = code >= 0 && code < static_cast<float>(contracts.size());
        rows += fmt::format(
            "{}({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, ", row == 0 ? "" : ", ", row,
            profile.computed_at.micros, text(dialect, profile.stage),
            has_stage ? std::to_string(standing.stage_since) : "null",
            has_stage ? std::to_string(standing.marks & Standing::kOverridden) : "null",
            number(dialect, standing.value_score), text(dialect, profile.value_segment),
            has_value ? ((standing.marks & Standing::kOutsideBase) == 0 ? "1" : "0") : "null", standing.r, standing.f,
            standing.m, text(dialect, profile.rfm_segment), number(dialect, standing.predicted_ltv),
            profile.scores.empty() ? "null" : number(dialect, profile.scores[*profiles::score_of("churn")]),
            number(dialect, profile.features[0]), number(dialect, profile.features[1]),
            has_contract ? literal(dialect, contracts[static_cast<std::size_t>(code)]) : "null"
        );
        const auto known = [&](std::size_t column) {
            return attribute(dialect, image.attributes().at(profile.attributes.row, column));
        };
        rows += fmt::format("{}, {}, {}, {})", known(0), known(1), known(2), known(3));
    }
    engine.run("insert into p values " + rows);
}

// A random rule of the rules' room, over an audience's variables.
json::Value random_rule() {
    std::string written = json::to_text(rules::testing::Rules::condition(between(1, 5)));
    const auto one_of = [](std::vector<std::string> names) { return names[between<std::size_t>(0, names.size())]; };
    const std::vector<std::pair<std::string, std::string>> renamed = {
        {"\"n0\"", one_of({"days_since_last_purchase", "value_score", "predicted_ltv", "score.churn"})},
        {"\"n1\"", one_of({"days_in_stage", "lifetime_value", "spend", "attributes.income"})},
        {"\"n2\"", one_of({"r_score", "f_score", "m_score", "score.churn"})},
        {"\"t0\"", one_of({"stage", "rfm_segment"})},
        {"\"t1\"", one_of({"contract", "value_segment", "attributes.plan"})},
        {"\"b0\"", one_of({"in_base", "attributes.consent"})},
        {"\"b1\"", "stage_overridden"},
        {"\"d0\"", "stage_since"},
        {"\"d1\"", one_of({"stage_since", "attributes.renewed"})},
    };
    for (const auto& [from, to] : renamed) {
        const std::string quoted = '"' + to + '"';
        for (auto at = written.find(from); at != std::string::npos; at = written.find(from, at + quoted.size())) {
            written.replace(at, from.size(), quoted);
        }
    }
    return json::parse(written).value();
}

std::optional<bool> answer_of(rules::Truth truth) {
    return truth == rules::Truth::unknown ? std::nullopt : std::optional(truth == rules::Truth::yes);
}

void compare(Engine& engine, const profiles::Image& image, const json::Value& written, std::array<int, 3>& seen) {
    const auto& attributes = image.attributes().columns();
    const auto variables = variables_of(image.schema().get(), {.attributes = attributes});
    const auto compiled = Selector::compile(written, {image.schema(), attributes}, variables);
    if (!compiled) return;  // its arithmetic could leave the range
    const auto condition = compiled->sql(engine.dialect(), kNow);
    if (!condition) RC_FAIL(to_text(condition.error()));
    const std::string form = engine.dialect() == Dialect::sqlite ? *condition : "cast(" + *condition + " as integer)";
    const Answers answers = engine.ask("select " + form + " from p order by id");
    RC_ASSERT(answers.size() == image.size());
    const Members members = scan(image, *compiled, kNow);
    for (std::size_t row = 0; row < image.size(); ++row) {
        const rules::Truth alone = compiled->test(*image.find(std::to_string(row)), kNow);
        RC_ASSERT(members.contains(row) == (alone == rules::Truth::yes));
        if (answers[row] != answer_of(alone))
            RC_FAIL(fmt::format("row {}: {}\n{}", row, json::to_text(written), *condition));
        ++seen.at(static_cast<std::size_t>(alone));
    }
}

class SelectorTest : public ::testing::TestWithParam<Dialect> {};
struct DialectName {
    std::string operator()(const auto& info) const {
        return info.param == Dialect::sqlite ? "sqlite" : info.param == Dialect::postgres ? "postgres" : "duckdb";
    }
};
constexpr std::array kDialects = {Dialect::sqlite, Dialect::postgres, Dialect::duckdb};
INSTANTIATE_TEST_SUITE_P(Dialects, SelectorTest, ::testing::ValuesIn(kDialects), DialectName());

TEST_P(SelectorTest, OneCustomerTheBaseAndSqlAgree) {
    const auto engine = engine_of(GetParam());
    std::array<int, 3> seen{};
    EXPECT_TRUE(rc::check([&] {
        const auto image = random_image(40);
        fill(*engine, *image);
        for (int i = 0; i < 5; ++i) compare(*engine, *image, random_rule(), seen);
    }));
    // A test that only ever saw one answer would prove little.
    for (const int count : seen) EXPECT_GE(count, 1000);
    std::cerr << fmt::format("{} no, {} yes, {} unknown\n", seen[0], seen[1], seen[2]);
}

TEST(Selector, NamesEveryMistakeWhereItStands) {
    const Book book({}, schema_of({"prepaid"}), vocabulary());
    const auto refused = book.compile(
        rule(R"({"and":[{"<":[{"var":"days_in_stag"},3]},{"==":[{"var":"stage"},"grwth"]},{">":[{"var":"stage"},1]}]})"
        ),
        "/rule"
    );
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
    EXPECT_EQ(
        refused.error().fields.at(0).detail, "there is no variable `days_in_stag`; did you mean `days_in_stage`?"
    );
    std::vector<std::string> pointers;
    for (const FieldError& field : refused.error().fields) pointers.push_back(field.pointer);
    EXPECT_THAT(
        pointers,
        testing::UnorderedElementsAre("/rule/and/0/</0/var", "/rule/and/1/==/1", testing::StartsWith("/rule/and/2/>"))
    );
    const auto text = book.compile(json::Value("everybody"), "/rule");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().fields.at(0).pointer, "/rule");
}

TEST(Selector, KnowsNothingOfProfilesOfAnotherSchema) {
    const auto image = image_of({{.id = "anna", .spend = 5, .stage = "growth"}});
    auto other = std::make_shared<profiles::Schema>(*image->schema());
    other->schema_id = 2;
    const auto bound = Selector::compile(
        rule(R"({">":[{"var":"spend"},1]})"), {other, nullptr}, variables_of(other.get(), vocabulary())
    );
    EXPECT_EQ(bound->test(image->at(0), kMarch), rules::Truth::unknown);
    const auto staged = Selector::compile(
        rule(R"({"==":[{"var":"stage"},"growth"]})"), {other, nullptr}, variables_of(other.get(), vocabulary())
    );
    EXPECT_EQ(staged->test(image->at(0), kMarch), rules::Truth::yes);
    EXPECT_TRUE(staged->reads(WorkedOutBy::lifecycle));
    EXPECT_FALSE(staged->reads(WorkedOutBy::value));
}

TEST(Selector, ReadsWhatModelsSaidOfTheBase) {
    const auto image = image_of({{.id = "anna"}, {.id = "bert"}, {.id = "carl"}});
    auto scores = std::make_shared<profiles::Scores>(2);
    scores->row(0)[*profiles::score_of("churn")] = 0.8F;
    scores->row(1)[*profiles::score_of("churn")] = 0.2F;
    const auto scored = image->with(std::shared_ptr<const profiles::Scores>(scores));
    const Selector likely = selector(*image, R"({">":[{"var":"score.churn"},0.5]})");
    EXPECT_EQ(likely.test(scored->at(0), kMarch), rules::Truth::yes);
    EXPECT_EQ(likely.test(scored->at(1), kMarch), rules::Truth::no);
    EXPECT_EQ(likely.test(scored->at(2), kMarch), rules::Truth::unknown) << "came since";
    EXPECT_EQ(likely.test(image->at(0), kMarch), rules::Truth::unknown) << "nobody was scored";
    EXPECT_EQ(scan(*scored, likely, kMarch).count(), 1);
    const auto mistyped =
        Book({}, image->schema(), vocabulary()).compile(rule(R"({">":[{"var":"score.chur"},0.5]})"), "/rule");
    EXPECT_EQ(mistyped.error().fields.at(0).pointer, "/rule/>/0/var");
    EXPECT_THAT(mistyped.error().fields.at(0).detail, testing::HasSubstr("did you mean `score.churn`?"));
}

TEST(Book, AnAudienceThatFitsNoMoreIsNamedAndSelectsNobody) {
    Audience fits{.name = "b-fits", .rule = rule(R"({">":[{"var":"spend"},1]})")};
    Audience lost{.name = "a-lost", .rule = rule(R"({">":[{"var":"visits"},1]})")};
    const Book book({fits, lost}, schema_of({}), vocabulary());
    ASSERT_EQ(book.entries().size(), 2U);
    EXPECT_EQ(book.entries()[0].audience.name, "a-lost");
    EXPECT_EQ(book.selector("a-lost").error().code, ErrorCode::failed_precondition);
    EXPECT_THAT(book.find("a-lost")->mistake, testing::HasSubstr("there is no variable `visits`"));
    EXPECT_TRUE(book.selector("b-fits"));
    EXPECT_EQ(book.selector("c").error().code, ErrorCode::not_found);
}

TEST(Audience, HasANameOfItsOwn) {
    const auto taken = vocabulary().taken();
    for (const char* name : {"silent-high", "q3_2026", "7days"}) EXPECT_TRUE(check_name(name, taken)) << name;
    for (const char* name : {"", "Silent", "-x", "rfm:lost", "a b", "high_value", "all", "new", "at_risk"}) {
        EXPECT_FALSE(check_name(name, taken)) << name;
    }
    EXPECT_TRUE(check_name(std::string(50, 'a'), taken));
    EXPECT_FALSE(check_name(std::string(51, 'a'), taken));
}

}  // namespace
}  // namespace boon::audiences
