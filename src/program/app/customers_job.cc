// The customers of a source, into the table of customers.
#include <fmt/format.h>

#include "platform/base/record.h"
#include "program/app/app.h"
#include "program/app/job_kinds.h"
#include "program/app/offer_sync.h"
#include "records/customers/customers.h"
#include "records/sync/xiva.h"

namespace boon::app {

namespace {

struct CustomersParameters {
    std::string source;
};
BOOST_DESCRIBE_STRUCT(CustomersParameters, (), (source))

}  // namespace

Result<json::Value> run_customers(App& app, const json::Value& parameters, const Progress& progress) {
    BOON_TRY(const auto wanted, json::read<CustomersParameters>(parameters));
    BOON_TRY(const auto row, app.sync().registry().find(wanted.source));
    if (row.kind != sync::SourceKind::xiva) {
        return fail(
            ErrorCode::invalid, fmt::format("{} is a {} source, which has no customers", row.name, enum_name(row.kind)),
            "customers come from sources of the kind xiva"
        );
    }
    BOON_TRY(const auto config, app.sync().registry().open(row));
    std::int64_t done = 0;
    std::int64_t total = 0;
    const sync::World world = app.sync().world([&] { return progress(done, total); });
    BOON_TRY(const auto source, sync::make_xiva_customers(config, world));
    customers::Import import = customers::Customers(app.database(), &app.erasures()).begin(row.name, app.now());
    const auto take = [&](std::vector<sync::UpstreamRecord>&& page, std::int64_t announced) -> Status {
        std::vector<json::Value> bodies;
        for (sync::UpstreamRecord& record : page) bodies.push_back(std::move(record.body));
        BOON_CHECK(import.add(bodies));
        done += std::ssize(bodies);
        total = announced;
        return progress(done, total);
    };
    BOON_CHECK(source->crawl({}, take));
    BOON_TRY(const auto report, import.finish());
    return json::parse(json::write(report));
}

}  // namespace boon::app
