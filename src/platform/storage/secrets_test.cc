#include "platform/storage/secrets.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "platform/db/testing/scratch.h"

namespace boon::storage {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHex(64, 'a');

TEST(Secrets, OpenAsTheyWereSealed) {
    const SecretBox box({SecretKey::make()});
    const std::string secret = "pässword\n\twith everything";
    const std::string sealed = box.seal(secret, "sync/xiva/password");
    EXPECT_THAT(sealed, Not(HasSubstr("password")));
    EXPECT_NE(sealed, box.seal(secret, "sync/xiva/password"));
    EXPECT_EQ(box.open(sealed, "sync/xiva/password"), secret);
    EXPECT_EQ(box.open(box.seal("", "p"), "p"), "");
}

TEST(Secrets, DoNotOpenElsewhereDamagedOrUnderAnotherKey) {
    const SecretBox box({SecretKey::make()});
    std::string sealed = box.seal("s3cret", "sync/xiva/password");
    EXPECT_EQ(
        box.open(sealed, "sync/crm/password").error().message,
        "the secret sync/crm/password is damaged and does not open"
    );
    const SecretBox other({SecretKey::make()});
    const auto wrong = other.open(sealed, "sync/xiva/password");
    EXPECT_EQ(wrong.error().code, ErrorCode::failed_precondition);
    EXPECT_THAT(wrong.error().message, HasSubstr("was sealed under the key " + box.key_id() + ", which is not here"));
    sealed[sealed.size() / 2] = sealed[sealed.size() / 2] == 'A' ? 'B' : 'A';
    EXPECT_EQ(box.open(sealed, "sync/xiva/password").error().code, ErrorCode::internal);
    EXPECT_EQ(box.open("v1:", "sync/xiva/password").error().code, ErrorCode::internal);
}

TEST(Secrets, TheOldKeyOpensWhileTheNewOneSeals) {
    const SecretKey old_key = SecretKey::make();
    const SecretKey new_key = SecretKey::make();
    SecretBox box({old_key});
    const std::string sealed = box.seal("s3cret", "p");
    box.use({new_key, old_key});
    EXPECT_EQ(box.open(sealed, "p"), "s3cret");
    EXPECT_FALSE(box.is_current(sealed));
    const std::string again = box.seal(*box.open(sealed, "p"), "p");
    EXPECT_TRUE(box.is_current(again));
    box.use({new_key});
    EXPECT_EQ(box.open(again, "p"), "s3cret");
    EXPECT_FALSE(box.open(sealed, "p"));
}

TEST(Secrets, KeysAreHexadecimalOrBase64) {
    EXPECT_EQ(SecretKey::parse(kHex)->to_hex(), kHex);
    // 32 bytes of 0xaa, as `openssl base64` writes them.
    EXPECT_EQ(SecretKey::parse("qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=")->to_hex(), kHex);
    const auto wrong = SecretKey::parse("hunter2");
    EXPECT_THAT(to_text(wrong.error()), Not(HasSubstr("hunter2")));
    EXPECT_FALSE(SecretKey::parse(std::string(64, 'x')));
}

TEST(Secrets, AKeyFileIsItsOwnersAlone) {
    const db::testing::TemporaryFolder folder;
    const auto path = folder.path() / "secret.key";
    const SecretKey first = SecretKey::make();
    const SecretKey second = SecretKey::make();
    ASSERT_TRUE(write_key_file(path, {first, second}));
    struct stat facts{};
    ASSERT_EQ(stat(path.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U);
    const auto keys = read_key_file(path);
    ASSERT_TRUE(keys) << to_text(keys.error());
    ASSERT_EQ(keys->size(), 2U);
    EXPECT_EQ(keys->front().id(), first.id());
    ASSERT_EQ(chmod(path.c_str(), 0640), 0);
    EXPECT_THAT(read_key_file(path).error().message, HasSubstr("can be read by others"));
    EXPECT_EQ(read_key_file(folder.path() / "none").error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace boon::storage
