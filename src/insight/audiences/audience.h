// An audience: a named rule that selects customers. The record is what one version says; store.h keeps the versions,
// selector.h runs the rule.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"

namespace boon::audiences {

struct Audience {
    std::string name = {};
    std::string description = {};
    json::Value rule = {};
    std::int64_t version = 0;
    std::string created_by = {};
    Timestamp created_at = {};
    std::string updated_by = {};
    Timestamp updated_at = {};
};
BOOST_DESCRIBE_STRUCT(Audience, (), (name, description, rule, version, created_by, created_at, updated_by, updated_at))

// `change`: created, changed, renamed, restored or deleted.
struct AudienceRevision {
    std::int64_t version = 0;
    std::string name;
    std::string description;
    json::Value rule;
    std::string change;
    std::string changed_by;
    Timestamp changed_at;
};
BOOST_DESCRIBE_STRUCT(AudienceRevision, (), (version, name, description, rule, change, changed_by, changed_at))

inline constexpr std::size_t kMaxName = 50;

// What offers may name stands for something else already where it is in `taken`. `invalid` with the pointer of each
// mistake: a name that is not a-z, 0-9, _ and - (a letter or digit first), or is taken.
Status check_name(std::string_view name, const std::vector<std::string>& taken);

}  // namespace boon::audiences

template <>
inline constexpr auto boon::kFields<boon::audiences::Audience> = std::array{
    boon::Field{
        .name = "name",
        .doc = "a-z, 0-9, _ and -; what offers name in target_segment",
        .required = true,
        .max_length = boon::audiences::kMaxName,
    },
    boon::Field{.name = "description", .doc = "whom it is meant to select", .max_length = 500},
    boon::Field{
        .name = "rule",
        .doc = "JsonLogic: the customers for whom it is true; docs/audiences.md lists the variables",
        .required = true,
    },
    boon::Field{.name = "version", .doc = "grows by one with each change", .read_only = true},
    boon::Field{.name = "created_by", .read_only = true},
    boon::Field{.name = "created_at", .read_only = true},
    boon::Field{.name = "updated_by", .read_only = true},
    boon::Field{.name = "updated_at", .read_only = true},
};
