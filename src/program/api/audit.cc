// The audit log: who changed what, when, from what to what; and whether the log is whole.
#include "platform/storage/audit.h"

#include <array>

#include "platform/db/database.h"
#include "platform/storage/digest.h"
#include "program/api/route.h"
#include "program/api/time_parameter.h"
#include "program/app/erasure.h"

namespace boon::api {

struct AuditRow {
    std::int64_t seq = 0;
    Timestamp at;
    std::string who;
    std::string what;
    std::string target;
    json::Value before;
    json::Value after;
    bool erased = false;
    std::string hash;
};
BOOST_DESCRIBE_STRUCT(AuditRow, (), (seq, at, who, what, target, before, after, erased, hash))

struct AuditVerification {
    bool whole = true;
    std::int64_t entries = 0;
    std::optional<std::int64_t> broken_seq;
    std::string why;
};
BOOST_DESCRIBE_STRUCT(AuditVerification, (), (whole, entries, broken_seq, why))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::AuditRow> = std::array{
    boon::Field{.name = "who", .doc = "key:ID, local:NAME or job:KIND"},
    boon::Field{.name = "before", .doc = "the object before; null where there was none"},
    boon::Field{.name = "after", .doc = "the object after; null where there is none"},
    boon::Field{.name = "erased", .doc = "the values were forgotten; the chain stays whole"},
    boon::Field{.name = "hash", .doc = "SHA-256 over this entry and the hash before it"},
};
template <>
inline constexpr auto boon::kFields<boon::api::AuditVerification> = std::array{
    boon::Field{.name = "broken_seq", .doc = "the first entry that is not what it was when written"},
};

namespace boon::api {

namespace {

// Entries are JSON as a rule; one that is not is shown as text.
json::Value value_of(const std::optional<std::string>& text) {
    if (!text) return nullptr;
    auto value = json::parse(*text);
    return value ? *std::move(value) : json::Value(*text);
}

AuditRow row_of(const storage::AuditEntry& entry) {
    return {
        .seq = entry.seq,
        .at = entry.at,
        .who = entry.who,
        .what = entry.what,
        .target = entry.target,
        .before = value_of(entry.before),
        .after = value_of(entry.after),
        .erased = !entry.salt.has_value(),
        .hash = storage::to_hex(entry.hash),
    };
}

// The log names customers by their marks (records/customers/erasures.h).
std::string entered_target(app::App& app, std::string_view target) {
    constexpr std::string_view kCustomers = "customers/";
    if (!target.starts_with(kCustomers)) return std::string(target);
    const std::string_view rest = target.substr(kCustomers.size());
    const auto end = std::min(rest.find('/'), rest.size());
    return app::audit_name(app.erasures(), rest.substr(0, end)) + std::string(rest.substr(end));
}

Result<std::optional<Timestamp>> bound_parameter(const Call& call, const http::Query& query, std::string_view name) {
    if (!query.find(name)) return std::optional<Timestamp>();
    BOON_TRY(const auto at, time_parameter(call, query, name, {}));
    return at;
}

constexpr std::array<std::string_view, 7> kListParameters = {"who", "what", "target", "from", "to", "limit", "cursor"};

Result<http::Response> list_audit(Call& call) {
    BOON_TRY(const auto query, call.query(kListParameters));
    storage::AuditQuery wanted;
    wanted.who = query.find("who").value_or("");
    wanted.what = query.find("what").value_or("");
    wanted.target = entered_target(call.app, query.find("target").value_or(""));
    BOON_TRY(wanted.from, bound_parameter(call, query, "from"));
    BOON_TRY(wanted.until, bound_parameter(call, query, "to"));
    BOON_TRY(wanted.limit, number_parameter(query, "limit", {.low = 1, .high = 500, .fallback = 50}));
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    BOON_TRY(wanted.before_seq, number_parameter(query, "cursor", {.low = 1, .high = kMost, .fallback = kMost}));
    const auto limit = static_cast<std::size_t>(wanted.limit);
    ++wanted.limit;  // one more tells whether there is a further page
    BOON_TRY(const auto entries, call.app.database().read([&](db::Connection& connection) {
        return storage::list_audit(connection, wanted);
    }));
    std::vector<AuditRow> rows;
    for (const storage::AuditEntry& entry : entries) {
        if (rows.size() < limit) rows.push_back(row_of(entry));
    }
    return list_response(call, rows, entries.size() > limit ? std::to_string(rows.back().seq) : "");
}

Result<http::Response> verify_audit(Call& call) {
    BOON_TRY(const auto verdict, call.app.database().read(storage::verify_audit));
    AuditVerification answer{.whole = !verdict.broken, .entries = verdict.entries, .broken_seq = {}, .why = {}};
    if (verdict.broken) {
        answer.broken_seq = verdict.broken->seq;
        answer.why = verdict.broken->why;
    }
    return record_response(call, answer);
}

}  // namespace

std::vector<Route> audit_routes() {
    using access::Permission;
    return {
        {.method = "GET",
         .path = "/api/v1/audit",
         .permission = Permission::audit,
         .call = list_audit,
         .summary = "Who changed what, newest first",
         .tag = "audit",
         .response = page_of<AuditRow>,
         .query =
             {{"who", "key:ID, local:NAME or job:KIND"},
              {"what", "offers.create, models.versions.promote, …"},
              {"target", "offers/7"},
              {"from", "RFC 3339; at or after"},
              {"to", "RFC 3339; before"},
              {"limit", "1 to 500; 50"},
              {"cursor", "of the page before"}}},
        {.method = "GET",
         .path = "/api/v1/audit:verify",
         .permission = Permission::audit,
         .call = verify_audit,
         .summary = "Whether every entry is what it was when it was written",
         .tag = "audit",
         .response = schema_of<AuditVerification>},
    };
}

}  // namespace boon::api
