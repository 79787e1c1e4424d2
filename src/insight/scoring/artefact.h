// A model version on disk: `models/NAME/VERSION/{manifest.json, model.ubj, outputs…}`. Written as a whole or not at
// all (files, fsync, rename, fsync of the folder); read back only when every byte is the one the manifest has hashed.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "insight/scoring/calibration.h"
#include "platform/base/error.h"
#include "platform/base/id.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "records/profiles/profile.h"

namespace boon::scoring {

// What a row is, and what comes out.
enum class ModelKind {
    pair,         // (customer ‖ offer) → P(converts given shown)
    multi_class,  // customer → share of each offer among those who convert: not probabilities
    probability,  // customer → probability
    amount,       // customer → amount in currency units, with an interval
    ranking,      // what the customer bought → products, ranked; no trees: see products.h
};
BOOST_DESCRIBE_ENUM(ModelKind, pair, multi_class, probability, amount, ranking)

struct FileEntry {
    std::string sha256;  // hex
    std::int64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(FileEntry, (), (sha256, bytes))

struct Manifest {
    std::int32_t format = 1;
    std::string name;     // nbo, churn, ltv, …
    std::string version;  // UUIDv7; of a model made elsewhere from its bytes
    ModelKind kind = ModelKind::probability;
    Timestamp created_at = {};
    std::string code_version = {};
    std::map<std::string, FileEntry> files = {};  // all but the manifest itself
    bool made_elsewhere = false;                  // and so neither trained nor judged by boon; see foreign.h
};
BOOST_DESCRIBE_STRUCT(Manifest, (), (format, name, version, kind, created_at, code_version, files, made_elsewhere))

// One column of the row a model reads: a customer feature as the profiles had it when the model was fitted (of a model
// made elsewhere without a hash: any feature of that name), one category of one (`NAME=CATEGORY`, 1 or 0), or what the
// caller knows of the row: `offer.…` as catalog::offer_features() has them, `contact.…` of a campaign's contact.
using ModelColumn = profiles::Column;

// features.json
struct ModelColumns {
    std::vector<ModelColumn> columns;
    std::vector<OfferId> labels;                        // multi_class: the offer each output stands for
    std::map<std::string, std::string> campaigns = {};  // campaign_response: campaign → its channel, where it has one
};
BOOST_DESCRIBE_STRUCT(ModelColumns, (), (columns, labels, campaigns))

// 80 % of actual amounts lie between lower and upper at a predicted amount; linear between the knots, and beyond the
// last one in proportion to the prediction.
struct AmountInterval {
    std::vector<double> predicted;  // strictly increasing
    std::vector<double> lower;
    std::vector<double> upper;
};
BOOST_DESCRIBE_STRUCT(AmountInterval, (), (predicted, lower, upper))
// `conflict` without knots, or with knots out of order.
Status check(const AmountInterval& interval);

// An amount as its place in the base (engagement): values[k] is the k % quantile of the predictions for the test rows.
struct Percentiles {
    std::vector<double> values;  // 101, not decreasing
    // Scores from here on are called medium, high; a score of 0 none, any other low.
    double medium_from = 40;
    double high_from = 70;
};
BOOST_DESCRIBE_STRUCT(Percentiles, (), (values, medium_from, high_from))

// calibration.json
struct Outputs {
    Calibration calibration;
    std::optional<AmountInterval> interval;
    double threshold = 0.5;  // will_churn, will_buy, … from this probability on
    std::optional<Percentiles> percentiles = {};
};
BOOST_DESCRIBE_STRUCT(Outputs, (), (calibration, interval, threshold, percentiles))

inline constexpr std::string_view kManifestFile = "manifest.json";
inline constexpr std::string_view kModelFile = "model.ubj";
// Of a network made elsewhere, instead of that; and its models::Scaling, where it has one.
inline constexpr std::string_view kNetworkFile = "model.tflite";
inline constexpr std::string_view kScalingFile = "scaler.json";
inline constexpr std::string_view kOutputsFile = "calibration.json";
inline constexpr std::string_view kColumnsFile = "features.json";
inline constexpr std::string_view kCardFile = "card.json";

struct WrittenArtefact {
    std::filesystem::path folder;
    std::string manifest_hash;  // SHA-256 of manifest.json, hex: what the registry holds
};

// `files`: name → content. Fills in manifest.files. `conflict` when the version is there already; `unavailable` when
// the disk does not take it, and then nothing is left.
Result<WrittenArtefact> write_artefact(
    const std::filesystem::path& models_folder, Manifest manifest, const std::map<std::string, std::string>& files
);

// As it was written elsewhere: `files` with manifest.json among them, byte for byte. `invalid` when that is missing, or
// a name is no file's.
Result<WrittenArtefact> copy_artefact(
    const std::filesystem::path& models_folder, std::string_view name, std::string_view version,
    const std::map<std::string, std::string>& files
);

struct Artefact {
    Manifest manifest;
    std::map<std::string, std::string> files;
};

// Every file of the manifest, each checked against its SHA-256; `manifest_hash` (unless empty) against the manifest's
// own. `conflict` names the file that is damaged or missing; `not_found` when there is no such folder.
Result<Artefact> read_artefact(const std::filesystem::path& folder, std::string_view manifest_hash);

}  // namespace boon::scoring
