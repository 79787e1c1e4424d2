// Works out the stages of the whole base, going on where a worker before came to.
#include "insight/lifecycle/dashboard.h"
#include "platform/db/database.h"
#include "program/app/app.h"
#include "program/app/resumable.h"
#include "program/app/stage_work.h"

namespace boon::app {

namespace {

struct StagesResult {
    Timestamp as_of;
    std::int64_t rules_version = 0;
    std::int64_t customers = 0;
    std::int64_t entered = 0;
    std::int64_t moved = 0;
    std::int64_t left_base = 0;
    std::int64_t held = 0;
    std::int64_t ahead = 0;
    std::vector<std::string> warnings;
    double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(
    StagesResult, (), (as_of, rules_version, customers, entered, moved, left_base, held, ahead, warnings, seconds)
)

}  // namespace

Result<json::Value> run_lifecycle(App& app, const json::Value& parameters, const Progress& progress) {
    const Stopwatch watch;
    BOON_TRY(const auto wanted, json::read<BaseParameters>(parameters));
    BOON_CHECK(app.follow_changes());
    BOON_TRY(const auto work, StageWork::make(app, wanted.as_of));
    const auto base = work.base();
    BOON_TRY(
        const auto end, lifecycle::update_base(
                            app.database(), base, checkpoint_of<lifecycle::Checkpoint>(progress),
                            keeping<lifecycle::Checkpoint>(progress), app.now()
                        )
    );
    BOON_CHECK(app.follow_changes());
    BOON_TRY(const auto counts, app.database().read([&](db::Connection& connection) {
        return lifecycle::distribution_at(connection, base.as_of);
    }));
    const StagesResult result{
        .as_of = base.as_of,
        .rules_version = base.rules_version,
        .customers = end.done,
        .entered = end.entered,
        .moved = end.moved,
        .left_base = end.left_base,
        .held = end.held,
        .ahead = end.ahead,
        .warnings = lifecycle::warnings_of(counts),
        .seconds = watch.seconds(),
    };
    return json::parse(json::write(result));
}

}  // namespace boon::app
