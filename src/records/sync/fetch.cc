#include "records/sync/fetch.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "platform/base/id.h"
#include "records/sync/url.h"

namespace boon::sync {

namespace {

using std::chrono::milliseconds;

http::ClientOptions client_options(const World& world, const FetchLimits& limits) {
    http::ClientOptions options = world.http;
    options.total_timeout = limits.timeout;
    options.connect_timeout = std::min(options.connect_timeout, limits.timeout);
    options.response_bytes = limits.page_bytes;
    return options;
}

// Whether it was the peer that failed. A wrong password or a missing page is an answer.
bool is_failure(const Result<http::Response>& result) {
    if (!result) return result.error().code == ErrorCode::unavailable;
    return result->status >= 500 || result->status == 429;
}

std::string lower(std::string_view text) {
    std::string lowered(text);
    for (char& c : lowered) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lowered;
}

bool is_html(const http::Response& response) {
    if (lower(response.content_type).starts_with("text/html")) return true;
    const std::size_t first = response.body.find_first_not_of(" \t\r\n");
    return first != std::string::npos && response.body[first] == '<';
}

// One line of at most 200 characters of UTF-8, whatever a peer put there: the reason of a run is kept and shown.
std::string one_line(std::string_view text) {
    const bool is_text = is_utf8(text);
    std::string line;
    for (const char c : is_text ? first_characters(text, 200) : text.substr(0, 200)) {
        const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        const bool foreign = !is_text && static_cast<unsigned char>(c) > 0x7f;
        line += control ? ' ' : foreign ? '?' : c;
    }
    const std::size_t last = line.find_last_not_of(' ');
    return last == std::string::npos ? std::string() : line.substr(0, last + 1);
}

std::string title_of(std::string_view page) {
    const std::string lowered = lower(page.substr(0, 64 * 1024));
    const std::size_t open = lowered.find("<title>");
    const std::size_t close = lowered.find("</title>");
    if (open == std::string::npos || close == std::string::npos || close < open + 7) return {};
    return one_line(page.substr(open + 7, close - open - 7));
}

// What the APIs that boon speaks to call their reason, most precise first.
std::string reason_of(const json::Value& body) {
    static constexpr std::array kPlaces = {
        "/detail", "/error_description", "/error/message", "/0/message", "/message", "/reason", "/error", "/title"
    };
    for (const std::string_view place : kPlaces) {
        if (std::string text = text_at(body, place); !text.empty()) return text;
    }
    return {};
}

std::string status_words(int status) {
    switch (status) {
        case 400: return "400 (it does not understand the request)";
        case 401: return "401 (it does not accept who we are)";
        case 403: return "403 (this user may not read that)";
        case 404: return "404 (nothing is there)";
        case 410: return "410 (it is gone)";
        case 429: return "429 (too many requests)";
        case 500: return "500 (it failed)";
        case 502: return "502 (its gateway got no good answer)";
        case 503: return "503 (it is not available)";
        case 504: return "504 (its gateway got no answer in time)";
        default: return std::to_string(status);
    }
}

std::string status_hint(int status) {
    switch (status) {
        case 401: return "check the user and password, or the token, and how the header is to be written";
        case 403: return "give this user the right to read it";
        case 404: return "check the base URL and the version";
        case 429:
        case 503: return "it is busy; run again later";
        default: return {};
    }
}

}  // namespace

std::optional<std::string_view> Reply::header(std::string_view name) const {
    for (const http::Header& header : headers) {
        if (http::same_name(header.name, name)) return header.value;
    }
    return std::nullopt;
}

Fetch::Fetch(const SourceConfig& config, FetchLimits limits, const World& world)
    : source_(config.name),
      limits_(limits),
      world_(world),
      client_(client_options(world, limits)),
      breakers_(world.breakers == nullptr ? own_breakers_ : *world.breakers),
      ends_(plus_micros(world.now(), limits.deadline.count() * kMicrosPerSecond)) {
    for (const auto& [name, secret] : config.secrets) secrets_.push_back(secret);
}

Status Fetch::check_time(std::string_view shown) const {
    if (world_.now() < ends_) return {};
    return fail(
        ErrorCode::unavailable,
        fmt::format("could not read {}: the crawl has taken longer than {} s", shown, limits_.deadline.count()),
        "see whether the upstream is slow; the limit is the source's option deadline_s"
    );
}

Result<http::Response> Fetch::exchange(const FetchRequest& request) {
    const http::ClientRequest sent{
        .method = request.method, .url = request.url, .headers = request.headers, .body = request.body
    };
    http::ClientRequest judged = sent;
    if (request.repeat == Repeat::harmless) judged.method = "GET";
    const std::string address = shown_url(request.url);
    for (int number = 1;; ++number) {
        BOON_CHECK(check_time(address));
        BOON_CHECK(breakers_.admit(source_, address, world_.now()));
        Result<http::Response> result = client_.send(sent);
        const Timestamp now = world_.now();
        if (is_failure(result)) {
            breakers_.failed(source_, address, now);
        } else if (result) {
            breakers_.succeeded(source_, address);
        }
        const auto asked_for = result ? http::retry_after(*result, now) : std::nullopt;
        const auto delay = http::retry_delay(limits_.retries, judged, result, {number, asked_for, world_.uniform()});
        if (!delay || plus_micros(now, delay->count() * 1000) >= ends_) return result;
        if (!world_.sleep(*delay)) {
            return fail(
                ErrorCode::unavailable, "stopped while waiting to ask again: boon is ending or it was cancelled"
            );
        }
    }
}

Result<http::Response> Fetch::send_raw(const FetchRequest& request) {
    BOON_TRY(http::Response response, exchange(request));
    const std::string shown = shown_url(request.url);
    bytes_ += response.body.size();
    if (bytes_ > limits_.crawl_bytes) {
        return fail(
            ErrorCode::unavailable,
            fmt::format("could not read {}: the crawl has given more than {} bytes", shown, limits_.crawl_bytes)
        );
    }
    if (response.status >= 300 && response.status < 400 && response.status != 304) {
        const std::string where = one_line(shown_url(response.header("Location").value_or("")));
        return fail(
            ErrorCode::unavailable,
            fmt::format(
                "could not read {}: it answered {} and sent us to {}; redirects are not followed", shown,
                response.status, where.empty() ? "nowhere" : where
            ),
            "set the base URL to where the service really is"
        );
    }
    return response;
}

Result<Reply> Fetch::send(const FetchRequest& request) {
    BOON_TRY(http::Response response, send_raw(request));
    Reply reply{.status = response.status, .headers = std::move(response.headers), .shown = shown_url(request.url)};
    if (reply.status == 204 || reply.status == 304) return reply;
    if (!reply.ok()) {
        // Errors come as JSON or not; what can be read of them is shown.
        if (auto body = json::parse(response.body)) reply.body = *std::move(body);
        return reply;
    }
    if (is_html(response)) {
        const std::string title = without_secrets(title_of(response.body));
        return fail(
            ErrorCode::unavailable,
            fmt::format(
                "could not read {}: it answered {} with a web page{} instead of JSON", reply.shown, reply.status,
                title.empty() ? "" : " (" + title + ")"
            ),
            "a login page or a proxy may stand before it; check the base URL"
        );
    }
    auto body = json::parse(response.body);
    if (!body) return lied(reply.shown, "its answer is " + body.error().message);
    reply.body = *std::move(body);
    return reply;
}

Result<Reply> Fetch::send_ok(const FetchRequest& request) {
    BOON_TRY(Reply reply, send(request));
    if (!reply.ok()) return refused(reply);
    return reply;
}

std::unexpected<Error> Fetch::refused(const Reply& reply) const {
    std::string message = fmt::format("could not read {}: it answered {}", reply.shown, status_words(reply.status));
    if (const std::string reason = reason_of(reply.body); !reason.empty()) {
        message += ": " + without_secrets(one_line(reason));
    }
    if (const auto wait = reply.header("Retry-After")) message += "; it asks to wait: " + one_line(*wait);
    const bool ours = reply.status == 401 || reply.status == 403;
    return fail(ours ? ErrorCode::failed_precondition : ErrorCode::unavailable, message, status_hint(reply.status));
}

std::unexpected<Error> Fetch::lied(std::string_view shown, std::string_view how) {
    return fail(
        ErrorCode::unavailable, fmt::format("could not read {}: {}", shown, how),
        "nothing was changed by this run; if it happens again, ask who runs the upstream"
    );
}

std::string Fetch::without_secrets(std::string text) const {
    for (const std::string& secret : secrets_) {
        if (secret.empty()) continue;
        for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
            text.replace(at, secret.size(), "***");
            at += 3;
        }
    }
    return text;
}

const json::Value* find(const json::Value& value, std::string_view pointer) {
    boost::system::error_code ignored;
    return value.find_pointer(pointer, ignored);
}

}  // namespace boon::sync
