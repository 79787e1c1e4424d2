#include "platform/delivery/signature.h"

#include <set>

#include <gmock/gmock.h>

namespace boon::delivery {
namespace {

using testing::HasSubstr;
using testing::Not;

// Made by another tool:
//   printf '%s' 'ID.TIMESTAMP.PAYLOAD' | openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY -binary | base64
TEST(SignatureTest, IsWhatOpensslMakesOfTheSameWords) {
    const auto key = signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=");
    ASSERT_TRUE(key) << to_text(key.error());
    EXPECT_EQ(
        sign(
            *key, {"msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", 1674087231,
                   R"({"type":"contact.created","timestamp":"2022-11-03T20:26:10.344522Z",)"
                   R"("data":{"id":"1f81eb52-5198-4599-803e-771906343485"}})"}
        ),
        "v1,6zaWcGonzvEoWvHwAb6EcOJxMVl7k0F1UmbaK0u7vBA="
    );
    // 24 zero bytes, nothing in the payload.
    EXPECT_EQ(
        sign(*signing_key("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), {"0193", 0, ""}),
        "v1,WxYzErcu/PFvX/Dy4/ARKUjCi6xN9ynQnCemBOtTZ+I="
    );
}

TEST(SignatureTest, ASecretIsTheSpecifiedPrefixAndEnoughBytes) {
    EXPECT_TRUE(signing_key("whsec_" + std::string(86, 'A') + "=="));  // 64 bytes
    for (const std::string& bad : std::vector<std::string>{
             "", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
             "whsec_" + std::string(87, 'A') + "=", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_", "whsec_not base64 at all"
         }) {
        const auto key = signing_key(bad);
        ASSERT_FALSE(key) << bad;
        EXPECT_EQ(key.error().message, "this is not the secret of a webhook");
        if (bad.size() > 7) {
            EXPECT_THAT(to_text(key.error()), Not(HasSubstr(bad.substr(6))));
        }
    }
}

TEST(SignatureTest, NewSecretsAreSecretsAndDiffer) {
    std::set<std::string> made;
    for (int i = 0; i < 20; ++i) {
        made.insert(new_webhook_secret());
        const auto key = signing_key(*made.begin());
        ASSERT_TRUE(key);
        EXPECT_EQ(key->size(), 32U);
    }
    EXPECT_EQ(made.size(), 20U);
}

}  // namespace
}  // namespace boon::delivery
