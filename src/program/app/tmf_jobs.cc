// Imports and exports of TM Forum resources, as jobs.
#include <array>

#include "action/tmf/product_catalog.h"
#include "platform/base/record.h"
#include "program/app/app.h"
#include "program/app/job_kinds.h"

namespace boon::app {

struct TmfJobParameters {
    std::string id;  // of the importJob or exportJob
};
BOOST_DESCRIBE_STRUCT(TmfJobParameters, (), (id))

}  // namespace boon::app

template <>
inline constexpr auto boon::kFields<boon::app::TmfJobParameters> = std::array{
    boon::Field{.name = "id", .doc = "of the importJob or exportJob", .required = true, .max_length = 100},
};

namespace boon::app {

Result<json::Value> run_tmf_import(App& app, const json::Value& parameters, const Progress& progress) {
    BOON_TRY(const auto wanted, json::read<TmfJobParameters>(parameters));
    const tmf::JobWorld world{.progress = progress, .now = [&app] { return app.now(); }};
    BOON_TRY(auto result, app.product_catalog().run_import(wanted.id, world));
    app.wake_courier();
    BOON_CHECK(app.follow_changes());
    return result;
}

Result<json::Value> run_tmf_export(App& app, const json::Value& parameters, const Progress& progress) {
    BOON_TRY(const auto wanted, json::read<TmfJobParameters>(parameters));
    return app.product_catalog().run_export(wanted.id, {.progress = progress, .now = [&app] { return app.now(); }});
}

}  // namespace boon::app
