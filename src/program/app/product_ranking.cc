#include "program/app/product_ranking.h"

#include "action/serving/engine.h"
#include "insight/recommend/serial.h"
#include "insight/scoring/product_lists.h"
#include "insight/training/product_purchases.h"

namespace boon::app {
namespace {

constexpr std::int64_t kCustomersAtOnce = 20'000;

struct Rankers {
    recommend::Recommender repeats_allowed;
    recommend::Recommender new_items;
};

Result<Rankers> rankers_of(App& app, const scoring::LoadedModel& model) {
    BOON_TRY(const auto version, app.registry().find(model.manifest().version));
    BOON_TRY(const auto artefact, scoring::read_artefact(version.path, version.manifest_hash));
    const auto read = [&](std::string_view name) -> Result<recommend::Recommender> {
        const auto file = artefact.files.find(std::string(name));
        if (file == artefact.files.end()) return fail(ErrorCode::conflict, "the model has no " + std::string(name));
        BOON_TRY(auto recommender, recommend::from_bytes(file->second));
        if (recommender.items() == model.products()->ids.size()) return recommender;
        return fail(ErrorCode::conflict, "the model's " + std::string(name) + " ranks other products");
    };
    BOON_TRY(auto repeats_allowed, read(scoring::kRepeatsFile));
    BOON_TRY(auto new_items, read(scoring::kNewItemsFile));
    return Rankers{std::move(repeats_allowed), std::move(new_items)};
}

std::vector<scoring::RankedProduct> rank(
    const recommend::Recommender& recommender, recommend::Task task, const std::vector<recommend::ItemTimes>& bought,
    std::int64_t places
) {
    std::vector<scoring::RankedProduct> ranked;
    for (const auto& [item, score] : recommender.recommend(bought, task, static_cast<std::size_t>(places))) {
        const auto before = std::ranges::lower_bound(bought, item, {}, &recommend::ItemTimes::item);
        const bool had = before != bought.end() && before->item == item;
        ranked.push_back({item, score, had ? before->times : 0});
    }
    return ranked;
}

Result<std::int64_t> count_customers(warehouse::Warehouse& warehouse) {
    BOON_TRY(
        const auto frame,
        warehouse.query("SELECT count(DISTINCT customer_id) FROM boon.transactions WHERE product_id IS NOT NULL")
    );
    return frame.columns.front().integer(0);
}

}  // namespace

Result<std::int64_t> rank_products(App& app, const Progress& progress) {
    const auto state = app.serving().state();
    const scoring::Serving* serving = state->model(serving::kProductRecommendation);
    if (serving == nullptr || serving->model == nullptr || serving->model->products() == nullptr) return 0;
    const scoring::LoadedModel& model = *serving->model;
    BOON_TRY(const Rankers rankers, rankers_of(app, model));
    BOON_TRY(const auto warehouse, app.warehouse());
    BOON_TRY(const std::int64_t customers, count_customers(*warehouse));
    const std::int64_t parts = 1 + customers / kCustomersAtOnce;
    const std::int64_t places = model.products()->places;
    const Timestamp now = app.now();
    scoring::ProductLists lists(app.database());
    std::int64_t ranked = 0;
    for (std::int64_t part = 0; part < parts; ++part) {
        BOON_CHECK(progress(part, parts, "products: ranked for every customer"));
        BOON_TRY(const auto histories, training::read_histories(*warehouse, model.products()->ids, now, part, parts));
        std::vector<scoring::CustomerProducts> rows;
        for (const auto& [customer, bought] : histories) {
            rows.push_back(
                {customer, rank(rankers.repeats_allowed, recommend::Task::repeats_allowed, bought, places),
                 rank(rankers.new_items, recommend::Task::new_items, bought, places)}
            );
        }
        BOON_CHECK(lists.put(model.manifest().version, now, rows));
        ranked += static_cast<std::int64_t>(rows.size());
    }
    BOON_CHECK(lists.drop_others(model.manifest().version, now));
    return ranked;
}

}  // namespace boon::app
