// Uplift on worlds whose contacts have an effect that is known, or none.
#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "insight/scoring/loaded_model.h"
#include "insight/training/ranking.h"
#include "insight/training/train.h"
#include "program/trial/scratch_folder.h"
#include "program/world/life.h"
#include "program/world/world.h"
#include "records/features/compute.h"

namespace boon::trial {
namespace {

constexpr std::string_view kFeatures = R"({"features": [
    {"name": "purchases_90d", "words": "purchases in 90 days", "unit": "count", "from": "transactions",
     "aggregate": "count", "where": {"type": ["purchase"]}, "days": 90},
    {"name": "spend_90d", "words": "spend in 90 days", "unit": "money", "from": "transactions", "aggregate": "sum",
     "column": "amount", "days": 90},
    {"name": "converted_365d", "words": "offers accepted in 365 days", "unit": "count", "from": "interactions",
     "aggregate": "count", "where": {"kind": ["converted"]}, "days": 365},
    {"name": "viewed_365d", "words": "offers viewed in 365 days", "unit": "count", "from": "interactions",
     "aggregate": "count", "where": {"kind": ["viewed"]}, "days": 365},
    {"name": "days_since_last_activity", "words": "days since the last activity", "unit": "days", "from": "activity",
     "aggregate": "days_since_last"}]})";

class UpliftOfAWorld : public testing::Test {
protected:
    void make(std::uint64_t seed, const world::Parameters& parameters) {
        auto folder = ScratchFolder::open();
        ASSERT_TRUE(folder) << to_text(folder.error());
        folder_.emplace(*std::move(folder));
        world_ = {.folder = (folder_->path() / "world").string(), .customers = 3000, .seed = seed};
        world_.parameters = parameters;
        ASSERT_TRUE(world::generate(world_));
        warehouse::Options options;
        options.tables = world::tables_of(world_.folder);
        options.allowed_directories = {world_.folder};
        auto opened = warehouse::Warehouse::open(options);
        ASSERT_TRUE(opened) << to_text(opened.error());
        warehouse_ = *std::move(opened);
        const auto definitions = features::Definitions::from_json(kFeatures);
        ASSERT_TRUE(definitions) << to_text(definitions.error());
        auto schema = features::fit_schema(*warehouse_, *definitions);
        ASSERT_TRUE(schema) << to_text(schema.error());
        schema_.emplace(*std::move(schema));
    }

    Result<training::TrainedModel> train() {
        training::Options options;
        options.model = training::Model::campaign_response;
        options.fit.trees.max_depth = 3;
        options.fit.trees.eta = 0.1;
        options.fit.early_stopping_rounds = 10;
        options.fit.threads = 1;
        options.metrics.replicates = 100;
        const training::TrainEnvironment environment{
            .warehouse = *warehouse_,
            .schema = *schema_,
            .currency = {},
            .models_folder = folder_->path() / "models",
            .process = {.command = {BOON_FIT_CHILD}, .scratch = folder_->path() / "fit", .progress = {}},
            .code_version = "trial",
        };
        return training::train(environment, options, world::end_of(world_));
    }

    // Of contacts at or after that instant: what the version says against what is true, Spearman's.
    double correlation(const scoring::LoadedModel& model, Timestamp from) {
        const std::string contacts = fmt::format(
            "SELECT row_number() OVER (ORDER BY contact_id) - 1 AS row_id, customer_id, sent_at AS as_of, channel, "
            "t.treated - t.untreated AS effect FROM boon.contacts JOIN read_parquet('{}/truth_contacts/*.parquet') t "
            "USING (contact_id) WHERE sent_at >= TIMESTAMP '{}'",
            world_.folder, to_string(from)
        );
        auto truth = warehouse_->query("SELECT channel, effect FROM (" + contacts + ") ORDER BY row_id");
        EXPECT_TRUE(truth) << to_text(truth.error());
        const auto known =
            features::compute_rows(*warehouse_, *schema_, "SELECT row_id, customer_id, as_of FROM (" + contacts + ")");
        EXPECT_TRUE(known) << to_text(known.error());
        std::vector<double> values;
        std::vector<float> effects;
        const auto& columns = model.columns().columns;
        for (std::size_t i = 0; i < truth->rows(); ++i) {
            std::vector<float> row;
            const std::string channel = fmt::format("contact.channel={}", truth->columns[0].text(i));
            for (const auto& column : columns) {
                const auto feature = schema_->index_of(column.name);
                row.push_back(feature ? known->row(i)[*feature] : static_cast<float>(column.name == channel));
            }
            values.push_back(model.uplift()->of(row)->value);
            effects.push_back(static_cast<float>(truth->columns[1].real(i)));
        }
        return training::spearman({values, effects, {}, {}}, 2, 1).value;
    }

    std::optional<ScratchFolder> folder_;
    world::Options world_;
    std::unique_ptr<warehouse::Warehouse> warehouse_;
    std::optional<features::Schema> schema_;
};

TEST_F(UpliftOfAWorld, IsFoundAndOrdersCustomersAsTheTruthDoes) {
    make(5, {.exposures_per_year = 12, .control_share = 0.5, .own_accord = 0.1});
    const auto trained = train();
    ASSERT_TRUE(trained) << to_text(trained.error());
    const training::CardUplift& uplift = *trained->card.uplift;
    ASSERT_TRUE(uplift.figures) << uplift.words << uplift.assignment;
    EXPECT_TRUE(uplift.passed) << to_text(trained->card);
    EXPECT_GT(uplift.figures->qini.lower, 0);
    const auto model = scoring::LoadedModel::open(trained->folder, trained->manifest_hash);
    ASSERT_TRUE(model) << to_text(model.error());
    EXPECT_GT(correlation(**model, trained->card.data.test_from), 0.3);
}

TEST_F(UpliftOfAWorld, ThatIsNoneIsRefused) {
    int passed = 0;
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
        make(seed, {.exposures_per_year = 12, .control_share = 0.5, .own_accord = 1});
        const auto trained = train();
        ASSERT_TRUE(trained) << to_text(trained.error());
        ASSERT_TRUE(trained->card.uplift->figures) << trained->card.uplift->words << trained->card.uplift->assignment;
        passed += trained->card.uplift->passed ? 1 : 0;
    }
    // One in forty passes by chance.
    EXPECT_LE(passed, 1);
}

TEST_F(UpliftOfAWorld, OfAChosenControlGroupIsNotClaimed) {
    make(1, {.exposures_per_year = 12, .control_share = 0.3, .confounded_control = 1.5});
    const auto trained = train();
    ASSERT_TRUE(trained) << to_text(trained.error());
    EXPECT_EQ(trained->card.uplift->by_chance, false) << trained->card.uplift->assignment;
    EXPECT_FALSE(trained->card.uplift->figures);
    EXPECT_FALSE(trained->card.uplift->passed);
}

}  // namespace
}  // namespace boon::trial
