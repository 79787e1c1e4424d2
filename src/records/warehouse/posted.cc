#include "records/warehouse/posted.h"

#include <array>

#include <fmt/format.h>

namespace boon::warehouse {

namespace {

struct PostedTable {
    std::string_view name;
    std::string_view id;
    std::string_view at;
    std::string_view columns;
};
constexpr std::array kPosted = {
    PostedTable{
        "transactions", "transaction_id", "occurred_at",
        "transaction_id VARCHAR, customer_id VARCHAR, occurred_at TIMESTAMP, known_at TIMESTAMP, type VARCHAR, "
        "amount DOUBLE, amount_minor BIGINT, category VARCHAR, channel VARCHAR, product_id VARCHAR, quantity DOUBLE"
    },
    PostedTable{
        "interactions", "interaction_id", "occurred_at",
        "interaction_id VARCHAR, customer_id VARCHAR, offer_id INTEGER, kind VARCHAR, occurred_at TIMESTAMP, "
        "known_at TIMESTAMP, channel VARCHAR, placement VARCHAR, campaign_id VARCHAR"
    },
    PostedTable{
        "payments", "payment_id", "due_at",
        "payment_id VARCHAR, customer_id VARCHAR, due_at TIMESTAMP, paid_at TIMESTAMP, amount DOUBLE, "
        "amount_minor BIGINT, automatic BOOLEAN, known_at TIMESTAMP"
    },
};

std::string time_sql(Timestamp at) { return fmt::format("make_timestamp({})", at.micros); }

// The company's rows that count, for a WHERE.
std::string known_sql(const OwnRows& own) {
    return own.watermark ? fmt::format("known_at < {}", time_sql(*own.watermark)) : "false";
}

// Of `boon_raw_TABLE`, the rows that count beside the company's.
std::string counting_sql(const PostedTable& table, const OwnRows& own) {
    const auto from = own.posted_from();
    return fmt::format(
        "SELECT * FROM boon_raw_{}{}", table.name,
        from ? fmt::format(" WHERE {} >= {}", table.at, time_sql(*from)) : std::string()
    );
}

Status join_facts(Session& session, const PostedTable& table, const OwnRows& own) {
    BOON_CHECK(session.execute(fmt::format(
        "CREATE OR REPLACE TABLE boon_posted.{0} AS SELECT * FROM ({1}) WHERE {2} NOT IN (SELECT {2} FROM boon_own.{0} "
        "WHERE {2} IN (SELECT {2} FROM boon_raw_{0}) AND {3})",
        table.name, counting_sql(table, own), table.id, known_sql(own)
    )));
    return session.execute(fmt::format(
        "CREATE OR REPLACE VIEW boon.{0} AS SELECT * FROM boon_own.{0} WHERE {1} UNION ALL BY NAME "
        "SELECT * FROM boon_posted.{0}",
        table.name, known_sql(own)
    ));
}

// The company's bills that were also posted, each once, and what was posted; then one row for each bill.
Status join_payments(Session& session, const PostedTable& table, const OwnRows& own) {
    const std::string shared = fmt::format(
        "SELECT payment_id, customer_id, due_at, paid_at, amount, amount_minor, automatic, known_at "
        "FROM boon_own.payments t WHERE payment_id IN (SELECT payment_id FROM boon_raw_payments) AND {} "
        "QUALIFY row_number() OVER (PARTITION BY payment_id "
        "ORDER BY greatest(t.due_at + INTERVAL 1 MICROSECOND, t.known_at), t.due_at, t) = 1",
        known_sql(own)
    );
    BOON_CHECK(session.execute(fmt::format(
        "CREATE OR REPLACE TABLE boon_posted.payments AS SELECT payment_id, customer_id, due_at, "
        "min(paid_at) OVER (PARTITION BY payment_id) AS paid_at, amount, amount_minor, automatic, known_at "
        "FROM (({}) UNION ALL BY NAME ({})) "
        "QUALIFY row_number() OVER (PARTITION BY payment_id "
        "ORDER BY known_at, due_at, automatic NULLS LAST, amount_minor NULLS FIRST, customer_id) = 1",
        shared, counting_sql(table, own)
    )));
    return session.execute(fmt::format(
        "CREATE OR REPLACE VIEW boon.payments AS SELECT * FROM boon_own.payments WHERE {} AND (payment_id IS NULL OR "
        "payment_id NOT IN (SELECT payment_id FROM boon_posted.payments)) UNION ALL BY NAME "
        "SELECT * FROM boon_posted.payments",
        known_sql(own)
    ));
}

// Who is in nobody's list joined with the first that was posted.
Status join_customers(Session& session) {
    BOON_CHECK(session.execute(
        "CREATE OR REPLACE TABLE boon_posted.customers AS SELECT customer_id, min(joined) AS joined_at FROM ("
        "SELECT customer_id, least(occurred_at, known_at) AS joined FROM boon_raw_transactions UNION ALL "
        "SELECT customer_id, least(occurred_at, known_at) FROM boon_raw_interactions UNION ALL "
        "SELECT customer_id, least(due_at, known_at) FROM boon_raw_payments) "
        "WHERE customer_id NOT IN (SELECT customer_id FROM boon_own.customers WHERE customer_id IS NOT NULL) "
        "GROUP BY customer_id"
    ));
    return session.execute(
        "CREATE OR REPLACE VIEW boon.customers AS SELECT * FROM boon_own.customers UNION ALL BY NAME "
        "SELECT * FROM boon_posted.customers"
    );
}

Result<OwnTables> measure(Session& session) {
    OwnTables all;
    for (const PostedTable& table : kPosted) {
        BOON_TRY(
            const Frame frame, session.query(fmt::format(
                                   "SELECT count(*), count({}), max(known_at) FROM boon_own.{}", table.id, table.name
                               ))
        );
        OwnRows own;
        own.rows = frame.columns[0].integer(0);
        own.have_ids = frame.columns[1].integer(0) == own.rows;
        if (!frame.columns[2].is_null(0)) own.watermark = plus_micros(frame.columns[2].time(0), 1);
        all.emplace(table.name, own);
    }
    return all;
}

Status load(Session& session, const std::function<Status(PostedTables&)>& fill) {
    BOON_CHECK(session.execute("CREATE SCHEMA IF NOT EXISTS boon_posted"));
    for (const PostedTable& table : kPosted) {
        BOON_CHECK(session.execute(fmt::format("CREATE OR REPLACE TABLE boon_raw_{} ({})", table.name, table.columns)));
    }
    BOON_TRY(Appender transactions, session.append_to("boon_raw_transactions"));
    BOON_TRY(Appender interactions, session.append_to("boon_raw_interactions"));
    BOON_TRY(Appender payments, session.append_to("boon_raw_payments"));
    PostedTables tables{std::move(transactions), std::move(interactions), std::move(payments)};
    BOON_CHECK(fill(tables));
    BOON_CHECK(tables.transactions.finish());
    BOON_CHECK(tables.interactions.finish());
    return tables.payments.finish();
}

}  // namespace

Result<OwnTables> measure_own(Warehouse& warehouse) {
    BOON_TRY(Session session, warehouse.session());
    return measure(session);
}

Result<OwnTables> join_posted(Warehouse& warehouse, const std::function<Status(PostedTables&)>& fill) {
    BOON_TRY(Session session, warehouse.session());
    BOON_CHECK(load(session, fill));
    BOON_TRY(const OwnTables own, measure(session));
    BOON_CHECK(join_facts(session, kPosted[0], own.find("transactions")->second));
    BOON_CHECK(join_facts(session, kPosted[1], own.find("interactions")->second));
    BOON_CHECK(join_payments(session, kPosted[2], own.find("payments")->second));
    BOON_CHECK(join_customers(session));
    return own;
}

}  // namespace boon::warehouse
