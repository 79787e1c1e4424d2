// Answers kept for a request that is sent again: same scope (principal and operation), same key, same body give the
// first answer; another body is a `conflict`. The answer is kept in the transaction of what it answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"

namespace boon::storage {

inline constexpr std::int64_t kIdempotencyMicros = 48 * kMicrosPerHour;

struct IdempotencyKey {
    std::string_view scope;
    std::string_view key;
    std::string_view body;
};

struct KeptAnswer {
    int status = 0;
    std::string content_type;
    std::string body;
    bool operator==(const KeptAnswer&) const = default;
};

// What was answered before; nothing when the key is new.
Result<std::optional<KeptAnswer>> recall_answer(db::Connection& connection, const IdempotencyKey& key, Timestamp now);
// `conflict` when another request with this key was faster: recall its answer.
Status keep_answer(db::Connection& connection, const IdempotencyKey& key, const KeptAnswer& answer, Timestamp now);

// Removes what is older than its time; how many.
Result<std::int64_t> forget_answers(db::Connection& connection, Timestamp now);

}  // namespace boon::storage
