// Routes below one prefix are one family: they word their failures alike.
#pragma once

#include <optional>
#include <string_view>

#include "platform/base/error.h"
#include "platform/http/message.h"

namespace boon::api {

struct Family {
    std::string_view prefix;  // of its routes' paths
    http::Response (*refusal)(const Error& error, int status);
};

// The one whose prefix is the longest; for a path that no route has, too.
const Family& family_of(std::string_view path);

// The answer to a request for `path` that failed: in its family's words, with Retry-After where waiting may help.
struct Refused {
    std::optional<int> status = {};  // a more precise one than that of the error's class
    int retry_after_s = 1;
};
http::Response refusal(std::string_view path, const Error& error, const Refused& how = {});

// The family of TM Forum's APIs: {code, reason, message, status}.
http::Response tmf_refusal(const Error& error, int status);

}  // namespace boon::api
