#include "insight/lifecycle/rule_versions.h"

#include <fmt/format.h>

#include "platform/db/record.h"
#include "platform/storage/change_feed.h"

namespace boon::lifecycle {

namespace {

RulesVersion defaults() {
    return {
        .version = 0,
        .document = default_rules(),
        .note = "boon's own",
        .published_by = "boon",
        .published_at = {},
    };
}

}  // namespace

Result<RulesVersion> current_rules(db::Connection& connection) {
    BOON_TRY(
        auto newest, db::select_one<RulesVersion>(connection, "select * from stage_rules order by version desc limit 1")
    );
    return newest ? *std::move(newest) : defaults();
}

Result<RulesVersion> find_rules(db::Connection& connection, std::int64_t version) {
    if (version == 0) return defaults();
    BOON_TRY(
        auto found, db::select_one<RulesVersion>(connection, "select * from stage_rules where version = ?", {version})
    );
    if (!found) return fail(ErrorCode::not_found, fmt::format("the lifecycle's rules have no version {}", version));
    return *std::move(found);
}

Result<std::vector<RulesVersion>> list_rules(db::Connection& connection) {
    BOON_TRY(auto versions, db::select<RulesVersion>(connection, "select * from stage_rules order by version desc"));
    versions.push_back(defaults());
    return versions;
}

Result<RulesVersion> publish_rules(db::Connection& connection, RulesVersion next, std::int64_t expected) {
    BOON_TRY(const auto current, current_rules(connection));
    if (current.version != expected) {
        return fail(
            ErrorCode::failed_precondition,
            fmt::format("version {} of the rules is in force, not {}", current.version, expected),
            "read them again; somebody has published others meanwhile"
        );
    }
    next.version = expected + 1;
    BOON_CHECK(db::insert(connection, "stage_rules", next));
    BOON_CHECK(storage::append_change(connection, kRulesChange, std::to_string(next.version), next.published_at));
    return next;
}

}  // namespace boon::lifecycle
