#include "platform/http/message.h"

#include <gtest/gtest.h>

#include "platform/http/response_writer.h"

namespace boon::http {
namespace {

TEST(Problem, SaysWhatAndWhere) {
    const Error error{
        .code = ErrorCode::invalid,
        .message = "2 fields are \"wrong\"",
        .hint = "mend them",
        .fields = {{"/a", "is missing"}, {"/b/0", "is negative"}}
    };
    const Response answer = problem(error);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.content_type, "application/problem+json");
    EXPECT_EQ(
        answer.body, R"({"type":"urn:boon:problem:invalid","title":"The request is not valid","status":400,)"
                     R"("detail":"2 fields are \"wrong\"","hint":"mend them",)"
                     R"("errors":[{"pointer":"/a","detail":"is missing"},{"pointer":"/b/0","detail":"is negative"}]})"
    );
    EXPECT_EQ(problem(error, 413).status, 413);
    EXPECT_EQ(problem({ErrorCode::not_found, "no"}).status, 404);
    const Response busy = problem_retry_after({ErrorCode::unavailable, "busy"}, 7);
    EXPECT_EQ(busy.status, 503);
    EXPECT_EQ(busy.header("retry-after"), "7");
}

TEST(DateLine, IsAnImfFixdate) {
    // RFC 9110 section 5.6.7.
    EXPECT_EQ(date_line(784111777), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
}

TEST(Sendable, OnlyWhatCannotBreakTheAnswer) {
    EXPECT_TRUE(is_sendable({.headers = {{"X-A", "b\tc"}, {"Set-Cookie", "é"}}}));
    EXPECT_FALSE(is_sendable({.status = 199}));
    EXPECT_FALSE(is_sendable({.status = 600}));
    EXPECT_FALSE(is_sendable({.content_type = "a\nb"}));
    for (const Header& header :
         {Header{"", "a"}, Header{"a b", "c"}, Header{"a:", "c"}, Header{"a", "b\r"}, Header{"a", "b\n"},
          Header{"content-length", "1"}, Header{"Transfer-Encoding", "chunked"}, Header{"connection", "close"}}) {
        EXPECT_FALSE(is_sendable({.headers = {header}})) << header.name;
    }
}

}  // namespace
}  // namespace boon::http
