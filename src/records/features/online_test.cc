// On random histories of which a part was posted to boon, late, out of order, twice, or also by the warehouse: the
// features of one customer from past and posts are, bit for bit, those that the SQL computes for the whole base over
// both. That SQL is held against a recomputation by hand in agreement_test.cc.
#include "records/features/online.h"

#include <algorithm>
#include <deque>

#include <gtest/gtest.h>

#include "records/features/read_pasts.h"
#include "records/features/testing/agreement.h"

namespace boon::features {
namespace {

using testing::Event;
using testing::History;
using testing::kDay;
using testing::kHour;
using testing::Payment;
using testing::Vectors;

// The definitions of agreement_test.cc, and what is read of customers.
std::string definitions() {
    std::string text(testing::kDefinitions);
    text.resize(text.rfind(']'));
    return text + R"(,
 {"name": "tenure", "words": "w", "unit": "days",
  "from": "customers", "aggregate": "days_since", "column": "joined_at"},
 {"name": "age", "words": "w", "unit": "years",
  "from": "customers", "aggregate": "years_since", "column": "birth_year"},
 {"name": "region", "words": "w", "unit": "category", "from": "customers", "aggregate": "value", "column": "region"}
]})";
}

// What was posted, and the texts its rows refer to.
struct Posts {
    std::map<std::string, std::vector<PostedRow>> by_customer;
    std::deque<std::string> texts;

    std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
};

void append(warehouse::Appender& to, const PostedRow& row, std::string_view customer) {
    const auto text = [&](std::string_view column) -> std::optional<std::string_view> {
        const auto found = std::ranges::find(row.values, column, &PostedValue::column);
        return found == row.values.end() ? std::nullopt : found->text;
    };
    const auto whole = [&](std::string_view column) -> std::optional<std::int64_t> {
        const auto found = std::ranges::find(row.values, column, &PostedValue::column);
        return found == row.values.end() ? std::nullopt : found->whole;
    };
    const Timestamp at{row.at};
    const Timestamp known{row.known_at};
    to.add(row.business_id).add(customer);
    if (row.table == Table::transactions) {
        to.add(at).add(known).add(text("type")).add(static_cast<double>(*whole("amount")) / 100);
        to.add(whole("amount")).add(text("category")).add_null().add_null();
        to.add(static_cast<double>(*whole("quantity")) / 1e6);
    } else if (row.table == Table::interactions) {
        to.add(static_cast<std::int32_t>(*whole("offer_id"))).add(text("kind")).add(at).add(known);
        to.add_null().add_null().add_null();
    } else {
        to.add(at);
        row.until == kNoCell ? to.add_null() : to.add(Timestamp{row.until});
        to.add(static_cast<double>(*whole("amount")) / 100).add(whole("amount"));
        const auto automatic = whole("automatic");
        automatic ? to.add(*automatic == 1) : to.add_null();
        to.add(known);
    }
    RC_ASSERT(to.end_row().has_value());
}

PostedRow post_of(Posts& posts, const Event& e, Table table, std::string id) {
    PostedRow row{table, e.at, std::max(e.at, e.known), kNoCell, posts.keep(std::move(id)), {}};
    const std::int64_t number = std::abs(e.minor) % 7;
    if (table == Table::transactions) {
        row.values = {{"type", posts.keep(e.type), {}}, {"amount", {}, e.minor}, {"quantity", {}, number * 1'000'000}};
        if (e.category) row.values.push_back({"category", posts.keep(*e.category), {}});
    } else {
        row.values = {{"kind", posts.keep(e.type), {}}, {"offer_id", {}, number}};
    }
    return row;
}

// Takes some of the company's events away and posts them, posts copies of others that it keeps, and some of a customer
// whom it does not list.
void post_some(Posts& posts, std::vector<Event>& events, Table table) {
    std::vector<Event> kept;
    std::set<int> posted;
    int number = 0;
    for (const Event& e : events) {
        const int way = *rc::gen::inRange(0, 4);
        const bool is_new = e.id ? posted.insert(*e.id).second : true;
        if (way > 0 || !is_new) kept.push_back(e);
        if (way > 1 || !is_new) continue;
        Event sent = e;
        if (way == 1 && *rc::gen::arbitrary<bool>()) sent.minor += 50;  // says something else than the warehouse
        const bool is_stranger = way == 0 && *rc::gen::inRange(0, 4) == 0;
        std::string id =
            e.id && !is_stranger ? std::to_string(*e.id) : fmt::format("posted-{}-{}", enum_name(table), number++);
        posts.by_customer[is_stranger ? "zoe" : e.customer].push_back(post_of(posts, sent, table, std::move(id)));
    }
    events = kept;
}

// Bills of the company's of which a payment is posted, and bills that are posted only, in several messages.
void post_bills(Posts& posts, const std::vector<Payment>& payments, std::int64_t as_of) {
    const int messages = *rc::gen::inRange(0, 8);
    std::map<std::string, std::pair<std::string, std::int64_t>> known;  // id → whose, and due
    for (int i = 0; i < messages; ++i) {
        const int bill = *rc::gen::inRange<int>(0, 5);
        const bool is_own = static_cast<std::size_t>(bill) < payments.size();
        const std::string id = std::to_string(bill);
        const auto& [customer, due] =
            known
                .emplace(
                    id, is_own
                            ? std::pair(
                                  payments[static_cast<std::size_t>(bill)].customer,
                                  payments[static_cast<std::size_t>(bill)].due
                              )
                            : std::pair(std::string("bob"), as_of - *rc::gen::inRange<std::int64_t>(-10, 2000) * kHour)
                )
                .first->second;
        PostedRow row{Table::payments, due, as_of - *rc::gen::inRange<std::int64_t>(0, 400) * kHour, kNoCell,
                      posts.keep(id),  {}};
        row.at += *rc::gen::element<std::int64_t>(0, 0, kHour);
        if (*rc::gen::arbitrary<bool>()) row.until = as_of - *rc::gen::inRange<std::int64_t>(-1, 300) * kHour;
        row.values = {{"amount", {}, *rc::gen::inRange<std::int64_t>(0, 3)}};
        if (*rc::gen::arbitrary<bool>()) row.values.push_back({"automatic", {}, *rc::gen::inRange<std::int64_t>(0, 2)});
        posts.by_customer[customer].push_back(row);
    }
}

warehouse::OwnTables join(warehouse::Warehouse& warehouse, const Posts& posts) {
    const auto own = warehouse::join_posted(warehouse, [&](warehouse::PostedTables& to) -> Status {
        for (const auto& [customer, rows] : posts.by_customer) {
            for (const PostedRow& row : rows) {
                append(
                    row.table == Table::transactions   ? to.transactions
                    : row.table == Table::interactions ? to.interactions
                                                       : to.payments,
                    row, customer
                );
            }
        }
        return {};
    });
    RC_ASSERT(own.has_value());
    return *own;
}

void online_is_the_batch() {
    const testing::Calendar calendar{*rc::gen::arbitrary<bool>()};
    const std::int64_t as_of = testing::any_instant();
    History history = testing::any_history(calendar, as_of);
    // Where the company's rows have no ids, posts count from its watermark on.
    const bool has_ids = *rc::gen::arbitrary<bool>();
    if (has_ids) {
        int next = 5000;
        for (auto* events : {&history.transactions, &history.interactions}) {
            for (Event& e : *events) {
                if (!e.id) e.id = next++;
            }
        }
    }
    Posts posts;
    post_some(posts, history.transactions, Table::transactions);
    post_some(posts, history.interactions, Table::interactions);
    post_bills(posts, history.payments, as_of);
    const auto warehouse = testing::load(history);
    const auto own = join(*warehouse, posts);
    const Schema schema = testing::schema_for(*warehouse, calendar, definitions());
    const auto online = Online::make(schema);
    RC_ASSERT(online.has_value());

    std::vector<std::string> customers = {"ann", "bob", "cleo", "idle"};
    if (posts.by_customer.contains("zoe")) customers.emplace_back("zoe");
    const auto pasts = read_pasts(*warehouse, *online, customers, own);
    RC_ASSERT(pasts.has_value());
    for (const std::int64_t t : {as_of, as_of - 9 * kDay, as_of + 40 * kDay}) {
        const Vectors batch = testing::whole_base(*warehouse, schema, t);
        RC_ASSERT(batch.size() == customers.size());
        for (const std::string& customer : customers) {
            // In any order, in two goes, packed between.
            Past past = pasts->at(customer);
            std::vector<PostedRow> rows = posts.by_customer[customer];
            if (!rows.empty())
                std::ranges::rotate(rows, rows.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(rows)));
            const auto half = static_cast<std::size_t>(*rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(rows) + 1));
            online->add(past, std::span(rows).first(half));
            const auto again = unpack(pack(past), online->layout());
            RC_ASSERT(again.has_value());
            past = *again;
            online->add(past, std::span(rows).subspan(half));
            testing::expect_same(online->vector(past, {t}), batch.at(customer), customer);
        }
    }
}

// A vector says when it will be another: until then, a day that is recomputed gives the same but for what grows.
TEST(Online, SaysWhenItChangesByItself) {
    const auto document = Definitions::from_json(R"({"features": [
        {"name": "n", "words": "w", "unit": "count", "from": "transactions", "aggregate": "count", "days": 7}]})");
    const auto online = Online::make(*Schema::make(*document, {"Europe/Berlin", 2}));
    ASSERT_TRUE(online);
    const std::int64_t noon = testing::micros("2026-03-10T11:00:00Z");
    Past past;
    EXPECT_FALSE(online->stale_at(past, {noon}));
    online->add(past, std::vector{PostedRow{Table::transactions, noon - kDay, noon, kNoCell, "a", {}}});
    EXPECT_EQ(online->stale_at(past, {noon}), Timestamp{testing::micros("2026-03-10T23:00:00Z")});
    EXPECT_FALSE(online->stale_at(past, {noon + 30 * kDay}));
}

TEST(Online, BytesOfOtherFormsAreRefused) {
    const auto online = Online::make(*Schema::make(Definitions::defaults()));
    ASSERT_TRUE(online);
    Past past;
    past.attributes.assign(online->layout().attributes().size(), kNoCell);
    online->add(past, std::vector{PostedRow{Table::transactions, 5, 7, kNoCell, "a", {{"type", "purchase", {}}}}});
    const auto bytes = pack(past);
    EXPECT_TRUE(unpack(bytes, online->layout()));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(unpack(std::span(bytes).first(size), online->layout())) << size;
    }
    const auto other = Online::make(*Schema::make(*Definitions::from_json(R"({"features": [
        {"name": "n", "words": "w", "unit": "count", "from": "transactions", "aggregate": "count"}]})")));
    EXPECT_FALSE(unpack(bytes, other->layout()));
}

TEST(Online, IsTheBatch) { EXPECT_TRUE(testing::holds(25, online_is_the_batch)); }
TEST(LongOnline, IsTheBatch) { EXPECT_TRUE(testing::holds(600, online_is_the_batch)); }

}  // namespace
}  // namespace boon::features
