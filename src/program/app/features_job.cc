// Fills the profiles: every customer's features, computed by the warehouse as of one instant.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "platform/base/log.h"
#include "platform/base/record.h"
#include "program/app/app.h"
#include "program/app/feature_schema.h"
#include "program/app/job_kinds.h"
#include "program/app/live_features.h"
#include "program/app/offer_figures.h"
#include "program/app/posted_rows.h"
#include "program/app/warehouse_checks.h"
#include "program/app/warehouse_source.h"
#include "records/customers/attribute_store.h"
#include "records/customers/erasures.h"
#include "records/customers/warehouse_attributes.h"
#include "records/features/compute.h"
#include "records/profiles/store.h"
#include "records/warehouse/source.h"
#include "records/warehouse/warehouse.h"

namespace boon::app {

namespace {

struct FeaturesParameters {
    std::optional<Timestamp> as_of;
    bool refresh = true;  // a warehouse that is a copy is refreshed first
};
BOOST_DESCRIBE_STRUCT(FeaturesParameters, (), (as_of, refresh))

struct FeaturesResult {
    std::int64_t customers = 0;
    std::int64_t features = 0;
    std::vector<std::string> attributes;  // of customers, that rules may name
    std::vector<std::string> left_out;    // columns of customers that are none, and why
    Timestamp as_of;
    double seconds = 0;
    std::vector<warehouse::Finding> findings;  // of the warehouse's check
};
BOOST_DESCRIBE_STRUCT(FeaturesResult, (), (customers, features, attributes, left_out, as_of, seconds, findings))

// What was posted is joined to the files or the copy only.
bool is_at_source(const App& app, const JoinedEvents& events) {
    return app.config().dwh.is_postgres() && app.config().dwh.features_at_source && !events.any();
}

// Computes by the files or the copy, or by the PostgreSQL that the copy was made of.
class Computer {
public:
    static Result<Computer> of(App& app, warehouse::Warehouse& warehouse, const JoinedEvents& events) {
        Computer computer(warehouse);
        if (is_at_source(app, events)) {
            BOON_TRY(computer.source_, warehouse.source());
        }
        return computer;
    }

    // Just after the last thing that is known.
    [[nodiscard]] Result<Timestamp> end(Timestamp now) const {
        if (!source_) return end_of_data(*warehouse_, now);
        BOON_TRY(const auto last, source_->last_known(now));
        if (last) return std::min(plus_micros(*last, 1), now);
        return fail(ErrorCode::failed_precondition, "the warehouse has no transactions and no interactions");
    }

    [[nodiscard]] Status compute(
        const features::Schema& schema, Timestamp as_of,
        const std::function<Status(const features::CustomerRows&)>& keep
    ) const {
        if (source_) return features::compute_at_source(*source_, schema, as_of, keep);
        return features::compute(*warehouse_, schema, as_of, {}, keep);
    }

private:
    explicit Computer(warehouse::Warehouse& warehouse) : warehouse_(&warehouse) {}

    warehouse::Warehouse* warehouse_;
    std::unique_ptr<warehouse::Source> source_;
};

struct Remaining {
    std::vector<std::string_view> customer_ids;
    std::vector<float> values;
};

// The warehouse may have customers who were erased here.
Remaining without_erased(const customers::Erasures& erasures, const features::CustomerRows& rows) {
    Remaining left;
    left.values.reserve(rows.values.size());
    for (std::size_t i = 0; i < rows.customer_ids.size(); ++i) {
        if (erasures.has(rows.customer_ids[i])) continue;
        left.customer_ids.push_back(rows.customer_ids[i]);
        const auto row = rows.values.subspan(i * rows.columns, rows.columns);
        left.values.insert(left.values.end(), row.begin(), row.end());
    }
    return left;
}

// What the table of customers says today, whatever instant the features are of.
Result<customers::WarehouseAttributes> fill_attributes(
    App& app, warehouse::Warehouse& warehouse, const features::Definitions& definitions
) {
    const auto declared = definitions.columns().find("customers");
    const std::map<std::string, features::ColumnKind> none;
    BOON_TRY(
        auto found,
        customers::find_attributes(warehouse, declared == definitions.columns().end() ? none : declared->second)
    );
    BOON_TRY(auto fill, customers::AttributeStore(app.database()).begin(found.columns, app.now()));
    const std::size_t columns = found.columns.size();
    BOON_CHECK(customers::read_attributes(
        warehouse, found.columns,
        [&](std::span<const std::string_view> ids, std::span<const profiles::AttributeValue> values) -> Status {
            std::vector<std::string_view> kept_ids;
            std::vector<profiles::AttributeValue> kept;
            for (std::size_t i = 0; i < ids.size(); ++i) {
                if (app.erasures().has(ids[i])) continue;
                kept_ids.push_back(ids[i]);
                const auto row = values.subspan(i * columns, columns);
                kept.insert(kept.end(), row.begin(), row.end());
            }
            return fill.add(kept_ids, kept);
        }
    ));
    BOON_CHECK(fill.finish(app.now()));
    return found;
}

Result<FeaturesResult> fill_profiles(App& app, const FeaturesParameters& wanted, const Progress& progress) {
    BOON_TRY(const auto warehouse, app.warehouse());
    BOON_TRY(const auto events, join_events(app.database(), *warehouse, app.config().currency));
    BOON_TRY(const auto computer, Computer::of(app, *warehouse, events));
    BOON_TRY(const auto schema, fit_feature_schema(app, *warehouse));
    Timestamp as_of;
    if (wanted.as_of) {
        as_of = *wanted.as_of;
    } else if (!has_warehouse(app.config())) {
        as_of = app.now();  // what is posted needs no loading
    } else {
        BOON_TRY(as_of, computer.end(app.now()));
    }
    BOON_TRY(const auto total, features::count_customers(*warehouse));
    if (total == 0) {
        return fail(
            ErrorCode::failed_precondition, "the warehouse has no customers",
            "map a table of them in warehouse.toml, [warehouse.views], or one of their events; `boon warehouse` shows "
            "what was read"
        );
    }
    BOON_CHECK(progress(0, total, "features: the warehouse computes"));
    profiles::Store store(app.database());
    BOON_TRY(auto fill, store.begin(profile_schema(schema, app.config().currency)));
    std::int64_t done = 0;
    const auto keep = [&](const features::CustomerRows& all) -> Status {
        const Remaining rows = without_erased(app.erasures(), all);
        BOON_CHECK(fill.add(rows.customer_ids, rows.values, as_of));
        done += static_cast<std::int64_t>(rows.customer_ids.size());
        return progress(std::min(done, total - 1), total, "profiles: kept, row by row");
    };
    BOON_CHECK(computer.compute(schema, as_of, keep));
    BOON_CHECK(progress(std::min(done, total - 1), total, "attributes: of the table of customers"));
    BOON_TRY(auto attributes, fill_attributes(app, *warehouse, schema.definitions()));
    BOON_CHECK(progress(std::min(done, total - 1), total, "swap: the new profiles serve"));
    BOON_CHECK(fill.finish(app.now(), [&](db::Connection& connection) {
        const LiveFeatures live{.schema_id = fill.schema_id(), .features = schema.to_json(), .own = events.own};
        return begin_live(connection, live, events.place);
    }));
    BOON_CHECK(app.follow_changes());
    BOON_CHECK(progress(total - 1, total, "figures: what came of each offer"));
    BOON_CHECK(take_offer_figures(app, warehouse.get()));
    BOON_CHECK(progress(total, total));
    std::vector<std::string> names;
    for (const auto& column : attributes.columns) names.push_back(column.name);
    return FeaturesResult{
        .customers = done,
        .features = static_cast<std::int64_t>(schema.size()),
        .attributes = std::move(names),
        .left_out = std::move(attributes.left_out),
        .as_of = as_of,
        .seconds = 0,
        .findings = {},
    };
}

}  // namespace

Result<json::Value> run_features(App& app, const json::Value& parameters, const Progress& progress) {
    const auto started = std::chrono::steady_clock::now();
    BOON_TRY(const auto wanted, json::read<FeaturesParameters>(parameters));
    BOON_TRY(const bool is_posted, has_events(app.database()));
    // The source has its newest rows itself; what the schema takes from the copy may be older.
    if (wanted.refresh && (is_posted || !app.config().dwh.features_at_source)) {
        BOON_CHECK(refresh_warehouse(app, Refresh::as_due, progress));
    }
    WarehouseCheck check;
    if (has_warehouse(app.config())) {
        BOON_TRY(check, app.warehouse_checks().check_for_job(progress));
    }
    auto result = fill_profiles(app, wanted, progress);
    if (!result) return explained(std::move(result).error(), check);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    result->seconds = std::round(took.count() * 10) / 10;
    result->findings = std::move(check.report.findings);
    return json::parse(json::write(*result));
}

}  // namespace boon::app
