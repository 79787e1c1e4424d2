#include "insight/training/labels.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include <fmt/format.h>

#include "insight/training/model_table.h"

namespace boon::training {
namespace {

using warehouse::Frame;
using warehouse::Warehouse;

Result<std::optional<Timestamp>> instant(Warehouse& warehouse, const std::string& sql) {
    BOON_TRY(const Frame frame, warehouse.query(sql));
    const auto& column = frame.columns.front();
    if (column.rows() == 0 || column.is_null(0)) return std::optional<Timestamp>{};
    return std::optional(column.time(0));
}

Result<Timestamp> find_watermark(Warehouse& warehouse, const Options& options, Timestamp now) {
    if (options.watermark) return std::min(*options.watermark, now);
    const ModelRow& model = row_of(options.model);
    BOON_TRY(const auto last, instant(warehouse, model.last_event(options, now)));
    if (!last) {
        return fail(
            ErrorCode::invalid, fmt::format("there are no {} to learn from", model.made_of),
            "configure the warehouse's views, and check them with `boon doctor`"
        );
    }
    return *last;
}

Status read_columns(Warehouse& warehouse, const Options& options, LabelledSet& out) {
    const bool nbo = options.model == Model::nbo;
    BOON_TRY(const Frame frame, warehouse.query(fmt::format("SELECT * FROM {} ORDER BY row_id", out.table())));
    const auto& label = frame.column("label");
    for (std::size_t i = 0; i < frame.rows(); ++i) {
        out.labels.push_back(static_cast<float>(label.real(i)));
        out.as_of.push_back(frame.column("as_of").time(i));
        out.customers.push_back(static_cast<std::uint32_t>(frame.column("customer").integer(i)));
        out.parts.push_back(frame.column("is_test").integer(i) != 0 ? Part::test : Part::train);
        if (!nbo) continue;
        out.offers.push_back(static_cast<OfferId>(frame.column("offer_id").integer(i)));
        out.propensities.push_back(static_cast<float>(frame.column("propensity").real(i)));
        const auto& version = frame.column("version_row");
        out.offer_rows.push_back(version.is_null(i) ? -1 : static_cast<std::int32_t>(version.integer(i)));
    }
    return {};
}

// Campaigns are numbered in the order of their first contact.
Status read_campaigns(Warehouse& warehouse, LabelledSet& out) {
    BOON_TRY(
        const Frame frame,
        warehouse.query(fmt::format("SELECT campaign_id, channel FROM {} ORDER BY row_id", out.table()))
    );
    std::map<std::string, std::uint32_t, std::less<>> numbers;
    for (std::size_t i = 0; i < frame.rows(); ++i) {
        const auto [at, added] =
            numbers.emplace(frame.columns[0].text(i), static_cast<std::uint32_t>(out.campaign_names.size()));
        if (added) out.campaign_names.push_back(at->first);
        out.campaigns.push_back(at->second);
        out.channels.emplace_back(frame.columns[1].is_null(i) ? "" : frame.columns[1].text(i));
    }
    return {};
}

std::optional<Money> money_at(const warehouse::Column& column, std::size_t row) {
    if (column.is_null(row)) return std::nullopt;
    return Money{column.integer(row)};
}

// Offers as the warehouse has them, in the order that `version_row` counts.
Result<std::vector<catalog::Offer>> read_offers(Warehouse& warehouse) {
    BOON_TRY(
        const Frame frame, warehouse.query(fmt::format("SELECT * FROM ({}) ORDER BY version_row", kOfferVersions))
    );
    std::vector<catalog::Offer> offers(frame.rows());
    for (std::size_t i = 0; i < offers.size(); ++i) {
        offers[i].offer_id = static_cast<OfferId>(frame.column("offer_id").integer(i));
        const auto& category = frame.column("category");
        if (!category.is_null(i)) offers[i].category = category.text(i);
        offers[i].value = money_at(frame.column("value_minor"), i);
        offers[i].redemption_cost = money_at(frame.column("redemption_cost_minor"), i).value_or(Money{});
        offers[i].contact_cost = money_at(frame.column("contact_cost_minor"), i).value_or(Money{});
        for (const auto& column : frame.columns) {
            if (!column.name().starts_with("attr_") || column.is_null(i)) continue;
            offers[i].attributes[column.name().substr(5)] = column.real(i);
        }
    }
    return offers;
}

Status warn_about_absent_customers(Warehouse& warehouse, LabelledSet& out) {
    if (!warehouse.has("customers")) return {};
    BOON_TRY(
        const Frame frame, warehouse.query(fmt::format(
                               "SELECT count(DISTINCT customer_id) FROM {} WHERE customer_id NOT IN "
                               "(SELECT customer_id FROM boon.customers WHERE customer_id IS NOT NULL)",
                               out.table()
                           ))
    );
    const std::int64_t absent = frame.columns.front().integer(0);
    if (absent == 0) return {};
    out.warnings.push_back(fmt::format(
        "{} customers of the training rows are not in today's customers table: who left may have been deleted from "
        "it, and attributes of those who stayed would then give the outcome away",
        absent
    ));
    return {};
}

Status check_parts(const LabelledSet& set) {
    const auto tests = std::ranges::count(set.parts, Part::test);
    const auto trains = std::ranges::count(set.parts, Part::train);
    if (tests > 0 && trains > 0) return {};
    return fail(
        ErrorCode::invalid,
        fmt::format(
            "there are {} training rows and {} test rows around the test cut-off {}; {} rows are not matured at the "
            "watermark {}",
            trains, tests, to_string(set.test_from), set.unmatured, to_string(set.watermark)
        ),
        "more history is needed, or another `test_from`"
    );
}

}  // namespace

LabelledSet::LabelledSet(LabelledSet&& other) noexcept
    : labels(std::move(other.labels)),
      as_of(std::move(other.as_of)),
      customers(std::move(other.customers)),
      parts(std::move(other.parts)),
      offers(std::move(other.offers)),
      offer_rows(std::move(other.offer_rows)),
      propensities(std::move(other.propensities)),
      campaigns(std::move(other.campaigns)),
      channels(std::move(other.channels)),
      campaign_names(std::move(other.campaign_names)),
      treated(std::move(other.treated)),
      versions(std::move(other.versions)),
      watermark(other.watermark),
      test_from(other.test_from),
      validation_from(other.validation_from),
      horizon_days(other.horizon_days),
      unmatured(other.unmatured),
      warnings(std::move(other.warnings)),
      warehouse_(std::exchange(other.warehouse_, nullptr)),
      table_(std::move(other.table_)) {}

LabelledSet::~LabelledSet() {
    if (warehouse_ == nullptr) return;
    // A table that stays behind costs memory, not correctness: its name is never used again.
    [[maybe_unused]] const Status dropped = warehouse_->execute("DROP TABLE IF EXISTS " + table_);
}

void shuffle_labels(std::span<float> labels, const std::vector<Part>& parts, std::int64_t seed) {
    std::mt19937_64 engine(static_cast<std::uint64_t>(seed));
    for (const Part part : {Part::train, Part::test}) {
        std::vector<std::size_t> rows;
        for (std::size_t i = 0; i < labels.size(); ++i) {
            if (parts[i] == part) rows.push_back(i);
        }
        // Fisher and Yates.
        for (std::size_t i = rows.size(); i > 1; --i) std::swap(labels[rows[i - 1]], labels[rows[engine() % i]]);
    }
}

std::string LabelledSet::rows_sql() const { return fmt::format("SELECT row_id, customer_id, as_of FROM {}", table_); }

namespace {

using Planner = Result<LabelPlan> (*)(Warehouse& warehouse, const Options& options, const LabelWindow& window);

Result<LabelledSet> label_by(Planner planner, Warehouse& warehouse, const Options& options, Timestamp now) {
    std::string name = new_uuid();
    std::ranges::replace(name, '-', '_');
    LabelledSet set(warehouse, "training_rows_" + name);
    BOON_TRY(set.watermark, find_watermark(warehouse, options, now));
    const auto lateness = static_cast<std::int64_t>(options.lateness_days * static_cast<double>(kMicrosPerDay));
    const LabelWindow window{set.watermark, {set.watermark.micros - lateness}, now};
    BOON_TRY(const LabelPlan plan, planner(warehouse, options, window));
    set.test_from = plan.test_from;
    set.validation_from = plan.validation_from;
    set.horizon_days = plan.horizon_days;
    set.unmatured = plan.unmatured;
    BOON_CHECK(warehouse.execute(fmt::format("CREATE TABLE {} AS {}", set.table(), plan.rows_sql)));
    BOON_CHECK(read_columns(warehouse, options, set));
    BOON_CHECK(check_parts(set));
    if (options.model == Model::nbo) {
        BOON_TRY(set.versions, read_offers(warehouse));
    }
    if (options.model == Model::campaign_response) BOON_CHECK(read_campaigns(warehouse, set));
    if (const auto seed = options.shuffle_labels_seed) {
        shuffle_labels(set.labels, set.parts, *seed);
        set.warnings.push_back(
            fmt::format("the labels were shuffled at random (seed {}): this version is a check", *seed)
        );
    }
    BOON_CHECK(warn_about_absent_customers(warehouse, set));
    return set;
}

}  // namespace

Result<LabelledSet> label_rows(Warehouse& warehouse, const Options& options, Timestamp now) {
    return label_by(row_of(options.model).plan, warehouse, options, now);
}

Result<LabelledSet> label_arms(Warehouse& warehouse, const Options& options, Timestamp now) {
    BOON_ASSERT(options.model == Model::campaign_response);
    BOON_TRY(LabelledSet set, label_by(plan_arms, warehouse, options, now));
    BOON_TRY(const Frame frame, warehouse.query(fmt::format("SELECT treated FROM {} ORDER BY row_id", set.table())));
    for (std::size_t i = 0; i < frame.rows(); ++i) set.treated.push_back(frame.columns[0].integer(i) != 0);
    return set;
}

}  // namespace boon::training
