// Which versions of each model there are and which one serves. Rows of `model_versions`; every change is one
// transaction with its entry in the change feed, so that replicas follow.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "insight/scoring/loaded_model.h"
#include "platform/base/json.h"
#include "platform/db/database.h"

namespace boon::scoring {

enum class VersionState { candidate, champion, challenger, retired };
BOOST_DESCRIBE_ENUM(VersionState, candidate, champion, challenger, retired)

struct ModelVersion {
    std::string version;
    std::string name;
    ModelKind kind = ModelKind::probability;
    VersionState state = VersionState::candidate;
    std::string path;  // its folder; told by the registry, whatever is given
    std::string manifest_hash;
    bool gate_passed = false;
    std::string verdict;  // the gate's, in words
    json::Value metrics;
    std::optional<double> fallback_value;  // the base rate (or mean amount) it was judged against
    Timestamp created_at;
    std::string created_by;
    std::optional<Timestamp> promoted_at;
    std::optional<Timestamp> retired_at;
};
BOOST_DESCRIBE_STRUCT(
    ModelVersion, (),
    (version, name, kind, state, path, manifest_hash, gate_passed, verdict, metrics, fallback_value, created_at,
     created_by, promoted_at, retired_at)
)

// Who created a version that a setting names (foreign.h).
inline constexpr std::string_view kBySettings = "settings";

// Thread-safe as the Database is, but for pin().
class Registry {
public:
    // A version's files are in `models_folder`/NAME/VERSION wherever that is today: an instance may be moved or copied.
    Registry(db::Database& database, std::filesystem::path models_folder)
        : database_(database), models_folder_(std::move(models_folder)) {}

    // A new candidate. `conflict` when the version is there already. On PostgreSQL its files are kept in the database,
    // too, since other servers have other disks.
    Status add(const ModelVersion& version, Timestamp now);
    // Makes the folder of a version that another server wrote; nothing where it is there, or nobody kept it.
    Status fetch(const ModelVersion& version);
    Result<ModelVersion> find(std::string_view version);  // `not_found`
    // Newest first; of all models when `name` is empty.
    Result<std::vector<ModelVersion>> list(std::string_view name = {});

    // Makes it the champion; the one before it is retired. `conflict` when the gate refused it, or it is champion.
    Result<ModelVersion> promote(std::string_view version, Timestamp now);
    // Serves beside the champion for comparison; another challenger of that model becomes a candidate again.
    Result<ModelVersion> challenge(std::string_view version, Timestamp now);
    // The champion retires, the one that was promoted before it serves again; `conflict` when there is none.
    Result<ModelVersion> roll_back(std::string_view name, Timestamp now);
    // `conflict` for the champion: promote another, or roll back.
    Result<ModelVersion> retire(std::string_view version, Timestamp now);

    // From now on a setting says what serves these models, by name: promote() and roll_back() are `conflict`.
    void pin(std::map<std::string, std::string, std::less<>> settings) { pinned_ = std::move(settings); }
    [[nodiscard]] bool is_pinned(std::string_view name) const { return pinned_.contains(name); }
    // A version made elsewhere becomes the champion, unjudged; its fallback is that of the last version that has one.
    Result<ModelVersion> install(ModelVersion version, Timestamp now);
    // Undoes that, for a model whose champion was installed: it retires, and the last one that was promoted otherwise
    // serves again, where there is one.
    Status withdraw(std::string_view name, Timestamp now);

private:
    [[nodiscard]] ModelVersion located(ModelVersion version) const;
    [[nodiscard]] Result<ModelVersion> located(Result<ModelVersion> version) const;
    // On PostgreSQL, all of its files; else nothing.
    [[nodiscard]] Result<std::map<std::string, std::string>> files_to_keep(const ModelVersion& version) const;
    [[nodiscard]] Status check_not_pinned(std::string_view name) const;

    db::Database& database_;
    std::filesystem::path models_folder_;
    std::map<std::string, std::string, std::less<>> pinned_;
};

// What serves one model: the champion; when it cannot be loaded or does not fit the schema, the champion before it,
// but none in place of a version that a setting names.
struct Serving {
    std::shared_ptr<const LoadedModel> model;  // null: none is usable
    RowMap rows;
    std::vector<std::string> problems;     // why a better one does not serve, in words
    std::optional<double> fallback_value;  // of the newest champion, for when there is no model

    // The model's prediction for the customer, or the stated fallback, marked.
    [[nodiscard]] Prediction predict(std::span<const float> profile) const;
};

// By model name. A damaged or unbound version is a problem in the answer, never an error.
Result<std::map<std::string, Serving>> load_serving(Registry& registry, const profiles::Schema& schema);

}  // namespace boon::scoring
