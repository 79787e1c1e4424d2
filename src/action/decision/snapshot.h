// The state that decisions are made from, compiled once and never changed: offers laid out for fast filtering, the
// model with its columns mapped, the policy. serving builds a new one when something changes and swaps the pointer.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "action/decision/policy.h"
#include "platform/base/error.h"
#include "platform/base/money.h"
#include "platform/base/timestamp.h"
#include "platform/rules/rule.h"
#include "records/catalog/kept_offer.h"
#include "records/catalog/offer.h"
#include "records/profiles/profile.h"

namespace boon::models {
class FixedColumns;
class Scorer;
}  // namespace boon::models

namespace boon::decision {

// pair: one margin for (customer row ‖ offer row); multi_class: one margin per label, softmax gives shares.
enum class ModelForm { pair, multi_class };

struct Model {
    std::string version;
    ModelForm form = ModelForm::pair;
    std::shared_ptr<const models::Scorer> scorer;  // pair: trees
    // What it was fitted on: a feature of the profile; `feature=category`, 1 or 0; or `offer.…`. Without a hash any
    // feature of that name will do. Where the profile's dictionary of categories differs, codes are translated.
    std::vector<profiles::Column> columns;
    // pair: margin → P(convert given shown), calibrated. Must be thread-safe. Empty: the logistic function.
    std::function<double(double)> calibrate;
    std::vector<OfferId> labels;  // multi_class: which offer each output stands for
};

// How often offers converted, for want of a model. Absent: not known.
struct Rates {
    std::optional<double> base = {};
    std::map<OfferId, double> of_offer = {};
};

// Whom an audience selects, as the room that keeps audiences tells it. Its functions must be thread-safe.
struct AudienceRule {
    std::function<rules::Truth(const profiles::Profile&, Timestamp now)> test;
    std::function<rules::Verdict(const profiles::Profile&, Timestamp now)> explain;
    bool reads_stage = false;  // what the lifecycle works out; not looked at while the policy skips that
    bool reads_value = false;  // likewise
};

struct SnapshotParts {
    std::vector<catalog::KeptOffer> offers = {};
    std::int64_t catalogue_version = 0;
    catalog::Names names = {};
    Policy policy = {};
    std::shared_ptr<const profiles::Schema> schema = {};  // of the profiles that will be decided on; may be null
    std::shared_ptr<const profiles::AttributeColumns> attributes = {};  // likewise
    std::optional<Model> model = {};
    Rates rates = {};
    std::map<std::string, AudienceRule> audiences = {};  // that work; those that offers name must be among names, too
};

inline constexpr std::int32_t kAny = -1;

// What the filters read of one offer, in one cache line or two. Names are numbered per snapshot.
struct Gate {
    std::int64_t valid_from = 0;
    std::int64_t valid_until = 0;
    double min_value = 0;
    double max_value = 0;
    bool has_value_bounds = false;
    bool is_active = true;
    bool is_fallback = false;
    catalog::OfferStatus status = catalog::OfferStatus::live;
    catalog::Targeting targeting = catalog::Targeting::any;
    std::int32_t audience = kAny;  // its place among the snapshot's; kAny: none that works
    bool has_rule = false;
    std::int32_t stage = kAny;
    std::uint32_t rule = 0;                // where it has one: its place among the rules
    std::vector<std::int32_t> target;      // names of which the customer must bear one
    std::vector<std::int32_t> channels;    // empty: all
    std::vector<std::int32_t> placements;  // empty: all
};

// What arbitration reads of one offer, in currency units.
struct Worth {
    double margin = 0;  // value − redemption cost
    double value = 0;
    double contact_cost = 0;
    double weight = 1;
    std::optional<double> rate;  // of this offer, else the base rate
    bool rate_is_own = false;
    std::int32_t label = kAny;       // of a multi-class model
    std::vector<std::int32_t> tags;  // tags and category, numbered
};

// An offer's eligibility rule. One that does not fit the profiles is kept as what is wrong with it.
struct OfferRule {
    std::optional<rules::Rule> rule;
    std::string mistake;
};

class Snapshot {
public:
    // `conflict` when the model does not fit: a column that the schema does not have or has with another hash, a
    // number of columns or labels that is not the trees'. Offers are ordered by id.
    static Result<Snapshot> compile(SnapshotParts parts);

    [[nodiscard]] const std::vector<catalog::KeptOffer>& offers() const { return parts_.offers; }
    // The offer at that place, in full: made anew each time.
    [[nodiscard]] catalog::Offer offer(std::size_t place) const { return parts_.offers.at(place).offer(); }
    // Nothing when there is no such offer.
    [[nodiscard]] std::optional<std::size_t> place_of(OfferId id) const;
    [[nodiscard]] const Policy& policy() const { return parts_.policy; }
    [[nodiscard]] const Currency& currency() const { return parts_.names.currency; }
    [[nodiscard]] const Model* model() const { return parts_.model ? &*parts_.model : nullptr; }
    [[nodiscard]] const profiles::Schema* schema() const { return parts_.schema.get(); }
    // Null: none.
    [[nodiscard]] const profiles::AttributeColumns* attributes() const { return parts_.attributes.get(); }
    [[nodiscard]] const Rates& rates() const { return parts_.rates; }
    [[nodiscard]] std::int64_t catalogue_version() const { return parts_.catalogue_version; }

    [[nodiscard]] const std::vector<Gate>& gates() const { return gates_; }
    [[nodiscard]] const std::vector<Worth>& worths() const { return worths_; }
    // Of the offers whose gate has_rule.
    [[nodiscard]] const OfferRule& rule(std::size_t offer) const { return rules_.at(gates_.at(offer).rule); }
    // Of the gates that have one.
    [[nodiscard]] const AudienceRule& audience(std::int32_t place) const {
        return audiences_.at(static_cast<std::size_t>(place));
    }
    [[nodiscard]] std::size_t audience_count() const { return audiences_.size(); }
    // The variables of those rules; see rule_values.h.
    [[nodiscard]] const rules::Schema& rule_schema() const { return rule_schema_; }
    // The number of a stage, segment, channel, placement, tag… that an offer names; nothing when none does.
    [[nodiscard]] std::optional<std::int32_t> number_of(std::string_view name) const;

    // Where each model column comes from: a feature's place in the profile's row (customer), and the offers' own
    // columns, `offer_columns().size()` floats per offer.
    struct CustomerColumn {
        std::uint32_t column;
        std::uint32_t feature;
        std::vector<float> recode = {};  // profile code → what the model reads; empty when it reads the code itself

        [[nodiscard]] float read(float value) const;
    };
    [[nodiscard]] const std::vector<CustomerColumn>& customer_columns() const { return customer_columns_; }
    [[nodiscard]] const std::vector<std::uint32_t>& offer_columns() const { return offer_columns_; }
    [[nodiscard]] const float* offer_row(std::size_t offer) const {
        return offer_rows_.data() + offer * offer_columns_.size();
    }
    // A pair model's trees with each offer's columns worked in, by the offer's place; null for other models.
    [[nodiscard]] const models::FixedColumns* pair_trees() const { return pair_trees_.get(); }

private:
    Snapshot() = default;
    std::int32_t intern(const std::string& name);
    std::int32_t place_of_audience(const std::string& name);
    Status compile_offers();
    void compile_offer(const catalog::Offer& offer);
    Gate gate_of(const catalog::Offer& offer);
    Worth worth_of(const catalog::Offer& offer);
    std::vector<std::int32_t> numbers_of(const std::vector<std::string>& names);
    void compile_rule(const json::Value& written);
    Status compile_model();
    // What of the model depends on the offers, which are compiled.
    void bind_offers();
    Status map_column(std::uint32_t column, const profiles::Column& wanted);

    SnapshotParts parts_;
    std::vector<Gate> gates_;
    std::vector<Worth> worths_;
    rules::Schema rule_schema_;
    std::vector<OfferRule> rules_;         // of the offers that have one
    std::vector<AudienceRule> audiences_;  // that offers name
    std::map<std::string, std::int32_t, std::less<>> audience_places_;
    std::map<std::string, std::int32_t, std::less<>> numbers_;
    std::vector<CustomerColumn> customer_columns_;
    std::vector<std::uint32_t> offer_columns_;
    std::vector<float> offer_rows_;
    std::shared_ptr<const models::FixedColumns> pair_trees_;
};

}  // namespace boon::decision
