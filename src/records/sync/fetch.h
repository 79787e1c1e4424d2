// JSON from an upstream over HTTP, as careful as it must be with a peer that may be slow, dead or lying: TLS is
// verified, no redirect is followed, only allowed addresses are reached (platform/http/client.h), a request is asked
// again only where that does no harm, and an answer is taken only when it is whole and is what it says it is.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/http/client.h"
#include "platform/http/retry.h"
#include "records/sync/breaker.h"
#include "records/sync/path.h"
#include "records/sync/upstream.h"

namespace boon::sync {

struct FetchLimits {
    std::chrono::milliseconds timeout{30'000};  // of one exchange
    std::chrono::seconds deadline{3600};        // of the whole crawl, waiting included
    std::size_t page_bytes = 16 * 1024 * 1024;  // of one answer, decompressed
    std::uint64_t crawl_bytes = 2'000'000'000;  // of all answers together
    http::RetryPolicy retries = {};
};

// Whether asking twice does no harm. A login or a search is a POST that changes nothing.
enum class Repeat { only_if_idempotent, harmless };

struct FetchRequest {
    std::string method = "GET";
    std::string url;
    std::vector<http::Header> headers = {};
    std::string body = {};
    Repeat repeat = Repeat::only_if_idempotent;
};

struct Reply {
    int status = 0;
    json::Value body = nullptr;  // null when there was none (204, 304)
    std::vector<http::Header> headers = {};
    std::string shown;  // the URL without its query, for messages

    [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

// One crawl's requests to one upstream. Not thread-safe; `world` must outlive it.
class Fetch {
public:
    // `config`: its name is the breaker's; its secrets are never repeated in an error.
    Fetch(const SourceConfig& config, FetchLimits limits, const World& world);

    // Any status but those of a redirect is an answer; its body is JSON when the status says success. `unavailable`:
    // no whole answer came in time, or it was not JSON; `forbidden`: that address may not be reached.
    Result<Reply> send(const FetchRequest& request);
    // The same, when only success will do.
    Result<Reply> send_ok(const FetchRequest& request);
    // The answer as it came, for what is not JSON; conditional when `headers` has If-None-Match.
    Result<http::Response> send_raw(const FetchRequest& request);

    // An answer that does not help, in words: what was asked, the status, what the upstream says of it.
    [[nodiscard]] std::unexpected<Error> refused(const Reply& reply) const;
    // `unavailable`, with the URL: an answer that is not what its protocol promises.
    [[nodiscard]] static std::unexpected<Error> lied(std::string_view shown, std::string_view how);

private:
    Result<http::Response> exchange(const FetchRequest& request);
    Status check_time(std::string_view shown) const;
    [[nodiscard]] std::string without_secrets(std::string text) const;

    const std::string source_;
    const FetchLimits limits_;
    const World& world_;
    std::vector<std::string> secrets_;
    http::Client client_;
    Breakers own_breakers_;
    Breakers& breakers_;
    Timestamp ends_;
    std::uint64_t bytes_ = 0;
};

// The member at a JSON Pointer; null when there is none.
const json::Value* find(const json::Value& value, std::string_view pointer);

}  // namespace boon::sync
