// The members of an audience on their way to a webhook: batches of them, and a manifest that says which batches there
// are (docs/audiences.md, "To a campaign tool"). A job, since a base of millions makes thousands of messages.
#pragma once

#include <string>
#include <string_view>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"

namespace boon::app {

class App;

inline constexpr std::string_view kAudienceExportKind = "audience_export";
// Of webhooks that take audiences.
inline constexpr std::string_view kAudienceTopic = "audiences";

struct AudienceExport {
    std::string audience;
    std::string webhook_id;
    Timestamp at;  // to which days are counted
};
BOOST_DESCRIBE_STRUCT(AudienceExport, (), (audience, webhook_id, at))

// Whether the webhook takes audiences: `not_found`, or `invalid` for one of another topic.
Status check_receiver(App& app, std::string_view webhook_id);

}  // namespace boon::app

template <>
inline constexpr auto boon::kFields<boon::app::AudienceExport> = std::array{
    boon::Field{.name = "audience", .required = true, .max_length = 50},
    boon::Field{.name = "webhook_id", .required = true, .max_length = 64},
    boon::Field{.name = "at", .required = true},
};
