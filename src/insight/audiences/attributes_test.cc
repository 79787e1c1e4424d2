// Rules over what the records of customers say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/audiences/audiences_test.h"

namespace boon::audiences {
namespace {

// What a record says, known to the checker by its type, and unknown where it says nothing.
TEST(Selector, ReadsAttributesOfTheRecord) {
    using profiles::AttributeKind;
    const auto image = image_of({{.id = "anna"}, {.id = "bert"}, {.id = "carl"}});
    const auto columns = std::make_shared<const profiles::AttributeColumns>(
        profiles::AttributeColumns{{"plan", AttributeKind::text}, {"price", AttributeKind::number}}
    );
    profiles::AttributesBuilder builder(columns, 2);
    builder.set(0, 0, std::string_view("gold"));
    builder.set(0, 1, 9.99);
    const auto with = image->with(std::move(builder).finish());
    Vocabulary names = vocabulary();
    names.attributes = columns;
    const Book book({}, with->schema(), names);
    const auto gold = book.compile(
        rule(R"({"and":[{"==":[{"var":"attributes.plan"},"gold"]},{"==":[{"var":"attributes.price"},9.99]}]})"), ""
    );
    ASSERT_TRUE(gold) << to_text(gold.error());
    EXPECT_EQ(gold->test(with->at(0), kMarch), rules::Truth::yes);
    EXPECT_EQ(gold->test(with->at(1), kMarch), rules::Truth::unknown);
    EXPECT_EQ(gold->test(with->at(2), kMarch), rules::Truth::unknown);   // came since
    EXPECT_EQ(gold->test(image->at(0), kMarch), rules::Truth::unknown);  // others than it was compiled against
    EXPECT_EQ(
        gold->explain(with->at(1), kMarch).missing, (std::vector<std::string>{"attributes.plan", "attributes.price"})
    );
    const auto mistaken = book.compile(
        rule(R"({"and":[{"==":[{"var":"attributes.plann"},"gold"]},{">":[{"var":"attributes.plan"},3]}]})"), "/rule"
    );
    ASSERT_FALSE(mistaken);
    std::vector<std::string> pointers;
    for (const FieldError& field : mistaken.error().fields) pointers.push_back(field.pointer);
    EXPECT_THAT(pointers, testing::ElementsAre("/rule/and/0/==/0/var", testing::StartsWith("/rule/and/1/>")));
    EXPECT_THAT(mistaken.error().fields.front().detail, testing::HasSubstr("attributes.plan"));
}

}  // namespace
}  // namespace boon::audiences
