#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/access/keys.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/audit.h"
#include "platform/storage/change_feed.h"
#include "platform/storage/migrations.h"

namespace boon::access {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Timestamp kNow{1'700'000'000'000'000};
Timestamp after_s(std::int64_t seconds) { return plus_micros(kNow, seconds * kMicrosPerSecond); }

class KeysTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kNow)); }
    CreatedKey create(std::vector<Scope> scopes = {Scope::read, Scope::decide}) {
        auto created = keys_.create({"the shop", std::move(scopes), after_s(3600), "cli"}, kNow);
        EXPECT_TRUE(created) << to_text(created.error());
        return *std::move(created);
    }
    std::string refusal(std::string_view secret, Timestamp at) {
        const auto verified = keys_.verify(secret, at);
        if (verified) return "";
        EXPECT_EQ(verified.error().code, ErrorCode::unauthenticated);
        return verified.error().message;
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
    Keys keys_{*database_};
};
INSTANTIATE_TEST_SUITE_P(Engines, KeysTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(KeysTest, AKeyIsItsPrincipal) {
    const CreatedKey created = create();
    EXPECT_THAT(created.secret, ::testing::MatchesRegex("boon_[0-9A-Za-z]{43}"));
    const auto principal = keys_.verify(created.secret, kNow);
    ASSERT_TRUE(principal) << to_text(principal.error());
    EXPECT_EQ(*principal, (Principal{PrincipalKind::key, created.record.id, "the shop", {Scope::read, Scope::decide}}));
    EXPECT_NE(create().secret, created.secret);
}

TEST_P(KeysTest, TheSecretIsNotStored) {
    const CreatedKey created = create();
    const std::string digits = created.secret.substr(5);
    const auto everything = database_->read([](db::Connection& c) -> Result<std::string> {
        std::string text;
        for (const char* table : {"api_keys", "audit_log"}) {
            BOON_CHECK(c.query("select * from " + std::string(table), {}, [&](const db::Row& row) -> Status {
                for (int i = 0; i < row.columns(); ++i) text += std::string(row.text(i)) + "\n";
                return {};
            }));
        }
        return text;
    });
    EXPECT_THAT(*everything, HasSubstr("the shop"));
    EXPECT_THAT(*everything, Not(HasSubstr(digits)));
}

TEST_P(KeysTest, RefusalsSayWhy) {
    const CreatedKey created = create();
    EXPECT_EQ(refusal("", kNow), "this is not an API key");
    EXPECT_EQ(refusal("boon_", kNow), "this is not an API key");
    EXPECT_EQ(refusal(created.secret + "x", kNow), "this is not an API key");
    EXPECT_EQ(refusal("boon_" + std::string(43, 'a'), kNow), "there is no such API key");
    EXPECT_EQ(refusal(created.secret, after_s(3599)), "");
    EXPECT_EQ(refusal(created.secret, after_s(3600)), "the API key \"the shop\" expired on 2023-11-14T23:13:20Z");
}

TEST_P(KeysTest, ARevokedKeyEndsAtOnceHereAndWithinTwoSecondsElsewhere) {
    const CreatedKey created = create();
    Keys elsewhere(*database_);
    ASSERT_TRUE(elsewhere.verify(created.secret, kNow));
    ASSERT_TRUE(keys_.verify(created.secret, kNow));
    ASSERT_TRUE(keys_.revoke(created.record.id, local_principal("ops"), kNow));
    EXPECT_EQ(refusal(created.secret, kNow), "the API key \"the shop\" was revoked");
    EXPECT_TRUE(elsewhere.verify(created.secret, after_s(1)));
    EXPECT_FALSE(elsewhere.verify(created.secret, after_s(2)));
    // At once, too, where the change feed is followed.
    Keys following(*database_);
    const CreatedKey second = create();
    ASSERT_TRUE(following.verify(second.secret, kNow));
    ASSERT_TRUE(keys_.revoke(second.record.id, local_principal("ops"), kNow));
    const auto changes = database_->read([](db::Connection& c) { return storage::poll_changes(c, {}); });
    ASSERT_EQ(changes->size(), 2U);
    EXPECT_EQ(changes->at(1).kind, kKeyChange);
    following.forget(changes->at(1).key);
    EXPECT_FALSE(following.verify(second.secret, kNow));
}

TEST_P(KeysTest, RevokingIsRememberedAndNotUndone) {
    const CreatedKey created = create();
    ASSERT_TRUE(keys_.revoke(created.record.id, local_principal("ops"), kNow));
    ASSERT_TRUE(keys_.revoke(created.record.id, local_principal("ops"), after_s(5)));
    EXPECT_EQ(keys_.list()->at(0).revoked_at, kNow);
    EXPECT_EQ(
        keys_.revoke("none", local_principal("ops"), kNow).error(),
        (Error{ErrorCode::not_found, "there is no API key none", "see `boon keys`"})
    );
    const auto audit = database_->read([](db::Connection& c) { return storage::list_audit(c, {}); });
    EXPECT_EQ(audit->back().what, "keys.create");
    EXPECT_EQ(audit->front().what, "keys.revoke");
    EXPECT_EQ(audit->front().who, "local:ops");
}

TEST_P(KeysTest, TheLastUseIsNoted) {
    const CreatedKey created = create();
    EXPECT_EQ(keys_.list()->at(0), created.record);
    const auto last_used = [&] {
        EXPECT_TRUE(database_->write(db::Lane::batch, [](db::Connection&) -> Status { return {}; }));  // after the note
        return keys_.list()->at(0).last_used_at;
    };
    ASSERT_TRUE(keys_.verify(created.secret, kNow));
    EXPECT_EQ(last_used(), kNow);
    ASSERT_TRUE(keys_.verify(created.secret, after_s(1)));
    EXPECT_EQ(last_used(), kNow);
    ASSERT_TRUE(keys_.verify(created.secret, after_s(61)));
    EXPECT_EQ(last_used(), after_s(61));
}

TEST_P(KeysTest, NewKeysAreChecked) {
    const auto message = [&](const NewKey& wanted) { return keys_.create(wanted, kNow).error().message; };
    EXPECT_EQ(message({"", {Scope::read}, {}, "cli"}), "a key's name must be text of 1 to 100 characters");
    EXPECT_EQ(message({"x", {}, {}, "cli"}), "a key needs a scope");
    EXPECT_EQ(message({"x", {Scope::read}, kNow, "cli"}), "a key's expiry must lie in the future");
}

TEST(Permissions, AKeyHasThoseOfItsScopes) {
    const Principal reader{PrincipalKind::key, "1", "reader", {Scope::read}};
    EXPECT_TRUE(require(reader, Permission::look));
    EXPECT_EQ(
        require(reader, Permission::offers).error(), (Error{
                                                         ErrorCode::forbidden, "\"reader\" lacks the scope write",
                                                         "use a key that has it, or make one with `boon keys create`"
                                                     })
    );
    EXPECT_EQ(require(reader, Permission::users).error().message, "\"reader\" lacks the scope admin");
    EXPECT_THAT(permissions_of(reader), ElementsAre(Permission::look, Permission::session));
    EXPECT_EQ(permissions_of(local_principal("me")).size(), grants().size());
}

TEST(Permissions, AUserHasThoseOfTheRole) {
    const Principal anna{PrincipalKind::user, "anna", "anna", {}, Role::marketer};
    EXPECT_THAT(
        permissions_of(anna), ElementsAre(
                                  Permission::look, Permission::session, Permission::decide, Permission::offers,
                                  Permission::audiences, Permission::customers
                              )
    );
    EXPECT_EQ(
        require(anna, Permission::models).error(),
        (Error{
            ErrorCode::forbidden, "\"anna\" is marketer, who may not promote, roll back and retire models",
            "ask for the role analyst or admin"
        })
    );
    EXPECT_EQ(to_string(anna), "user:anna");
    EXPECT_EQ(enum_name(Role::operator_), "operator");
    for (const Grant& grant : grants()) EXPECT_TRUE(has(Role::admin, grant.permission));
}

TEST(Scopes, AreReadFromAList) {
    EXPECT_THAT(*parse_scopes("read,decide,read"), ElementsAre(Scope::read, Scope::decide));
    EXPECT_EQ(
        parse_scopes("read,all").error(),
        (Error{ErrorCode::invalid, "\"all\" is not a scope", "give some of read, decide, write or admin"})
    );
    EXPECT_EQ(parse_scopes("").error().message, "no scope is given");
}

}  // namespace
}  // namespace boon::access
