// How a request came to this server: over which protocol, from where, and whether a password or a session's cookie may
// be sent that way. boon itself speaks plain HTTP; TLS is brought by a proxy that the settings name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/error.h"
#include "platform/config/config.h"
#include "platform/http/message.h"

namespace boon::api {

enum class Transport {
    tls,       // through a trusted proxy that says so
    loopback,  // plain, from this machine to this machine
    plain      // anything else: whoever is on the way can read it
};

struct Channel {
    Transport transport = Transport::plain;
    std::string client;  // the address: of the proxy's client where there is a trusted proxy
    std::string origin;  // what a browser calls this server: `https://boon.example`
    std::string why;     // for `plain`: what keeps a login from being accepted
};

Channel channel_of(const http::Request& request, const config::Http& settings);

// `forbidden` with the reason where a password must not be sent.
Status require_private(const Channel& channel);

// The cookie that holds a session's token. `__Host-` lets a browser take it over TLS only, for this host and all of its
// paths; over plain loopback, where not every browser takes such a cookie, it has another name and no `Secure`.
std::optional<std::string_view> session_cookie(const http::Request& request, const Channel& channel);
// The Set-Cookie value; an empty token takes the cookie away.
std::string set_session_cookie(const Channel& channel, std::string_view token);

// For a request that may change something and is authorised by a cookie: `forbidden` unless it comes from a page of
// this server (Origin), and has a body only in a form that another site's page cannot send unasked.
Status require_same_origin(const http::Request& request, const Channel& channel);

}  // namespace boon::api
