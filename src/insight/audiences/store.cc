#include "insight/audiences/store.h"

#include <fmt/format.h>

#include "insight/audiences/book.h"
#include "platform/db/record.h"
#include "platform/storage/change_feed.h"

namespace boon::audiences {

namespace {

constexpr std::string_view kSelect =
    "select name, description, rule, version, created_by, created_at, updated_by, updated_at from audiences ";

Result<std::int64_t> id_of(db::Connection& connection, std::string_view name) {
    return db::select_number(connection, "select audience_id from audiences where name = ?", {name});
}

// The version that `audience` is now, and what it was that made it.
Status keep_version(
    db::Connection& connection, std::int64_t id, const Audience& audience, std::string_view what, const Author& author
) {
    const std::string rule = json::to_text(audience.rule);
    BOON_CHECK(connection.execute(
        "insert into audience_versions (audience_id, version, name, description, rule, change, changed_by, "
        "changed_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
        {id, audience.version, audience.name, audience.description, rule, what, author.name, author.now}
    ));
    return storage::append_change(connection, kChangeKind, audience.name, author.now);
}

std::unexpected<Error> name_taken(std::string_view name) {
    return fail(
        ErrorCode::conflict, fmt::format("there is an audience `{}` already", name),
        "change that one, or choose another"
    );
}

Result<bool> is_there(db::Connection& connection, std::string_view name) {
    BOON_TRY(const auto count, db::select_number(connection, "select count(*) from audiences where name = ?", {name}));
    return count > 0;
}

Result<Audience> at_version(db::Connection& connection, const Target& target) {
    BOON_TRY(auto current, find(connection, target.name));
    if (current.version == target.version) return current;
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("the audience has version {} now, not {}", current.version, target.version),
        "read it again; somebody has changed it meanwhile"
    );
}

}  // namespace

Result<std::vector<Audience>> list(db::Connection& connection) {
    return db::select<Audience>(connection, std::string(kSelect) + "order by name");
}

Result<Audience> find(db::Connection& connection, std::string_view name) {
    BOON_TRY(auto found, db::select_one<Audience>(connection, std::string(kSelect) + "where name = ?", {name}));
    if (!found) return no_audience(name);
    return *std::move(found);
}

Result<Audience> create(db::Connection& connection, Audience wanted, const Author& author) {
    BOON_TRY(const bool taken, is_there(connection, wanted.name));
    if (taken) return name_taken(wanted.name);
    wanted.version = 1;
    wanted.created_by = wanted.updated_by = author.name;
    wanted.created_at = wanted.updated_at = author.now;
    BOON_TRY(const auto last, db::select_number(connection, "select max(audience_id) from audience_versions"));
    const std::int64_t id = last + 1;
    const std::string rule = json::to_text(wanted.rule);
    BOON_CHECK(connection.execute(
        "insert into audiences (name, audience_id, description, rule, version, created_by, created_at, updated_by, "
        "updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {wanted.name, id, wanted.description, rule, wanted.version, wanted.created_by, wanted.created_at,
         wanted.updated_by, wanted.updated_at}
    ));
    BOON_CHECK(keep_version(connection, id, wanted, "created", author));
    return wanted;
}

Result<Audience> change(
    db::Connection& connection, const Target& target, Audience wanted, std::string_view what, const Author& author
) {
    BOON_TRY(const auto current, at_version(connection, target));
    const bool renamed = wanted.name != current.name;
    if (!renamed && wanted.description == current.description && wanted.rule == current.rule) return current;
    if (renamed) {
        BOON_TRY(const bool taken, is_there(connection, wanted.name));
        if (taken) return name_taken(wanted.name);
        what = "renamed";
        // Whoever knew the old name learns that it is gone.
        BOON_CHECK(storage::append_change(connection, kChangeKind, current.name, author.now));
    }
    BOON_TRY(const auto id, id_of(connection, current.name));
    wanted.version = current.version + 1;
    wanted.created_by = current.created_by;
    wanted.created_at = current.created_at;
    wanted.updated_by = author.name;
    wanted.updated_at = author.now;
    const std::string rule = json::to_text(wanted.rule);
    BOON_CHECK(connection.execute(
        "update audiences set name = ?, description = ?, rule = ?, version = ?, updated_by = ?, updated_at = ? "
        "where audience_id = ?",
        {wanted.name, wanted.description, rule, wanted.version, wanted.updated_by, wanted.updated_at, id}
    ));
    BOON_CHECK(keep_version(connection, id, wanted, what, author));
    return wanted;
}

Status drop(db::Connection& connection, const Target& target, const Author& author) {
    BOON_TRY(auto current, at_version(connection, target));
    BOON_TRY(const auto id, id_of(connection, current.name));
    BOON_CHECK(connection.execute("delete from audiences where audience_id = ?", {id}));
    ++current.version;
    return keep_version(connection, id, current, "deleted", author);
}

Result<bool> hold(db::Connection& connection, std::string_view name, Hold how) {
    std::string sql = "select audience_id from audiences where name = ?";
    // SQLite has one writer at a time.
    if (connection.engine() == db::Engine::postgres) sql += how == Hold::named ? " for key share" : " for update";
    bool found = false;
    BOON_CHECK(connection.query(sql, {name}, [&](const db::Row&) -> Status {
        found = true;
        return {};
    }));
    return found;
}

Result<std::vector<AudienceRevision>> versions(db::Connection& connection, std::string_view name) {
    BOON_CHECK(find(connection, name));
    return db::select<AudienceRevision>(
        connection,
        "select v.version, v.name, v.description, v.rule, v.change, v.changed_by, v.changed_at "
        "from audience_versions v join audiences a on a.audience_id = v.audience_id where a.name = ? "
        "order by v.version desc",
        {name}
    );
}

Result<AudienceRevision> version(db::Connection& connection, std::string_view name, std::int64_t version) {
    BOON_TRY(auto all, versions(connection, name));
    for (AudienceRevision& revision : all) {
        if (revision.version == version) return std::move(revision);
    }
    return fail(ErrorCode::not_found, fmt::format("the audience `{}` has no version {}", name, version));
}

}  // namespace boon::audiences
