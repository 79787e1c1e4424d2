#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "records/catalog/catalogue.h"
#include "records/catalog/reading.h"

namespace boon::catalog {

namespace {

// Plans an import row by row; ids that the rows take are known to those that follow.
class ImportPlanner {
public:
    ImportPlanner(db::Connection& connection, Access access, const Names& names, const Edition& edition)
        : connection_(connection), access_(access), names_(names), edition_(edition) {}

    Status start() {
        BOON_TRY(ids_, FreeIds::read(connection_));
        return {};
    }

    // An error is one that ends the import.
    Status add(const ImportRow& row) {
        PlannedRow planned{.row = row.row, .line = row.line};
        if (!row.problems.empty()) {
            plan_.rejected(std::move(planned), row.problems);
            return {};
        }
        const Status added = settle(row.value, planned);
        if (added || !is_of_the_row(added.error())) return added;
        plan_.rejected(std::move(planned), added.error());
        return {};
    }

    Plan take() { return std::move(plan_); }

private:
    [[nodiscard]] json::Context context() const { return {.currency = edition_.currency}; }

    Status settle(const json::Value& value, PlannedRow& planned) {
        const json::Object* members = value.if_object();
        if (members == nullptr) return fail(ErrorCode::invalid, "the row is not a JSON object");
        BOON_TRY(const auto current, find_current(*members, planned));
        return current ? settle_one(*current, *members, planned) : settle_another(value, planned);
    }

    Result<std::optional<Offer>> find_current(const json::Object& members, PlannedRow& planned) {
        const json::Value* id = members.if_contains("offer_id");
        const std::int64_t* number = id == nullptr ? nullptr : id->if_int64();
        if (number == nullptr || *number < 0 || *number > std::numeric_limits<OfferId>::max()) {
            return std::optional<Offer>();
        }
        planned.offer_id = static_cast<OfferId>(*number);
        if (!seen_.insert(planned.offer_id).second) {
            return fail(ErrorCode::invalid, fmt::format("offer {} is there twice", planned.offer_id));
        }
        auto found = find_offer(connection_, planned.offer_id, access_);
        if (found) return std::optional<Offer>(*std::move(found));
        if (found.error().code != ErrorCode::not_found) return std::unexpected(std::move(found).error());
        return std::optional<Offer>();
    }

    Status settle_one(const Offer& current, const json::Object& members, PlannedRow& planned) {
        planned.name = current.name;
        BOON_TRY(json::Value merged, json::parse(json::write(current, context())));
        for (const auto& member : members) {
            if (member.value().is_null()) {
                merged.get_object().erase(member.key());
            } else {
                merged.get_object()[member.key()] = member.value();
            }
        }
        BOON_TRY(Offer offer, read_offer(merged, context(), names_));
        BOON_CHECK(complete_change(current, offer, names_));
        BOON_TRY(auto settled, settle_change(connection_, current, std::move(offer), edition_));
        if (!settled) {
            plan_.unchanged(std::move(planned));
            return {};
        }
        planned.name = settled->offer.name;
        planned.changes = changes_between(comparable(current, context()), comparable(settled->offer, context()));
        plan_.updated(std::move(planned), *std::move(settled));
        return {};
    }

    Status settle_another(const json::Value& value, PlannedRow& planned) {
        json::Object given;
        for (const auto& member : value.get_object()) {
            if (!member.value().is_null()) given[member.key()] = member.value();
        }
        BOON_TRY(Offer offer, read_offer(json::Value(std::move(given)), context(), names_));
        BOON_CHECK(complete(offer, names_));
        if (offer.offer_id < 0) {
            BOON_TRY(offer.offer_id, ids_.take(connection_));
        }
        BOON_TRY(Settled settled, settle_new(std::move(offer), edition_));
        ids_.leave_out(settled.offer.offer_id);
        seen_.insert(settled.offer.offer_id);
        planned.offer_id = settled.offer.offer_id;
        planned.name = settled.offer.name;
        plan_.created(std::move(planned), std::move(settled));
        return {};
    }

    db::Connection& connection_;
    Access access_;
    const Names& names_;
    const Edition& edition_;
    FreeIds ids_;
    std::set<OfferId> seen_;
    Plan plan_;
};

}  // namespace

Result<PlanReport> Catalogue::import(
    std::span<const ImportRow> rows, const ImportOptions& options, const Author& author
) {
    if (rows.size() > kMaxImportRows) {
        return fail(
            ErrorCode::limited, fmt::format("{} offers are too many for one import", rows.size()),
            fmt::format("import at most {} at once", kMaxImportRows)
        );
    }
    const auto known = names();
    const Edition imported = edition("imported", author);
    const MakePlan make_plan = [&](db::Connection& connection, Access access) -> Result<Plan> {
        ImportPlanner planner(connection, access, *known, imported);
        BOON_CHECK(planner.start());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (i % 100 == 0 && options.out_of_time && options.out_of_time()) {
                return fail(
                    ErrorCode::limited,
                    fmt::format("time was up after {} of {} rows; nothing was imported", i, rows.size()),
                    "import fewer at once"
                );
            }
            BOON_CHECK(planner.add(rows[i]));
        }
        return planner.take();
    };
    return carry_out(make_plan, options, imported);
}

}  // namespace boon::catalog
