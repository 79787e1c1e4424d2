// The daily work: features, then value, then stages, then what is past its time, once a day at the programme's local
// time of BOON_DAILY_AT.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"

namespace boon::app {

class App;

class Daily {
public:
    // Null when the settings say never. `invalid` for a time zone that is not known. `app` must outlive it.
    static Result<std::unique_ptr<Daily>> start(App& app);
    ~Daily();
    Daily(const Daily&) = delete;
    Daily& operator=(const Daily&) = delete;

private:
    explicit Daily(App& app);
    void loop(const std::stop_token& stop);
    Status begin_if_due();

    App& app_;
    std::string seen_;  // the day that was claimed last, by whom ever: of the thread only
    std::jthread thread_;
};

// The kinds of job that work out the whole base, in their order.
Result<std::vector<std::string_view>> base_kinds(App& app);

// The programme's local date (`2026-03-01`) whose daily work is due at `now`: today's from that minute of the day on,
// else yesterday's. `invalid` for a time zone that is not known.
Result<std::string> day_due(Timestamp now, const std::string& time_zone, int minute_of_day);

// Claims the day: true for the one caller, of all processes of the instance, that has to do its work. A day before the
// instance was first asked is nobody's.
Result<bool> claim_day(db::Connection& connection, const std::string& day, Timestamp now);

}  // namespace boon::app
