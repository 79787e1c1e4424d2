#include "records/history/erase.h"

#include <array>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "platform/base/id.h"
#include "platform/base/json.h"
#include "platform/storage/digest.h"
#include "records/history/customer_runs.h"
#include "records/history/rows.h"

namespace boon::history {

namespace {

// So that a step ends well within the writer's 10 ms for a group.
constexpr std::size_t kDecisionsPerStep = 25;

// An id of the same day, so that it is found where it lies.
std::string new_id_of(const DecisionRecord& decision) {
    std::array<std::uint64_t, 2> random{};
    std::memcpy(random.data(), storage::random_bytes(sizeof random).data(), sizeof random);
    return make_uuid_v7(uuid_v7_time(decision.decision_id).value_or(decision.decided_at), random[0], random[1]);
}

// What was said about the customer goes; which offers were shown, and how likely that was, stays.
std::string body_of_nobody(const DecisionRecord& decision, std::string_view id) {
    const auto read = json::parse(decision.body);
    json::Object body = read && read->is_object() ? read->get_object() : json::Object();
    body["decision_id"] = id;
    body["customer_id"] = kNobody;
    body["considered"] = json::Array();
    body["notes"] = json::Array{"the customer was erased"};
    json::Value* const offers = body.if_contains("offers");
    if (offers != nullptr && offers->is_array()) {
        for (json::Value& offer : offers->get_array()) {
            if (offer.is_object()) offer.get_object()["explanation"] = nullptr;
        }
    }
    return json::to_text(body);
}

Status make_nobodys(db::Connection& connection, Day day, const DecisionRecord& decision) {
    const std::string id = new_id_of(decision);
    const std::string body = body_of_nobody(decision, id);
    const std::string decisions = table_of("decisions", day);
    BOON_TRY(const bool has_runs, has_customer_runs(connection, day));
    // A run says which customer's a row is: under another number it is in no run of this customer's.
    const std::string moved = has_runs ? fmt::format(", row = (select max(row) + 1 from {})", decisions) : "";
    BOON_CHECK(connection.execute(
        fmt::format(
            "update {} set decision_id = ?, customer_id = ?, features = ?, body = ?{} where decision_id = ?", decisions,
            moved
        ),
        {id, kNobody, db::Bytes(), body, decision.decision_id}
    ));
    BOON_CHECK(connection.execute(
        fmt::format("update {} set decision_id = ?, event_id = null where decision_id = ?", table_of("outcomes", day)),
        {id, decision.decision_id}
    ));
    BOON_CHECK(connection.execute("delete from ledger_names where decision_id = ?", {decision.decision_id}));
    return {};
}

Result<std::int64_t> erase_some(db::Connection& connection, Day day, std::string_view customer_id) {
    BOON_TRY(const auto decisions, select_customer(connection, customer_id, Place{.day = day}, kDecisionsPerStep));
    for (const DecisionRecord& decision : decisions) BOON_CHECK(make_nobodys(connection, day, decision));
    if (!decisions.empty()) BOON_CHECK(sort_into_runs(connection, day));
    return static_cast<std::int64_t>(decisions.size());
}

// The days on which the customer has decisions, at most `limit` of them.
Result<std::vector<Day>> days_of(db::Connection& connection, std::string_view customer_id, std::size_t limit) {
    BOON_TRY(const auto kept, kept_days(connection, kLastDay));
    std::vector<Day> days;
    for (const Day day : kept) {
        if (days.size() == limit) break;
        BOON_TRY(const auto decisions, select_customer(connection, customer_id, Place{.day = day}, 1));
        if (!decisions.empty()) days.push_back(day);
    }
    return days;
}

}  // namespace

Result<std::int64_t> erase_events(db::Connection& connection, std::string_view customer_id) {
    return connection.execute("delete from events where customer_id = ?", {customer_id});
}

Result<std::int64_t> erase_decisions(db::Database& database, std::string_view customer_id) {
    BOON_TRY(const auto days, database.read([&](db::Connection& connection) {
        return days_of(connection, customer_id, std::numeric_limits<std::size_t>::max());
    }));
    std::int64_t erased = 0;
    for (const Day day : days) {
        for (std::int64_t more = 1; more > 0; erased += more) {
            BOON_TRY(more, database.write(db::Lane::batch, [&](db::Connection& connection) {
                return erase_some(connection, day, customer_id);
            }));
        }
    }
    return erased;
}

Result<bool> has_decisions(db::Connection& connection, std::string_view customer_id) {
    BOON_TRY(const auto days, days_of(connection, customer_id, 1));
    return !days.empty();
}

Status each_decided_customer(db::Connection& connection, const OnCustomer& on_customer) {
    BOON_TRY(const auto days, kept_days(connection, kLastDay));
    for (const Day day : days) {
        const std::string sql = fmt::format("select distinct customer_id from {}", table_of("decisions", day));
        BOON_CHECK(connection.query(sql, {}, [&](const db::Row& row) -> Status {
            on_customer(row.text(0));
            return {};
        }));
    }
    return {};
}

}  // namespace boon::history
