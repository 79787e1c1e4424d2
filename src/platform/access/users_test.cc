#include "platform/access/users_test.h"

#include <algorithm>
#include <chrono>

#include <gmock/gmock.h>

namespace boon::access {
namespace {

using ::testing::ElementsAre;

INSTANTIATE_TEST_SUITE_P(Engines, UsersTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(UsersTest, ALinkSetsThePasswordOnce) {
    create("anna", Role::marketer);
    EXPECT_TRUE(*users_.is_unclaimed());
    users_.set_base_url("http://127.0.0.1:8480");
    const auto link = users_.make_link("anna", LinkPurpose::password, kAdmin, kNow);
    ASSERT_TRUE(link);
    EXPECT_EQ(link->url, "http://127.0.0.1:8480/setup#" + link->token);
    EXPECT_THAT(link->token, ::testing::MatchesRegex("[0-9A-Za-z]{43}"));
    EXPECT_EQ(users_.redeem(link->token, "short", kNow).error().message, "the password is too short");
    ASSERT_TRUE(users_.redeem(link->token, kSecret, kNow));
    EXPECT_EQ(users_.redeem(link->token, kSecret, kNow).error().code, ErrorCode::unauthenticated);
    EXPECT_FALSE(*users_.is_unclaimed());
    EXPECT_EQ(users_.authenticate("anna", kSecret, kNow)->name, "anna");
    EXPECT_EQ(users_.find("anna")->last_login_at, kNow);
    EXPECT_THAT(
        deeds(), ElementsAre(
                     "local:ops users.create users/anna", "local:ops users.reset users/anna",
                     "user:anna users.password users/anna"
                 )
    );
}

TEST_P(UsersTest, ALinkEndsByTimeAndByTheNextOne) {
    create("anna", Role::viewer);
    const auto first = users_.make_link("anna", LinkPurpose::password, kAdmin, kNow);
    const auto second = users_.make_link("anna", LinkPurpose::password, kAdmin, kNow);
    EXPECT_EQ(
        users_.redeem(first->token, kSecret, kNow).error(),
        (Error{
            ErrorCode::unauthenticated, "this link was used, is too old, or is none",
            "an admin can make another: `boon users reset NAME`"
        })
    );
    EXPECT_EQ(users_.redeem(second->token, kSecret, after_s(86'400)).error().code, ErrorCode::unauthenticated);
    EXPECT_TRUE(users_.redeem(second->token, kSecret, after_s(86'399)));
}

TEST_P(UsersTest, ALinkToLogInLeavesThePassword) {
    claimed("anna", Role::viewer);
    const auto link = users_.make_link("anna", LinkPurpose::login, kAdmin, kNow);
    EXPECT_EQ(users_.redeem(link->token, "another password", kNow).error().code, ErrorCode::invalid);
    EXPECT_TRUE(users_.redeem(link->token, "", kNow));
    EXPECT_TRUE(users_.authenticate("anna", kSecret, kNow));
}

TEST_P(UsersTest, AResetEndsTheOldPasswordAndTheSessions) {
    const User anna = claimed("anna", Role::viewer);
    const std::string token = open(anna);
    ASSERT_TRUE(sessions_.verify(token, kNow));
    ASSERT_TRUE(users_.make_link("anna", LinkPurpose::password, kAdmin, kNow));
    EXPECT_FALSE(users_.authenticate("anna", kSecret, kNow));
    EXPECT_FALSE(sessions_.verify(token, kNow));
}

TEST_P(UsersTest, EveryFailureToLogInIsTheSame) {
    claimed("anna", Role::viewer);
    create("bert", Role::viewer);  // has no password yet
    const User carl = claimed("carl", Role::viewer);
    ASSERT_TRUE(users_.change("carl", {.is_disabled = true}, carl.version, kAdmin, kNow));
    const User dora = claimed("dora", Role::viewer);
    ASSERT_TRUE(users_.change("dora", {.role = Role::admin}, dora.version, kAdmin, kNow));
    const Error wrong{
        ErrorCode::unauthenticated, "the name or the password is wrong",
        "an admin can make a link for a new password: `boon users reset NAME`"
    };
    EXPECT_EQ(users_.authenticate("anna", "wrong", kNow).error(), wrong);
    EXPECT_EQ(users_.authenticate("anna", std::string(1000, 'x'), kNow).error(), wrong);
    EXPECT_EQ(users_.authenticate("nobody", kSecret, kNow).error(), wrong);
    EXPECT_EQ(users_.authenticate("bert", kSecret, kNow).error(), wrong);
    EXPECT_EQ(users_.authenticate("carl", kSecret, kNow).error(), wrong);
    EXPECT_EQ(users_.authenticate("dora", kSecret, kNow)->role, Role::admin);
}

// What a stranger could measure: that hashing is skipped where there is nothing to compare with.
TEST(Timing, AnUnknownNameTakesAsLongAsAWrongPassword) {
    db::testing::Scratch scratch(db::Engine::sqlite);
    const auto database = scratch.open();
    ASSERT_TRUE(storage::migrate(*database, kNow));
    Users users(*database);
    ASSERT_TRUE(users.create({"anna", "", Role::admin}, kAdmin, kNow));
    const auto link = users.make_link("anna", LinkPurpose::password, kAdmin, kNow);
    ASSERT_TRUE(users.redeem(link->token, kSecret, kNow));
    const auto fastest = [&](std::string_view name) {
        auto least = std::chrono::steady_clock::duration::max();
        for (int i = 0; i < 5; ++i) {
            const auto began = std::chrono::steady_clock::now();
            EXPECT_FALSE(users.authenticate(name, "a wrong password", kNow));
            least = std::min(least, std::chrono::steady_clock::now() - began);
        }
        return std::chrono::duration<double>(least).count();
    };
    const double known = fastest("anna");
    const double unknown = fastest("nobody");
    // A skipped hash would be faster a hundred times over; a busy machine does not halve the speed of the fastest of
    // five.
    EXPECT_GT(unknown, known / 2);
    EXPECT_LT(unknown, known * 2);
}

TEST_P(UsersTest, TheStoredHashIsArgon2idAsConfigured) {
    Users users(*database_);
    ASSERT_TRUE(users.create({"anna", "", Role::admin}, kAdmin, kNow));
    const auto link = users.make_link("anna", LinkPurpose::password, kAdmin, kNow);
    ASSERT_TRUE(users.redeem(link->token, kSecret, kNow));
    const auto stored = [&] {
        return *database_->read([](db::Connection& c) -> Result<std::string> {
            std::string text;
            BOON_CHECK(c.query("select password_hash from users", {}, [&](const db::Row& row) -> Status {
                text = row.text(0);
                return {};
            }));
            return text;
        });
    };
    // 19 MiB are 19456 KiB: the first choice of the OWASP Password Storage Cheat Sheet for one thread.
    EXPECT_THAT(stored(), ::testing::StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
    // With other costs a login brings the hash up to them.
    EXPECT_TRUE(users_.authenticate("anna", kSecret, kNow));
    EXPECT_THAT(stored(), ::testing::StartsWith("$argon2id$v=19$m=8,t=1,p=1$"));
    EXPECT_TRUE(users_.authenticate("anna", kSecret, kNow));
}

TEST_P(UsersTest, TheLastAdminStays) {
    const User boss = create("boss", Role::admin);
    const Error last{
        ErrorCode::conflict, "nobody would be left who may manage users", "make somebody else an admin first"
    };
    EXPECT_EQ(users_.change("boss", {.role = Role::viewer}, 1, kAdmin, kNow).error(), last);
    EXPECT_EQ(users_.change("boss", {.is_disabled = true}, 1, kAdmin, kNow).error(), last);
    EXPECT_EQ(users_.remove("boss", 1, kAdmin, kNow).error(), last);
    EXPECT_EQ(*users_.find("boss"), boss);
    const User second = create("second", Role::admin);
    ASSERT_TRUE(users_.change("second", {.is_disabled = true}, second.version, kAdmin, kNow));
    EXPECT_EQ(users_.remove("boss", 1, kAdmin, kNow).error(), last);
    ASSERT_TRUE(users_.change("second", {.is_disabled = false}, second.version + 1, kAdmin, kNow));
    EXPECT_TRUE(users_.remove("boss", 1, kAdmin, kNow));
    EXPECT_EQ(users_.find("boss").error().code, ErrorCode::not_found);
}

TEST_P(UsersTest, ANameIsNeverGivenTwice) {
    create("anna", Role::viewer);
    create("boss", Role::admin);
    const Error taken{
        ErrorCode::conflict, "the name \"anna\" is taken, or was once",
        "take another: in the audit log a name always means the same person"
    };
    EXPECT_EQ(users_.create({"anna", "", Role::viewer}, kAdmin, kNow).error(), taken);
    ASSERT_TRUE(users_.remove("anna", 1, kAdmin, kNow));
    EXPECT_EQ(users_.create({"anna", "", Role::viewer}, kAdmin, kNow).error(), taken);
    EXPECT_EQ(users_.list()->size(), 1U);
    for (const char* name : {"", "Anna", "a b", "a/b", "..", "-", "ä"}) {
        EXPECT_EQ(users_.create({name, "", Role::viewer}, kAdmin, kNow).error().code, ErrorCode::invalid) << name;
    }
}

TEST_P(UsersTest, AChangeIsOfTheVersionThatWasRead) {
    create("boss", Role::admin);
    create("anna", Role::viewer);
    EXPECT_EQ(users_.change("anna", {.role = Role::analyst}, 1, kAdmin, kNow)->version, 2);
    EXPECT_EQ(
        users_.change("anna", {.role = Role::admin}, 1, kAdmin, kNow).error(),
        (Error{ErrorCode::failed_precondition, "user \"anna\" was changed meanwhile", "read it again"})
    );
    EXPECT_EQ(users_.find("anna")->role, Role::analyst);
}

TEST_P(UsersTest, ThePasswordIsChangedByWhoKnowsIt) {
    const User anna = claimed("anna", Role::viewer);
    const std::string token = open(anna);
    EXPECT_EQ(
        users_.change_password("anna", "wrong", "another good one!", kNow).error().message,
        "the current password is wrong"
    );
    ASSERT_TRUE(sessions_.verify(token, kNow));
    ASSERT_TRUE(users_.change_password("anna", kSecret, "another good one!", kNow));
    EXPECT_FALSE(sessions_.verify(token, kNow));
    EXPECT_FALSE(users_.authenticate("anna", kSecret, kNow));
    EXPECT_TRUE(users_.authenticate("anna", "another good one!", kNow));
}

TEST(PasswordRules, SayWhatIsWrong) {
    const auto wrong = [](std::string_view password) {
        const auto checked = check_password(password, "annameier");
        return checked ? std::string() : checked.error().message;
    };
    EXPECT_EQ(wrong("elevenbytes"), "the password is too short");
    EXPECT_EQ(wrong("äöüäöüäöüäö"), "the password is too short");  // characters, not bytes
    EXPECT_EQ(wrong("twelve bytes"), "");
    EXPECT_EQ(wrong(std::string(257, 'x') + "abcdef"), "the password is longer than 256 bytes");
    EXPECT_EQ(wrong("abababababababab"), "the password repeats the same few characters");
    EXPECT_EQ(wrong("Password1234"), "the password is mostly \"password\"");
    EXPECT_EQ(wrong("xAnnaMeier2026x"), "the password has the user's name in it");
    EXPECT_EQ(wrong("\xff\xfe not utf-8 text"), "the password is not UTF-8 text");
}

}  // namespace
}  // namespace boon::access
