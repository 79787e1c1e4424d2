#include "records/catalog/changes.h"

#include <gtest/gtest.h>

namespace boon::catalog {
namespace {

std::vector<FieldChange> changes(std::string_view before, std::string_view after) {
    return changes_between(*json::parse(before), *json::parse(after));
}

TEST(Changes, AreNamedByTheirPlace) {
    const std::vector<FieldChange> expected = {
        {"/weight", 1, 2},
        {"/content/de/title", "Alt", "Neu"},
        {"/content/fr", nullptr, json::Object{{"title", "Neuf"}}},
        {"/tags", json::Array{"a"}, json::Array{"a", "b"}},
        {"/a~1b", true, nullptr},
    };
    EXPECT_EQ(
        changes(
            R"({"weight":1,"content":{"de":{"title":"Alt","text":"t"}},"tags":["a"],"same":[1],"a/b":true})",
            R"({"weight":2,"content":{"de":{"title":"Neu","text":"t"},"fr":{"title":"Neuf"}},"tags":["a","b"],"same":[1]})"
        ),
        expected
    );
}

TEST(Changes, NullIsNothing) {
    EXPECT_TRUE(changes(R"({"a":null})", R"({})").empty());
    EXPECT_TRUE(changes(R"({})", R"({"a":null})").empty());
    EXPECT_EQ(changes(R"({"a":null})", R"({"a":1})"), (std::vector<FieldChange>{{"/a", nullptr, 1}}));
    EXPECT_EQ(
        changes(R"({"a":{"b":1}})", R"({"a":null})"),
        (std::vector<FieldChange>{{"/a", json::Object{{"b", 1}}, nullptr}})
    );
}

}  // namespace
}  // namespace boon::catalog
