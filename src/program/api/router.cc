#include "program/api/router.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "platform/access/keys.h"
#include "platform/access/sessions.h"
#include "program/api/change.h"
#include "program/api/channel.h"
#include "program/api/family.h"
#include "program/api/site.h"

namespace boon::api {

namespace {

std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> segments;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto slash = path.find('/');
        segments.push_back(path.substr(0, slash));
        path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
    }
    return segments;
}

bool is_variable(std::string_view segment) { return segment.starts_with('{'); }

// `{offer_id}:activate` matches `7:activate` and binds `7`.
bool bind_segment(
    std::string_view pattern, std::string_view given, std::vector<std::pair<std::string_view, std::string>>& path
) {
    const auto end = pattern.find('}');
    const std::string_view suffix = pattern.substr(end + 1);
    if (given.size() <= suffix.size() || !given.ends_with(suffix)) return false;
    const std::string_view value = given.substr(0, given.size() - suffix.size());
    path.emplace_back(pattern.substr(1, end - 1), std::string(value));
    return true;
}

bool bind_path(
    std::span<const std::string_view> pattern, std::span<const std::string_view> given,
    std::vector<std::pair<std::string_view, std::string>>& path
) {
    if (pattern.size() != given.size()) return false;
    path.clear();
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const bool fits = is_variable(pattern[i]) ? bind_segment(pattern[i], given[i], path) : pattern[i] == given[i];
        if (!fits) return false;
    }
    return true;
}

std::optional<std::string_view> bearer_of(const http::Request& request) {
    const auto header = request.headers.find("Authorization");
    constexpr std::string_view kScheme = "Bearer ";
    if (!header || !header->starts_with(kScheme)) return std::nullopt;
    return header->substr(kScheme.size());
}

std::string trace_of(const http::Request& request) {
    const auto parent = request.headers.find("traceparent");
    return parent && parent->size() == 55 ? std::string(*parent) : std::string();
}

// The GET route of what a route's path names: of `/offers/{offer_id}:pause`, `/offers/{offer_id}`.
const Route* object_of(const Route& route) {
    const std::string_view path = route.path.substr(0, route.path.rfind('}') + 1);
    const auto rest = route.path.substr(path.size());
    if (path.empty() || !(rest.empty() || rest.starts_with(':'))) return nullptr;
    const auto found = std::ranges::find_if(all_routes(), [&](const Route& other) {
        return other.method == "GET" && other.path == path && std::holds_alternative<PoolCall>(other.call);
    });
    return found == all_routes().end() ? nullptr : &*found;
}

// `-` in the path stands for the query parameter of the variable's name: ids that a path cannot carry everywhere
// (with slashes, `.`, `..`, control characters) are addressed so.
void bind_from_query(const http::Request& request, std::vector<std::pair<std::string_view, std::string>>& path) {
    for (auto& [name, value] : path) {
        if (value != "-" || request.query_string.empty()) continue;
        const auto query = http::Query::parse(request.query_string);
        if (!query) return;  // the route refuses it
        if (const auto given = query->find(name)) value = *given;
    }
}

std::string policy_text(const access::RateLimit& limit) {
    const int window_s = (limit.burst + limit.per_second - 1) / std::max(limit.per_second, 1);
    return fmt::format("\"key\";q={};w={}", limit.burst, window_s);
}

std::int64_t steady_ns() {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Router::Router(app::App& app, http::WorkerPool& pool)
    : app_(app),
      pool_(pool),
      limiter_({.per_second = app.config().limits.requests_per_s, .burst = app.config().limits.burst}),
      limit_policy_(policy_text(limiter_.limit())) {
    for (const Route& route : all_routes()) {
        compiled_.push_back({&route, object_of(route), split(route.path), metrics_.add_route(route.method, route.path)}
        );
    }
    // Literal segments go before variables: `/models/versions` is not the model called `versions`; and a verb after a
    // variable goes before the variable alone: `/audiences/silent:export` is not the audience called `silent:export`.
    std::ranges::stable_sort(compiled_, {}, [](const Compiled& entry) {
        const bool verb = std::ranges::any_of(entry.segments, [](std::string_view segment) {
            return is_variable(segment) && !segment.ends_with('}');
        });
        return std::pair(std::ranges::count_if(entry.segments, is_variable), !verb);
    });
}

Router::Match Router::match(const http::Request& request) const {
    Match found;
    const auto given = split(request.path);
    const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
    std::vector<std::pair<std::string_view, std::string>> path;
    for (const Compiled& entry : compiled_) {
        if (!bind_path(entry.segments, given, path)) continue;
        if (entry.route->method == method) {
            found.compiled = &entry;
            found.path = std::move(path);
            bind_from_query(request, found.path);
            return found;
        }
        found.allowed += (found.allowed.empty() ? "" : ", ") + std::string(entry.route->method);
    }
    return found;
}

Result<access::Principal> Router::admit(const http::Request& request, const Route& route, Timestamp now) {
    const auto wanted = permission_of(route);
    if (!wanted) return access::Principal{};
    // The socket is readable by the instance's owner only, who could as well read the files.
    if (request.peer == "unix") return access::local_principal("the command line");
    const auto bearer = bearer_of(request);
    if (!bearer) return admit_session(request, *wanted, now);
    BOON_TRY(auto principal, app_.keys().verify(*bearer, now));
    BOON_CHECK(access::require(principal, *wanted));
    return principal;
}

Result<access::Principal> Router::admit_session(
    const http::Request& request, access::Permission wanted, Timestamp now
) {
    const Channel channel = channel_of(request, app_.config().http);
    const auto token = session_cookie(request, channel);
    if (!token) {
        return fail(
            ErrorCode::unauthenticated, "no API key was sent, and no session's cookie",
            "send Authorization: Bearer boon_…; `boon keys create` makes a key"
        );
    }
    BOON_TRY(auto principal, app_.sessions().verify(*token, now));
    if (request.method != "GET" && request.method != "HEAD") BOON_CHECK(require_same_origin(request, channel));
    BOON_CHECK(access::require(principal, wanted));
    return principal;
}

void Router::handle(http::Request request, http::Respond respond) {
    Match found = match(request);
    if (found.compiled == nullptr) {
        if (found.allowed.empty()) {
            if (auto page = site_answer(request)) return respond(*std::move(page));
            return respond(
                refusal(request.path, {ErrorCode::not_found, fmt::format("there is no {}", request.path), "see /docs"})
            );
        }
        http::Response refused = refusal(
            request.path, {ErrorCode::invalid, fmt::format("{} does not take {}", request.path, request.method)},
            {.status = 405}
        );
        refused.headers.push_back({"Allow", found.allowed});
        return respond(std::move(refused));
    }
    const Timestamp now = app_.now();
    auto principal = admit(request, *found.compiled->route, now);
    if (!principal) {
        http::Response refused = refusal(request.path, principal.error());
        if (principal.error().code == ErrorCode::unauthenticated) {
            refused.headers.push_back({"WWW-Authenticate", "Bearer"});
        }
        return respond(std::move(refused));
    }
    const auto started = std::chrono::steady_clock::now();
    const std::size_t metric = found.compiled->metric;
    std::string trace = trace_of(request);
    const auto limited = limit(*principal);
    http::Respond counted([this, metric, started, limited, trace = std::move(trace),
                           respond = std::move(respond)](http::Response answer) {
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
        metrics_.count_request(metric, answer.status, took.count());
        if (!trace.empty()) answer.headers.push_back({"traceparent", trace});
        if (limited) add_limit(answer, *limited);
        respond(std::move(answer));
    });
    if (limited && !limited->admitted) return counted(too_many(request.path, *principal, *limited));
    Call call{app_, std::move(request), *std::move(principal), now, std::move(found.path)};
    run(*found.compiled, std::move(call), std::move(counted));
}

std::optional<access::Limiter::Verdict> Router::limit(const access::Principal& principal) {
    if (!limiter_.is_on() || principal.kind != access::PrincipalKind::key || principal.id.empty()) return std::nullopt;
    return limiter_.take(principal.id, steady_ns());
}

// The fields of draft-ietf-httpapi-ratelimit-headers-10.
void Router::add_limit(http::Response& answer, const access::Limiter::Verdict& verdict) const {
    answer.headers.push_back({"RateLimit-Policy", limit_policy_});
    answer.headers.push_back({"RateLimit", fmt::format("\"key\";r={};t={}", verdict.remaining, verdict.full_in_s)});
}

http::Response Router::too_many(
    std::string_view path, const access::Principal& principal, const access::Limiter::Verdict& verdict
) const {
    const Error error{
        ErrorCode::limited,
        fmt::format("\"{}\" sends more than {} requests a second", principal.name, limiter_.limit().per_second),
        "wait as Retry-After says; an operator can raise limits.requests_per_s and limits.burst"
    };
    return refusal(path, error, {.retry_after_s = verdict.retry_in_s});
}

void Router::run(const Compiled& compiled, Call call, http::Respond respond) {
    const Route& route = *compiled.route;
    const bool change = is_change(route, call.request);
    if (const auto* async = std::get_if<AsyncCall>(&route.call); async != nullptr && !change) {
        return (*async)(std::move(call), std::move(respond));
    }
    // Respond is copied, so that a full pool can still answer.
    const Status taken = pool_.submit([&compiled, change, call = std::move(call), respond]() mutable {
        const Route& asked = *compiled.route;
        if (change) return carry_out(asked, compiled.object, std::move(call), respond);
        respond(answer_of(asked, std::get<PoolCall>(asked.call)(call)));
    });
    if (!taken) respond(refusal(route.path, taken.error()));
}

}  // namespace boon::api
