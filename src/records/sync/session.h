// Who we are to an upstream, for the time of one crawl: a token that is got at the first request and anew when the
// upstream answers 401 in the middle.
#pragma once

#include <functional>
#include <string>

#include "platform/base/error.h"
#include "records/sync/fetch.h"

namespace boon::sync {

// Not thread-safe.
class Session {
public:
    using GetToken = std::function<Result<std::string>()>;

    // `scheme`: JWT, Bearer or Token, as it stands before the token in the header Authorization. `login`: from what
    // is configured. `refresh`: from what the last login gave; its error is not the end, and it may be absent.
    Session(Fetch& fetch, std::string scheme, GetToken login, GetToken refresh = {});

    // Any status. After a 401 the token is refreshed once, then we log in again once; the 401 after that is final.
    Result<Reply> send(const FetchRequest& request);
    // A status of 2xx, or the 304 that a request with If-None-Match asks for.
    Result<Reply> send_ok(const FetchRequest& request);

private:
    Result<Reply> with_token(const FetchRequest& request);

    Fetch& fetch_;
    const std::string scheme_;
    const GetToken login_;
    const GetToken refresh_;
    std::string token_;
};

// What that login needs of a source: `invalid` without the secret client_secret.
Status check_client_secret(const SourceConfig& config);

// The login of OAuth 2.0 machines (RFC 6749 section 4.4): POST `form` as a form; the answer's access_token. `body`
// (optional) gets the whole answer.
Result<std::string> client_credentials(
    Fetch& fetch, const std::string& token_url, const std::vector<std::pair<std::string, std::string>>& form,
    json::Value* body = nullptr
);

}  // namespace boon::sync
