// A product catalogue on an empty database of each engine, for this room's tests.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "action/tmf/product_catalog.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"

namespace boon::tmf {

inline constexpr Timestamp kNow{1'770'000'000 * kMicrosPerSecond};

inline delivery::Sealing open_sealing() {
    const auto same = [](std::string_view text) { return Result<std::string>(std::string(text)); };
    return {.seal = same, .open = same, .is_current = [](std::string_view) { return true; }};
}

inline catalog::Offer named(std::string name) {
    catalog::Offer offer;
    offer.name = std::move(name);
    return offer;
}

class ProductCatalogTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kNow)); }

    catalog::Author author() {
        at_ = plus_micros(at_, kMicrosPerSecond);
        return {.name = "kit", .at = at_};
    }
    json::Object create(Kind kind, std::string_view text) {
        auto made = catalog_.create(kind, json::parse(text).value(), author());
        EXPECT_TRUE(made) << to_text(made.error());
        return made.value_or(json::Object());
    }
    json::Object patch(Kind kind, const json::Object& resource, std::string_view text) {
        auto changed = catalog_.patch(kind, text_of(resource, "id"), json::parse(text).value(), author());
        EXPECT_TRUE(changed) << to_text(changed.error());
        return changed.value_or(json::Object());
    }
    json::Object read(Kind kind, const json::Object& resource) {
        return catalog_.read(kind, text_of(resource, "id")).value_or(json::Object());
    }
    catalog::Offer offer_of(const json::Object& offering) {
        return offers_.read(static_cast<OfferId>(std::stoi(std::string(text_of(offering, "id"))))).value();
    }
    void listen(std::string query = {}) {
        const json::Object wanted{{"callback", "http://127.0.0.1:9/"}, {"query", query}};
        ASSERT_TRUE(catalog_.subscribe(json::Value(wanted), author()));
    }
    struct Page {
        std::vector<json::Object> items;
        std::size_t total = 0;
    };
    Page page(Kind kind, const ListQuery& query) {
        Page page;
        const auto listed =
            catalog_.list(kind, query, [&](json::Object&& item) { page.items.push_back(std::move(item)); });
        EXPECT_TRUE(listed);
        EXPECT_EQ(listed->items, page.items.size());
        page.total = listed->total;
        return page;
    }
    // The types of what waits to be sent, in order.
    std::vector<std::string> waiting() {
        std::vector<std::string> types;
        EXPECT_TRUE(database_->read([&](db::Connection& c) {
            return c.query("select payload from outbox order by id", {}, [&](const db::Row& row) -> Status {
                types.emplace_back(text_of(json::parse(row.text(0)).value().get_object(), "eventType"));
                return {};
            });
        }));
        return types;
    }
    JobWorld world() {
        return {.progress = [](std::int64_t, std::int64_t) { return Status(); }, .now = [this] { return at_; }};
    }

    Timestamp at_ = kNow;
    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
    catalog::Catalogue offers_{*database_, catalog::Names::defaults()};
    delivery::Webhooks webhooks_{*database_, open_sealing(), {.ports = {}, .allow_private = true}};
    ProductCatalog catalog_{*database_, offers_, webhooks_, {.public_url = "https://boon.example"}};
};

}  // namespace boon::tmf
