// A job as the API shows it.
#pragma once

#include <optional>

#include "platform/storage/jobs.h"

namespace boon::api {

struct JobView : storage::Job {
    std::optional<double> eta_s;
};
BOOST_DESCRIBE_STRUCT(JobView, (storage::Job), (eta_s))

JobView view_of(storage::Job job);

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::JobView> = std::array{
    boon::Field{.name = "note", .doc = "what it is at: its step, a colon, and more in words"},
    boon::Field{
        .name = "rate_per_s",
        .doc = "of `done`, since its step began (of shares of one whole: since that was known); 0 before it can be told"
    },
    boon::Field{.name = "eta_s", .doc = "seconds that are left at this rate; null when not known or not running"},
};
