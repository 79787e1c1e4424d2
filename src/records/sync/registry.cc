#include "records/sync/registry.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/base/nearest.h"
#include "platform/db/record.h"
#include "platform/storage/audit.h"
#include "records/sync/sources.h"
#include "records/sync/url.h"

namespace boon::sync {

namespace {

bool is_name(std::string_view text) {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

// The mistakes of a part, below the part's own pointer.
void collect(std::vector<FieldError>& all, std::string_view parent, const Status& status) {
    if (status) return;
    if (status.error().fields.empty()) {
        all.push_back({std::string(parent), status.error().message});
        return;
    }
    for (const FieldError& field : status.error().fields) {
        all.push_back({std::string(parent) + field.pointer, field.detail});
    }
}

std::string place_of(std::string_view source, std::string_view secret) {
    return fmt::format("sync/{}/{}", source, secret);
}

Status keep_deed(
    db::Connection& connection, const catalog::Author& author, std::string_view what, const SourceRow* before,
    const SourceRow* after
) {
    const std::string name = after != nullptr ? after->name : before->name;
    storage::Deed deed{
        .who = author.name, .what = std::string(what), .target = "sync_source/" + name, .before = {}, .after = {}
    };
    if (before != nullptr) deed.before = json::write(*before);
    if (after != nullptr) deed.after = json::write(*after);
    return storage::record_deed(connection, deed, author.at);
}

Result<SourceRow> find_row(db::Connection& connection, std::string_view name) {
    BOON_TRY(auto row, db::select_one<SourceRow>(connection, "select * from sync_sources where name = ?", {name}));
    if (row) return *std::move(row);
    BOON_TRY(const auto all, db::select<SourceRow>(connection, "select * from sync_sources order by name"));
    std::vector<std::string_view> names;
    for (const SourceRow& source : all) names.push_back(source.name);
    std::string hint =
        names.empty() ? "there is none yet: boon sync add" : fmt::format("there are {}", fmt::join(names, ", "));
    if (const auto nearest = nearest_of(name, names); !nearest.empty())
        hint = fmt::format("did you mean `{}`?", nearest);
    return fail(ErrorCode::not_found, fmt::format("there is no source `{}`", name), hint);
}

Status check_version(const SourceRow& source, std::optional<std::int64_t> expected) {
    if (!expected || *expected == source.version) return {};
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("the source `{}` is at version {}, not {}", source.name, source.version, *expected),
        "read it again and repeat the change on what it is now"
    );
}

// What is wrong with the address, as far as can be said of it here; empty: nothing. Without one, the run says so.
std::string wrong_address(const SourceRow& source) {
    const bool is_url = source.kind != SourceKind::file || source.base_url.starts_with("http://") ||
                        source.base_url.starts_with("https://");
    if (source.kind == SourceKind::manual || source.base_url.empty() || !is_url) return {};
    const bool odd = std::ranges::any_of(source.base_url, [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '\\' || c == '#';
    });
    const auto parts = split_url(source.base_url);
    // The URL of a file may have a query; what paths are put behind may not.
    const bool has_query = source.kind != SourceKind::file && source.base_url.find('?') != std::string::npos;
    if (parts && !odd && !has_query) return {};
    return "must be a URL such as https://host/path, without user, password, query and fragment";
}

bool says_the_same(const SourceRow& a, const SourceRow& b) {
    return a.kind == b.kind && a.base_url == b.base_url && a.options == b.options &&
           a.mapping.fields == b.mapping.fields && a.is_scheduled == b.is_scheduled && a.interval_s == b.interval_s &&
           a.withdraw_limit_percent == b.withdraw_limit_percent && a.from_settings == b.from_settings;
}

// Runs of the source that wait for approval.
Status give_up_waiting(db::Connection& connection, std::string_view source, const std::string& reason, Timestamp now) {
    BOON_CHECK(connection.execute(
        "update sync_runs set state = 'cancelled', finished_at = ?, reason = ? where source = ? and state = "
        "'needs_approval'",
        {now, reason, source}
    ));
    return {};
}

}  // namespace

Status Registry::check(const SourceRow& source, const SecretChange& secrets) const {
    Error error{ErrorCode::invalid, fmt::format("the source `{}` cannot be as asked", source.name)};
    if (!is_name(source.name)) {
        error.fields.push_back({"/name", "must be lower-case letters, digits, _ and -, and begin with a letter"});
    }
    const Kind* kind = find_kind(source.kind);
    if (kind == nullptr) {
        error.fields.push_back({"/kind", fmt::format("this boon has no {} source", enum_name(source.kind))});
        return std::unexpected(std::move(error));
    }
    if (auto wrong = wrong_address(source); !wrong.empty()) error.fields.push_back({"/base_url", std::move(wrong)});
    collect(error.fields, "/options", kind->check_options(source.options));
    const auto mapping = mapping_of(source);
    collect(error.fields, "/mapping", mapping ? Status() : std::unexpected(mapping.error()));
    for (const auto& [name, value] : secrets) {
        if (std::ranges::find(kind->secrets, name) != kind->secrets.end()) continue;
        error.fields.push_back(
            {json::pointer_to("/secrets", name),
             kind->secrets.empty() ? "this kind takes no secrets"
                                   : fmt::format("is none of its secrets: {}", fmt::join(kind->secrets, ", "))}
        );
    }
    return error.fields.empty() ? Status() : std::unexpected(std::move(error));
}

Status Registry::write_secrets(db::Connection& connection, std::string_view source, const SecretChange& secrets) const {
    for (const auto& [name, value] : secrets) {
        BOON_CHECK(connection.execute("delete from sync_secrets where source = ? and name = ?", {source, name}));
        if (!value) continue;
        const std::string sealed = box_.seal(*value, place_of(source, name));
        BOON_CHECK(connection.execute(
            "insert into sync_secrets (source, name, sealed) values (?, ?, ?)", {source, name, sealed}
        ));
    }
    return {};
}

Result<SourceRow> Registry::create(SourceRow source, const SecretChange& secrets, const catalog::Author& author) {
    BOON_CHECK(check(source, secrets));
    source.version = 1;
    source.created_at = author.at;
    source.updated_at = author.at;
    return database_.write([&](db::Connection& connection) -> Result<SourceRow> {
        BOON_TRY(
            const auto taken,
            db::select_number(connection, "select count(*) from sync_sources where name = ?", {source.name})
        );
        if (taken > 0) {
            return fail(
                ErrorCode::conflict, fmt::format("there is a source `{}` already", source.name),
                fmt::format("change it: boon sync set {}", source.name)
            );
        }
        BOON_CHECK(db::insert(connection, "sync_sources", source));
        BOON_CHECK(db::insert(connection, "sync_progress", CrawlState{.source = source.name, .due_at = author.at}));
        BOON_CHECK(write_secrets(connection, source.name, secrets));
        BOON_CHECK(keep_deed(connection, author, "sync_source.create", nullptr, &source));
        return source;
    });
}

Result<SourceRow> Registry::replace(
    std::string_view name, SourceRow source, const SecretChange& secrets, std::optional<std::int64_t> version,
    const catalog::Author& author
) {
    return database_.write([&](db::Connection& connection) -> Result<SourceRow> {
        BOON_TRY(const SourceRow current, find_row(connection, name));
        BOON_CHECK(check_version(current, version));
        if (source.name != current.name || source.kind != current.kind) {
            return fail(
                ErrorCode::invalid, fmt::format("the source `{}` keeps its name and its kind", current.name),
                "its offers are known by them; add another source"
            );
        }
        BOON_CHECK(check(source, secrets));
        if (says_the_same(source, current) && secrets.empty()) return current;
        SourceRow changed = source;
        changed.version = current.version + 1;
        changed.created_at = current.created_at;
        changed.updated_at = author.at;
        BOON_CHECK(db::update(connection, "sync_sources", changed, {"name"}));
        BOON_CHECK(write_secrets(connection, changed.name, secrets));
        BOON_CHECK(keep_deed(connection, author, "sync_source.change", &current, &changed));
        return changed;
    });
}

Status Registry::remove(std::string_view name, std::optional<std::int64_t> version, const catalog::Author& author) {
    return database_.write([&](db::Connection& connection) -> Status {
        BOON_TRY(const SourceRow current, find_row(connection, name));
        BOON_CHECK(check_version(current, version));
        BOON_TRY(
            const auto active,
            db::select_number(
                connection, "select count(*) from sync_runs where source = ? and state in ('queued', 'running')", {name}
            )
        );
        if (active > 0) {
            return fail(
                ErrorCode::conflict, fmt::format("a run of `{}` is under way", name), "wait for it, or cancel it"
            );
        }
        BOON_CHECK(
            give_up_waiting(connection, name, fmt::format("its source was removed by {}", author.name), author.at)
        );
        for (const char* sql :
             {"delete from sync_secrets where source = ?", "delete from sync_progress where source = ?",
              "delete from sync_sources where name = ?"}) {
            BOON_CHECK(connection.execute(sql, {name}));
        }
        return keep_deed(connection, author, "sync_source.remove", &current, nullptr);
    });
}

Result<SourceRow> Registry::find(std::string_view name) {
    return database_.read([&](db::Connection& connection) { return find_row(connection, name); });
}

Result<std::vector<SourceRow>> Registry::list() {
    return database_.read([&](db::Connection& connection) {
        return db::select<SourceRow>(connection, "select * from sync_sources order by name");
    });
}

Result<std::vector<std::string>> Registry::secret_names(std::string_view source) {
    std::vector<std::string> names;
    BOON_CHECK(database_.read([&](db::Connection& connection) {
        return connection.query(
            "select name from sync_secrets where source = ? order by name", {source},
            [&](const db::Row& row) -> Status {
                names.emplace_back(row.text(0));
                return {};
            }
        );
    }));
    if (const auto held = settings_secrets_.find(source); held != settings_secrets_.end()) {
        for (const auto& [name, value] : held->second) {
            if (std::ranges::find(names, name) == names.end()) names.push_back(name);
        }
    }
    return names;
}

Status Registry::follow_settings(
    const SourceRow& source, std::map<std::string, std::string> secrets, const catalog::Author& author
) {
    settings_secrets_[source.name] = std::move(secrets);
    auto current = find(source.name);
    if (!current && current.error().code == ErrorCode::not_found) {
        const auto created = create(source, {}, author);
        if (created) return {};
        if (created.error().code != ErrorCode::conflict) return std::unexpected(created.error());
        current = find(source.name);  // another server that starts has just made it
    }
    if (!current) return std::unexpected(current.error());
    if (current->kind != source.kind) return change_kind(*current, source, author);
    // Options and mapping are people's, also of a source that the settings made.
    SourceRow wanted = source;
    if (source.options.get_object().empty()) wanted.options = current->options;
    if (source.base_url.empty()) wanted.base_url = current->base_url;
    wanted.mapping = current->mapping;
    wanted.withdraw_limit_percent = current->withdraw_limit_percent;
    BOON_CHECK(replace(source.name, wanted, {}, std::nullopt, author));
    return {};
}

Status Registry::change_kind(const SourceRow& current, SourceRow source, const catalog::Author& author) {
    if (!current.from_settings) {
        return fail(
            ErrorCode::conflict,
            fmt::format(
                "the settings name a source `{}` of kind {}, but there is one of kind {}, which a person added",
                source.name, enum_name(source.kind), enum_name(current.kind)
            ),
            fmt::format("take the settings away, remove it (boon sync remove {}), then set them again", source.name)
        );
    }
    BOON_CHECK(check(source, {}));
    source.withdraw_limit_percent = current.withdraw_limit_percent;
    // A new version: what another kind knew of where to go on is not used any more.
    source.version = current.version + 1;
    source.created_at = current.created_at;
    source.updated_at = author.at;
    return database_.write([&](db::Connection& connection) -> Status {
        BOON_CHECK(give_up_waiting(
            connection, source.name, fmt::format("its source became one of kind {}", enum_name(source.kind)), author.at
        ));
        BOON_CHECK(connection.execute("delete from sync_secrets where source = ?", {source.name}));
        BOON_CHECK(db::update(connection, "sync_sources", source, {"name"}));
        return keep_deed(connection, author, "sync_source.change", &current, &source);
    });
}

Result<SourceConfig> Registry::open(const SourceRow& source) {
    SourceConfig config{
        .name = source.name, .kind = source.kind, .base_url = source.base_url, .options = source.options
    };
    BOON_CHECK(database_.read([&](db::Connection& connection) {
        return connection.query(
            "select name, sealed from sync_secrets where source = ?", {source.name},
            [&](const db::Row& row) -> Status {
                const std::string name(row.text(0));
                BOON_TRY(config.secrets[name], box_.open(row.text(1), place_of(source.name, name)));
                return {};
            }
        );
    }));
    if (const auto held = settings_secrets_.find(source.name); held != settings_secrets_.end()) {
        for (const auto& [name, value] : held->second) config.secrets[name] = value;
    }
    return config;
}

Result<Mapping> Registry::mapping_of(const SourceRow& source) const {
    return merged(default_mapping(source.kind), source.mapping);
}

Result<CrawlState> Registry::crawl_state(std::string_view source) {
    return database_.read([&](db::Connection& connection) -> Result<CrawlState> {
        BOON_TRY(
            auto state, db::select_one<CrawlState>(connection, "select * from sync_progress where source = ?", {source})
        );
        return state.value_or(CrawlState{.source = std::string(source)});
    });
}

Result<std::vector<SourceRow>> Registry::take_due(Timestamp now) {
    BOON_TRY(const auto all, list());
    std::vector<SourceRow> due;
    for (const SourceRow& source : all) {
        if (!source.is_scheduled || source.kind == SourceKind::manual) continue;
        BOON_TRY(const auto state, crawl_state(source.name));
        if (state.due_at && *state.due_at > now) continue;
        // Of several servers one changes the row.
        BOON_TRY(const std::int64_t taken, database_.write(db::Lane::batch, [&](db::Connection& connection) {
            return connection.execute(
                "update sync_progress set due_at = ? where source = ? and coalesce(due_at, 0) <= ?",
                {plus_micros(now, source.interval_s * kMicrosPerSecond), source.name, now}
            );
        }));
        if (taken == 1) due.push_back(source);
    }
    return due;
}

Result<std::int64_t> Registry::reseal(const catalog::Author& author) {
    struct Sealed {
        std::string source, name, text;
    };
    return database_.write([&](db::Connection& connection) -> Result<std::int64_t> {
        std::vector<Sealed> old;
        BOON_CHECK(connection.query(
            "select source, name, sealed from sync_secrets", {},
            [&](const db::Row& row) -> Status {
                if (!box_.is_current(row.text(2))) {
                    old.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))});
                }
                return {};
            }
        ));
        for (const Sealed& secret : old) {
            const std::string place = place_of(secret.source, secret.name);
            BOON_TRY(const std::string opened, box_.open(secret.text, place));
            const std::string sealed = box_.seal(opened, place);
            BOON_CHECK(connection.execute(
                "update sync_secrets set sealed = ? where source = ? and name = ?", {sealed, secret.source, secret.name}
            ));
        }
        const storage::Deed deed{
            .who = author.name, .what = "sync_secrets.rotate", .target = "sync_secrets", .before = {}, .after = {}
        };
        BOON_CHECK(storage::record_deed(connection, deed, author.at));
        return static_cast<std::int64_t>(old.size());
    });
}

}  // namespace boon::sync
