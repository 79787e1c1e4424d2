#include "program/app/customer_past.h"

#include <array>
#include <string>

#include "platform/db/database.h"
#include "program/app/app.h"
#include "program/app/posted_rows.h"

namespace boon::app {

Result<features::Online> online_of(const LiveFeatures& live) {
    BOON_TRY(auto schema, features::Schema::from_json(live.features));
    return features::Online::make(std::move(schema));
}

Result<warehouse::OwnTables> own_tables(App& app, const LiveFeatures& live) {
    if (!live.own.empty()) return live.own;
    BOON_TRY(const auto warehouse, app.warehouse());
    return warehouse::measure_own(*warehouse);
}

Result<features::PastsByCustomer> pasts_of(
    App& app, const features::Online& online, const warehouse::OwnTables& own,
    std::span<const std::string_view> customers
) {
    const std::vector<std::string> ids(customers.begin(), customers.end());
    BOON_TRY(const auto warehouse, app.warehouse());
    BOON_TRY(auto pasts, features::read_pasts(*warehouse, online, ids, own));
    PostedRows posted(app.config().currency);
    BOON_CHECK(app.database().read([&](db::Connection& connection) {
        return history::for_each_event_of(connection, customers, [&](const history::Event& event) {
            return posted.add(event);
        });
    }));
    for (auto& [id, past] : pasts) online.add(past, posted.of(id));
    return pasts;
}

Result<std::vector<float>> features_at(App& app, std::string_view customer_id, Timestamp at) {
    BOON_TRY(const auto live, app.database().read([](db::Connection& c) { return live_features(c); }));
    BOON_TRY(const auto online, online_of(live));
    BOON_TRY(const auto own, own_tables(app, live));
    BOON_TRY(const auto pasts, pasts_of(app, online, own, std::array{customer_id}));
    return online.vector(pasts.find(customer_id)->second, at);
}

}  // namespace boon::app
