#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "platform/base/nearest.h"
#include "platform/config/config.h"
#include "platform/config/settings_models.h"
#include "platform/config/settings_warehouse.h"
#include "platform/config/toml.h"

namespace boon::config {

namespace {

// Tables of boon.toml that a room reads itself.
constexpr std::array kSections = {"training", "decision", "value"};

Status apply(Config& config, const Setting& setting, Origin origin, std::string_view name, std::string_view value) {
    if (setting.set(config, value)) {
        config.origins[std::string(setting.key)] = origin;
        return {};
    }
    return fail(
        ErrorCode::invalid,
        setting.secret ? fmt::format("setting {} cannot be understood (its value is not shown)", name)
                       : fmt::format("setting {} = `{}` cannot be understood", name, value),
        fmt::format("expected {}", setting.expected)
    );
}

// As the command spells it: `--time-zone` of time_zone, `--port` of http.port.
std::string option_of(std::string_view key) {
    std::string name(key.substr(key.rfind('.') + 1));
    std::ranges::replace(name, '_', '-');
    return "--" + name;
}

const Setting* find_by_key(std::string_view key) {
    const auto all = settings();
    const auto found = std::ranges::find(all, key, &Setting::key);
    return found == all.end() ? nullptr : &*found;
}

std::unexpected<Error> unknown_name(std::string_view kind, std::string_view name, std::string_view Setting::* column) {
    std::vector<std::string_view> known;
    for (const Setting& setting : settings()) known.push_back(setting.*column);
    const auto nearest = nearest_of(name, known);
    return fail(
        ErrorCode::invalid, fmt::format("{} `{}` is not known", kind, name),
        nearest.empty() ? "`boon doctor --settings` lists them" : fmt::format("did you mean {}?", nearest)
    );
}

// A scalar of TOML as the text that the environment would hold.
std::string scalar_text(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return fmt::to_string(number->get());
    if (const auto* number = node.as_floating_point()) return fmt::to_string(number->get());
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    std::ostringstream text;  // a date or a time
    node.visit([&](const auto& value) {
        if constexpr (toml::is_chronological<decltype(value)>) text << value.get();
    });
    return std::move(text).str();
}

json::Value to_json(const toml::node& node) {
    if (const auto* table = node.as_table()) {
        json::Object object;
        for (const auto& [key, value] : *table) object[std::string(key.str())] = to_json(value);
        return object;
    }
    if (const auto* list = node.as_array()) {
        json::Array array;
        for (const auto& value : *list) array.push_back(to_json(value));
        return array;
    }
    if (const auto* number = node.as_integer()) return json::Value(number->get());
    if (const auto* number = node.as_floating_point()) return json::Value(number->get());
    if (const auto* flag = node.as_boolean()) return json::Value(flag->get());
    return json::Value(scalar_text(node));
}

std::filesystem::path below(const std::filesystem::path& home, std::string_view path) {
    return (home / std::filesystem::path(path)).lexically_normal();
}

Status read_views(const toml::node& node, Config& config) {
    const auto* table = node.as_table();
    if (table == nullptr)
        return fail(ErrorCode::invalid, "setting warehouse.views must be a table of name = \"SELECT …\"");
    for (const auto& [name, sql] : *table) {
        const auto* text = sql.as_string();
        if (text == nullptr) {
            return fail(ErrorCode::invalid, fmt::format("setting warehouse.views.{} must be text", name.str()));
        }
        config.warehouse.views[std::string(name.str())] = text->get();
    }
    return {};
}

Status read_folders(const toml::node& node, Config& config) {
    const auto* list = node.as_array();
    if (list == nullptr) return fail(ErrorCode::invalid, "setting warehouse.folders must be an array of paths");
    for (const auto& item : *list) {
        const auto* text = item.as_string();
        if (text == nullptr) return fail(ErrorCode::invalid, "setting warehouse.folders must hold paths as text");
        config.warehouse.folders.push_back(below(config.home, text->get()));
    }
    return {};
}

Status read_table(const toml::table& table, const std::string& prefix, Config& config) {
    for (const auto& [name, node] : table) {
        const std::string key = prefix + std::string(name.str());
        if (key == "warehouse.views") {
            BOON_CHECK(read_views(node, config));
        } else if (key == "warehouse.folders") {
            BOON_CHECK(read_folders(node, config));
        } else if (std::ranges::find(kSections, key) != kSections.end()) {
            config.sections[key] = to_json(node);
        } else if (const auto* inner = node.as_table(); inner != nullptr && prefix.empty()) {
            BOON_CHECK(read_table(*inner, key + ".", config));
        } else if (const Setting* setting = find_by_key(key); setting != nullptr) {
            BOON_CHECK(apply(config, *setting, Origin::file, key, scalar_text(node)));
        } else {
            return unknown_name("the setting", key, &Setting::key);
        }
    }
    return {};
}

Result<toml::table> parsed(std::string_view text, const std::string& name) try {
    return toml::parse(text, name);
} catch (const toml::parse_error& problem) {
    const auto& begin = problem.source().begin;
    return fail(
        ErrorCode::invalid,
        fmt::format("{}, line {}, column {}: {}", name, begin.line, begin.column, problem.description())
    );
}

Status read_file(const std::filesystem::path& path, Config& config) {
    std::ifstream file(path);
    if (!file) return {};  // no file, no settings from it
    std::ostringstream text;
    text << file.rdbuf();
    if (file.bad()) return fail(ErrorCode::unavailable, fmt::format("could not read {}", path.string()));
    BOON_TRY(const toml::table table, parsed(text.view(), path.string()));
    if (auto read = read_table(table, "", config); !read) return in_context(path.string(), std::move(read).error());
    return {};
}

Status read_environment(const std::map<std::string, std::string>& environment, Config& config) {
    for (const auto& [name, value] : environment) {
        const auto all = settings();
        const auto found = std::ranges::find(all, name, &Setting::variable);
        if (found != all.end()) {
            BOON_CHECK(apply(config, *found, Origin::environment, name, value));
        } else if (name.starts_with("BOON_") && name != "BOON_HOME" && name != "BOON_KEY" && name != "BOON_URL") {
            return unknown_name("the environment variable", name, &Setting::variable);
        }
    }
    return {};
}

}  // namespace

Result<json::Value> json_of_toml(std::string_view text, const std::string& name) {
    BOON_TRY(const toml::table table, parsed(text, name));
    return to_json(table);
}

Result<Config> load(const Sources& sources) {
    Config config;
    config.home = std::filesystem::absolute(sources.home).lexically_normal();
    // Views are long and the data engineer's: they may have a file of their own.
    for (const char* name : {"boon.toml", "warehouse.toml"}) BOON_CHECK(read_file(config.home / name, config));
    BOON_CHECK(read_environment(sources.environment, config));
    for (const auto& [key, value] : sources.flags) {
        const Setting* setting = find_by_key(key);
        if (setting == nullptr) return unknown_name("the setting", key, &Setting::key);
        BOON_CHECK(apply(config, *setting, Origin::flag, option_of(key), value));
    }
    BOON_CHECK(settle_warehouse(config));
    BOON_CHECK(settle_models(config));
    if (config.database_url.empty()) config.database_url = "sqlite:" + (config.home / "boon.db").string();
    if (!config.warehouse.database.empty()) {
        config.warehouse.database = below(config.home, config.warehouse.database).string();
    }
    if (!config.outbound.ca_file.empty())
        config.outbound.ca_file = below(config.home, config.outbound.ca_file).string();
    if (!config.features_file.empty()) config.features_file = below(config.home, config.features_file).string();
    return config;
}

std::map<std::string, std::string> environment_of(char** environ_list) {
    std::map<std::string, std::string> environment;
    for (char** entry = environ_list; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (equals != std::string_view::npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return environment;
}

}  // namespace boon::config
