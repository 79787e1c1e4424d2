// What the tests of users and sessions share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "platform/access/sessions.h"
#include "platform/access/users.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/audit.h"
#include "platform/storage/migrations.h"

namespace boon::access {

inline constexpr Timestamp kNow{1'700'000'000'000'000};
inline Timestamp after_s(std::int64_t seconds) { return plus_micros(kNow, seconds * kMicrosPerSecond); }
inline constexpr std::string_view kSecret = "correct horse battery";
inline const Principal kAdmin = local_principal("ops");

// The least that libsodium takes: tests log in often.
inline constexpr HashCost kCheap{.passes = 1, .memory_bytes = 8192};

class UsersTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override {
        ASSERT_TRUE(storage::migrate(*database_, kNow));
        users_.on_sessions_ended([this](const std::string& name) { sessions_.forget(name); });
    }
    User create(const std::string& name, Role role) {
        auto user = users_.create({name, "", role}, kAdmin, kNow);
        EXPECT_TRUE(user) << to_text(user.error());
        return *user;
    }
    // With the password kSecret.
    User claimed(const std::string& name, Role role) {
        create(name, role);
        const auto link = users_.make_link(name, LinkPurpose::password, kAdmin, kNow);
        auto user = users_.redeem(link->token, kSecret, kNow);
        EXPECT_TRUE(user) << to_text(user.error());
        return *user;
    }
    std::string open(const User& user, std::string_view replaced = {}, Timestamp at = kNow) {
        auto opened = sessions_.open(user, {"192.0.2.1", "a browser"}, replaced, at);
        EXPECT_TRUE(opened) << to_text(opened.error());
        return opened->token;
    }
    std::vector<std::string> deeds() {
        std::vector<std::string> whats;
        const auto entries = database_->read([](db::Connection& c) { return storage::list_audit(c, {}); });
        for (const auto& entry : *entries) {
            whats.insert(whats.begin(), entry.who + " " + entry.what + " " + entry.target);
        }
        return whats;
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
    Users users_{*database_, kCheap};
    Sessions sessions_{*database_, {.idle_micros = 600 * kMicrosPerSecond, .whole_micros = kMicrosPerHour}};
};

}  // namespace boon::access
