#include "insight/scoring/registry.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "platform/db/record.h"
#include "platform/storage/change_feed.h"

namespace boon::scoring {
namespace {

constexpr std::string_view kHintList = "`boon models` lists the versions";

Result<ModelVersion> find_in(db::Connection& c, std::string_view version) {
    BOON_TRY(auto found, db::select_one<ModelVersion>(c, "select * from model_versions where version = ?", {version}));
    if (!found) {
        return fail(ErrorCode::not_found, fmt::format("there is no model version {}", version), std::string(kHintList));
    }
    return *std::move(found);
}

Status record_change(db::Connection& c, std::string_view name, Timestamp now) {
    return storage::append_change(c, "model", name, now);
}

// All files of a version, the manifest with them.
Result<std::map<std::string, std::string>> read_files(const std::filesystem::path& folder, std::string_view hash) {
    BOON_TRY(Artefact artefact, read_artefact(folder, hash));
    std::ifstream file(folder / kManifestFile, std::ios::binary);
    artefact.files[std::string(kManifestFile)] = {std::istreambuf_iterator<char>(file), {}};
    return std::move(artefact.files);
}

Status insert_version(db::Connection& c, const ModelVersion& version, const std::map<std::string, std::string>& files) {
    ModelVersion row = version;
    row.path = row.name + "/" + row.version;
    BOON_CHECK(db::insert(c, "model_versions", row));
    for (const auto& [name, text] : files) {
        BOON_CHECK(c.execute(
            "insert into model_files (version, name, bytes) values (?, ?, ?)",
            {row.version, name, std::as_bytes(std::span(text))}
        ));
    }
    return {};
}

// The champion leaves its place first: the database allows one.
// A rollback keeps `promoted_at`: what was champion after it must not come back by rolling back again.
Status make_champion(db::Connection& c, const ModelVersion& next, Timestamp promoted_at, Timestamp now) {
    BOON_CHECK(c.execute(
        "update model_versions set state = 'retired', retired_at = ? where name = ? and state = 'champion'",
        {now, next.name}
    ));
    BOON_CHECK(c.execute(
        "update model_versions set state = 'champion', promoted_at = ?, retired_at = null where version = ?",
        {promoted_at, next.version}
    ));
    return record_change(c, next.name, now);
}

}  // namespace

ModelVersion Registry::located(ModelVersion version) const {
    version.path = (models_folder_ / version.name / version.version).string();
    return version;
}

Result<ModelVersion> Registry::located(Result<ModelVersion> version) const {
    if (!version) return version;
    return located(*std::move(version));
}

Result<std::map<std::string, std::string>> Registry::files_to_keep(const ModelVersion& version) const {
    if (database_.engine() != db::Engine::postgres) return std::map<std::string, std::string>{};
    return read_files(located(version).path, version.manifest_hash);
}

Status Registry::add(const ModelVersion& version, Timestamp now) {
    BOON_TRY(const auto files, files_to_keep(version));
    return database_.write([&](db::Connection& c) -> Status {
        BOON_CHECK(insert_version(c, version, files));
        return record_change(c, version.name, now);
    });
}

Status Registry::fetch(const ModelVersion& version) {
    if (database_.engine() != db::Engine::postgres || std::filesystem::exists(version.path)) return {};
    std::map<std::string, std::string> files;
    BOON_CHECK(database_.read([&](db::Connection& c) -> Status {
        return c.query(
            "select name, bytes from model_files where version = ?", {version.version},
            [&](const db::Row& row) -> Status {
                const db::Bytes bytes = row.blob(1);
                files[std::string(row.text(0))].assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
                return {};
            }
        );
    }));
    if (files.empty()) return {};
    BOON_CHECK(copy_artefact(models_folder_, version.name, version.version, files));
    return {};
}

Result<ModelVersion> Registry::find(std::string_view version) {
    return located(database_.read([&](db::Connection& c) { return find_in(c, version); }));
}

Result<std::vector<ModelVersion>> Registry::list(std::string_view name) {
    auto versions = database_.read([&](db::Connection& c) {
        return db::select<ModelVersion>(
            c, "select * from model_versions where ? = '' or name = ? order by created_at desc, version desc",
            {name, name}
        );
    });
    if (!versions) return versions;
    for (ModelVersion& version : *versions) version = located(std::move(version));
    return versions;
}

Result<ModelVersion> Registry::promote(std::string_view version, Timestamp now) {
    return located(database_.write([&](db::Connection& c) -> Result<ModelVersion> {
        BOON_TRY(const ModelVersion next, find_in(c, version));
        BOON_CHECK(check_not_pinned(next.name));
        if (next.state == VersionState::champion) {
            return fail(ErrorCode::conflict, fmt::format("version {} is the champion already", version));
        }
        if (!next.gate_passed) {
            return fail(
                ErrorCode::conflict, fmt::format("version {} did not pass the gate: {}", version, next.verdict),
                "train on more data or other features; a refused version does not serve"
            );
        }
        BOON_CHECK(make_champion(c, next, now, now));
        return find_in(c, version);
    }));
}

Result<ModelVersion> Registry::challenge(std::string_view version, Timestamp now) {
    return located(database_.write([&](db::Connection& c) -> Result<ModelVersion> {
        BOON_TRY(const ModelVersion next, find_in(c, version));
        if (next.state == VersionState::champion) {
            return fail(ErrorCode::conflict, fmt::format("version {} is the champion", version));
        }
        BOON_CHECK(c.execute(
            "update model_versions set state = 'candidate' where name = ? and state = 'challenger'", {next.name}
        ));
        BOON_CHECK(c.execute("update model_versions set state = 'challenger' where version = ?", {version}));
        BOON_CHECK(record_change(c, next.name, now));
        return find_in(c, version);
    }));
}

Result<ModelVersion> Registry::roll_back(std::string_view name, Timestamp now) {
    BOON_CHECK(check_not_pinned(name));
    return located(database_.write([&](db::Connection& c) -> Result<ModelVersion> {
        BOON_TRY(
            const auto champion, db::select_one<ModelVersion>(
                                     c, "select * from model_versions where name = ? and state = 'champion'", {name}
                                 )
        );
        if (!champion) {
            return fail(
                ErrorCode::conflict, fmt::format("model {} has no champion to roll back from", name),
                std::string(kHintList)
            );
        }
        BOON_TRY(
            const auto before,
            db::select_one<ModelVersion>(
                c, "select * from model_versions where name = ? and promoted_at < ? order by promoted_at desc limit 1",
                {name, *champion->promoted_at}
            )
        );
        if (!before) {
            return fail(
                ErrorCode::conflict, fmt::format("model {} has had no champion before {}", name, champion->version),
                "retire is not possible either while it serves; promote another version"
            );
        }
        const std::string version = before->version;
        BOON_CHECK(make_champion(c, *before, *before->promoted_at, now));
        return find_in(c, version);
    }));
}

Result<ModelVersion> Registry::retire(std::string_view version, Timestamp now) {
    return located(database_.write([&](db::Connection& c) -> Result<ModelVersion> {
        BOON_TRY(const ModelVersion found, find_in(c, version));
        if (found.state == VersionState::champion) {
            return fail(
                ErrorCode::conflict, fmt::format("version {} is the champion", version),
                "promote another version, or roll back"
            );
        }
        BOON_CHECK(
            c.execute("update model_versions set state = 'retired', retired_at = ? where version = ?", {now, version})
        );
        BOON_CHECK(record_change(c, found.name, now));
        return find_in(c, version);
    }));
}

Status Registry::check_not_pinned(std::string_view name) const {
    const auto setting = pinned_.find(name);
    if (setting == pinned_.end()) return {};
    return fail(
        ErrorCode::conflict, fmt::format("{} says what serves {}", setting->second, name),
        "take the setting away and start anew: then the registry's champion serves"
    );
}

Result<ModelVersion> Registry::install(ModelVersion version, Timestamp now) {
    BOON_TRY(const auto files, files_to_keep(version));
    return located(database_.write([&](db::Connection& c) -> Result<ModelVersion> {
        BOON_TRY(
            const auto known,
            db::select_one<ModelVersion>(c, "select * from model_versions where version = ?", {version.version})
        );
        const bool is_same = known && known->manifest_hash == version.manifest_hash;
        if (is_same && known->state == VersionState::champion) return *known;
        BOON_TRY(
            const auto rated, db::select_one<ModelVersion>(
                                  c,
                                  "select * from model_versions where name = ? and fallback_value is not null "
                                  "order by created_at desc, version desc limit 1",
                                  {version.name}
                              )
        );
        if (rated) version.fallback_value = rated->fallback_value;
        BOON_CHECK(c.execute("delete from model_files where version = ?", {version.version}));
        BOON_CHECK(c.execute("delete from model_versions where version = ?", {version.version}));
        BOON_CHECK(insert_version(c, version, files));
        BOON_CHECK(make_champion(c, version, now, now));
        return find_in(c, version.version);
    }));
}

Status Registry::withdraw(std::string_view name, Timestamp now) {
    return database_.write([&](db::Connection& c) -> Status {
        BOON_TRY(
            const auto before,
            db::select_one<ModelVersion>(
                c,
                "select * from model_versions where name = ? and promoted_at is not null and created_by <> ? "
                "order by promoted_at desc limit 1",
                {name, kBySettings}
            )
        );
        if (before) return make_champion(c, *before, *before->promoted_at, now);
        BOON_CHECK(c.execute(
            "update model_versions set state = 'retired', retired_at = ? where name = ? and state = 'champion'",
            {now, name}
        ));
        return record_change(c, name, now);
    });
}

Prediction Serving::predict(std::span<const float> profile) const {
    if (model == nullptr) {
        return fallback(
            fallback_value.value_or(std::numeric_limits<double>::quiet_NaN()),
            problems.empty() ? "no model is promoted" : problems.front()
        );
    }
    std::vector<float> row(model->columns().columns.size());
    rows.assemble(profile, row);
    Prediction predicted = model->predict(row);
    if (predicted.is_fallback && fallback_value) predicted.value = *fallback_value;
    return predicted;
}

namespace {

// Each model's champion, then those before it, latest first; what was rolled back from stays out.
std::vector<ModelVersion> in_order_of_use(std::vector<ModelVersion> versions) {
    std::map<std::string, ModelVersion> champions;
    for (const ModelVersion& v : versions) {
        if (v.state == VersionState::champion) champions[v.name] = v;
    }
    std::erase_if(versions, [&](const ModelVersion& v) {
        const auto champion = champions.find(v.name);
        if (champion == champions.end() || !v.promoted_at) return true;
        if (champion->second.created_by == kBySettings) return v.version != champion->second.version;
        return *v.promoted_at > *champion->second.promoted_at || v.created_by == kBySettings;
    });
    std::ranges::stable_sort(versions, [](const ModelVersion& a, const ModelVersion& b) {
        const bool champion = a.state == VersionState::champion;
        if (champion != (b.state == VersionState::champion)) return champion;
        return *a.promoted_at > *b.promoted_at;
    });
    return versions;
}

// Unless a version before it serves already: loads it, or notes what is wrong with it.
void try_version(Registry& registry, const ModelVersion& version, const profiles::Schema& schema, Serving& serving) {
    if (serving.model != nullptr) return;
    if (!serving.fallback_value) serving.fallback_value = version.fallback_value;
    if (auto fetched = registry.fetch(version); !fetched) serving.problems.push_back(fetched.error().message);
    auto model = LoadedModel::open(version.path, version.manifest_hash);
    auto rows = model ? (*model)->bind(schema) : std::unexpected(model.error());
    if (!rows) return serving.problems.push_back(rows.error().message);
    serving.model = *std::move(model);
    serving.rows = *std::move(rows);
}

}  // namespace

Result<std::map<std::string, Serving>> load_serving(Registry& registry, const profiles::Schema& schema) {
    BOON_TRY(auto versions, registry.list());
    std::map<std::string, Serving> out;
    for (const ModelVersion& version : in_order_of_use(std::move(versions))) {
        try_version(registry, version, schema, out[version.name]);
    }
    return out;
}

}  // namespace boon::scoring
