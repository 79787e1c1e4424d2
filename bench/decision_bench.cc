// One decision in process: eligibility, score, arbitration, ranking, explained and not, over catalogues of 8 and 500
// offers; with the multi-class model (8 classes × 38 trees) and the pair model (300 trees of depth 6). The profile is
// looked up among a million first. `taskset -c 1 decision_bench` keeps it on one core.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "action/decision/decide.h"
#include "action/decision/snapshot.h"
#include "insight/models/testing/xgboost_peer.h"
#include "insight/models/tree_ensemble.h"
#include "records/profiles/table.h"

namespace {

using namespace boon;  // NOLINT: a program of one file
using models::testing::Peer;
using models::testing::random_table;
using models::testing::Table;

constexpr std::size_t kFeatures = 36;
constexpr int kCustomers = 1'000'000;
constexpr Timestamp kNow{1'772'409'600'000'000};

std::shared_ptr<const profiles::Image> many_profiles() {
    profiles::Schema schema;
    schema.schema_id = 1;
    for (std::size_t i = 0; i < kFeatures; ++i) {
        const std::string number = std::to_string(i);
        schema.columns.push_back({"f" + number, "h", "feature number " + number, "", {}});
    }
    schema.lifetime_value_column = "f0";
    profiles::ImageBuilder builder(std::make_shared<const profiles::Schema>(schema), kCustomers);
    const Table table = random_table(4096, kFeatures, 0.05, 5);
    for (int i = 0; i < kCustomers; ++i) {
        builder.add("c" + std::to_string(i), table.row(static_cast<std::size_t>(i) % table.rows()), kNow);
    }
    return std::move(builder).finish();
}

decision::Model fitted(decision::ModelForm form) {
    const bool multi = form == decision::ModelForm::multi_class;
    const std::size_t columns = multi ? kFeatures : kFeatures + 4;
    Table table = random_table(20'000, columns, 0.05, 1);
    Peer::Parameters parameters = {{"max_depth", "6"}, {"eta", "0.1"}, {"objective", "binary:logistic"}};
    if (multi) {
        parameters.back().second = "multi:softprob";
        parameters.emplace_back("num_class", "8");
        for (std::size_t i = 0; i < table.rows(); ++i) {
            table.labels[i] = static_cast<float>((i * 2654435761U >> 7U & 3U) + (table.row(i)[1] > 0 ? 4U : 0U));
        }
    }
    decision::Model model;
    model.version = "bench";
    model.form = form;
    const Peer peer(table, parameters, multi ? 38 : 300);
    model.scorer = std::make_shared<const models::TreeEnsemble>(*models::TreeEnsemble::from_xgboost(peer.save("ubj")));
    for (std::size_t i = 0; i < kFeatures; ++i) model.columns.push_back({"f" + std::to_string(i), "h", {}});
    if (!multi) {
        for (const char* name : {"offer.value", "offer.redemption_cost", "offer.contact_cost", "offer.attr.depth"}) {
            model.columns.push_back({name, "", {}});
        }
    }
    for (OfferId id = 0; multi && id < 8; ++id) model.labels.push_back(id);
    return model;
}

// What most customers meet, of four predicates.
constexpr const char* kRule =
    R"({"and":[{"<":[{"var":"f3"},9]},{">":[{"var":"f17"},-9]},{"!=":[{"var":"channel"},"sms"]},{"<":[{"var":"f30"},9]}]})";

struct Catalogue {
    int offers;
    bool has_rules;
};

decision::Snapshot snapshot_of(
    Catalogue catalogue, const decision::Model& model, const std::shared_ptr<const profiles::Schema>& schema
) {
    decision::SnapshotParts parts{.names = catalog::Names::defaults(), .schema = schema, .model = model};
    for (OfferId id = 0; id < catalogue.offers; ++id) {
        catalog::Offer offer;
        if (catalogue.has_rules) offer.eligibility_rule = json::parse(kRule).value();
        offer.offer_id = id;
        offer.name = "Offer " + std::to_string(id);
        offer.value = Money{1000 + id};
        offer.placements = {"home", "basket"};
        offer.channels = {"app", "web"};
        offer.min_customer_value = Money{-100'000};
        offer.attributes["depth"] = id % 7;
        parts.offers.push_back(offer);
    }
    return *decision::Snapshot::compile(std::move(parts));
}

void measure(const std::string& name, const decision::Snapshot& snapshot, const profiles::Image& image, bool explain) {
    constexpr int kDecisions = 20'000;
    const int decisions = explain || snapshot.offers().size() > 100 ? kDecisions / 10 : kDecisions;
    std::vector<double> us;
    decision::Rng rng(1);
    std::size_t shown = 0;
    for (int i = 0; i < decisions; ++i) {
        decision::Request request{
            .customer_id = "c" + std::to_string(rng.next() % kCustomers),
            .placement = "home",
            .channel = "app",
            .explain = explain
        };
        const auto start = std::chrono::steady_clock::now();
        const auto profile = image.find(request.customer_id);
        const auto decision = decision::decide(snapshot, *profile, request, kNow, rng);
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
        us.push_back(took.count());
        shown += decision.offers.size();
    }
    std::ranges::sort(us);
    fmt::print(
        "{:<44} p50 {:8.2f} µs   p99 {:8.2f} µs   ({:.1f} offers shown)\n", name, us[us.size() / 2],
        us[us.size() * 99 / 100], static_cast<double>(shown) / decisions
    );
}

}  // namespace

int main() {
    fmt::print(
        "one decision, profile found among {} (batches: {})\n", kCustomers,
        models::instruction_set_name(models::best_instruction_set())
    );
    const auto image = many_profiles();
    for (const auto form : {decision::ModelForm::multi_class, decision::ModelForm::pair}) {
        const decision::Model model = fitted(form);
        const std::string words = form == decision::ModelForm::pair ? "pair model, 300 trees" : "8 classes × 38 trees";
        for (const int offers : {8, 500}) {
            const decision::Snapshot snapshot = snapshot_of({offers, false}, model, image->schema());
            const std::string title = fmt::format("{} offers, {}", offers, words);
            measure(title, snapshot, *image, false);
            measure(title + ", explained", snapshot, *image, true);
            measure(title + ", with rules", snapshot_of({offers, true}, model, image->schema()), *image, false);
        }
    }
    return 0;
}
