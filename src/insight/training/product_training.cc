#include "insight/training/product_training.h"

#include <algorithm>
#include <array>
#include <random>

#include <fmt/format.h>

#include "insight/recommend/compete.h"
#include "insight/recommend/popularity.h"
#include "insight/recommend/serial.h"
#include "insight/training/model_table.h"
#include "insight/training/product_purchases.h"
#include "platform/storage/digest.h"

namespace boon::training {
namespace {

using recommend::Bought;
using recommend::Choice;
using recommend::Interactions;
using recommend::Measured;
using recommend::Method;
using recommend::Recommender;
using recommend::Task;

constexpr std::array kTasks = {Task::repeats_allowed, Task::new_items};
constexpr std::size_t kPopularKept = 100;  // of a segment

bool is_trivial(Method method) { return method == Method::popularity || method == Method::repeat_frequency; }

std::string words_of(const recommend::Recipe& recipe) {
    switch (recipe.method) {
        case Method::popularity:
        case Method::repeat_frequency: break;
        case Method::item_knn: return fmt::format("{} neighbours of each product", recipe.neighbours);
        case Method::ease: return fmt::format("ridge {:g}", recipe.ridge);
        case Method::blend: return fmt::format("days bought + {:g} × EASE with ridge {:g}", recipe.share, recipe.ridge);
    }
    return "";
}

// What was bought is dealt out anew among the customers who bought anything.
Result<Interactions> shuffled(const Interactions& bought, std::int64_t seed) {
    std::vector<std::uint32_t> customers;
    for (std::uint32_t c = 0; c < bought.customers(); ++c) {
        if (!bought.of(c).empty()) customers.push_back(c);
    }
    std::vector<std::uint32_t> dealt = customers;
    std::mt19937_64 engine(static_cast<std::uint64_t>(seed));
    for (std::size_t i = dealt.size(); i > 1; --i) std::swap(dealt[i - 1], dealt[engine() % i]);
    std::vector<Bought> lines;
    for (std::size_t i = 0; i < customers.size(); ++i) {
        for (const auto& entry : bought.of(customers[i])) lines.push_back({dealt[i], entry.item, entry.times});
    }
    return Interactions::of(lines, bought.customers(), bought.items());
}

std::vector<double> losses_of(const Measured& measured) {
    std::vector<double> losses(measured.ndcg.size());
    std::ranges::transform(measured.ndcg, losses.begin(), [](double gain) { return 1 - gain; });
    return losses;
}

scoring::PopularProducts most_popular(std::string segment, const std::vector<float>& shares) {
    std::vector<std::uint32_t> order(shares.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, std::greater(), [&](std::uint32_t item) { return shares[item]; });
    order.resize(std::min(order.size(), kPopularKept));
    scoring::PopularProducts popular{std::move(segment), {}, {}};
    for (const std::uint32_t item : order) {
        popular.products.push_back(static_cast<std::int32_t>(item));
        popular.shares.push_back(static_cast<double>(shares[item]));
    }
    return popular;
}

class ProductRun {
public:
    ProductRun(const TrainEnvironment& environment, const Options& options, Timestamp now)
        : env_(environment),
          options_(options),
          now_(now),
          places_(static_cast<std::size_t>(std::max(1, options.product_recommendation.places))) {}

    Result<TrainedModel> run() {
        BOON_CHECK(tell("labels"));
        BOON_TRY(const LabelledSet set, label_rows(env_.warehouse, options_, now_));
        BOON_CHECK(tell("features"));
        BOON_TRY(CutPurchases earlier, read_cut(env_.warehouse, set, Part::train, options_, now_));
        BOON_TRY(CutPurchases test, read_cut(env_.warehouse, set, Part::test, options_, now_));
        if (options_.shuffle_labels_seed) {
            BOON_TRY(earlier.after, shuffled(earlier.after, *options_.shuffle_labels_seed));
            BOON_TRY(test.after, shuffled(test.after, *options_.shuffle_labels_seed));
        }
        describe(set, earlier, test);
        BOON_CHECK(tell("fit"));
        BOON_TRY(const auto choices, choose_recipes(earlier.before, earlier.after, kTasks, places_, recommend::Grid{}));
        BOON_CHECK(tell("test"));
        for (std::size_t t = 0; t < kTasks.size(); ++t) BOON_CHECK(compete(kTasks[t], choices[t], test));
        judge_version(set);
        BOON_TRY(const AllPurchases all, read_all(env_.warehouse, options_, set.watermark, now_));
        return fit_and_write(all);
    }

private:
    Status tell(std::string_view step) { return env_.progress ? env_.progress({step, 0, {}}) : Status{}; }

    // The winner is the best at the earlier cut-off of those that are not trivial; all are judged at the test's.
    Status compete(Task task, const std::vector<Choice>& choices, const CutPurchases& test) {
        const auto strength = [](const Choice& c) { return is_trivial(c.recipe.method) ? -1 : c.ndcg; };
        const Choice winner = *std::ranges::max_element(choices, {}, strength);
        winners_.push_back(winner.recipe);
        std::vector<std::string> names;
        std::vector<std::vector<double>> losses;
        std::vector<double> ours;
        std::vector<std::uint32_t> customers;
        for (const Choice& choice : choices) {
            BOON_TRY(const auto fitted, Recommender::fit(test.before, choice.recipe));
            const Measured measured = measure(fitted, test.before, test.after, task, places_);
            const bool won = choice.recipe == winner.recipe;
            add_contestant(task, choice, measured, won);
            customers = measured.customers;
            if (won) ours = losses_of(measured);
            if (!is_trivial(choice.recipe.method)) continue;
            names.push_back(fmt::format("{}, {}", enum_name(choice.recipe.method), enum_name(task)));
            losses.push_back(losses_of(measured));
        }
        const std::vector<float> actual(customers.size());
        for (auto& result : compare({{}, actual, {}, customers}, names, losses, ours)) {
            card_.baselines.push_back(std::move(result));
        }
        return {};
    }

    void add_contestant(Task task, const Choice& choice, const Measured& measured, bool won) {
        const std::vector<float> actual(measured.customers.size());
        const Scored rows{{}, actual, {}, measured.customers};
        Contestant one{
            .name = std::string(enum_name(choice.recipe.method)),
            .task = std::string(enum_name(task)),
            .settings = words_of(choice.recipe),
            .figures = {},
            .won = won,
            .words = fmt::format(
                "{} customers; {:.0f} % of the products shown to anybody; NDCG at the earlier cut-off {:.4f}",
                measured.customers.size(), 100 * measured.coverage, choice.ndcg
            ),
        };
        one.figures[fmt::format("recall_at_{}", places_)] = clustered_mean(rows, measured.recall);
        one.figures[fmt::format("ndcg_at_{}", places_)] = clustered_mean(rows, measured.ndcg);
        card_.competition.push_back(std::move(one));
    }

    void judge_version(const LabelledSet& set) {
        GateInput input;
        input.kind = scoring::ModelKind::ranking;
        input.matured_rows = static_cast<std::int64_t>(set.labels.size());
        input.positives = std::ranges::count_if(set.labels, [](float products) { return products > 0; });
        input.baselines = card_.baselines;
        card_.gate = judge(input, options_.gate);
    }

    void describe(const LabelledSet& set, const CutPurchases& earlier, const CutPurchases& test) {
        const ModelRow& model = row_of(options_.model);
        card_.name = std::string(enum_name(options_.model));
        card_.kind = scoring::ModelKind::ranking;
        card_.answers = model.answers(options_, set.horizon_days);
        card_.created_at = now_;
        card_.code_version = env_.code_version;
        card_.options = options_;
        card_.selection.words = model.population;
        card_.warnings = set.warnings;
        if (test.products_left_out > 0) {
            card_.warnings.push_back(fmt::format(
                "{} products take no part: the {} that most customers bought do", test.products_left_out,
                test.products.size()
            ));
        }
        if (test.unknown_share > 0) {
            card_.warnings.push_back(fmt::format(
                "{:.1f} % of what was bought after the test cut-off are products nobody had bought before: no method "
                "can rank them, and they are left out",
                100 * test.unknown_share
            ));
        }
        CardData& d = card_.data;
        d.rows = static_cast<std::int64_t>(set.labels.size());
        d.unmatured_rows = set.unmatured;
        d.customers = static_cast<std::int64_t>(Scored{{}, set.labels, {}, set.customers}.cluster_count());
        d.fit_rows = static_cast<std::int64_t>(earlier.before.customers());
        d.validation_rows = d.fit_rows;
        d.validation = fmt::format(
            "recipes chosen at the cut-off {}, judged once at the test's, then fitted on all purchases up to the "
            "watermark",
            to_string(*set.validation_from)
        );
        d.test_rows = static_cast<std::int64_t>(test.before.customers());
        d.features = static_cast<std::int64_t>(test.products.size());
        d.first = *std::ranges::min_element(set.as_of);
        d.last = *std::ranges::max_element(set.as_of);
        d.watermark = set.watermark;
        d.test_from = set.test_from;
        d.horizon_days = set.horizon_days;
    }

    Result<TrainedModel> fit_and_write(const AllPurchases& all) {
        BOON_CHECK(tell("write"));
        std::vector<std::string> fitted;
        for (const recommend::Recipe& recipe : winners_) {
            BOON_TRY(const auto recommender, Recommender::fit(all.bought, recipe));
            fitted.push_back(to_bytes(recommender));
        }
        card_.data.version_rows = static_cast<std::int64_t>(all.bought.customers());
        card_.data.fingerprint = storage::to_hex(storage::sha256(fitted[0] + fitted[1]));
        card_.version = new_uuid();
        const scoring::Manifest manifest{
            .name = card_.name,
            .version = card_.version,
            .kind = card_.kind,
            .created_at = now_,
            .code_version = env_.code_version,
        };
        const std::map<std::string, std::string> files = {
            {std::string(scoring::kRepeatsFile), std::move(fitted[0])},
            {std::string(scoring::kNewItemsFile), std::move(fitted[1])},
            {std::string(scoring::kProductsFile), json::write(products_of(all))},
            {std::string(scoring::kOutputsFile), json::write(scoring::Outputs{})},
            {std::string(scoring::kColumnsFile), json::write(scoring::ModelColumns{})},
            {std::string(scoring::kCardFile), json::write(card_)},
        };
        if (env_.models_folder.empty()) return TrainedModel{{}, {}, std::move(card_)};
        BOON_TRY(auto written, scoring::write_artefact(env_.models_folder, manifest, files));
        return TrainedModel{std::move(written.folder), std::move(written.manifest_hash), std::move(card_)};
    }

    [[nodiscard]] scoring::Products products_of(const AllPurchases& all) const {
        const auto named = [](const recommend::Recipe& recipe) {
            const std::string settings = words_of(recipe);
            return fmt::format("{}{}{}", enum_name(recipe.method), settings.empty() ? "" : ": ", settings);
        };
        scoring::Products out;
        out.ids = all.products;
        out.segment_by = options_.product_recommendation.segment_by;
        out.repeats_allowed = named(winners_[0]);
        out.new_items = named(winners_[1]);
        out.places = static_cast<std::int64_t>(places_);
        out.popular.push_back(most_popular("", recommend::popularity(all.bought)));
        const auto segments = recommend::popularity_by_segment(all.bought, all.segment_of, all.segments.size());
        for (std::size_t s = 1; s < segments.size(); ++s) {
            out.popular.push_back(most_popular(all.segments[s], segments[s]));
        }
        return out;
    }

    const TrainEnvironment& env_;
    const Options& options_;
    Timestamp now_;
    std::size_t places_;
    std::vector<recommend::Recipe> winners_;  // in the order of kTasks
    ModelCard card_;
};

}  // namespace

Result<TrainedModel> train_products(const TrainEnvironment& environment, const Options& options, Timestamp now) {
    return ProductRun(environment, options, now).run();
}

}  // namespace boon::training
