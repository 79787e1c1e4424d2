#include "records/sync/registry.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/storage/audit.h"
#include "records/sync/engine_fixture_test.h"

namespace boon::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class SyncRegistryTest : public EngineFixture {
protected:
    static SourceRow source_of(std::string_view text) {
        auto source = json::read_text<SourceRow>(text);
        EXPECT_TRUE(source) << to_text(source.error());
        return source.value_or(SourceRow{});
    }
};
INSTANTIATE_TEST_SUITE_P(
    Engines, SyncRegistryTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName()
);

TEST_P(SyncRegistryTest, NamesEveryMistakeWithItsPointer) {
    SourceRow source = source_of(
        R"({"name":"Bad Name","kind":"file","options":{"colour":1},"mapping":{"fields":{"weight":{"from":["/w"]}}}})"
    );
    const auto created = registry_.create(source, {{"pin", "1234"}}, kAnn);
    ASSERT_FALSE(created);
    EXPECT_THAT(
        created.error().fields,
        ElementsAre(
            ::testing::Field(&FieldError::pointer, "/name"), FieldError{"/options/colour", "is not a known field"},
            FieldError{"/mapping/fields/weight", "is boon's own: a sync never writes it"},
            FieldError{"/secrets/pin", "is none of its secrets: token"}
        )
    );
    EXPECT_THAT(to_text(created.error()), Not(HasSubstr("1234")));
    EXPECT_EQ(
        registry_.create(source_of(R"({"name":"shop","kind":"file"})"), {}, kAnn).error().code, ErrorCode::conflict
    );
}

TEST_P(SyncRegistryTest, AnAddressThatIsNoneIsRefusedWhenItIsGiven) {
    const auto refused = [&](std::string_view kind, std::string_view url) {
        SourceRow source = source_of(fmt::format(R"({{"name":"other","kind":"{}"}})", kind));
        source.base_url = url;
        const auto created = registry_.create(source, {}, kAnn);
        if (created) return !registry_.remove("other", std::nullopt, kAnn);
        return std::ranges::find(created.error().fields, "/base_url", &FieldError::pointer) !=
               created.error().fields.end();
    };
    for (const char* bad :
         {"https://ann:s3cret@bss.example/api", "//bss.example", "bss.example", "ftp://bss.example", "https://",
          "https://bss example/", "https://bss.example/api?x=1", "https://bss.example/api#top", "http:\\\\bss.example",
          "https://bss.example/\n"}) {
        EXPECT_TRUE(refused("xiva", bad)) << bad;
    }
    for (const char* good : {"https://bss.example/api", "http://127.0.0.1:8080/api/", "https://[::1]/api", ""}) {
        EXPECT_FALSE(refused("xiva", good)) << good;
    }
    EXPECT_TRUE(refused("file", "https://ann:s3cret@shop.example/offers.csv"));
    for (const char* good : {"https://shop.example/offers.csv?v=2", "offers.csv", "a folder/#1", ""}) {
        EXPECT_FALSE(refused("file", good)) << good;
    }
    SourceRow source = source_of(R"({"name":"other","kind":"file","base_url":"https://ann:s3cret@shop.example/"})");
    EXPECT_THAT(to_text(registry_.create(source, {}, kAnn).error()), Not(HasSubstr("s3cret")));
}

TEST_P(SyncRegistryTest, AChangeNeedsTheVersionThatWasRead) {
    SourceRow source = *registry_.find("shop");
    source.interval_s = 120;
    EXPECT_EQ(registry_.replace("shop", source, {}, 7, kAnn).error().code, ErrorCode::failed_precondition);
    EXPECT_EQ(registry_.replace("shop", source, {}, 1, kAnn)->version, 2);
    EXPECT_EQ(registry_.replace("shop", source, {}, 2, kAnn)->version,
              2);  // nothing changed
    source.kind = SourceKind::manual;
    EXPECT_EQ(registry_.replace("shop", source, {}, 2, kAnn).error().code, ErrorCode::invalid);
    EXPECT_EQ(registry_.find("shob").error().hint, "did you mean `shop`?");
    ASSERT_TRUE(registry_.remove("shop", 2, kAnn));
    EXPECT_EQ(registry_.find("shop").error().code, ErrorCode::not_found);
}

TEST_P(SyncRegistryTest, ASecretIsNowhereToBeRead) {
    const std::string secret = "correct-horse-battery";
    ASSERT_TRUE(registry_.replace("shop", *registry_.find("shop"), {{"token", secret}}, std::nullopt, kAnn));
    EXPECT_EQ(registry_.open(*registry_.find("shop"))->secrets.at("token"), secret);
    EXPECT_THAT(*registry_.secret_names("shop"), ElementsAre("token"));
    EXPECT_THAT(json::write(*registry_.find("shop")), Not(HasSubstr(secret)));
    const auto audit = database_->read([](db::Connection& c) { return storage::list_audit(c, {.limit = 100}); });
    for (const auto& entry : *audit) {
        EXPECT_THAT(entry.before.value_or("") + entry.after.value_or(""), Not(HasSubstr(secret)));
    }
    if (GetParam() == db::Engine::sqlite) {
        for (const char* part : {"", "-wal"}) {
            std::ifstream file(scratch_.file().string() + part, std::ios::binary);
            std::ostringstream bytes;
            bytes << file.rdbuf();
            EXPECT_EQ(bytes.str().find(secret), std::string::npos) << part;
        }
    }
    ASSERT_TRUE(registry_.replace("shop", *registry_.find("shop"), {{"token", std::nullopt}}, std::nullopt, kAnn));
    EXPECT_TRUE(registry_.open(*registry_.find("shop"))->secrets.empty());
}

TEST_P(SyncRegistryTest, SecretsAreSealedAnewUnderANewKey) {
    ASSERT_TRUE(registry_.replace("shop", *registry_.find("shop"), {{"token", "s3cret"}}, std::nullopt, kAnn));
    const storage::SecretKey old_key = storage::SecretKey::make();
    box_.use({old_key});
    // What was sealed under a key that is gone says so.
    EXPECT_EQ(registry_.open(*registry_.find("shop")).error().code, ErrorCode::failed_precondition);
    ASSERT_TRUE(registry_.replace("shop", *registry_.find("shop"), {{"token", "s3cret"}}, std::nullopt, kAnn));
    const storage::SecretKey new_key = storage::SecretKey::make();
    box_.use({new_key, old_key});
    EXPECT_EQ(registry_.reseal(kAnn), 1);
    EXPECT_EQ(registry_.reseal(kAnn), 0);
    box_.use({new_key});
    EXPECT_EQ(registry_.open(*registry_.find("shop"))->secrets.at("token"), "s3cret");
}

TEST_P(SyncRegistryTest, SecretsOfTheSettingsAreNotStored) {
    SourceRow source = *registry_.find("shop");
    source.from_settings = true;
    ASSERT_TRUE(registry_.follow_settings(source, {{"token", "from-the-environment"}}, kAnn));
    EXPECT_EQ(registry_.open(*registry_.find("shop"))->secrets.at("token"), "from-the-environment");
    EXPECT_EQ(number("select count(*) from sync_secrets"), 0);
}

TEST_P(SyncRegistryTest, TheSettingsMayNameAnotherKind) {
    SourceRow settings = *registry_.find("shop");
    settings.kind = SourceKind::manual;
    settings.base_url.clear();
    settings.mapping = {};
    settings.from_settings = true;
    // A person's source is not replaced, and the way out is told.
    const auto refused = registry_.follow_settings(settings, {}, kAnn);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_EQ(refused.error().hint, "take the settings away, remove it (boon sync remove shop), then set them again");
    SourceRow made = *registry_.find("shop");
    made.from_settings = true;
    ASSERT_TRUE(registry_.replace("shop", made, {{"token", "s3cret"}}, std::nullopt, kAnn));
    const auto version = registry_.find("shop")->version;
    ASSERT_TRUE(registry_.follow_settings(settings, {}, kAnn));
    EXPECT_EQ(registry_.find("shop")->kind, SourceKind::manual);
    EXPECT_EQ(registry_.find("shop")->version, version + 1);
    EXPECT_EQ(number("select count(*) from sync_secrets"), 0);
    ASSERT_TRUE(registry_.follow_settings(settings, {}, kAnn));
    EXPECT_EQ(registry_.find("shop")->version, version + 1);
}

TEST_P(SyncRegistryTest, WhatIsDueIsTakenOnce) {
    SourceRow source = *registry_.find("shop");
    source.is_scheduled = true;
    source.interval_s = 3600;
    ASSERT_TRUE(registry_.replace("shop", source, {}, std::nullopt, kAnn));
    // Another server's.
    const auto database = scratch_.open();
    Registry other(*database, box_);
    EXPECT_EQ(registry_.take_due(kMonday)->size() + other.take_due(kMonday)->size(), 1U);
    EXPECT_TRUE(other.take_due(plus_micros(kMonday, 3599 * kMicrosPerSecond))->empty());
    EXPECT_EQ(other.take_due(plus_micros(kMonday, 3600 * kMicrosPerSecond))->size(), 1U);
}

}  // namespace
}  // namespace boon::sync
