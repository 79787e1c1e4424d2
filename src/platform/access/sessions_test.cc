#include "platform/access/sessions.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "platform/access/users_test.h"

namespace boon::access {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SessionsTest : public UsersTest {};
INSTANTIATE_TEST_SUITE_P(Engines, SessionsTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(SessionsTest, ASessionIsItsUserWithTheRoleAsItIsNow) {
    const User anna = claimed("anna", Role::marketer);
    const std::string token = open(anna);
    EXPECT_EQ(*sessions_.verify(token, kNow), (Principal{PrincipalKind::user, "anna", "anna", {}, Role::marketer}));
    EXPECT_EQ(*sessions_.expiry(token), after_s(3600));
    create("boss", Role::admin);
    // Another role ends what was open: the browser logs in anew, with a new token.
    ASSERT_TRUE(users_.change("anna", {.role = Role::viewer}, anna.version, kAdmin, kNow));
    EXPECT_EQ(
        sessions_.verify(token, kNow).error(),
        (Error{ErrorCode::unauthenticated, "you are not logged in, or no longer", "log in again"})
    );
}

TEST_P(SessionsTest, ATokenIsNotStored) {
    const std::string token = open(claimed("anna", Role::viewer));
    const auto everything = *database_->read([](db::Connection& c) -> Result<std::string> {
        std::string text;
        for (const char* table : {"users", "user_sessions", "user_links", "audit_log"}) {
            BOON_CHECK(c.query("select * from " + std::string(table), {}, [&](const db::Row& row) -> Status {
                for (int i = 0; i < row.columns(); ++i) text += std::string(row.text(i)) + "\n";
                return {};
            }));
        }
        return text;
    });
    EXPECT_THAT(everything, HasSubstr("anna"));
    EXPECT_THAT(everything, Not(HasSubstr(token)));
    EXPECT_THAT(everything, Not(HasSubstr(std::string(kSecret))));
}

TEST_P(SessionsTest, ATamperedTokenIsNone) {
    std::string token = open(claimed("anna", Role::viewer));
    token.back() = token.back() == 'a' ? 'b' : 'a';
    EXPECT_FALSE(sessions_.verify(token, kNow));
    EXPECT_FALSE(sessions_.verify("", kNow));
    EXPECT_FALSE(sessions_.verify("' or 1=1 --", kNow));
}

TEST_P(SessionsTest, ASessionEndsWhenItRestsAndWhenItsTimeIsOver) {
    const User anna = claimed("anna", Role::viewer);
    const std::string resting = open(anna);
    // The use is noted by a write that nobody waits for: here the next question comes ten minutes later at once.
    const auto verify = [&](const std::string& token, Timestamp at) {
        const bool valid = sessions_.verify(token, at).has_value();
        EXPECT_TRUE(database_->write(db::Lane::batch, [](db::Connection&) -> Status { return {}; }));
        return valid;
    };
    EXPECT_TRUE(verify(resting, after_s(599)));
    EXPECT_TRUE(verify(resting, after_s(1198)));
    EXPECT_FALSE(verify(resting, after_s(1798)));
    // What was used is known elsewhere, too.
    const std::string used = open(anna);
    EXPECT_TRUE(verify(used, after_s(500)));
    Sessions elsewhere(*database_, sessions_.life());
    EXPECT_TRUE(elsewhere.verify(used, after_s(1099)));
    // However busy it is, an hour is all.
    const std::string busy = open(anna);
    for (int s = 0; s < 3600; s += 300) EXPECT_TRUE(verify(busy, after_s(s))) << s;
    EXPECT_FALSE(verify(busy, after_s(3600)));
    EXPECT_EQ(
        *database_->write([&](db::Connection& c) { return forget_expired(c, sessions_.life(), after_s(3600)); }), 3
    );
}

TEST_P(SessionsTest, ALoginReplacesTheSessionThatTheBrowserCameWith) {
    const User anna = claimed("anna", Role::viewer);
    const std::string first = open(anna);
    ASSERT_TRUE(sessions_.verify(first, kNow));
    const std::string second = open(anna, first);
    EXPECT_NE(first, second);
    EXPECT_FALSE(sessions_.verify(first, kNow));
    EXPECT_TRUE(sessions_.verify(second, kNow));
}

TEST_P(SessionsTest, LoggingOutEndsOneSessionOrAll) {
    const User anna = claimed("anna", Role::viewer);
    const std::string here = open(anna);
    const std::string there = open(anna);
    const Principal principal = *sessions_.verify(here, kNow);
    ASSERT_TRUE(sessions_.verify(there, kNow));
    ASSERT_TRUE(sessions_.close(here, principal, kNow));
    EXPECT_FALSE(sessions_.verify(here, kNow));
    EXPECT_TRUE(sessions_.verify(there, kNow));
    ASSERT_TRUE(sessions_.close_all("anna", principal, kNow));
    EXPECT_FALSE(sessions_.verify(there, kNow));
    EXPECT_THAT(
        deeds(), ::testing::IsSupersetOf({
                     "user:anna session.create users/anna",
                     "user:anna session.delete users/anna",
                     "user:anna session.delete_all users/anna",
                 })
    );
}

TEST_P(SessionsTest, SessionsAreListedWithWhereTheyAreFrom) {
    const User anna = claimed("anna", Role::viewer);
    const std::string here = open(anna);
    const std::string there = sessions_.open(anna, {"198.51.100.7", "Br\xff\nwser"}, {}, after_s(60))->token;
    open(claimed("berta", Role::viewer));
    const auto listed = *sessions_.list({"anna", here}, after_s(60));
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_EQ(listed[0].address, "198.51.100.7");
    EXPECT_EQ(listed[0].agent, "Br??wser");
    EXPECT_FALSE(listed[0].is_current);
    EXPECT_EQ(listed[1].address, "192.0.2.1");
    EXPECT_EQ(listed[1].created_at, kNow);
    EXPECT_EQ(listed[1].expires_at, after_s(3600));
    EXPECT_TRUE(listed[1].is_current);
    EXPECT_THAT(listed[1].id, ::testing::MatchesRegex("[0-9a-f]{32}"));
    EXPECT_NE(listed[0].id, listed[1].id);
    // Without a token none is the own one; what rested too long is open no more.
    EXPECT_FALSE(sessions_.list({"anna"}, after_s(60))->at(1).is_current);
    EXPECT_EQ(sessions_.list({"anna"}, after_s(600))->size(), 1U);
}

TEST_P(SessionsTest, OneSessionEndsOrAllOthers) {
    const User anna = claimed("anna", Role::viewer);
    const std::string here = open(anna);
    const std::string lost = open(anna);
    const std::string berta = open(claimed("berta", Role::viewer));
    const Principal self = *sessions_.verify(here, kNow);
    ASSERT_TRUE(sessions_.verify(lost, kNow));
    const auto listed = *sessions_.list({"anna", lost}, kNow);
    const std::string id = std::ranges::find(listed, true, &SessionEntry::is_current)->id;
    EXPECT_EQ(sessions_.end("berta", id, self, kNow).error().code, ErrorCode::not_found);
    ASSERT_TRUE(sessions_.end("anna", id, kAdmin, kNow));
    EXPECT_FALSE(sessions_.verify(lost, kNow));
    EXPECT_TRUE(sessions_.verify(here, kNow));
    EXPECT_EQ(sessions_.end("anna", id, kAdmin, kNow).error().code, ErrorCode::not_found);

    const std::string third = open(anna);
    ASSERT_TRUE(sessions_.verify(third, kNow));
    EXPECT_EQ(*sessions_.end_others({"anna", here}, self, kNow), 1);
    EXPECT_FALSE(sessions_.verify(third, kNow));
    EXPECT_TRUE(sessions_.verify(here, kNow));
    EXPECT_TRUE(sessions_.verify(berta, kNow));
    EXPECT_EQ(*sessions_.end_others({"anna", here}, self, kNow), 0);
    EXPECT_THAT(
        deeds(), ::testing::IsSupersetOf({
                     "local:ops session.delete users/anna",
                     "user:anna session.delete_others users/anna",
                 })
    );
}

}  // namespace
}  // namespace boon::access
