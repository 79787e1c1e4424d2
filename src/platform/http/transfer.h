// One exchange of the client through libcurl.
#pragma once

#include <memory>

#include <curl/curl.h>

#include "platform/http/client.h"

namespace boon::http {

struct EasyDeleter {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using EasyHandle = std::unique_ptr<CURL, EasyDeleter>;

// On a handle that nobody else uses meanwhile; its connections stay open for the next one.
Result<Response> transfer(CURL* handle, const ClientOptions& options, const ClientRequest& request);

}  // namespace boon::http
