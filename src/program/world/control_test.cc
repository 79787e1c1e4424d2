// The control group of a world: what is true of it, and that the records follow.
#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program/world/world.h"
#include "records/warehouse/scratch_test.h"

namespace boon::world {
namespace {

// Contacts with what was true of them; `responded`: a conversion within 14 days of it; `others`: contacts that were
// made, of the same customer, so near that their conversions may be among those.
class ControlGroup : public testing::Test {
protected:
    void make(const Parameters& parameters) {
        const Options options{.folder = scratch_.path(), .customers = 4000, .seed = 11, .parameters = parameters};
        ASSERT_TRUE(generate(options));
        auto opened = warehouse::Warehouse::open(
            {.tables = tables_of(options.folder), .allowed_directories = {options.folder}, .threads = 2}
        );
        ASSERT_TRUE(opened) << to_text(opened.error());
        warehouse_ = *std::move(opened);
        const Status made = warehouse_->execute(fmt::format(
            "CREATE TABLE main.contacts AS SELECT c.contact_id, c.customer_id, c.sent_at, c.is_control, t.treated, "
            "t.untreated, EXISTS (SELECT 1 FROM boon.interactions i WHERE i.kind = 'converted' AND i.customer_id = "
            "c.customer_id AND i.occurred_at >= c.sent_at AND i.occurred_at <= c.sent_at + INTERVAL 14 DAY) AS "
            "responded, "
            "EXISTS (SELECT 1 FROM boon.interactions i WHERE i.kind = 'sent' AND i.customer_id = c.customer_id AND "
            "i.occurred_at BETWEEN c.sent_at - INTERVAL 14 DAY AND c.sent_at + INTERVAL 14 DAY AND i.interaction_id <> "
            "c.contact_id::VARCHAR) AS others FROM boon.contacts c JOIN read_parquet('{}/truth_contacts/*.parquet') t "
            "ON t.contact_id = c.contact_id::BIGINT WHERE c.sent_at < TIMESTAMP '2026-06-01'",
            options.folder
        ));
        ASSERT_TRUE(made) << to_text(made.error());
    }
    double number(const std::string& sql) {
        const auto frame = warehouse_->query(sql);
        EXPECT_TRUE(frame) << sql << '\n' << to_text(frame.error());
        return frame ? frame->columns[0].real(0) : std::nan("");
    }

    warehouse::Scratch scratch_;
    std::unique_ptr<warehouse::Warehouse> warehouse_;
};

TEST_F(ControlGroup, ByDefaultIsATenthAndConvertsNothing) {
    make({});
    EXPECT_NEAR(number("SELECT avg(is_control::INTEGER) FROM contacts"), 0.1, 0.01);
    EXPECT_EQ(number("SELECT max(untreated) FROM contacts"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM contacts WHERE is_control AND responded AND NOT others"), 0);
}

TEST_F(ControlGroup, ConvertsOfItsOwnAccordAsTheTruthHasIt) {
    make({.confounded_share = 0, .late_share = 0, .control_share = 0.5, .own_accord = 0.5});
    EXPECT_NEAR(number("SELECT avg(is_control::INTEGER) FROM contacts"), 0.5, 0.02);
    EXPECT_EQ(number("SELECT count(*) FROM contacts WHERE untreated > treated"), 0);
    EXPECT_GT(number("SELECT avg(untreated) / avg(treated) FROM contacts"), 0.5);
    EXPECT_LT(number("SELECT avg(untreated) / avg(treated) FROM contacts"), 0.95);
    for (const std::string_view arm : {"untreated", "treated"}) {
        const std::string rows =
            fmt::format("FROM contacts WHERE NOT others AND is_control = {}", arm == "untreated" ? "true" : "false");
        const double expected = number(fmt::format("SELECT avg({}) {}", arm, rows));
        const double seen = number("SELECT avg(responded::INTEGER) " + rows);
        const double count = number("SELECT count(*) " + rows);
        ASSERT_GT(count, 1000);
        // Some leave before they convert.
        EXPECT_NEAR(seen, expected, 0.003 + 4 * std::sqrt(expected / count)) << arm;
    }
}

TEST_F(ControlGroup, OfAContactWithoutEffectIsAsTheOthers) {
    make({.control_share = 0.5, .own_accord = 1});
    EXPECT_LT(number("SELECT max(abs(treated - untreated)) FROM contacts"), 1e-12);
}

TEST_F(ControlGroup, ThatIsConfoundedWouldConvertLess) {
    make({.control_share = 0.3, .confounded_control = 1});
    const double held_back = number("SELECT avg(treated) FROM contacts WHERE is_control");
    EXPECT_LT(held_back, 0.8 * number("SELECT avg(treated) FROM contacts WHERE NOT is_control"));
}

}  // namespace
}  // namespace boon::world
