#include "platform/http/request_body.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "platform/http/request_head.h"

namespace boon::http {
namespace {

using State = BodyDecoder::State;

TEST(BodyDecoder, LeavesWhatFollows) {
    std::string body;
    BodyDecoder fixed = BodyDecoder::of_length(3);
    EXPECT_EQ(fixed.feed("abcdef", body), 3U);
    EXPECT_EQ(fixed.state(), State::complete);
    EXPECT_EQ(body, "abc");
    body.clear();
    BodyDecoder chunks = BodyDecoder::of_chunks(100);
    EXPECT_EQ(chunks.feed("2\r\nab\r\n0\r\n\r\nGET", body), 12U);
    EXPECT_EQ(chunks.state(), State::complete);
    EXPECT_EQ(body, "ab");
    EXPECT_EQ(BodyDecoder().state(), State::complete);
}

TEST(BodyDecoder, LimitsTheSumOfChunks) {
    std::string body;
    BodyDecoder chunks = BodyDecoder::of_chunks(4);
    chunks.feed("2\r\nab\r\n2\r\ncd\r\n", body);
    EXPECT_EQ(chunks.state(), State::more);
    chunks.feed("1\r\n", body);
    EXPECT_EQ(chunks.state(), State::too_large);
}

// However the bytes are cut, the outcome is the same.
TEST(BodyDecoder, DoesNotDependOnHowTheBytesArrive) {
    EXPECT_TRUE(rc::check([] {
        const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
            "1\r\n", "a\r\n", "3;x\r\n", "abc\r\n", "0\r\n", "\r\n", "T: t\r\n", "\n", "z"
        ));
        std::string bytes;
        for (const std::string& piece : pieces) bytes += piece;
        std::string whole;
        std::string parts;
        BodyDecoder at_once = BodyDecoder::of_chunks(20);
        BodyDecoder in_parts = BodyDecoder::of_chunks(20);
        const std::size_t used_at_once = at_once.feed(bytes, whole);
        std::size_t used_in_parts = 0;
        const std::size_t step = *rc::gen::inRange<std::size_t>(1, 5);
        for (std::size_t i = 0; i < bytes.size(); i += step) {
            used_in_parts += in_parts.feed(std::string_view(bytes).substr(i, step), parts);
        }
        RC_ASSERT(at_once.state() == in_parts.state());
        RC_ASSERT(used_at_once == used_in_parts);
        RC_ASSERT(whole == parts);
    }));
}

TEST(HeadScanner, DoesNotDependOnHowTheBytesArrive) {
    EXPECT_TRUE(rc::check([] {
        const auto pieces = *rc::gen::container<std::vector<std::string>>(
            rc::gen::element<std::string>("GET / HTTP/1.1", "\r\n", "\r\n\r\n", "a: b\r\n", " c\r\n", "\r", "\n")
        );
        std::string bytes;
        for (const std::string& piece : pieces) bytes += piece;
        HeadScanner at_once;
        const auto expected = at_once.scan(bytes);
        HeadScanner in_parts;
        auto found = HeadScanner::State::more;
        for (std::size_t i = 1; i <= bytes.size() && found == HeadScanner::State::more; ++i) {
            found = in_parts.scan(std::string_view(bytes).substr(0, i));
        }
        RC_ASSERT(found == expected);
        if (expected == HeadScanner::State::complete) {
            RC_ASSERT(in_parts.size() == at_once.size());
            RC_ASSERT(bytes.substr(0, at_once.size()).ends_with("\r\n"));
        }
    }));
}

}  // namespace
}  // namespace boon::http
