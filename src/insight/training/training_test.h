// Whole training runs on small warehouses made of SQL.
#pragma once

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/training/train.h"
#include "platform/db/testing/scratch.h"
#include "records/features/compute.h"

namespace boon::training {

class TrainingTest : public testing::Test {
protected:
    void open(const std::map<std::string, std::string>& tables) {
        warehouse::Options options;
        for (const auto& [name, select] : tables) options.tables[name].select = select;
        auto opened = warehouse::Warehouse::open(options);
        ASSERT_TRUE(opened) << to_text(opened.error());
        warehouse_ = *std::move(opened);
    }
    Result<TrainedModel> run(
        const Options& options, std::string_view features,
        std::shared_ptr<const scoring::LoadedModel> champion = nullptr
    ) {
        auto definitions = features::Definitions::from_json(features);
        EXPECT_TRUE(definitions) << to_text(definitions.error());
        auto schema = features::fit_schema(*warehouse_, *definitions);
        EXPECT_TRUE(schema) << to_text(schema.error());
        TrainEnvironment environment{
            .warehouse = *warehouse_,
            .schema = *schema,
            .currency = {},
            .models_folder = folder_.path() / "models",
            .process = {{BOON_FIT_CHILD}, folder_.path() / "job", {}},
            .code_version = "0.1.0",
            .champion = std::move(champion),
            .progress = {},
        };
        return train(environment, options, *parse_timestamp("2026-06-01"));
    }

    features::Schema schema_of(std::string_view features) {
        const auto definitions = features::Definitions::from_json(features);
        BOON_ASSERT(definitions.has_value());
        auto schema = features::fit_schema(*warehouse_, *definitions);
        EXPECT_TRUE(schema) << to_text(schema.error());
        return *std::move(schema);
    }

    static Options quick() {
        Options options;
        options.fit.trees.eta = 0.2;
        options.fit.early_stopping_rounds = 10;
        options.fit.threads = 1;
        options.ltv.most_fitted = 600;
        options.metrics.replicates = 50;
        return options;
    }

    std::unique_ptr<warehouse::Warehouse> warehouse_;
    db::testing::TemporaryFolder folder_;
};

}  // namespace boon::training
