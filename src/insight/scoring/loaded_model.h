// A model version ready to score: checked against its manifest, its columns tied to the current feature schema.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "insight/models/network.h"
#include "insight/models/tree_ensemble.h"
#include "insight/scoring/artefact.h"
#include "insight/scoring/products.h"
#include "insight/scoring/purchase_model.h"
#include "insight/scoring/uplift_model.h"
#include "records/profiles/profile.h"

namespace boon::scoring {

// Where a model's columns come from in a profile's row. Offer columns are left to the caller.
class RowMap {
public:
    struct Source {
        std::uint32_t column = 0;   // of the model
        std::uint32_t feature = 0;  // of the profile's schema
        // Of a categorical: profile code → what the model reads. Empty: the value itself.
        std::vector<float> recode = {};
    };

    // Writes the customer's columns; `row` has one float per model column, those of the offer stay as they are.
    void assemble(std::span<const float> profile, std::span<float> row) const;

private:
    friend class LoadedModel;
    std::vector<Source> sources_;
};

struct Prediction {
    double value = 0;             // probability, or amount in currency units; NaN: not even a rate is known
    std::optional<double> lower;  // of an amount: its 80 % interval
    std::optional<double> upper;
    std::vector<double> shares;                // multi_class: by label
    std::optional<BuyingOutlook> buying = {};  // of an amount that the purchase model tells
    std::string version;                       // which model said so; empty for a fallback
    bool is_fallback = false;                  // no model: `value` is the stated rate
    std::string fallback_reason;               // then: why
};

// What moved one prediction, largest first. `contribution` is in the margin (log-odds, or the amount).
struct Reason {
    std::string feature;
    std::string words;  // `days since the last purchase: 45`
    double contribution = 0;
};

// What a margin is made of: base + the contributions of all reasons.
struct Breakdown {
    double base = 0;
    std::vector<Reason> reasons;
    std::string words = {};  // of the whole; empty where the reasons say it
};

// Immutable; all its functions may be called from any number of threads at once.
class LoadedModel {
public:
    // `conflict` when a file is damaged, an ensemble does not fit its columns, or a calibration is not valid.
    static Result<std::shared_ptr<const LoadedModel>> open(
        const std::filesystem::path& folder, std::string_view manifest_hash
    );

    [[nodiscard]] const Manifest& manifest() const { return manifest_; }
    [[nodiscard]] const ModelColumns& columns() const { return columns_; }
    [[nodiscard]] const Outputs& outputs() const { return outputs_; }
    // Null for a ranking.
    [[nodiscard]] const std::shared_ptr<const models::Scorer>& scorer() const { return scorer_; }
    // The same, where it is one of trees; else null.
    [[nodiscard]] const std::shared_ptr<const models::TreeEnsemble>& trees() const { return trees_; }
    // Null for anything but a ranking.
    [[nodiscard]] const std::shared_ptr<const Products>& products() const { return products_; }
    // Of an amount: who answers for customers without a contract, where it won; else null.
    [[nodiscard]] const std::shared_ptr<const PurchaseModel>& purchases() const { return purchases_; }
    // What a contact changes; null for versions that know of no such thing.
    [[nodiscard]] const std::shared_ptr<const UpliftModel>& uplift() const { return uplift_; }
    [[nodiscard]] const std::string& card() const { return card_; }
    // What the prediction looks ahead to, as the card has it.
    [[nodiscard]] const std::optional<std::int64_t>& horizon_days() const { return horizon_days_; }

    // `conflict`, naming every feature the model was fitted on that the schema lacks or has under another hash.
    [[nodiscard]] Result<RowMap> bind(const profiles::Schema& schema) const;

    // row: one float per model column. These four are not for a ranking. A row that a network made elsewhere has no
    // answer to gets a fallback without a value.
    [[nodiscard]] Prediction predict(std::span<const float> row) const;
    // Of a model of one output: rows one after the other → the value of each, as predict() has it.
    [[nodiscard]] std::vector<double> predict_all(std::span<const float> rows, std::size_t count) const;
    // Of an amount that predict() gave for this row; nothing where the model states none.
    [[nodiscard]] std::optional<std::pair<double, double>> interval(std::span<const float> row, double value) const;
    // One output's reasons (multi_class: that label's), columns of one feature added up; at most `most`.
    [[nodiscard]] Breakdown explain(std::span<const float> row, int output, std::size_t most) const;
    // Margin → calibrated probability, or amount.
    [[nodiscard]] double calibrated(double margin) const;

private:
    LoadedModel() = default;
    Status read_scorer(const Artefact& artefact);
    Status read_trees(std::string_view bytes);
    Status read_network(const Artefact& artefact, const std::string& file);
    Status read_purchases(const Artefact& artefact);
    [[nodiscard]] std::optional<Buying> buying(std::span<const float> row) const;
    [[nodiscard]] Prediction predict_amount(const Buying& known) const;
    [[nodiscard]] Breakdown explain_amount(const Buying& known, std::size_t most) const;

    Manifest manifest_;
    ModelColumns columns_;
    Outputs outputs_;
    std::string card_;
    std::optional<std::int64_t> horizon_days_;
    std::shared_ptr<const models::Scorer> scorer_;
    std::shared_ptr<const models::TreeEnsemble> trees_;
    bool is_logarithm_ = false;  // of an amount: what the trees give
    std::shared_ptr<const Products> products_;
    std::shared_ptr<const PurchaseModel> purchases_;
    std::shared_ptr<const UpliftModel> uplift_;
};

// What a network of that kind has to answer; nothing for kinds that are no network's.
std::optional<models::NetworkAnswer> network_answer(ModelKind kind);

Prediction fallback(double value, std::string reason);

// 100 × (share of the base below + ½ the share equal), linear between the knots; 0 for no amount at all.
double score_at(const Percentiles& percentiles, double amount);

// lower and upper at a predicted amount.
std::pair<double, double> interval_at(const AmountInterval& interval, double predicted);

}  // namespace boon::scoring
