// The kind `xiva`: offers from TMF620 (product offerings, v5 or v4), customers from TMF629, behind Django's djoser
// login. What is said of it in docs/sources.md is what is done here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "records/sync/mapping.h"
#include "records/sync/tmf_list.h"
#include "records/sync/upstream.h"

namespace boon::sync {

enum class XivaVersion { v4, v5 };
BOOST_DESCRIBE_ENUM(XivaVersion, v4, v5)

// What stands before the token in the header Authorization.
enum class XivaScheme { JWT, Bearer, Token };  // NOLINT(readability-identifier-naming): as it is written there
BOOST_DESCRIBE_ENUM(XivaScheme, JWT, Bearer, Token)

// Under which name the user is sent. both: as username and as email; the server takes the one it knows.
enum class LoginField { both, username, email };
BOOST_DESCRIBE_ENUM(LoginField, both, username, email)

struct XivaOptions {
    XivaVersion version = XivaVersion::v5;
    XivaScheme auth = XivaScheme::JWT;
    std::string username;
    LoginField login_field = LoginField::both;
    Paging paging = Paging::offset;
    std::int32_t page_size = 50;
    std::int32_t timeout_s = 30;
    std::int32_t deadline_s = 3600;
};
BOOST_DESCRIBE_STRUCT(XivaOptions, (), (version, auth, username, login_field, paging, page_size, timeout_s, deadline_s))

Status check_xiva_options(const json::Value& options);
const Mapping& xiva_mapping();

// Secrets: `password` (of the options' username), or a fixed `token`. `invalid` when neither makes a login.
Result<std::unique_ptr<Source>> make_xiva_source(const SourceConfig& config, const World& world);

// Its customers, as TMF629 objects; each crawl is full.
Result<std::unique_ptr<Source>> make_xiva_customers(const SourceConfig& config, const World& world);

}  // namespace boon::sync

template <>
inline constexpr auto boon::kFields<boon::sync::XivaOptions> = std::array{
    boon::Field{.name = "version", .doc = "of the product catalogue API: v5 or v4"},
    boon::Field{.name = "auth", .doc = "the word before the token: JWT, Bearer or Token"},
    boon::Field{
        .name = "username", .doc = "who logs in, by name or e-mail; with the secret password", .max_length = 255
    },
    boon::Field{.name = "login_field", .doc = "under which name the user is sent: both, username or email"},
    boon::Field{.name = "paging", .doc = "offset, or single when one page holds everything whatever the offset"},
    boon::Field{.name = "page_size", .doc = "rows asked for at once", .min = 2, .max = 50},
    boon::Field{.name = "timeout_s", .doc = "how long one exchange may take", .min = 1, .max = 600},
    boon::Field{.name = "deadline_s", .doc = "how long a whole crawl may take", .min = 1, .max = 86'400},
};
