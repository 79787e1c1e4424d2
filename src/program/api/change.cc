#include "program/api/change.h"

#include <algorithm>
#include <memory>
#include <mutex>

#include <fmt/format.h>

#include "platform/base/log.h"
#include "platform/db/database.h"
#include "platform/storage/audit.h"
#include "platform/storage/digest.h"
#include "platform/storage/idempotency.h"
#include "program/api/family.h"
#include "records/customers/erasures.h"

namespace boon::api {

namespace {

constexpr std::string_view kKeyHeader = "Idempotency-Key";
constexpr std::string_view kIfMatch = "If-Match";
constexpr std::string_view kApi = "/api/v1/";
constexpr std::size_t kMaxKeyBytes = 255;
// Of an object before or after, in the audit log; a larger one is named by its digest.
constexpr std::size_t kMaxDeedBytes = std::size_t{64} << 10U;

bool is_success(const http::Response& response) { return response.status >= 200 && response.status < 300; }

bool is_json(const http::Response& response) { return response.content_type.starts_with("application/json"); }

http::Headers with_if_match(const http::Headers& headers, std::string_view etag) {
    http::Headers changed;
    changed.add(kIfMatch, etag);  // the first of a name is the one that counts
    for (std::size_t i = 0; i < headers.size(); ++i) changed.add(headers[i].name, headers[i].value);
    return changed;
}

std::string_view verb_of(const Route& route) {
    const auto colon = route.path.rfind(':');
    if (colon != std::string_view::npos && colon > route.path.rfind('/')) return route.path.substr(colon + 1);
    if (route.method == "POST") return "create";
    if (route.method == "PUT") return "replace";
    return route.method == "PATCH" ? "change" : "delete";
}

// `/api/v1/offers/{offer_id}:pause` → `offers`, `{offer_id}`.
std::vector<std::string_view> places_of(const Route& route) {
    std::string_view path = route.path;
    path.remove_prefix(path.starts_with(kApi) ? kApi.size() : 1);
    if (const auto colon = path.rfind(':'); colon != std::string_view::npos && colon > path.rfind('/') + 1) {
        path = path.substr(0, colon);
    }
    std::vector<std::string_view> places;
    while (true) {
        const auto slash = std::min(path.find('/'), path.size());
        places.push_back(path.substr(0, slash));
        if (slash == path.size()) return places;
        path.remove_prefix(slash + 1);
    }
}

std::string target_of(const Route& route, const Call& call) {
    std::string target;
    for (const std::string_view place : places_of(route)) {
        if (!target.empty()) target += '/';
        if (place == "{customer_id}") {
            target += call.app.erasures().mark_of(call.part("customer_id"));
        } else if (place.starts_with('{')) {
            target += call.part(place.substr(1, place.size() - 2));
        } else {
            target += place;
        }
    }
    return target;
}

// What the audit log keeps of an object's text.
std::optional<std::string> deed_text(std::string text) {
    if (text.empty()) return std::nullopt;
    if (text.size() <= kMaxDeedBytes) return text;
    return fmt::format(R"({{"bytes":{},"sha256":"{}"}})", text.size(), storage::to_hex(storage::sha256(text)));
}

http::Response response_of(storage::KeptAnswer kept) {
    http::Response response{
        .status = kept.status, .content_type = std::move(kept.content_type), .headers = {}, .body = std::move(kept.body)
    };
    for (auto& [name, value] : kept.headers) response.headers.push_back({std::move(name), std::move(value)});
    return response;
}

storage::KeptAnswer kept_of(const http::Response& response) {
    storage::KeptAnswer kept{response.status, response.content_type, {}, response.body};
    for (const auto& [name, value] : response.headers) kept.headers.push_back({name, value});
    return kept;
}

// The answer of a route that answers through Respond: held back until what it answers is on disk. One that comes later
// goes straight through.
class HeldAnswer {
public:
    explicit HeldAnswer(http::Respond respond) : respond_(std::move(respond)) {}

    void take(http::Response response) {
        {
            const std::lock_guard lock(mutex_);
            if (holding_) {
                answer_ = std::move(response);
                return;
            }
        }
        respond_(std::move(response));
    }
    std::optional<http::Response> release() {
        const std::lock_guard lock(mutex_);
        holding_ = false;
        return std::exchange(answer_, std::nullopt);
    }

private:
    http::Respond respond_;
    std::mutex mutex_;
    bool holding_ = true;
    std::optional<http::Response> answer_;
};

class Change {
public:
    Change(const Route& route, const Route* object, Call& call)
        : route_(route), object_(object), call_(call), audited_(is_audited(route)) {
        if (const auto key = call.request.headers.find(kKeyHeader); key && route.method == "POST") key_ = *key;
        scope_ = fmt::format("{} {} {}", access::to_string(call.principal), route.method, route.path);
        request_ = fmt::format("{}?{}\n{}", call.request.path, call.request.query_string, call.request.body);
    }

    // Nothing: the route answers by itself, later.
    std::optional<http::Response> run(const http::Respond& respond) {
        if (key_ && !is_key(*key_)) {
            return refusal(
                route_.path,
                {ErrorCode::invalid, "the Idempotency-Key is not 1 to 255 visible ASCII characters", "send a new UUID"}
            );
        }
        if (auto known = recall()) return known;
        std::optional<http::Response> answer;
        const auto start = audited_ && object_ != nullptr ? db::Start::at_once : db::Start::at_first_write;
        const Status done = database().together(db::Lane::batch, start, [&] { return attempt(answer, respond); });
        if (done) return answer;
        // A request with the same key that was faster may be why.
        if (auto known = recall()) return known;
        if (answer && !is_success(*answer)) return answer;
        return answer_of(route_, std::unexpected(done.error()));
    }

private:
    static bool is_key(std::string_view key) {
        return !key.empty() && key.size() <= kMaxKeyBytes &&
               std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7f; });
    }

    db::Database& database() { return call_.app.database(); }

    storage::IdempotencyKey key() const { return {.scope = scope_, .key = *key_, .request = request_}; }

    // The answer given before, or why there can be none; nothing: the request is new.
    std::optional<http::Response> recall() {
        if (!key_) return std::nullopt;
        auto kept = database().read([&](db::Connection& connection) {
            return storage::recall_answer(connection, key(), call_.now);
        });
        if (!kept) return answer_of(route_, std::unexpected(kept.error()));
        if (!*kept) return std::nullopt;
        return response_of(**std::move(kept));
    }

    // An error undoes it; `answer` says the rest.
    Status attempt(std::optional<http::Response>& answer, const http::Respond& respond) {
        settle_precondition();
        const auto before = audited_ ? look() : std::nullopt;
        answer = ask(respond);
        if (!answer) return {};
        if (!is_success(*answer)) return fail(ErrorCode::internal, "the request was refused");
        if (audited_ && call_.changed) BOON_CHECK(record(before, *answer));
        if (!key_) return {};
        return database().write([&](db::Connection& connection) {
            return storage::keep_answer(connection, key(), kept_of(*answer), call_.now);
        });
    }

    std::optional<http::Response> ask(const http::Respond& respond) {
        if (const auto* blocking = std::get_if<PoolCall>(&route_.call)) return answer_of(route_, (*blocking)(call_));
        auto held = std::make_shared<HeldAnswer>(respond);
        std::get<AsyncCall>(route_.call)(call_, http::Respond([held](http::Response response) {
                                             held->take(std::move(response));
                                         }));
        auto answer = held->release();
        if (!answer) log::error(fmt::format("{} {} answers too late to be repeated", route_.method, route_.path));
        return answer;
    }

    // `*` and several ETags become the one that the object has, if it is among them: what the route can read. Nobody
    // changes the object in between.
    void settle_precondition() {
        const std::string given(call_.request.headers.find(kIfMatch).value_or(""));
        if (given != "*" && given.find(',') == std::string::npos) return;
        const auto seen = see();
        const auto etag = seen ? seen->header("ETag") : std::nullopt;
        if (etag && names_etag(given, *etag)) call_.request.headers = with_if_match(call_.request.headers, *etag);
    }

    std::optional<std::string> look() {
        auto seen = see();
        if (!seen || !is_json(*seen)) return std::nullopt;
        return std::move(seen->body);
    }

    // The object as its own route shows it, where there is one.
    std::optional<http::Response> see() {
        if (object_ == nullptr) return std::nullopt;
        http::Request request;
        request.method = "GET";
        request.path = call_.request.path;
        Call call{call_.app, std::move(request), call_.principal, call_.now, call_.path};
        auto seen = std::get<PoolCall>(object_->call)(call);
        if (!seen || !is_success(*seen)) return std::nullopt;
        return *std::move(seen);
    }

    Status record(const std::optional<std::string>& before, const http::Response& answer) {
        auto after = is_json(answer) && !answer.body.empty() ? answer.body : look();
        if (before && before == after) return {};  // nothing was changed
        std::string target = target_of(route_, call_);
        if (const auto made = answer.header("Location"); made && made->starts_with(kApi)) {
            target = made->substr(kApi.size());
        }
        const storage::Deed deed{
            .who = access::to_string(call_.principal),
            .what = deed_name(route_),
            .target = std::move(target),
            .before = before ? deed_text(*before) : std::nullopt,
            .after = after ? deed_text(*std::move(after)) : std::nullopt,
        };
        return database().write([&](db::Connection& connection) {
            return storage::record_deed(connection, deed, call_.now);
        });
    }

    const Route& route_;
    const Route* object_;
    Call& call_;
    bool audited_;
    std::optional<std::string> key_;
    std::string scope_;
    std::string request_;
};

}  // namespace

bool names_etag(std::string_view if_match, std::string_view etag) {
    while (!if_match.empty()) {
        const auto comma = std::min(if_match.find(','), if_match.size());
        std::string_view one = if_match.substr(0, comma);
        while (one.starts_with(' ') || one.starts_with('\t')) one.remove_prefix(1);
        while (one.ends_with(' ') || one.ends_with('\t')) one.remove_suffix(1);
        if (one == "*" || one == etag) return true;
        if_match.remove_prefix(std::min(comma + 1, if_match.size()));
    }
    return false;
}

bool is_audited(const Route& route) {
    const auto permission = permission_of(route);
    return route.deed == Deed::automatic && route.method != "GET" && std::holds_alternative<PoolCall>(route.call) &&
           permission && access::grant_of(*permission).changes;
}

bool is_repeatable(const Route& route) {
    const auto permission = permission_of(route);
    return route.method == "POST" && permission && *permission != access::Permission::session;
}

std::string deed_name(const Route& route) {
    std::string name;
    for (const std::string_view place : places_of(route)) {
        if (!place.starts_with('{')) name += std::string(place) + '.';
    }
    return name + std::string(verb_of(route));
}

bool is_change(const Route& route, const http::Request& request) {
    return is_audited(route) || (is_repeatable(route) && request.headers.find(kKeyHeader).has_value());
}

void carry_out(const Route& route, const Route* object, Call call, const http::Respond& respond) {
    if (auto answer = Change(route, object, call).run(respond)) respond(*std::move(answer));
}

}  // namespace boon::api
