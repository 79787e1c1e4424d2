// The rules as published: every version is kept, the newest is in force. Within the caller's read() or write().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "insight/lifecycle/rule_set.h"
#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"

namespace boon::lifecycle {

// Of rows in the change feed that tell of a published version.
inline constexpr std::string_view kRulesChange = "stage_rules";

struct RulesVersion {
    std::int64_t version = 0;  // 0: the defaults, before anything was published
    RuleSet document;
    std::string note;
    std::string published_by;
    Timestamp published_at;
};
BOOST_DESCRIBE_STRUCT(RulesVersion, (), (version, document, note, published_by, published_at))

// The newest version, or the defaults.
Result<RulesVersion> current_rules(db::Connection& connection);
// `not_found`; 0 gives the defaults.
Result<RulesVersion> find_rules(db::Connection& connection, std::int64_t version);
// The newest first, the defaults last.
Result<std::vector<RulesVersion>> list_rules(db::Connection& connection);
// `failed_precondition` unless `expected` is the version in force; checked by the caller before. Tells the change feed.
Result<RulesVersion> publish_rules(db::Connection& connection, RulesVersion next, std::int64_t expected);

}  // namespace boon::lifecycle
