// When a customer may be written to next, by the contact policy: so many messages a day, so many in seven days. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/base/record.h"
#include "platform/base/timestamp.h"

namespace boon::serving {

// Of messages that go out; days are 24 hours that end now.
struct ContactLimits {
    std::int32_t per_day = 1;
    std::int32_t per_week = 3;
};

struct NextContact {
    Timestamp at;  // now, when nothing stands in the way
    bool now = true;
    std::string reason;
    std::int32_t sent_24_hours = 0;
    std::int32_t sent_7_days = 0;
};
BOOST_DESCRIBE_STRUCT(NextContact, (), (at, now, reason, sent_24_hours, sent_7_days))

// `sent`: when messages went out, in any order; later ones than `now` do not count.
NextContact next_contact(std::vector<Timestamp> sent, const ContactLimits& limits, Timestamp now);

}  // namespace boon::serving

template <>
inline constexpr auto boon::kFields<boon::serving::NextContact> = std::array{
    boon::Field{.name = "at", .doc = "the first instant at which the contact policy allows one"},
    boon::Field{.name = "now", .doc = "whether that is now"},
    boon::Field{.name = "reason", .doc = "what stands in the way until then, or that nothing does"},
};
