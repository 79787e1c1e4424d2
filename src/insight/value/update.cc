#include "insight/value/update.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "insight/scoring/predict_many.h"
#include "platform/db/record.h"
#include "platform/storage/change_feed.h"
#include "records/profiles/amounts.h"
#include "records/profiles/base_order.h"
#include "records/profiles/standing_store.h"

namespace boon::value {

namespace {

constexpr std::size_t kKeptSteps = 1001;  // of the shape that is kept: a tenth of a percentile apart

std::optional<double> known(double amount) {
    return std::isnan(amount) ? std::nullopt : std::optional(profiles::decimal_of(amount));
}

ValuePoint point_of(const Base& base, const profiles::Profile& profile, const Facts& facts, const Worth& worth) {
    ValuePoint point;
    point.customer_id = profile.customer_id;
    point.at = base.as_of;
    point.value_score = worth.score;
    point.value_segment = base.segments.names()[worth.segment];
    point.is_partial = worth.partial;
    point.in_base = worth.in_base;
    if (worth.rfm) {
        point.r = worth.rfm->r;
        point.f = worth.rfm->f;
        point.m = worth.rfm->m;
        point.rfm_segment = base.rfm.names()[*worth.rfm_segment];
    }
    point.revenue_365d = known(static_cast<double>(facts.revenue_365d));
    point.lifetime_value = profile.lifetime_value.transform(profiles::decimal_of);
    point.predicted_ltv = known(static_cast<double>(facts.predicted_ltv));
    return point;
}

profiles::ValueRow row_of(const ValuePoint& point) {
    return {
        .customer_id = point.customer_id,
        .value_score = point.value_score,
        .value_segment = point.value_segment,
        .is_partial = point.is_partial,
        .in_base = point.in_base,
        .r = point.r,
        .f = point.f,
        .m = point.m,
        .rfm_segment = point.rfm_segment,
        .predicted_ltv = point.predicted_ltv,
    };
}

// Whether the standing that serves says something else; it holds floats.
bool differs(const profiles::Profile& profile, const ValuePoint& point) {
    const profiles::Standing& standing = *profile.standing;
    const auto marks = static_cast<unsigned>(standing.marks);
    const auto same = [](float held, std::optional<double> value) {
        return std::isnan(held) ? !value.has_value() : value && held == static_cast<float>(*value);
    };
    return profile.value_segment != point.value_segment || profile.rfm_segment != point.rfm_segment ||
           !same(standing.value_score, point.value_score) || !same(standing.predicted_ltv, point.predicted_ltv) ||
           standing.r != point.r || standing.f != point.f || standing.m != point.m ||
           ((marks & profiles::Standing::kPartial) != 0) != point.is_partial ||
           ((marks & profiles::Standing::kOutsideBase) != 0) == point.in_base;
}

// The base as it is now, worked out before the first chunk.
struct Prepared {
    std::vector<Facts> facts;  // by row
    BaseShape shape;
};

// What a chunk of customers changes.
struct Changes {
    std::vector<ValuePoint> kept;
    std::vector<profiles::ValueRow> standing;

    // `before`: the customer's last point; null for the first.
    void take(const profiles::Profile& profile, ValuePoint point, const ValuePoint* before, Checkpoint& at) {
        if (before != nullptr && before->at > point.at) return;  // of a later time: stays as it is
        if (before == nullptr || before->value_segment != point.value_segment) ++at.changed;
        if (differs(profile, point)) standing.push_back(row_of(point));
        if (before == nullptr || is_worth_keeping(*before, point)) kept.push_back(std::move(point));
    }
};

Status write_chunk(
    db::Connection& connection, const Base& base, const Prepared& prepared, std::span<const std::uint32_t> rows,
    Checkpoint& at
) {
    const std::string last(base.image.at(rows.back()).customer_id);
    BOON_TRY(const auto before, last_points(connection, at.after, last));
    Changes changes;
    for (const std::uint32_t row : rows) {
        const profiles::Profile profile = base.image.at(row);
        const Facts& facts = prepared.facts[row];
        const Worth worth = worth_of(prepared.shape, base.segments, base.rfm, facts);
        at.in_base += worth.in_base ? 1 : 0;
        at.is_partial += worth.in_base && worth.partial ? 1 : 0;
        const auto known = before.find(profile.customer_id);
        changes.take(
            profile, point_of(base, profile, facts, worth), known == before.end() ? nullptr : &known->second, at
        );
    }
    BOON_CHECK(keep_points(connection, changes.kept));
    BOON_CHECK(profiles::write_values(connection, changes.standing));
    at.kept += static_cast<std::int64_t>(changes.kept.size());
    at.done += static_cast<std::int64_t>(rows.size());
    at.after = last;
    return {};
}

// By segment, over customers with their worth.
class Totals {
public:
    explicit Totals(const std::vector<std::string>& segments) {
        for (const std::string& segment : segments) {
            totals_.emplace_back();
            totals_.back().segment = segment;
        }
        sums_.resize(segments.size());
        with_prediction_.resize(segments.size());
    }

    void add(std::size_t segment, double score, double revenue, double predicted) {
        SegmentTotals& total = totals_[segment];
        ++total.customers;
        total.mean_score += score;
        sums_[segment].revenue.add(revenue);
        if (std::isnan(predicted)) return;
        sums_[segment].predicted.add(predicted);
        ++with_prediction_[segment];
    }

    std::vector<SegmentTotals> finish() && {
        std::int64_t customers = 0;
        double revenue = 0;
        for (std::size_t i = 0; i < totals_.size(); ++i) {
            SegmentTotals& total = totals_[i];
            total.revenue_365d = sums_[i].revenue.total();
            total.predicted_ltv = sums_[i].predicted.total();
            customers += total.customers;
            revenue += total.revenue_365d;
        }
        for (std::size_t i = 0; i < totals_.size(); ++i) {
            SegmentTotals& total = totals_[i];
            if (revenue > 0) total.revenue_share = total.revenue_365d / revenue;
            if (total.customers == 0) continue;
            const auto count = static_cast<double>(total.customers);
            total.share = count / static_cast<double>(customers);
            total.mean_score /= count;
            total.mean_revenue_365d = total.revenue_365d / count;
            if (with_prediction_[i] > 0) {
                total.mean_predicted_ltv = total.predicted_ltv / static_cast<double>(with_prediction_[i]);
            }
        }
        return std::move(totals_);
    }

private:
    struct Sums {
        profiles::SumOfAmounts revenue;
        profiles::SumOfAmounts predicted;
    };

    std::vector<SegmentTotals> totals_;
    std::vector<Sums> sums_;
    std::vector<std::int64_t> with_prediction_;
};

ValueRun run_of(const Base& base, const Prepared& prepared, const Checkpoint& at, Timestamp now) {
    Totals totals(base.segments.names());
    for (const Facts& facts : prepared.facts) {
        const Worth worth = worth_of(prepared.shape, base.segments, base.rfm, facts);
        totals.add(
            worth.segment, worth.score, static_cast<double>(facts.revenue_365d),
            static_cast<double>(facts.predicted_ltv)
        );
    }
    const bool has_model = base.ltv != nullptr && base.ltv->model != nullptr;
    return {
        .as_of = base.as_of,
        .customers = at.done,
        .in_base = at.in_base,
        .is_partial = at.is_partial,
        .changed = at.changed,
        .model_version = has_model ? base.ltv->model->manifest().version : std::string(),
        .segments = std::move(totals).finish(),
        .shape = prepared.shape.reduced(kKeptSteps),
        .finished_at = now,
    };
}

Status check_instant(const Base& base) {
    const Timestamp computed = profiles::latest_instant(base.image);
    if (computed <= base.as_of) return {};
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("value as of {} cannot follow from profiles of {}", to_string(base.as_of), to_string(computed)),
        "compute the features as of that time first (boon features --as-of), or ask for a later one"
    );
}

}  // namespace

Result<Checkpoint> update_base(
    db::Database& database, const Base& base, const std::optional<Checkpoint>& resume, const Keep& keep, Timestamp now
) {
    BOON_CHECK(check_instant(base));
    BOON_TRY(const auto reader, FactReader::make(*base.image.schema()));
    Prepared prepared;
    prepared.facts = facts_of(base.image, reader, base.ltv, base.as_of);
    prepared.shape = BaseShape::of(prepared.facts);
    const profiles::BaseOrder order(base.image);
    Checkpoint at{.as_of = base.as_of};
    if (resume && resume->as_of == base.as_of) at = *resume;
    auto rest = order.after(at.after);
    while (!rest.empty()) {
        const auto rows = order.chunk(rest);
        // A unit of work may run twice, so it counts on a copy.
        BOON_TRY(at, database.write(db::Lane::batch, [&](db::Connection& connection) -> Result<Checkpoint> {
            Checkpoint next = at;
            BOON_CHECK(write_chunk(connection, base, prepared, rows, next));
            BOON_CHECK(keep(connection, next, order.size()));
            return next;
        }));
        rest = rest.subspan(rows.size());
    }
    const ValueRun run = run_of(base, prepared, at, now);
    const Status noted = database.write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        BOON_CHECK(keep_run(connection, run));
        return storage::append_change(connection, profiles::kStandingChange, "", now);
    });
    BOON_CHECK(noted);
    BOON_CHECK(profiles::pack(database, kSegmentPast));
    return at;
}

std::vector<SegmentTotals> totals_of(
    const profiles::Image& image, const FactReader& reader, const std::vector<std::string>& segments
) {
    Totals totals(segments);
    const auto& names = image.standings().names().value_segments;
    // A standing's place in its names → the place in the programme's.
    std::vector<std::size_t> places;
    for (const std::string& name : names) {
        places.push_back(static_cast<std::size_t>(std::ranges::find(segments, name) - segments.begin()));
    }
    for (std::size_t row = 0; row < image.size(); ++row) {
        const profiles::Profile profile = image.at(row);
        const profiles::Standing& standing = *profile.standing;
        if (standing.value_segment >= places.size() || places[standing.value_segment] == segments.size()) continue;
        totals.add(
            places[standing.value_segment], static_cast<double>(standing.value_score), reader.revenue(profile),
            static_cast<double>(standing.predicted_ltv)
        );
    }
    return std::move(totals).finish();
}

namespace {

// By the shape of the last run, in the order of the rows.
Result<std::vector<ValuePoint>> write_rows(
    db::Connection& connection, const Base& base, std::span<const std::uint32_t> rows
) {
    BOON_TRY(const auto run, last_run(connection));
    if (!run) {
        return fail(
            ErrorCode::failed_precondition, "the value of the base has not been worked out yet",
            "run `boon value update`"
        );
    }
    BOON_TRY(const auto reader, FactReader::make(*base.image.schema()));
    std::vector<profiles::Profile> found;
    std::vector<std::span<const float>> features;
    std::vector<std::string_view> ids;
    for (const std::uint32_t row : rows) {
        found.push_back(base.image.at(row));
        features.push_back(found.back().features);
        ids.push_back(found.back().customer_id);
    }
    const auto predicted = scoring::predict_many(base.ltv, features);
    BOON_TRY(const auto before, last_points(connection, ids));
    std::vector<ValuePoint> points;
    std::vector<ValuePoint> kept;
    std::vector<profiles::ValueRow> standing;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Facts facts = reader.read(found[i], predicted[i], base.as_of);
        points.push_back(point_of(base, found[i], facts, worth_of(run->shape, base.segments, base.rfm, facts)));
        const auto last = before.find(ids[i]);
        if (last == before.end() || is_worth_keeping(last->second, points.back())) kept.push_back(points.back());
        standing.push_back(row_of(points.back()));
    }
    BOON_CHECK(keep_points(connection, kept));
    BOON_CHECK(profiles::write_values(connection, standing));
    return points;
}

}  // namespace

Result<ValuePoint> update_customer(db::Connection& connection, const Base& base, std::size_t row, Timestamp now) {
    BOON_TRY(const auto points, write_rows(connection, base, std::vector{static_cast<std::uint32_t>(row)}));
    BOON_CHECK(storage::append_change(connection, profiles::kStandingChange, points.front().customer_id, now));
    return points.front();
}

Status update_customers(db::Connection& connection, const Base& base, std::span<const std::uint32_t> rows) {
    BOON_CHECK(write_rows(connection, base, rows));
    return {};
}

}  // namespace boon::value
