#include "platform/delivery/key_file.h"

#include <fstream>

#include <gmock/gmock.h>

#include "platform/db/testing/scratch.h"

namespace boon::delivery {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(KeyFileTest, WhatWasSealedOpensAgainAfterARestart) {
    const db::testing::TemporaryFolder folder;
    const auto path = folder.path() / "webhooks.key";
    const auto first = sealing_with(path);
    ASSERT_TRUE(first) << to_text(first.error());
    const auto sealed = first->seal("whsec_abc");
    ASSERT_TRUE(sealed);
    EXPECT_THAT(*sealed, Not(HasSubstr("abc")));
    EXPECT_NE(*first->seal("whsec_abc"), *sealed);  // another nonce
    const auto second = sealing_with(path);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->open(*sealed), "whsec_abc");
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
    EXPECT_EQ(std::filesystem::file_size(path), 32U);
}

TEST(KeyFileTest, AnotherKeyOrADamagedBoxIsAnErrorInWords) {
    const db::testing::TemporaryFolder folder;
    const auto one = sealing_with(folder.path() / "one");
    const auto other = sealing_with(folder.path() / "other");
    ASSERT_TRUE(one && other);
    std::string sealed = *one->seal("secret");
    EXPECT_THAT(other->open(sealed).error().message, HasSubstr("sealed with another key"));
    sealed.back() = sealed.back() == '0' ? '1' : '0';
    EXPECT_FALSE(one->open(sealed));
    for (const std::string_view bad : {"", "00", "no hex", "0"}) EXPECT_FALSE(one->open(bad)) << bad;
}

TEST(KeyFileTest, AKeyOfAnotherSizeIsRefused) {
    const db::testing::TemporaryFolder folder;
    const auto path = folder.path() / "key";
    std::ofstream(path) << "too short";
    const auto refused = sealing_with(path);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("holds 9 bytes where a key has 32"));
    EXPECT_EQ(sealing_with(folder.path() / "nowhere" / "key").error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace boon::delivery
