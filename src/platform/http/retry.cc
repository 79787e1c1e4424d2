#include "platform/http/retry.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <curl/curl.h>

namespace boon::http {

namespace {

using std::chrono::milliseconds;

bool is_harmless_twice(const ClientRequest& request) {
    for (const std::string_view method : {"GET", "HEAD", "PUT", "DELETE"}) {
        if (request.method == method) return true;
    }
    return std::ranges::any_of(request.headers, [](const Header& header) {
        return same_name(header.name, "Idempotency-Key");
    });
}

bool may_ask_again(const ClientRequest& request, const Result<Response>& result) {
    if (!result) return result.error().code == ErrorCode::unavailable && is_harmless_twice(request);
    switch (result->status) {
        case 429:
        case 503: return true;
        case 502:
        case 504: return is_harmless_twice(request);
        default: return false;
    }
}

}  // namespace

std::optional<milliseconds> retry_after(const Response& response, Timestamp now) {
    const auto value = response.header("Retry-After");
    if (!value) return std::nullopt;
    std::int64_t seconds = 0;
    const auto [rest, ec] = std::from_chars(value->data(), value->data() + value->size(), seconds);
    if (ec == std::errc() && rest == value->data() + value->size()) {
        // A thousand days: more than anybody waits, and far from overflowing.
        constexpr std::int64_t kMost = 86'400'000;
        return seconds < 0 ? std::nullopt : std::optional(milliseconds(std::min(seconds, kMost) * 1000));
    }
    const std::time_t date = curl_getdate(std::string(*value).c_str(), nullptr);
    if (date < 0) return std::nullopt;
    const std::int64_t wait_ms = (std::int64_t{date} * kMicrosPerSecond - now.micros) / 1000;
    return milliseconds(std::max<std::int64_t>(wait_ms, 0));
}

std::optional<milliseconds> retry_delay(
    const RetryPolicy& policy, const ClientRequest& request, const Result<Response>& result, const Attempt& attempt
) {
    if (attempt.number >= policy.attempts || !may_ask_again(request, result)) return std::nullopt;
    const milliseconds asked_for = attempt.asked_for.value_or(milliseconds(0));
    if (asked_for > policy.longest_retry_after) return std::nullopt;
    const double bound = std::min(
        static_cast<double>(policy.longest_delay.count()),
        static_cast<double>(policy.first_delay.count()) * std::exp2(attempt.number - 1)
    );
    // On top, so that not all who were told the same come back together.
    return asked_for + milliseconds(static_cast<std::int64_t>(attempt.uniform * bound));
}

Result<Response> send_with_retries(
    Client& client, const ClientRequest& request, const RetryPolicy& policy, const RetryWorld& world
) {
    for (int number = 1;; ++number) {
        Result<Response> result = client.send(request);
        const auto asked_for = result ? retry_after(*result, world.now()) : std::nullopt;
        const auto delay = retry_delay(policy, request, result, {number, asked_for, world.uniform()});
        if (!delay || !world.sleep(*delay)) return result;
    }
}

}  // namespace boon::http
