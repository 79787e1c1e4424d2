#include "program/app/live_update.h"

#include <algorithm>
#include <set>

#include "insight/lifecycle/update.h"
#include "insight/value/update.h"
#include "platform/db/database.h"
#include "program/app/app.h"
#include "program/app/customer_past.h"
#include "program/app/stage_work.h"
#include "program/app/value_work.h"
#include "records/customers/erasures.h"
#include "records/history/erase.h"
#include "records/profiles/store.h"

namespace boon::app {

namespace {

// Few, because the writer's other work waits for as long as so many customers take.
constexpr std::int64_t kEventsPerStep = 1'000;
// A scan of the warehouse takes the same time for many customers as for few.
constexpr std::int64_t kEventsAhead = 20'000;
constexpr std::size_t kCustomersPerScan = 10'000;
constexpr std::size_t kMostPastBytes = std::size_t{128} << 20U;

// What stages and values are worked out by; nothing for what is switched off, or cannot be worked out yet.
struct Works {
    std::optional<StageWork> stage;
    std::optional<ValueWork> value;
};

template <class Work>
Result<std::optional<Work>> work_of(App& app, Timestamp as_of) {
    auto made = Work::make(app, as_of);
    if (made) return std::optional(*std::move(made));
    const ErrorCode code = made.error().code;
    if (code == ErrorCode::conflict || code == ErrorCode::failed_precondition) return std::nullopt;
    return std::unexpected(std::move(made).error());
}

// The base is as large as it was last computed: before that nobody has a value.
Status unless_too_early(Status done) {
    if (!done && done.error().code == ErrorCode::failed_precondition) return {};
    return done;
}

}  // namespace

Status LiveUpdate::adopt(std::int64_t fill) {
    if (online_ != nullptr && live_.fill == fill) return {};
    forget();
    online_.reset();
    BOON_TRY(live_, app_.database().read([](db::Connection& connection) { return live_features(connection); }));
    BOON_TRY(auto online, online_of(live_));
    BOON_TRY(live_.own, own_tables(app_, live_));
    online_ = std::make_unique<features::Online>(std::move(online));
    return {};
}

void LiveUpdate::forget() {
    pasts_.clear();
    next_row_ = 0;
    pasts_bytes_ = 0;
}

void LiveUpdate::remember(std::string customer_id, const features::Past& past) {
    auto packed = features::pack(past);
    auto& kept = pasts_[std::move(customer_id)];
    pasts_bytes_ += packed.size() - kept.size();
    kept = std::move(packed);
}

// Of customers that were not seen lately, of those who come next, and of others of the base, so that it is in memory
// after some scans, as far as it fits.
Status LiveUpdate::read_pasts(std::vector<std::string_view> customers, history::EventPlace place) {
    if (customers.empty()) return {};
    BOON_TRY(const auto next, app_.database().read([&](db::Connection& connection) {
        return history::customers_after(connection, place, kEventsAhead);
    }));
    for (const std::string& customer : next) {
        if (!pasts_.contains(customer)) customers.emplace_back(customer);
    }
    const auto image = app_.serving().state()->profiles;
    const bool fits = pasts_bytes_ < kMostPastBytes / 2;
    for (; fits && next_row_ < image->size() && customers.size() < kCustomersPerScan; ++next_row_) {
        const std::string_view customer = image->at(next_row_).customer_id;
        if (!pasts_.contains(std::string(customer))) customers.push_back(customer);
    }
    BOON_TRY(const auto pasts, pasts_of(app_, *online_, live_.own, customers));
    for (const auto& [id, past] : pasts) remember(id, past);
    return {};
}

Result<std::vector<profiles::ProfileRow>> LiveUpdate::compute(const Events& events, Timestamp as_of) {
    if (pasts_bytes_ > kMostPastBytes) forget();
    PostedRows posted(app_.config().currency);
    std::set<std::string, std::less<>> customers;
    std::vector<std::string_view> unseen;
    for (const auto& [place, event] : events) {
        BOON_CHECK(posted.add(event));
        const auto [customer, is_new] = customers.insert(event.customer_id);
        if (is_new && !pasts_.contains(*customer)) unseen.emplace_back(*customer);
    }
    BOON_CHECK(read_pasts(std::move(unseen), events.back().place));
    std::vector<profiles::ProfileRow> rows;
    for (const std::string& customer : customers) {
        BOON_TRY(auto past, features::unpack(pasts_.find(customer)->second, online_->layout()));
        online_->add(past, posted.of(customer));
        rows.push_back({customer, online_->vector(past, as_of), as_of});
        remember(customer, past);
    }
    return rows;
}

// Another process may have taken something about a customer when it did not know yet that one was erased.
Status LiveUpdate::drop_erased(Events& events) {
    std::set<std::string> erased;
    for (const auto& [place, event] : events) {
        if (app_.erasures().has(event.customer_id)) erased.insert(event.customer_id);
    }
    if (erased.empty()) return {};
    std::erase_if(events, [&](const auto& placed) { return erased.contains(placed.event.customer_id); });
    return app_.database().write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        for (const std::string& customer : erased) BOON_CHECK(history::erase_events(connection, customer));
        return {};
    });
}

// Without anything to keep.
Status LiveUpdate::go_behind(const LivePlace& from, history::EventPlace to) {
    BOON_CHECK(app_.database().write(db::Lane::batch, [&](db::Connection& c) { return go_on(c, from, to); }));
    return {};
}

Status LiveUpdate::keep(const LivePlace& from, history::EventPlace to, const std::vector<profiles::ProfileRow>& rows) {
    const Timestamp as_of = rows.front().computed_at;
    const auto image = app_.serving().state()->profiles->with(rows);
    std::vector<std::uint32_t> places;
    for (const auto& row : rows) places.push_back(static_cast<std::uint32_t>(*image->row_of(row.customer_id)));
    Works works;
    BOON_TRY(works.stage, work_of<StageWork>(app_, as_of));
    BOON_TRY(works.value, work_of<ValueWork>(app_, as_of));
    return app_.database().write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        BOON_TRY(const bool first, go_on(connection, from, to));
        if (!first) return fail(ErrorCode::conflict, "customers were brought up to date meanwhile");
        BOON_CHECK(profiles::change_profiles(connection, live_.schema_id, rows, app_.now()));
        if (works.value) {
            BOON_CHECK(unless_too_early(value::update_customers(connection, works.value->base(*image), places)));
        }
        if (works.stage) BOON_CHECK(lifecycle::update_customers(connection, works.stage->base(*image), places));
        return {};
    });
}

Result<std::size_t> LiveUpdate::step() {
    BOON_TRY(const auto from, app_.database().read([](db::Connection& c) { return live_place(c); }));
    if (!from) return 0;
    BOON_TRY(auto events, app_.database().read([&](db::Connection& connection) {
        return history::events_after(connection, from->place, kEventsPerStep);
    }));
    if (events.empty()) return 0;
    const history::EventPlace to = events.back().place;
    const std::size_t taken = events.size();
    BOON_CHECK(drop_erased(events));
    if (events.empty()) {
        BOON_CHECK(go_behind(*from, to));
        return taken;
    }
    BOON_CHECK(adopt(from->fill));
    const auto image = app_.serving().state()->profiles;
    if (image->schema() == nullptr || image->schema()->schema_id != live_.schema_id) return 0;  // it is being loaded
    Timestamp as_of = app_.now();
    for (const auto& [place, event] : events) as_of = std::max(as_of, plus_micros(event.known_at, 1));
    BOON_TRY(const auto rows, compute(events, as_of));
    if (auto kept = keep(*from, to, rows); !kept) {
        forget();
        return std::unexpected(std::move(kept).error());
    }
    BOON_CHECK(app_.follow_changes());
    return taken;
}

}  // namespace boon::app
