#include "platform/rules/schema.h"

#include <gtest/gtest.h>

namespace boon::rules {
namespace {

Schema loyalty() {
    return Schema({
        {.name = "days_since_last_purchase", .type = Type::number},
        {.name = "stage", .type = Type::text, .values = {"growth", "churn"}},
        {.name = "context.", .type = Type::any, .family = true},
        {.name = "context.attr.", .type = Type::number, .family = true},
        {.name = "context.hour", .type = Type::number},
    });
}

TEST(SchemaTest, NamesAreFoundByThemselvesBeforeTheirFamily) {
    const Schema schema = loyalty();
    EXPECT_EQ(schema.find("stage"), 1U);
    EXPECT_EQ(schema.find("context.hour"), 4U);
    EXPECT_EQ(schema.find("context.weather"), 2U);
    EXPECT_EQ(schema.find("context.attr.depth"), 3U);
    EXPECT_EQ(schema.find("context."), std::nullopt);
    EXPECT_EQ(schema.find("Stage"), std::nullopt);
}

TEST(SchemaTest, ANameStandsForOneVariable) {
    Schema schema = loyalty();
    EXPECT_FALSE(schema.add({.name = "stage", .type = Type::number}));
    EXPECT_EQ(schema.variables()[1].type, Type::text);
    EXPECT_TRUE(schema.add({.name = "channel", .type = Type::text}));
    EXPECT_EQ(schema.find("channel"), 5U);
}

TEST(SchemaTest, AMistypedNameHasANearOne) {
    EXPECT_EQ(loyalty().nearest("days_since_last_purchse"), "days_since_last_purchase");
    EXPECT_EQ(loyalty().nearest("stge"), "stage");
    EXPECT_EQ(loyalty().nearest("weather"), "");
}

}  // namespace
}  // namespace boon::rules
