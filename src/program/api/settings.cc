// The settings that this server runs with, and where each comes from.
#include "platform/config/config.h"
#include "program/api/route.h"

namespace boon::api {

// standard: nobody has set it.
enum class SettingSource { standard, file, environment, flag };
BOOST_DESCRIBE_ENUM(SettingSource, standard, file, environment, flag)

struct SettingView {
    std::string key;
    std::string variable;
    std::string doc;
    std::string expected;
    std::optional<std::string> value;
    SettingSource source = SettingSource::standard;
    bool is_secret = false;
};
BOOST_DESCRIBE_STRUCT(SettingView, (), (key, variable, doc, expected, value, source, is_secret))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::SettingView> = std::array{
    boon::Field{.name = "key", .doc = "in boon.toml: table and name"},
    boon::Field{.name = "variable", .doc = "of the environment"},
    boon::Field{.name = "value", .doc = "null for a secret, whose source tells whether it is set"},
    boon::Field{.name = "source", .doc = "what set it; the later goes before: standard, file, environment, flag"},
};

namespace boon::api {

namespace {

SettingSource source_of(config::Origin origin) {
    switch (origin) {
        case config::Origin::standard: break;
        case config::Origin::file: return SettingSource::file;
        case config::Origin::environment: return SettingSource::environment;
        case config::Origin::flag: return SettingSource::flag;
    }
    return SettingSource::standard;
}

// A password in a URL, as databases have it, is not for showing: `postgresql://boon:…@host/db`.
std::string without_password(std::string text) {
    const auto scheme = text.find("://");
    if (scheme == std::string::npos) return text;
    const auto authority = scheme + 3;
    const auto at = text.rfind('@', text.find_first_of("/?#", authority));
    const auto colon = text.find(':', authority);
    if (at == std::string::npos || at < authority || colon >= at) return text;
    return text.replace(colon + 1, at - colon - 1, "…");
}

// Options of a CRM may hold anything, and so may what is asked for in a URL's query (`?password=`).
bool may_hold_secrets(const config::Setting& setting, std::string_view value) {
    return setting.key == "crm.options" || value.find("password=") != std::string_view::npos;
}

Result<http::Response> list_settings(Call& call) {
    const config::Config& config = call.app.config();
    std::vector<SettingView> views;
    for (const config::Setting& setting : config::settings()) {
        const auto origin = config.origins.find(setting.key);
        SettingView view{
            .key = std::string(setting.key),
            .variable = std::string(setting.variable),
            .doc = std::string(setting.doc),
            .expected = std::string(setting.expected),
            .value = {},
            .source = origin == config.origins.end() ? SettingSource::standard : source_of(origin->second),
            .is_secret = setting.secret,
        };
        if (!setting.secret) {
            std::string value = setting.get(config);
            view.is_secret = view.source != SettingSource::standard && may_hold_secrets(setting, value);
            if (!view.is_secret) view.value = without_password(std::move(value));
        }
        views.push_back(std::move(view));
    }
    return list_response(call, views);
}

}  // namespace

std::vector<Route> settings_routes() {
    return {
        {.method = "GET",
         .path = "/api/v1/settings",
         .permission = access::Permission::settings,
         .call = list_settings,
         .summary = "The settings that this server runs with, and where each comes from; no secrets",
         .tag = "system",
         .response = page_of<SettingView>},
    };
}

}  // namespace boon::api
