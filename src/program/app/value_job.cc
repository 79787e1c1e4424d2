// Works out the value of the whole base, going on where a worker before came to.
#include "platform/db/database.h"
#include "program/app/app.h"
#include "program/app/resumable.h"
#include "program/app/value_work.h"

namespace boon::app {

namespace {

struct ValuesResult {
    Timestamp as_of;
    std::int64_t customers = 0;
    std::int64_t in_base = 0;
    std::int64_t is_partial = 0;
    std::int64_t changed = 0;
    double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(ValuesResult, (), (as_of, customers, in_base, is_partial, changed, seconds))

}  // namespace

Result<json::Value> run_value(App& app, const json::Value& parameters, const Progress& progress) {
    const Stopwatch watch;
    BOON_TRY(const auto wanted, json::read<BaseParameters>(parameters));
    BOON_CHECK(app.follow_changes());
    BOON_TRY(const auto work, ValueWork::make(app, wanted.as_of));
    const auto base = work.base();
    BOON_TRY(
        const auto end, value::update_base(
                            app.database(), base, checkpoint_of<value::Checkpoint>(progress),
                            keeping<value::Checkpoint>(progress), app.now()
                        )
    );
    BOON_CHECK(app.follow_changes());
    const ValuesResult result{
        .as_of = base.as_of,
        .customers = end.done,
        .in_base = end.in_base,
        .is_partial = end.is_partial,
        .changed = end.changed,
        .seconds = watch.seconds(),
    };
    return json::parse(json::write(result));
}

}  // namespace boon::app
