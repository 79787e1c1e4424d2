#include "records/warehouse/define.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/warehouse/scratch_test.h"
#include "records/warehouse/warehouse.h"

namespace boon::warehouse {
namespace {

using testing::HasSubstr;

std::unique_ptr<Warehouse> open_or_die(const Options& options) {
    auto warehouse = Warehouse::open(options);
    if (!warehouse) ADD_FAILURE() << to_text(warehouse.error());
    return warehouse ? *std::move(warehouse) : nullptr;
}

TEST(Customers, WhomNoTableListsAreAllWhoHaveAnEvent) {
    Options options;
    options.tables["transactions"] = {
        "SELECT * FROM (VALUES ('a', DATE '2026-01-05', 1), ('a', DATE '2026-01-02', 1), "
        "(NULL, DATE '2026-01-01', 1)) t(customer_id, occurred_at, amount)"
    };
    options.tables["payments"] = {
        "SELECT * FROM (VALUES ('b', DATE '2026-03-01', DATE '2026-02-01', 1)) "
        "t(customer_id, due_at, known_at, amount)"
    };
    const auto warehouse = open_or_die(options);
    const auto frame =
        warehouse->query("SELECT customer_id, joined_at, region FROM boon.customers ORDER BY customer_id");
    ASSERT_TRUE(frame) << to_text(frame.error());
    ASSERT_EQ(frame->rows(), 2U);
    EXPECT_EQ(frame->columns[0].text(0), "a");
    EXPECT_EQ(to_string(frame->columns[1].time(0)), "2026-01-02T00:00:00Z");
    EXPECT_EQ(to_string(frame->columns[1].time(1)), "2026-02-01T00:00:00Z");  // known before it was due
    EXPECT_TRUE(frame->columns[2].is_null(0));
    EXPECT_FALSE(warehouse->has("customers"));
    EXPECT_EQ(warehouse->check(*parse_timestamp("2026-06-01"))->tables.size(), 2U);
}

TEST(Customers, WhomATableListsAreThose) {
    Options options;
    options.tables["customers"] = {"SELECT 'z' AS customer_id"};
    options.tables["transactions"] = {"SELECT 'a' AS customer_id, DATE '2026-01-05' AS occurred_at, 1 AS amount"};
    const auto frame = open_or_die(options)->query("SELECT customer_id FROM boon.customers");
    ASSERT_EQ(frame->rows(), 1U);
    EXPECT_EQ(frame->columns[0].text(0), "z");
}

struct BadValue {
    const char* select;
    const char* hint;
};

TEST(Views, AValueThatCannotBeReadIsToldWithWhatToDoForItsKind) {
    for (const BadValue& each :
         {BadValue{"SELECT 'c' AS customer_id, '2026-02-31' AS occurred_at, 1 AS amount", "try_strptime"},
          BadValue{"SELECT 'c' AS customer_id, 'soon' AS occurred_at, 1 AS amount", "try_strptime"},
          BadValue{"SELECT 'c' AS customer_id, DATE '2026-01-01' AS occurred_at, 'abc' AS amount", "replace(total"}}) {
        Options options;
        options.tables["transactions"] = {each.select};
        const auto read = open_or_die(options)->query("SELECT occurred_at, amount_minor FROM boon.transactions");
        ASSERT_FALSE(read) << each.select;
        EXPECT_EQ(read.error().code, ErrorCode::invalid);
        EXPECT_THAT(read.error().hint, HasSubstr(each.hint)) << to_text(read.error());
    }
}

TEST(Files, ThatWereCutOffAreToldAsSuch) {
    Scratch scratch;
    scratch.write(
        "t.json", R"([{"customer_id": "c1", "occurred_at": "2026-01-01", "amount": 1}, {"customer_id": "c2", )"
    );
    scratch.write("t.csv", "customer_id,occurred_at,amount\nc1,2026-01-01,1\nc2,2026-0");
    for (const std::string& read :
         {"read_json('" + scratch.file("t.json") + "')", "read_csv('" + scratch.file("t.csv") + "')"}) {
        Options options{.allowed_directories = {scratch.path()}};
        options.tables["transactions"] = {"SELECT * FROM " + read};
        const auto opened = Warehouse::open(options);
        const auto problem = opened ? (*opened)->query("SELECT * FROM boon.transactions").error() : opened.error();
        EXPECT_THAT(problem.hint, HasSubstr("cut off")) << read << ": " << to_text(problem);
    }
}

}  // namespace
}  // namespace boon::warehouse
