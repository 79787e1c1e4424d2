#include "program/app/erasure.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "insight/lifecycle/stays.h"
#include "insight/value/history.h"
#include "platform/base/id.h"
#include "platform/base/json.h"
#include "platform/db/record.h"
#include "platform/storage/audit.h"
#include "program/app/score_file.h"
#include "records/history/erase.h"
#include "records/profiles/pasts.h"
#include "records/profiles/standing_store.h"
#include "records/profiles/store.h"

namespace boon::app {

namespace {

constexpr std::array kPersonalTables = {
    PersonalTable{"contact_points", "customer_id"},
    PersonalTable{"customer_attributes", "customer_id"},
    PersonalTable{"customer_scores", "customer_id"},
    PersonalTable{"customers", "customer_id"},
    PersonalTable{"events", "customer_id"},
    PersonalTable{"product_lists", "customer_id"},
    PersonalTable{"profiles", "customer_id"},
    PersonalTable{"stage_overrides", "customer_id"},
    PersonalTable{"standings", "customer_id"},
    PersonalTable{"stays", "customer_id"},
    PersonalTable{"stays_loose", "customer_id"},
    PersonalTable{"value_history", "customer_id"},
    PersonalTable{"value_history_loose", "customer_id"},
};

constexpr std::string_view kErasedCustomer = "a customer who was erased";

// `TABLE where …`, with the customer as the parameter.
std::string rows_of_customer(const PersonalTable& table) {
    // The key of profiles begins with their schema: without it every row would be looked at.
    const std::string_view by_key =
        table.table == "profiles" ? "schema_id in (select schema_id from profile_schemas) and " : "";
    return fmt::format("{} where {}{} = ?", table.table, by_key, table.customer);
}

// In one transaction: from its commit on nobody serves the customer, or computes from what was known.
Status erase_rows(db::Connection& connection, std::string_view customer_id, Erasure& erasure) {
    BOON_CHECK(customers::begin_erasure(connection, erasure.mark, erasure.erased_at));
    erasure.rows = 0;
    for (const PersonalTable& table : kPersonalTables) {
        BOON_TRY(const std::int64_t rows, connection.execute("delete from " + rows_of_customer(table), {customer_id}));
        erasure.rows += rows;
        if (table.table == "events") erasure.events = rows;
    }
    BOON_CHECK(profiles::drop_past(connection, lifecycle::kStagePast, customer_id));
    BOON_CHECK(profiles::drop_past(connection, value::kSegmentPast, customer_id));
    // Who computes customers from events has their pasts in memory: those are of another fill then.
    BOON_CHECK(connection.execute("update live_features set fill = fill + 1"));
    return {};
}

// The keys of rows found by reading, so that the writer need not look for them.
Result<std::vector<std::string>> keys_of(db::Database& database, const std::string& sql, const db::Params& params) {
    std::vector<std::string> keys;
    BOON_CHECK(database.read([&](db::Connection& connection) {
        return connection.query(sql, params, [&](const db::Row& row) -> Status {
            keys.emplace_back(row.text(0));
            return {};
        });
    }));
    return keys;
}

Status change_each(
    db::Database& database, const std::vector<std::string>& keys,
    const std::function<Status(db::Connection&, const std::string& key)>& change
) {
    if (keys.empty()) return {};
    return database.write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        for (const std::string& key : keys) BOON_CHECK(change(connection, key));
        return {};
    });
}

Status erase_from_feed(db::Database& database, std::string_view customer_id) {
    BOON_TRY(
        const auto rows, keys_of(
                             database, "select seq from change_feed where kind in (?, ?) and key = ?",
                             {profiles::kProfileChange, profiles::kStandingChange, customer_id}
                         )
    );
    return change_each(database, rows, [](db::Connection& connection, const std::string& seq) -> Status {
        BOON_CHECK(connection.execute("delete from change_feed where seq = cast(? as bigint)", {seq}));
        return {};
    });
}

std::string_view find_function(db::Engine engine) { return engine == db::Engine::sqlite ? "instr" : "strpos"; }

// Messages hold whole audiences: one that waits is not sent, and none keeps its content.
Status erase_from_messages(db::Database& database, std::string_view customer_id, Timestamp now) {
    std::string quoted;
    json::append(quoted, customer_id);
    const std::string sql =
        fmt::format("select id from outbox where {}(payload, ?) > 0", find_function(database.engine()));
    BOON_TRY(const auto ids, keys_of(database, sql, {quoted}));
    return change_each(database, ids, [&](db::Connection& connection, const std::string& id) -> Status {
        BOON_CHECK(connection.execute(
            "update outbox set payload = '{}', "
            "last_error = case state when 'waiting' then 'a customer in it was erased: send it again' "
            "else last_error end, "
            "finished_at = case state when 'waiting' then cast(? as bigint) else finished_at end, "
            "state = case state when 'waiting' then 'given_up' else state end where id = ?",
            {now, id}
        ));
        return {};
    });
}

bool is_word_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

// Whether the text has the id in it, but not as a part of a longer word.
bool names(std::string_view text, std::string_view id) {
    for (auto at = text.find(id); at != std::string_view::npos; at = text.find(id, at + 1)) {
        const bool begins = at == 0 || !is_word_character(text[at - 1]);
        const bool ends = at + id.size() == text.size() || !is_word_character(text[at + id.size()]);
        if (begins && ends) return true;
    }
    return false;
}

// Puts other words in the place of texts that name the customer.
void erase_texts(json::Value& value, std::string_view customer_id) {
    if (value.is_string() && names(value.get_string(), customer_id)) value = kErasedCustomer;
    if (value.is_array()) {
        for (json::Value& item : value.get_array()) erase_texts(item, customer_id);
    }
    if (value.is_object()) {
        for (auto& member : value.get_object()) erase_texts(member.value(), customer_id);
    }
}

struct JobTexts {
    std::string result;
    std::string error;
    std::string note;
};
BOOST_DESCRIBE_STRUCT(JobTexts, (), (result, error, note))

Status erase_from_job(db::Connection& connection, const std::string& job_id, std::string_view customer_id) {
    BOON_TRY(
        auto texts, db::select_one<JobTexts>(connection, "select result, error, note from jobs where id = ?", {job_id})
    );
    if (!texts) return {};
    auto result = json::parse(texts->result);
    if (result) erase_texts(*result, customer_id);
    const std::string rest = result ? json::to_text(*result) : "null";
    if (names(texts->error, customer_id)) texts->error = kErasedCustomer;
    if (names(texts->note, customer_id)) texts->note = "";
    BOON_CHECK(connection.execute(
        "update jobs set result = ?, error = ?, note = ? where id = ?", {rest, texts->error, texts->note, job_id}
    ));
    return {};
}

// What imports told of single customers.
Status erase_from_jobs(db::Database& database, std::string_view customer_id) {
    const std::string sql = fmt::format(
        "select id from jobs where state not in ('queued', 'running') and {0}(result || error || note, ?) > 0",
        find_function(database.engine())
    );
    BOON_TRY(const auto ids, keys_of(database, sql, {customer_id}));
    return change_each(database, ids, [&](db::Connection& connection, const std::string& id) {
        return erase_from_job(connection, id, customer_id);
    });
}

// The log keeps that, when and by whom something was changed of somebody.
Status erase_from_audit(db::Database& database, const std::string& target) {
    return database.write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        BOON_CHECK(storage::erase_audit_values(connection, target));
        return {};
    });
}

Status finish(const ErasureScope& scope, const Erasure& erasure, const ErasedBy& by) {
    return scope.database.write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        BOON_CHECK(customers::finish_erasure(connection, erasure.mark, by.at));
        const storage::Deed deed{
            .who = by.who,
            .what = "customers.erase",
            .target = "customers/" + erasure.mark,
            .before = {},
            .after = json::write(erasure),
        };
        return storage::record_deed(connection, deed, by.at);
    });
}

Result<bool> is_kept(db::Database& database, std::string_view customer_id) {
    return database.read([&](db::Connection& connection) -> Result<bool> {
        for (const PersonalTable& table : kPersonalTables) {
            const std::string sql = "select count(*) from " + rows_of_customer(table);
            BOON_TRY(const std::int64_t rows, db::select_number(connection, sql, {customer_id}));
            if (rows > 0) return true;
        }
        return history::has_decisions(connection, customer_id);
    });
}

using Marks = std::set<std::string, std::less<>>;

// The ids that there are whose marks are among these.
Result<std::set<std::string>> customers_with(const ErasureScope& scope, const Marks& marks) {
    std::set<std::string> found;
    const auto look = [&](std::string_view customer_id) {
        if (marks.contains(scope.erasures.mark_of(customer_id))) found.emplace(customer_id);
    };
    const Status looked = scope.database.read([&](db::Connection& connection) -> Status {
        for (const PersonalTable& table : kPersonalTables) {
            const std::string sql = fmt::format("select distinct {} from {}", table.customer, table.table);
            BOON_CHECK(connection.query(sql, {}, [&](const db::Row& row) {
                look(row.text(0));
                return Status();
            }));
        }
        return history::each_decided_customer(connection, look);
    });
    BOON_CHECK(looked);
    return found;
}

Result<std::int64_t> erase_marked(const ErasureScope& scope, const std::vector<std::string>& marks, Timestamp now) {
    if (marks.empty()) return 0;
    BOON_TRY(const auto found, customers_with(scope, Marks(marks.begin(), marks.end())));
    for (const std::string& customer_id : found) {
        BOON_CHECK(erase_customer(scope, customer_id, {.who = "boon", .at = now}));
    }
    const Status finished = scope.database.write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        for (const std::string& mark : marks) BOON_CHECK(customers::finish_erasure(connection, mark, now));
        return {};
    });
    BOON_CHECK(finished);
    return static_cast<std::int64_t>(found.size());
}

}  // namespace

std::span<const PersonalTable> personal_tables() { return kPersonalTables; }

Result<Erasure> erase_customer(const ErasureScope& scope, std::string_view customer_id, const ErasedBy& by) {
    BOON_CHECK(check_customer_id(customer_id));
    Erasure erasure{.mark = scope.erasures.mark_of(customer_id), .erased_at = by.at};
    const bool is_again = scope.erasures.has(customer_id);
    if (!is_again) {
        BOON_TRY(const bool kept, is_kept(scope.database, customer_id));
        if (!kept) {
            return fail(ErrorCode::not_found, fmt::format("nothing is kept of a customer \"{}\"", customer_id));
        }
    }
    BOON_CHECK(scope.erasures.note(erasure.mark));
    BOON_CHECK(drop_scores_of(scope.scores, customer_id));
    BOON_CHECK(scope.database.write(db::Lane::batch, [&](db::Connection& connection) {
        return erase_rows(connection, customer_id, erasure);
    }));
    BOON_CHECK(scope.follow());
    BOON_TRY(erasure.decisions, history::erase_decisions(scope.database, customer_id));
    BOON_CHECK(erase_from_feed(scope.database, customer_id));
    BOON_CHECK(erase_from_messages(scope.database, customer_id, by.at));
    BOON_CHECK(erase_from_jobs(scope.database, customer_id));
    BOON_CHECK(erase_from_audit(scope.database, audit_name(scope.erasures, customer_id)));
    BOON_CHECK(finish(scope, erasure, by));
    return erasure;
}

Result<std::int64_t> finish_erasures(const ErasureScope& scope, Timestamp now) {
    BOON_TRY(const auto marks, scope.database.read(customers::unfinished_erasures));
    return erase_marked(scope, marks, now);
}

Result<std::int64_t> repeat_erasures(const ErasureScope& scope, Timestamp since, Timestamp now) {
    BOON_TRY(const auto marks, scope.database.read([&](db::Connection& connection) {
        return customers::erasures_since(connection, since);
    }));
    return erase_marked(scope, marks, now);
}

std::filesystem::path erasures_file(const config::Config& config) {
    return config.home / (config.erasures_file.empty() ? "erasures" : config.erasures_file);
}

std::string audit_name(const customers::Erasures& erasures, std::string_view customer_id) {
    return "customers/" + erasures.mark_of(customer_id);
}

}  // namespace boon::app
