// Labels of a world whose records are late and doubled: what came true is what came true.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "insight/training/labels.h"
#include "insight/training/model_table.h"
#include "program/trial/scratch_folder.h"
#include "program/world/life.h"
#include "program/world/world.h"

namespace boon::trial {
namespace {

using training::Model;

class UncleanRecords : public testing::Test {
protected:
    void make(const world::Parameters& parameters) {
        auto folder = ScratchFolder::open();
        ASSERT_TRUE(folder) << to_text(folder.error());
        folder_.emplace(*std::move(folder));
        world_.folder = folder_->path().string();
        world_.customers = 1500;
        world_.seed = 31;
        world_.parameters = parameters;
        ASSERT_TRUE(world::generate(world_));
    }

    // `as_delivered`: with every row that was delivered, some twice.
    std::unique_ptr<warehouse::Warehouse> open(bool as_delivered) {
        warehouse::Options options;
        options.tables = world::tables_of(world_.folder);
        options.allowed_directories = {world_.folder};
        for (auto& [name, table] : options.tables) {
            if (as_delivered) table.select = table.select.substr(0, table.select.find(" WHERE "));
        }
        auto opened = warehouse::Warehouse::open(options);
        EXPECT_TRUE(opened) << to_text(opened.error());
        return opened ? *std::move(opened) : nullptr;
    }

    // (customer, instant, offer) → label of what `now` knows; in the order of rows.
    static std::vector<std::string> rows_of(
        warehouse::Warehouse& warehouse, const training::Options& options, Timestamp now
    ) {
        const auto set = training::label_rows(warehouse, options, now);
        EXPECT_TRUE(set) << enum_name(options.model) << ": " << to_text(set.error());
        if (!set) return {};
        const auto frame =
            warehouse.query(fmt::format("SELECT customer_id, label FROM {} ORDER BY row_id", set->table()));
        EXPECT_TRUE(frame);
        std::vector<std::string> rows;
        for (std::size_t i = 0; i < set->labels.size(); ++i) {
            rows.push_back(fmt::format(
                "{} {} {} {:.2f}", frame->columns[0].text(i), to_string(set->as_of[i]),
                set->offers.empty() ? -1 : set->offers[i], set->labels[i]
            ));
        }
        return rows;
    }

    static std::size_t differences(const std::vector<std::string>& one, const std::vector<std::string>& other) {
        EXPECT_EQ(one.size(), other.size());
        std::size_t count = 0;
        for (std::size_t i = 0; i < std::min(one.size(), other.size()); ++i) {
            if (one[i] != other[i]) ++count;
        }
        return count;
    }

    static training::Options options_of(Model model) {
        training::Options options;
        options.model = model;
        return options;
    }

    std::optional<ScratchFolder> folder_;
    world::Options world_;
};

TEST_F(UncleanRecords, WhatIsDeliveredTwiceCountsOnceInEveryLabel) {
    make({.duplicate_share = 0.3});
    const auto once = open(false);
    const auto twice = open(true);
    ASSERT_NE(once, nullptr);
    ASSERT_NE(twice, nullptr);
    const Timestamp now = world::end_of(world_);
    for (const training::ModelRow& row : training::model_table()) {
        const auto options = options_of(row.model);
        EXPECT_EQ(differences(rows_of(*twice, options, now), rows_of(*once, options, now)), 0U) << enum_name(row.model);
    }
}

// Half of all events become known 2 days later on average: what a row's outcome
// was taken for on a day is what all of history says of it, where the lateness is waited for, and not where it is not.
TEST_F(UncleanRecords, ALabelWaitsUntilWhatIsLateHasCome) {
    make({.late_share = 0.5, .late_days = 2, .duplicate_share = 0});
    const auto warehouse = open(false);
    ASSERT_NE(warehouse, nullptr);
    const Timestamp then = plus_days(world_.start, 500);
    const auto wrong = [&](Model model, double lateness_days) {
        training::Options options = options_of(model);
        options.watermark = then;
        options.lateness_days = lateness_days;
        const auto known_then = rows_of(*warehouse, options, then);
        EXPECT_GT(known_then.size(), 1000U);
        return differences(known_then, rows_of(*warehouse, options, world::end_of(world_)));
    };
    for (const Model model : {Model::nbo, Model::churn, Model::propensity, Model::engagement}) {
        EXPECT_EQ(wrong(model, 25), 0U) << enum_name(model);
    }
    EXPECT_GT(wrong(Model::engagement, 0), 10U);
    EXPECT_LT(wrong(Model::engagement, 3), wrong(Model::engagement, 0));
}

}  // namespace
}  // namespace boon::trial
