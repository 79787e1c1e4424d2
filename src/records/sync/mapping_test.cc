#include "records/sync/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/sync/convert.h"
#include "records/sync/path.h"

namespace boon::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::StartsWith;

const Currency kEuro = *Currency::from_code("EUR");

Mapping mapping_of(std::string_view text) {
    auto mapping = json::read_text<Mapping>(text);
    EXPECT_TRUE(mapping) << to_text(mapping.error());
    return mapping.value_or(Mapping{});
}

std::string mapped(std::string_view mapping, std::string_view body) {
    const auto record = map_record(mapping_of(mapping), *json::parse(body), kEuro);
    return record ? json::to_text(record->fields) : to_text(record.error());
}

TEST(Path, ALeadsThroughObjectsListsAndMatches) {
    const auto body = *json::parse(R"({"a/b":{"~":1},"list":[{"k":"x","v":1},{"k":"y","v":2}],"none":null})");
    EXPECT_EQ(text_at(body, "/a~1b/~0"), "1");
    EXPECT_EQ(text_at(body, "/list/1/v"), "2");
    EXPECT_EQ(text_at(body, "/list/[k=y]/v"), "2");
    EXPECT_EQ(text_at(body, "/list/[k=z]/v"), "");
    EXPECT_EQ(values_at(body, "/list/*/v").size(), 2U);
    EXPECT_TRUE(values_at(body, "/none").empty());
    EXPECT_FALSE(is_path("name"));
    EXPECT_FALSE(is_path("/a/[k]"));
    EXPECT_TRUE(is_path("/a/[k=x/y]/b"));
}

TEST(Mapping, TakesTheFirstThatExistsAndTranslates) {
    EXPECT_EQ(
        mapped(
            R"({"fields":{"name":{"from":["/title","/name"]},
                "is_active":{"from":["/status"],"values":{"Active":true},"otherwise":false}}})",
            R"({"title":null,"name":"Ten","status":"Retired"})"
        ),
        R"({"is_active":false,"name":"Ten"})"
    );
}

TEST(Mapping, ReadsMoneyExactlyAndRefusesOtherCurrencies) {
    constexpr std::string_view kPrice =
        R"({"fields":{"name":{"constant":"a"},"value":{"from":["/price/value"],"currency":"/price/unit"}}})";
    EXPECT_EQ(mapped(kPrice, R"({"price":{"value":"19.90","unit":"EUR"}})"), R"({"name":"a","value":19.9})");
    EXPECT_EQ(
        mapped(kPrice, R"({"price":{"value":"19.90","unit":"CHF"}})"),
        "the record cannot be mapped\n  /value: is in CHF, but the programme's currency is EUR"
    );
    EXPECT_THAT(mapped(kPrice, R"({"price":{"value":"19.905"}})"), ::testing::HasSubstr("/value: "));
}

TEST(Mapping, ReadsTimesAsUpstreamsWriteThem) {
    const auto read = [](std::string_view json_text, TimeForm form) {
        const auto at = read_time(*json::parse(json_text), form);
        return at ? to_string(*at) : at.error().message;
    };
    EXPECT_EQ(read(R"("2026-03-01T12:30:00.000+0000")", TimeForm::text), "2026-03-01T12:30:00Z");
    EXPECT_EQ(read(R"("2026-03-01T12:30:00")", TimeForm::text), "2026-03-01T12:30:00Z");
    EXPECT_EQ(read(R"("2026-03-01")", TimeForm::text), "2026-03-01T00:00:00Z");
    EXPECT_EQ(read("1772368200", TimeForm::epoch_s), "2026-03-01T12:30:00Z");
    EXPECT_EQ(read(R"("1772368200000")", TimeForm::epoch_ms), "2026-03-01T12:30:00Z");
    EXPECT_EQ(read(R"("1.3.2026")", TimeForm::day_month_year), "2026-03-01T00:00:00Z");
    EXPECT_EQ(read(R"("03/01/2026")", TimeForm::month_day_year), "2026-03-01T00:00:00Z");
    EXPECT_EQ(read(R"("soon")", TimeForm::text), "`soon` is not a time such as 2026-03-01T12:30:00Z");
    EXPECT_EQ(read(R"("31.02.2026")", TimeForm::day_month_year), "`31.02.2026` is not a date");
}

TEST(Mapping, CutsOnlyWhenToldToAndSaysSo) {
    const std::string body = R"({"c":")" + std::string(49, 'x') + "\u00e9\u00e9" + R"("})";
    EXPECT_EQ(
        mapped(R"({"fields":{"category":{"from":["/c"]}}})", body),
        "the record cannot be mapped\n  /category: has 51 characters; at most 50 fit"
    );
    const auto cut = map_record(
        mapping_of(R"({"fields":{"category":{"from":["/c"],"too_long":"cut"}}})"), *json::parse(body), kEuro
    );
    ASSERT_TRUE(cut) << to_text(cut.error());
    EXPECT_EQ(cut->fields.at("category").get_string().size(), 51U);  // 50 characters, the last of two bytes
    EXPECT_THAT(cut->notes, ElementsAre("category was cut from 51 characters"));
}

TEST(Mapping, LimitsAreCharacters) {
    const auto of = [](int letters) {
        std::string text;
        for (int i = 0; i < letters; ++i) text += "\u0633";  // two bytes
        return mapped(R"({"fields":{"category":{"from":["/c"]}}})", R"({"c":")" + text + R"("})");
    };
    EXPECT_THAT(of(50), StartsWith(R"({"category":")"));
    EXPECT_THAT(of(51), EndsWith("has 51 characters; at most 50 fit"));
}

TEST(Mapping, MakesListsAndJoinsTexts) {
    EXPECT_EQ(
        mapped(
            R"({"fields":{"name":{"from":["/brand","/title"],"join":" - "},"tags":{"from":["/category/*/name"]},
                "channels":{"from":["/where"],"split":";"}}})",
            R"({"brand":"Acme","title":"Ten","category":[{"name":"b"},{"name":"a"},{"name":"b"}],"where":"app; sms"})"
        ),
        R"({"channels":["app","sms"],"name":"Acme - Ten","tags":["b","a"]})"
    );
}

TEST(Mapping, AListOfNamesHasAnEnd) {
    const auto of = [](int count) {
        std::string names;
        for (int i = 0; i < count; ++i) names += (i > 0 ? ";t" : "t") + std::to_string(i);
        return mapped(R"({"fields":{"tags":{"from":["/t"],"split":";"}}})", R"({"t":")" + names + R"("})");
    };
    EXPECT_THAT(of(1000), EndsWith(R"("t999"]})"));
    EXPECT_THAT(of(1001), EndsWith("/tags: has more than 1000 names"));
}

TEST(Mapping, NamesEveryFieldThatCannotBeMade) {
    EXPECT_EQ(
        mapped(
            R"({"fields":{"name":{"from":["/n"]},"valid_from":{"from":["/f"]},
                "category":{"from":["/c"],"values":{"A":"points"}}}})",
            R"({"n":"","f":7,"c":"B"})"
        ),
        "the record cannot be mapped\n  /category: `B` is none of the values that the mapping lists\n"
        "  /valid_from: `7` is not a time such as 2026-03-01T12:30:00Z\n  /name: is missing (looked for at /n)"
    );
}

TEST(Mapping, RefusesWhatIsBoonsOwn) {
    const auto status = check_mapping(mapping_of(
        R"({"fields":{"weight":{"from":["/w"]},"nam":{"from":["/n"]},"name":{"from":["n"]},"category":{},
            "content.en.titel":{"from":["/t"]}}})"
    ));
    ASSERT_FALSE(status);
    EXPECT_THAT(
        status.error().fields,
        ElementsAre(
            FieldError{"/fields/category", "takes nothing: name a path in `from`, or a `constant`"},
            ::testing::Field(&FieldError::pointer, "/fields/content.en.titel"),
            FieldError{"/fields/nam", "is no field of an offer; did you mean name?"},
            FieldError{"/fields/name/from/0", "`n` is no path; it begins with a slash, such as /name"},
            FieldError{"/fields/weight", "is boon's own: a sync never writes it"}
        )
    );
}

TEST(Mapping, AChangeReplacesAddsAndTakesAway) {
    const Mapping base = mapping_of(R"({"fields":{"name":{"from":["/a"]},"category":{"from":["/b"]}}})");
    const auto change =
        json::read_text<MappingChange>(R"({"fields":{"name":{"from":["/x"]},"category":null,"tags":{"from":["/t"]}}})");
    ASSERT_TRUE(change);
    const auto mapping = merged(base, *change);
    ASSERT_TRUE(mapping) << to_text(mapping.error());
    EXPECT_EQ(mapping->fields.size(), 2U);
    EXPECT_THAT(mapping->fields.at("name").from, ElementsAre("/x"));
    EXPECT_TRUE(mapping->fields.contains("tags"));
}

}  // namespace
}  // namespace boon::sync
