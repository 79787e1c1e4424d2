// The check of the warehouse (docs/warehouse.md): made before features are computed and models trained, when a server
// starts, and by `boon doctor`. What it found last is kept in the instance's folder, and holds as long as what was read
// is the same.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "program/app/job_kinds.h"
#include "records/warehouse/warehouse.h"

namespace boon::app {

class App;

struct WarehouseCheck {
    Timestamp checked_at;
    double seconds = 0;
    std::string fingerprint = {};  // of what was read; empty: not known, so it is read again each time
    warehouse::Report report = {};
};
BOOST_DESCRIBE_STRUCT(WarehouseCheck, (), (checked_at, seconds, fingerprint, report))

// What a server says of it to who asks whether it is ready; it is ready in any case.
enum class WarehouseHealth { none, unchecked, ok, warnings, errors };
BOOST_DESCRIBE_ENUM(WarehouseHealth, none, unchecked, ok, warnings, errors)

// Thread-safe; one check at a time.
class WarehouseChecks {
public:
    explicit WarehouseChecks(App& app);
    ~WarehouseChecks();
    WarehouseChecks(const WarehouseChecks&) = delete;
    WarehouseChecks& operator=(const WarehouseChecks&) = delete;

    // Nothing before the first.
    Result<std::optional<WarehouseCheck>> last();
    [[nodiscard]] WarehouseHealth health() const { return health_; }

    // as_due: the last one holds when neither the settings nor the files (or the copy) changed since, and it is less
    // than a day old: what was in the future then may no longer be.
    enum class When { as_due, now };
    Result<WarehouseCheck> check(When when, const warehouse::CheckOptions& options = {});

    // As due, as the first step of a job; `invalid` when a table cannot be read at all.
    Result<WarehouseCheck> check_for_job(const Progress& progress);

    // As due, on a thread of its own; what it found goes to the log.
    void start();

private:
    void check_and_tell(const std::stop_token& stop);

    App& app_;
    std::mutex mutex_;
    std::atomic<WarehouseHealth> health_;
    std::jthread thread_;  // last: ends before the rest goes
};

// An error of a query over the rows that were checked: where the check knows the value that it failed by, the error
// says which, with its table and row.
std::unexpected<Error> explained(Error error, const WarehouseCheck& check);

}  // namespace boon::app
