// What the tests of storage share: a migrated database, and units of work on its writer.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"

namespace boon::storage {

inline constexpr Timestamp kNow{1'700'000'000'000'000};
inline constexpr std::int64_t kSecond = kMicrosPerSecond;

class StorageFixture : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override {
        const auto migrated = migrate(*database_, kNow);
        ASSERT_TRUE(migrated) << to_text(migrated.error());
    }
    // Runs `f` on the writer; its error fails the test.
    template <class F>
    auto must(F f) {
        auto result = database_->write(std::move(f));
        EXPECT_TRUE(result) << to_text(result.error());
        return *std::move(result);
    }
    template <class F>
    Error error_of(F f) {
        auto result = database_->write(std::move(f));
        EXPECT_FALSE(result);
        return result ? Error{} : result.error();
    }
    void run(std::string_view sql) {
        must([&](db::Connection& c) { return c.execute(sql); });
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
};

}  // namespace boon::storage
