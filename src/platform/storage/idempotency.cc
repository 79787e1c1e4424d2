#include "platform/storage/idempotency.h"

#include <algorithm>
#include <span>

#include <fmt/core.h>
#include <sodium.h>

#include "platform/storage/digest.h"

namespace boon::storage {

namespace {

// The scope's length stands before it, so that no other scope and key read the same.
Digest derive(std::string_view purpose, const IdempotencyKey& key) {
    return sha256(fmt::format("boon {} {}:{}{}", purpose, key.scope.size(), key.scope, key.key));
}

Digest id_of(const IdempotencyKey& key) { return derive("answer id", key); }

const unsigned char* bytes_of(std::span<const std::byte> bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::vector<std::byte> seal(const IdempotencyKey& key, std::string_view text) {
    const Digest secret = derive("answer seal", key);
    static_assert(crypto_secretbox_KEYBYTES == crypto_hash_sha256_BYTES);
    std::vector<std::byte> sealed = random_bytes(crypto_secretbox_NONCEBYTES);
    sealed.resize(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + text.size());
    auto* const out = reinterpret_cast<unsigned char*>(sealed.data());
    crypto_secretbox_easy(
        out + crypto_secretbox_NONCEBYTES, reinterpret_cast<const unsigned char*>(text.data()), text.size(), out,
        bytes_of(secret)
    );
    return sealed;
}

Result<std::string> unseal(const IdempotencyKey& key, std::span<const std::byte> sealed) {
    constexpr std::size_t kAround = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    const Digest secret = derive("answer seal", key);
    std::string text(sealed.size() < kAround ? 0 : sealed.size() - kAround, '\0');
    const bool open =
        sealed.size() >= kAround &&
        crypto_secretbox_open_easy(
            reinterpret_cast<unsigned char*>(text.data()), bytes_of(sealed.subspan(crypto_secretbox_NONCEBYTES)),
            sealed.size() - crypto_secretbox_NONCEBYTES, bytes_of(sealed), bytes_of(secret)
        ) == 0;
    if (open) return text;
    return fail(ErrorCode::internal, "the answer kept for this idempotency key is damaged", "take a new key");
}

}  // namespace

Result<std::optional<KeptAnswer>> recall_answer(db::Connection& connection, const IdempotencyKey& key, Timestamp now) {
    std::optional<std::vector<std::byte>> sealed;
    bool same_request = true;
    BOON_CHECK(connection.query(
        "select request_hash, answer from idempotency_keys where id = ? and expires_at > ?", {id_of(key), now},
        [&](const db::Row& row) -> Status {
            same_request = std::ranges::equal(row.blob(0), sha256(key.request));
            const auto bytes = row.blob(1);
            sealed.emplace(bytes.begin(), bytes.end());
            return {};
        }
    ));
    if (!sealed) return std::optional<KeptAnswer>();
    if (!same_request) {
        return fail(
            ErrorCode::conflict, fmt::format("the idempotency key \"{}\" was used for another request", key.key),
            "take a new key for a new request"
        );
    }
    BOON_TRY(const std::string text, unseal(key, *sealed));
    BOON_TRY(const json::Value value, json::parse(text));
    return json::read<KeptAnswer>(value);
}

Status keep_answer(db::Connection& connection, const IdempotencyKey& key, const KeptAnswer& answer, Timestamp now) {
    const Digest id = id_of(key);
    BOON_CHECK(connection.execute("delete from idempotency_keys where id = ? and expires_at <= ?", {id, now}));
    BOON_CHECK(connection.execute(
        "insert into idempotency_keys (id, request_hash, answer, expires_at) values (?, ?, ?, ?)",
        {id, sha256(key.request), seal(key, json::write(answer)), plus_micros(now, kIdempotencyMicros)}
    ));
    return {};
}

Result<std::int64_t> forget_answers(db::Connection& connection, Timestamp now, std::int64_t limit) {
    return connection.execute(
        "delete from idempotency_keys where id in (select id from idempotency_keys where expires_at <= ? limit ?)",
        {now, limit}
    );
}

}  // namespace boon::storage
