#include <algorithm>

#include <fmt/format.h>

#include "platform/db/record.h"
#include "records/catalog/catalogue.h"
#include "records/catalog/reading.h"

namespace boon::catalog {

namespace {

Status check_edit(const BulkEdit& edit) {
    if (!edit.patch.is_object()) return fail(ErrorCode::invalid, "a patch is an object with the fields to change");
    if (edit.patch.get_object().empty()) return fail(ErrorCode::invalid, "the patch names no field");
    const bool filtered = edit.filter && *edit.filter != Filter{};
    if (!edit.ids.empty() && filtered) {
        return fail(ErrorCode::invalid, "the offers are given twice: by ids and by a filter", "give one of them");
    }
    if (edit.ids.empty() && !filtered) {
        return fail(
            ErrorCode::invalid, "it is not said which offers to change",
            "give ids or a filter; for all offers the filter {\"status\":[\"draft\",\"live\",\"paused\"]}"
        );
    }
    if (edit.ids.size() <= kMaxBulkOffers) return {};
    return fail(
        ErrorCode::limited, fmt::format("{} offers are too many for one edit", edit.ids.size()),
        fmt::format("change at most {} at once", kMaxBulkOffers)
    );
}

Filter filter_of(const BulkEdit& edit) {
    Filter filter;
    if (!edit.ids.empty()) {
        filter.ids = edit.ids;
        return filter;
    }
    filter = *edit.filter;
    if (filter.status.empty()) filter.status = {OfferStatus::draft, OfferStatus::live, OfferStatus::paused};
    return filter;
}

// The offers in the order of their ids, locked where they shall change.
Result<std::vector<Offer>> chosen(db::Connection& connection, Access access, const Filter& filter) {
    const Where where(filter, connection.engine());
    // Where they shall change, all of them are at home (check_all_home).
    std::string sql = fmt::format(
        "select * from {}{} order by offer_id limit {}", access == Access::change ? "offers" : "current_offers",
        where.sql(), kMaxBulkOffers + 1
    );
    if (access == Access::change && connection.engine() == db::Engine::postgres) sql += " for update";
    BOON_TRY(auto offers, db::select<Offer>(connection, sql, where.params));
    if (offers.size() <= kMaxBulkOffers) return offers;
    return fail(
        ErrorCode::limited, fmt::format("the filter selects more than {} offers", kMaxBulkOffers), "narrow the filter"
    );
}

class BulkPlanner {
public:
    BulkPlanner(db::Connection& connection, const BulkEdit& edit, const Names& names, const Edition& edition)
        : connection_(connection), edit_(edit), names_(names), edition_(edition) {}

    // An error is one that ends the edit.
    Status add(const Offer& current) {
        PlannedRow row = row_of(current.offer_id);
        row.name = current.name;
        const auto changed = patched(current);
        if (!changed) {
            if (!is_of_the_row(changed.error())) return std::unexpected(changed.error());
            plan_.rejected(std::move(row), changed.error());
        } else if (!*changed) {
            plan_.unchanged(std::move(row));
        } else {
            row.changes = changes_between(comparable(current, context()), comparable((*changed)->offer, context()));
            plan_.updated(std::move(row), **changed);
        }
        return {};
    }

    void add_absent(OfferId id) {
        plan_.rejected(row_of(id), Error{ErrorCode::not_found, fmt::format("there is no offer {}", id)});
    }

    Plan take() { return std::move(plan_); }

private:
    [[nodiscard]] json::Context context() const { return {.currency = edition_.currency}; }

    [[nodiscard]] PlannedRow row_of(OfferId id) const {
        PlannedRow row;
        row.row = static_cast<std::int64_t>(plan_.rows.size() + 1);
        row.offer_id = id;
        return row;
    }

    Result<std::optional<Settled>> patched(const Offer& current) {
        BOON_TRY(json::Value value, json::parse(json::write(current, context())));
        json::merge_patch(value, edit_.patch);
        BOON_TRY(Offer changed, read_offer(value, context(), names_));
        BOON_CHECK(complete_change(current, changed, names_));
        return settle_change(connection_, current, std::move(changed), edition_);
    }

    db::Connection& connection_;
    const BulkEdit& edit_;
    const Names& names_;
    const Edition& edition_;
    Plan plan_;
};

}  // namespace

Result<PlanReport> Catalogue::bulk(const BulkEdit& edit, const Author& author) {
    BOON_CHECK(check_edit(edit));
    const Filter filter = filter_of(edit);
    const auto known = names();
    const Edition changed = edition("bulk", author);
    const MakePlan make_plan = [&](db::Connection& connection, Access access) -> Result<Plan> {
        BOON_TRY(const auto offers, chosen(connection, access, filter));
        BulkPlanner planner(connection, edit, *known, changed);
        for (const Offer& current : offers) BOON_CHECK(planner.add(current));
        for (const OfferId id : edit.ids) {
            if (!std::ranges::binary_search(offers, id, {}, &Offer::offer_id)) planner.add_absent(id);
        }
        return planner.take();
    };
    return carry_out(make_plan, {.mode = edit.mode, .dry_run = edit.dry_run}, changed);
}

}  // namespace boon::catalog
