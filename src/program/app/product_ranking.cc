#include "program/app/product_ranking.h"

#include <algorithm>
#include <span>
#include <thread>

#include "action/serving/engine.h"
#include "insight/recommend/serial.h"
#include "insight/scoring/product_lists.h"
#include "insight/training/product_purchases.h"
#include "records/customers/erasures.h"

namespace boon::app {
namespace {

constexpr std::size_t kCustomersAtOnce = 20'000;

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

// A part of the customers per thread.
std::vector<scoring::CustomerProducts> rank_all(
    const Rankers& rankers, std::span<const training::CustomerHistory> customers, std::int64_t places,
    std::size_t threads
) {
    std::vector<scoring::CustomerProducts> rows(customers.size());
    const std::size_t part = (customers.size() + threads - 1) / threads;
    std::vector<std::jthread> workers;
    for (std::size_t from = 0; from < customers.size(); from += part) {
        workers.emplace_back([&, from] {
            for (std::size_t i = from; i < std::min(from + part, customers.size()); ++i) {
                const auto& [customer, bought] = customers[i];
                rows[i] = {
                    customer, rank(rankers.repeats_allowed, recommend::Task::repeats_allowed, bought, places),
                    rank(rankers.new_items, recommend::Task::new_items, bought, places)
                };
            }
        });
    }
    workers.clear();
    return rows;
}

Result<std::int64_t> count_customers(warehouse::Warehouse& warehouse) {
    BOON_TRY(
        const auto frame,
        warehouse.query("SELECT count(DISTINCT customer_id) FROM boon.transactions WHERE product_id IS NOT NULL")
    );
    return frame.columns.front().integer(0);
}

}  // namespace

Result<std::int64_t> rank_products(App& app, std::size_t threads, const Progress& progress) {
    const auto state = app.serving().state();
    const scoring::Serving* serving = state->model(serving::kProductRecommendation);
    if (serving == nullptr || serving->model == nullptr || serving->model->products() == nullptr) return 0;
    const scoring::LoadedModel& model = *serving->model;
    BOON_TRY(const Rankers rankers, rankers_of(app, model));
    BOON_TRY(const auto warehouse, app.warehouse());
    BOON_TRY(const std::int64_t customers, count_customers(*warehouse));
    const std::int64_t places = model.products()->places;
    const Timestamp now = app.now();
    scoring::ProductLists lists(app.database());
    std::int64_t ranked = 0;
    const auto put = [&](std::vector<training::CustomerHistory> histories) -> Status {
        // The warehouse may have customers who were erased here.
        std::erase_if(histories, [&](const auto& history) { return app.erasures().has(history.customer_id); });
        BOON_CHECK(lists.put(model.manifest().version, now, rank_all(rankers, histories, places, threads)));
        ranked += static_cast<std::int64_t>(histories.size());
        return progress(ranked, std::max(ranked, customers), "products: ranked for every customer");
    };
    BOON_CHECK(progress(0, customers, "products: reading what everybody bought"));
    BOON_CHECK(training::for_each_history(*warehouse, model.products()->ids, now, kCustomersAtOnce, put));
    BOON_CHECK(lists.drop_others(model.manifest().version, now));
    return ranked;
}

}  // namespace boon::app
