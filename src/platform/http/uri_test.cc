#include "platform/http/uri.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "platform/base/id.h"

namespace boon::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Percent, DecodesStrictly) {
    // RFC 3986 section 2.1, and its examples in section 2.5.
    EXPECT_EQ(percent_decode("A"), "A");
    EXPECT_EQ(percent_decode("%C3%80"), "À");
    EXPECT_EQ(percent_decode("%E3%82%A2"), "ア");
    EXPECT_EQ(percent_decode("%e3%82%a2+"), "ア+");
    EXPECT_EQ(percent_decode("a+b%2Bc", Plus::space), "a b+c");
    EXPECT_EQ(percent_decode("%252e"), "%2e");
    for (const std::string wrong :
         {"%", "%4", "a%4", "%g0", "%0g", "%-1", "% 1", "%00", "%ff", "%C3", "%c0%80", "%ED%A0%80"}) {
        EXPECT_FALSE(percent_decode(wrong)) << wrong;
    }
    EXPECT_FALSE(percent_decode(std::string_view("\0", 1)));
}

TEST(Percent, EncodesAllButTheUnreserved) {
    EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
    EXPECT_EQ(percent_encode("a b/À%+"), "a%20b%2F%C3%80%25%2B");
}

TEST(Percent, DecodingUndoesEncoding) {
    EXPECT_TRUE(rc::check([](const std::string& text) {
        const auto decoded = percent_decode(percent_encode(text));
        RC_ASSERT(decoded.has_value() == is_utf8(text));
        if (decoded) RC_ASSERT(*decoded == text);
    }));
}

TEST(Query, KeepsOrderAndRepetition) {
    const auto query = Query::parse("b=1&a=2&b=3&c&d=&=e&&f=g=h&x%20y=%26+z");
    ASSERT_TRUE(query);
    EXPECT_THAT(
        query->items(), ElementsAre(
                            Pair("b", "1"), Pair("a", "2"), Pair("b", "3"), Pair("c", ""), Pair("d", ""), Pair("", "e"),
                            Pair("f", "g=h"), Pair("x y", "& z")
                        )
    );
    EXPECT_EQ(query->find("b"), "1");
    EXPECT_EQ(query->find("none"), std::nullopt);
    EXPECT_THAT(query->all("b"), ElementsAre("1", "3"));
    EXPECT_THAT(Query::parse("")->items(), ElementsAre());
    EXPECT_FALSE(Query::parse("a=%zz"));
    EXPECT_FALSE(Query::parse("%=a"));
    std::string many;
    for (int i = 0; i < 256; ++i) many += "a&";
    EXPECT_TRUE(Query::parse(many));
    EXPECT_EQ(Query::parse(many + "b").error().message, "the query has more than 256 parameters");
}

TEST(Target, SplitsAndDecodes) {
    const auto target = parse_target("/a%20b//%C3%A9/?q=%41?&r", "h");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/a b//é/");
    EXPECT_EQ(target->query_string, "q=%41?&r");
    EXPECT_EQ(parse_target("http://h?x", "H")->path, "/");
    EXPECT_EQ(parse_target("/a%2Fb", "h").error().message, "the path has an encoded slash or backslash");
    EXPECT_EQ(parse_target("/a/%2e%2e", "h").error().message, "the path has a . or .. segment");
}

}  // namespace
}  // namespace boon::http
