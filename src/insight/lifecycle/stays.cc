#include "insight/lifecycle/stays.h"

#include <algorithm>

#include <fmt/format.h>

#include "platform/db/blocks.h"
#include "platform/db/record.h"

namespace boon::lifecycle {

namespace {

Status changed_meanwhile(std::string_view customer_id) {
    return fail(
        ErrorCode::conflict, fmt::format("the stage of customer {} was changed meanwhile", customer_id),
        "work it out again"
    );
}

Status remove(db::Connection& connection, const Stay& stay) {
    BOON_TRY(
        const auto rows, connection.execute(
                             "delete from stays where customer_id = ? and entered_at = ? and exited_at is null",
                             {stay.customer_id, stay.entered_at}
                         )
    );
    return rows == 1 ? Status() : changed_meanwhile(stay.customer_id);
}

Status close(db::Connection& connection, const Stay& stay, Timestamp at) {
    BOON_TRY(
        const auto rows,
        connection.execute(
            "update stays set exited_at = ? where customer_id = ? and entered_at = ? and exited_at is null",
            {at, stay.customer_id, stay.entered_at}
        )
    );
    return rows == 1 ? Status() : changed_meanwhile(stay.customer_id);
}

// Goes on with a stay in that stage that ended at this very instant; whether there was one.
Result<bool> resume(db::Connection& connection, const Stay& next) {
    BOON_TRY(
        const auto rows, connection.execute(
                             "update stays set exited_at = null where customer_id = ? and exited_at = ? and stage = ?",
                             {next.customer_id, next.entered_at, next.stage}
                         )
    );
    return rows == 1;
}

// How many customers one statement carries: fewer round trips, within both engines' limit of parameters.
constexpr std::size_t kRowsPerStatement = 250;

Status close_block(db::Connection& connection, std::span<const Move> moves) {
    std::string marks;
    db::Params params{moves.front().next.entered_at};
    std::int64_t wanted = 0;
    for (const Move& move : moves) {
        if (!move.has_open) continue;
        marks += wanted == 0 ? "?" : ", ?";
        params.push_back(move.next.customer_id);
        ++wanted;
    }
    if (wanted == 0) return {};
    BOON_TRY(
        const auto closed,
        connection.execute(
            fmt::format("update stays set exited_at = ? where exited_at is null and customer_id in ({})", marks), params
        )
    );
    return closed == wanted ? Status() : changed_meanwhile(moves.front().next.customer_id);
}

Status insert_block(db::Connection& connection, std::span<const Move> moves) {
    std::string sql =
        "insert into stays (customer_id, entered_at, exited_at, stage, rule, reason, rules_version) values ";
    db::Params params;
    for (std::size_t i = 0; i < moves.size(); ++i) {
        const Stay& stay = moves[i].next;
        sql += i == 0 ? "(?, ?, null, ?, ?, ?, ?)" : ", (?, ?, null, ?, ?, ?, ?)";
        params.push_back(stay.customer_id);
        params.push_back(stay.entered_at);
        params.push_back(stay.stage);
        params.push_back(stay.rule);
        params.push_back(stay.reason);
        params.push_back(stay.rules_version);
    }
    BOON_CHECK(connection.execute(sql, params));
    return {};
}

Status mark_block(db::Connection& connection, std::span<const Move> moves) {
    std::vector<std::string_view> ids;
    for (const Move& move : moves) ids.push_back(move.next.customer_id);
    return profiles::mark_loose(connection, kStagePast, ids);
}

Status mark(db::Connection& connection, std::string_view customer_id) {
    return profiles::mark_loose(connection, kStagePast, {&customer_id, 1});
}

}  // namespace

double duration_days(const Stay& stay, Timestamp as_of) {
    return static_cast<double>(stay.exited_at.value_or(as_of).micros - stay.entered_at.micros) / kMicrosPerDay;
}

Result<StaysByCustomer> open_stays(db::Connection& connection, const CustomerRange& range) {
    StaysByCustomer stays;
    std::string sql = "select * from stays where customer_id > ? and exited_at is null";
    db::Params params{range.after};
    if (!range.up_to.empty()) {
        sql += " and customer_id <= ?";
        params.push_back(range.up_to);
    }
    BOON_CHECK(db::for_each<Stay>(connection, sql + " order by customer_id", params, [&](Stay&& stay) -> Status {
        std::string id = stay.customer_id;
        stays.emplace_hint(stays.end(), std::move(id), std::move(stay));
        return {};
    }));
    return stays;
}

Result<StaysByCustomer> open_stays(db::Connection& connection, std::span<const std::string_view> customer_ids) {
    StaysByCustomer stays;
    BOON_CHECK(db::in_blocks(customer_ids, [&](std::string_view marks, const db::Params& ids) {
        const auto sql = fmt::format("select * from stays where exited_at is null and customer_id in ({})", marks);
        return db::for_each<Stay>(connection, sql, ids, [&](Stay&& stay) -> Status {
            std::string id = stay.customer_id;
            stays.emplace(std::move(id), std::move(stay));
            return {};
        });
    }));
    return stays;
}

Result<std::optional<Stay>> open_stay(db::Connection& connection, std::string_view customer_id) {
    return db::select_one<Stay>(
        connection, "select * from stays where customer_id = ? and exited_at is null", {customer_id}
    );
}

Result<std::optional<Stay>> stay_at(db::Connection& connection, std::string_view customer_id, Timestamp at) {
    return db::select_one<Stay>(
        connection,
        "select * from stays where customer_id = ? and entered_at <= ? and (exited_at is null or exited_at > ?)",
        {customer_id, at, at}
    );
}

Result<std::vector<Stay>> stays_of(db::Connection& connection, std::string_view customer_id) {
    return db::select<Stay>(
        connection, "select * from stays where customer_id = ? order by entered_at desc", {customer_id}
    );
}

Result<Stay> move(db::Connection& connection, const std::optional<Stay>& open, const Stay& next) {
    BOON_CHECK(mark(connection, next.customer_id));
    if (!open) {
        BOON_CHECK(db::insert(connection, "stays", next));
        return next;
    }
    if (open->entered_at > next.entered_at) {
        return fail(
            ErrorCode::conflict,
            fmt::format(
                "customer {} has been in {} since {}, which is later than {}", next.customer_id, open->stage,
                to_string(open->entered_at), to_string(next.entered_at)
            ),
            "what is known of a later time is not overwritten by an earlier one"
        );
    }
    if (open->entered_at < next.entered_at) {
        BOON_CHECK(close(connection, *open, next.entered_at));
        BOON_CHECK(db::insert(connection, "stays", next));
        return next;
    }
    BOON_CHECK(remove(connection, *open));
    BOON_TRY(const bool resumed, resume(connection, next));
    if (!resumed) {
        BOON_CHECK(db::insert(connection, "stays", next));
        return next;
    }
    BOON_TRY(auto stay, open_stay(connection, next.customer_id));
    if (!stay) return std::unexpected(changed_meanwhile(next.customer_id).error());
    return *std::move(stay);
}

Status move_many(db::Connection& connection, std::span<const Move> moves) {
    for (std::size_t first = 0; first < moves.size(); first += kRowsPerStatement) {
        const auto block = moves.subspan(first, std::min(kRowsPerStatement, moves.size() - first));
        BOON_CHECK(mark_block(connection, block));
        BOON_CHECK(close_block(connection, block));
        BOON_CHECK(insert_block(connection, block));
    }
    return {};
}

Status leave(db::Connection& connection, const Stay& open, Timestamp at) {
    BOON_CHECK(mark(connection, open.customer_id));
    return open.entered_at < at ? close(connection, open, at) : remove(connection, open);
}

}  // namespace boon::lifecycle
