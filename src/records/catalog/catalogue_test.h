// A catalogue on an empty database of each engine, for this room's tests.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"
#include "records/catalog/catalogue.h"

namespace boon::catalog {

inline constexpr Timestamp kMonday{1'772'409'600'000'000};  // 2026-03-02T00:00:00Z
inline const Author kAnn{"ann", kMonday};
inline const Author kBob{"bob", plus_days(kMonday, 1)};

class CatalogueTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kMonday)); }

    Offer made(std::string_view text, const Author& author = kAnn) {
        auto offer = json::read_text<Offer>(text);
        EXPECT_TRUE(offer) << to_text(offer.error());
        auto created = catalogue_.create(offer.value_or(Offer{}), author);
        EXPECT_TRUE(created) << to_text(created.error());
        return created.value_or(Offer{});
    }
    std::int64_t number(std::string_view sql) {
        return database_->read([&](db::Connection& c) { return db::select_number(c, sql); }).value_or(-1);
    }
    static std::vector<OfferId> ids(const Page& page) {
        std::vector<OfferId> out;
        for (const Offer& offer : page.items) out.push_back(offer.offer_id);
        return out;
    }
    std::vector<OfferId> found(const Filter& filter) {
        const auto page = catalogue_.list({.filter = filter});
        EXPECT_TRUE(page) << to_text(page.error());
        return page ? ids(*page) : std::vector<OfferId>{};
    }
    static std::vector<ImportRow> rows(std::string_view text) { return import_rows(json::parse(text)->get_array()); }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
    Catalogue catalogue_{*database_, Names::defaults()};
};

}  // namespace boon::catalog
