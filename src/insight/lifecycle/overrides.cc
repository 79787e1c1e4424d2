#include "insight/lifecycle/overrides.h"

#include <fmt/format.h>

#include "platform/db/blocks.h"
#include "platform/db/record.h"

namespace boon::lifecycle {

Result<std::optional<StageOverride>> find_override(db::Connection& connection, std::string_view customer_id) {
    return db::select_one<StageOverride>(
        connection, "select * from stage_overrides where customer_id = ?", {customer_id}
    );
}

Result<OverridesByCustomer> overrides_in(db::Connection& connection, const CustomerRange& range) {
    OverridesByCustomer found;
    std::string sql = "select * from stage_overrides where customer_id > ?";
    db::Params params{range.after};
    if (!range.up_to.empty()) {
        sql += " and customer_id <= ?";
        params.push_back(range.up_to);
    }
    BOON_CHECK(db::for_each<StageOverride>(connection, sql, params, [&](StageOverride&& hand) -> Status {
        std::string id = hand.customer_id;
        found.emplace(std::move(id), std::move(hand));
        return {};
    }));
    return found;
}

Result<OverridesByCustomer> overrides_of(db::Connection& connection, std::span<const std::string_view> customer_ids) {
    OverridesByCustomer found;
    BOON_CHECK(db::in_blocks(customer_ids, [&](std::string_view marks, const db::Params& ids) {
        const auto sql = fmt::format("select * from stage_overrides where customer_id in ({})", marks);
        return db::for_each<StageOverride>(connection, sql, ids, [&](StageOverride&& hand) -> Status {
            std::string id = hand.customer_id;
            found.emplace(std::move(id), std::move(hand));
            return {};
        });
    }));
    return found;
}

Result<StageOverride> put_override(db::Connection& connection, StageOverride wanted) {
    BOON_TRY(const auto before, find_override(connection, wanted.customer_id));
    wanted.version = before ? before->version + 1 : 1;
    if (before) {
        BOON_CHECK(db::update(connection, "stage_overrides", wanted, {"customer_id"}));
    } else {
        BOON_CHECK(db::insert(connection, "stage_overrides", wanted));
    }
    return wanted;
}

Status drop_override(db::Connection& connection, std::string_view customer_id) {
    BOON_TRY(const auto rows, connection.execute("delete from stage_overrides where customer_id = ?", {customer_id}));
    if (rows == 1) return {};
    return fail(ErrorCode::not_found, fmt::format("the stage of customer {} was not set by hand", customer_id));
}

}  // namespace boon::lifecycle
