#include "program/api/job_view.h"

#include <cmath>
#include <utility>

namespace boon::api {

JobView view_of(storage::Job job) {
    JobView view{std::move(job), {}};
    const bool running = view.state == storage::JobState::running && view.rate_per_s > 0 && view.total > view.done;
    if (running) view.eta_s = std::round(static_cast<double>(view.total - view.done) / view.rate_per_s * 10) / 10;
    return view;
}

}  // namespace boon::api
