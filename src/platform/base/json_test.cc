#include "platform/base/json.h"

#include <bit>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "platform/base/record.h"

namespace boon {
namespace {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Part {
    std::string name;
    std::int32_t count = 1;
};
BOOST_DESCRIBE_STRUCT(Part, (), (name, count))

struct Thing {
    std::string id;
    std::optional<double> weight;
    Colour colour = Colour::red;
    std::vector<Part> parts;
    Timestamp made_at;
    Money price;
    std::map<std::string, bool> flags;
    std::int64_t version = 7;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id, weight, colour, parts, made_at, price, flags, version))

}  // namespace

template <>
inline constexpr auto kFields<Thing> = std::array{
    Field{.name = "id", .required = true, .max_length = 4},
    Field{.name = "weight", .min = 0},
    Field{.name = "version", .read_only = true},
};

namespace {

std::string parse_error(std::string_view text) {
    const auto value = json::parse(text);
    return value ? "parsed" : value.error().message;
}

TEST(Json, ReadsWhatItWrites) {
    const std::string text = R"({"a":[1,-2.5,true,null,"x\"\\\n\u0001é"],"b":{"c":9223372036854775807}})";
    EXPECT_EQ(json::to_text(*json::parse(text)), text);
}

TEST(Json, RefusesWhatOthersLetThrough) {
    EXPECT_EQ(parse_error(R"({"a":1,"a":2})"), "not JSON: the member `a` appears twice at line 1, column 10");
    EXPECT_THAT(parse_error("9223372036854775808"), testing::HasSubstr("does not fit in 64 bits"));
    EXPECT_THAT(parse_error("123456789012345678901234567890"), testing::HasSubstr("does not fit in 64 bits"));
    EXPECT_THAT(parse_error("1e400"), testing::HasSubstr("is too large"));
    EXPECT_THAT(parse_error("[1] x"), testing::HasSubstr("text after the end"));
    EXPECT_THAT(parse_error("[1,"), testing::HasSubstr("ends too early"));
    EXPECT_THAT(parse_error(std::string(97, '[') + std::string(97, ']')), testing::HasSubstr("nested deeper than 96"));
    EXPECT_EQ(parse_error(std::string(96, '[') + std::string(96, ']')), "parsed");
    EXPECT_NE(parse_error(""), "parsed");
    EXPECT_NE(parse_error("\"\xff\""), "parsed");
}

TEST(Json, SmallestNumbersBecomeZero) { EXPECT_EQ(json::parse("-1e-400")->get_double(), 0.0); }

TEST(Json, EveryDoubleRoundTripsToTheBit) {
    EXPECT_TRUE(rc::check("double -> text -> double", [](std::uint64_t bits) {
        const auto number = std::bit_cast<double>(bits);
        RC_PRE(std::isfinite(number));
        std::string text;
        json::append(text, number);
        const auto back = json::parse(text);
        RC_ASSERT(back.has_value());
        RC_ASSERT(back->to_number<double>() == number);
    }));
    // Read off by one unit in the last place by parsers that multiply powers of ten.
    EXPECT_EQ(json::parse("0.13436424411240122")->get_double(), 0.13436424411240122);
}

// Texts are looked at eight characters at a time: every character, at every place of such eights.
TEST(Json, EveryCharacterIsEscapedWhereverItStands) {
    for (std::size_t size = 1; size <= 18; ++size) {
        for (std::size_t place = 0; place < size; ++place) {
            for (int c = 0; c < 128; ++c) {
                std::string given(size, 'x');
                given[place] = static_cast<char>(c);
                std::string text;
                json::append(text, given);
                ASSERT_EQ(json::parse(text)->get_string(), given) << text;
                const bool plain = c >= 0x20 && c != '"' && c != '\\';
                ASSERT_EQ(text == '"' + given + '"', plain) << text;
            }
        }
    }
    std::string text;
    using namespace std::string_view_literals;
    json::append(text, "\"a\\b\n\x01 \xc3\xa4\xc2\xa0\""sv);
    EXPECT_EQ(
        text, R"("\"a\\b\n\u0001 )"
              "\xc3\xa4\xc2\xa0"
              R"(\"")"
    );
}

TEST(Json, MergePatchFollowsRfc7396) {
    // The example of RFC 7396, section 3.
    auto target = *json::parse(
        R"({"title":"Goodbye!","author":{"givenName":"John","familyName":"Doe"},"tags":["example","sample"],"content":"x"})"
    );
    json::merge_patch(
        target,
        *json::parse(
            R"({"title":"Hello!","phoneNumber":"+01-123-456-7890","author":{"familyName":null},"tags":["example"]})"
        )
    );
    EXPECT_EQ(
        target,
        *json::parse(
            R"({"title":"Hello!","author":{"givenName":"John"},"tags":["example"],"content":"x","phoneNumber":"+01-123-456-7890"})"
        )
    );
}

TEST(Record, RoundTrips) {
    const std::string text =
        R"({"id":"a","weight":null,"colour":"green","parts":[{"name":"p","count":3}],"made_at":"2026-03-01T12:30:00.500Z","price":12.30,"flags":{"x":true},"version":9})";
    const auto thing = json::read_text<Thing>(text, {.read_as = json::ReadAs::stored});
    ASSERT_TRUE(thing) << to_text(thing.error());
    EXPECT_EQ(thing->price.minor, 1230);
    EXPECT_EQ(json::write(*thing), text);
}

TEST(Record, ReportsEveryMistakeWithItsPlace) {
    const auto thing = json::read_text<Thing>(
        R"({"id":"toolong","weight":-1,"colour":"blue","parts":[{"name":"p"},{"name":3,"count":99999999999}],"price":1.234,"extra":1})"
    );
    ASSERT_FALSE(thing);
    const std::vector<FieldError> expected = {
        {"/extra", "is not a known field"},
        {"/id", "is longer than 4 characters"},
        {"/weight", "must be at least 0"},
        {"/colour", "must be one of red or green"},
        {"/parts/1/name", "must be text"},
        {"/parts/1/count", "is out of range"},
        {"/price", "1.234 has more decimals than USD allows (2)"},
    };
    EXPECT_EQ(thing.error().fields, expected);
    EXPECT_EQ(thing.error().code, ErrorCode::invalid);
}

TEST(Record, LimitsOfTextAreCharacters) {
    const auto mistakes = [](std::string_view id) {
        const auto thing = json::read<Thing>(json::Object{{"id", id}});
        return thing ? std::vector<FieldError>{} : thing.error().fields;
    };
    EXPECT_TRUE(mistakes("\U0001f600\u0633\u20acx").empty());  // ten bytes
    EXPECT_EQ(mistakes("\U0001f600\u0633\u20acxy"), (std::vector<FieldError>{{"/id", "is longer than 4 characters"}}));
}

TEST(Record, RequestsDoNotSetReadOnlyMembersAndMustHaveTheRequiredOnes) {
    const auto thing = json::read_text<Thing>(R"({"id":"a","version":9})");
    ASSERT_TRUE(thing);
    EXPECT_EQ(thing->version, 7);
    const auto without = json::read_text<Thing>("{}");
    ASSERT_FALSE(without);
    EXPECT_EQ(without.error().fields, (std::vector<FieldError>{{"/id", "is missing"}}));
}

}  // namespace
}  // namespace boon
