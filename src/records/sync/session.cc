#include "records/sync/session.h"

#include <algorithm>

#include <fmt/format.h>

#include "platform/http/uri.h"
#include "records/sync/url.h"

namespace boon::sync {

Session::Session(Fetch& fetch, std::string scheme, GetToken login, GetToken refresh)
    : fetch_(fetch), scheme_(std::move(scheme)), login_(std::move(login)), refresh_(std::move(refresh)) {}

Result<Reply> Session::with_token(const FetchRequest& request) {
    FetchRequest signed_request = request;
    signed_request.headers.push_back({"Authorization", scheme_ + " " + token_});
    return fetch_.send(signed_request);
}

Result<Reply> Session::send(const FetchRequest& request) {
    const bool fresh = token_.empty();
    if (fresh) {
        BOON_TRY(token_, login_());
    }
    BOON_TRY(Reply reply, with_token(request));
    if (reply.status != 401 || fresh) return reply;
    if (refresh_) {
        if (auto token = refresh_()) {
            token_ = *std::move(token);
            BOON_TRY(reply, with_token(request));
            if (reply.status != 401) return reply;
        }
    }
    BOON_TRY(token_, login_());
    return with_token(request);
}

Result<Reply> Session::send_ok(const FetchRequest& request) {
    const bool conditional =
        std::ranges::find(request.headers, "If-None-Match", &http::Header::name) != request.headers.end();
    BOON_TRY(Reply reply, send(request));
    const bool unchanged = conditional && reply.status == 304;
    if (!reply.ok() && !unchanged) return fetch_.refused(reply);
    return reply;
}

Status check_client_secret(const SourceConfig& config) {
    if (config.secrets.contains("client_secret")) return {};
    return fail(
        ErrorCode::invalid, fmt::format("{} has no way to log in", config.name), "set the secret client_secret"
    );
}

Result<std::string> client_credentials(
    Fetch& fetch, const std::string& token_url, const std::vector<std::pair<std::string, std::string>>& form,
    json::Value* body
) {
    FetchRequest request{
        .method = "POST",
        .url = token_url,
        .headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}},
        .repeat = Repeat::harmless,
    };
    for (const auto& [name, value] : form) {
        request.body += fmt::format("{}{}={}", request.body.empty() ? "" : "&", name, http::percent_encode(value));
    }
    auto reply = fetch.send(request);
    if (reply && !reply->ok()) {
        Error error = fetch.refused(*reply).error();
        // RFC 6749 section 5.2 answers a wrong client with 400 or 401.
        if (reply->status == 400 || reply->status == 401) {
            error.code = ErrorCode::failed_precondition;
            error.hint = "check the client id and secret, and that the client may use the client credentials flow";
        }
        return in_context("could not log in", std::move(error));
    }
    if (!reply) return in_context("could not log in", std::move(reply).error());
    std::string token = text_at(reply->body, "/access_token");
    if (token.empty()) return Fetch::lied(reply->shown, "its answer to the login has no access_token");
    if (body != nullptr) *body = std::move(reply->body);
    return token;
}

}  // namespace boon::sync
