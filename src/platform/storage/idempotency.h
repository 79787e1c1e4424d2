// Answers kept for a request that is sent again: same scope (principal and operation), same key, same request give the
// first answer; another request is a `conflict`. The answer is kept in the transaction of what it answers.
//
// An answer may hold a secret that is shown once, or a customer's data. It is kept sealed (secretbox) under a key made
// of the caller's own, which is not stored: who has only the database reads nothing of it, if the caller's key cannot
// be guessed. All functions run within the caller's read() or write().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"

namespace boon::storage {

inline constexpr std::int64_t kIdempotencyMicros = 48 * kMicrosPerHour;

struct IdempotencyKey {
    std::string_view scope;
    std::string_view key;
    std::string_view request;  // all that makes it another one when it differs
};

struct KeptHeader {
    std::string name;
    std::string value;
    bool operator==(const KeptHeader&) const = default;
};
BOOST_DESCRIBE_STRUCT(KeptHeader, (), (name, value))

struct KeptAnswer {
    std::int32_t status = 0;
    std::string content_type;
    std::vector<KeptHeader> headers;
    std::string body;
    bool operator==(const KeptAnswer&) const = default;
};
BOOST_DESCRIBE_STRUCT(KeptAnswer, (), (status, content_type, headers, body))

// What was answered before; nothing when the key is new.
Result<std::optional<KeptAnswer>> recall_answer(db::Connection& connection, const IdempotencyKey& key, Timestamp now);
// `conflict` when another request with this key was faster: recall its answer.
Status keep_answer(db::Connection& connection, const IdempotencyKey& key, const KeptAnswer& answer, Timestamp now);

// Removes at most `limit` answers that are older than their time; how many.
Result<std::int64_t> forget_answers(db::Connection& connection, Timestamp now, std::int64_t limit);

}  // namespace boon::storage
