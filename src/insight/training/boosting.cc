#include "insight/training/boosting.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>
#include <xgboost/c_api.h>

namespace boon::training {
namespace {

Status checked(int code, std::string_view doing) {
    if (code == 0) return {};
    const std::string text = XGBGetLastError();
    // Its messages are a line of words, then a stack trace.
    return fail(ErrorCode::internal, fmt::format("XGBoost could not {}: {}", doing, text.substr(0, text.find('\n'))));
}

using Parameters = std::vector<std::pair<const char*, std::string>>;

void add_objective(const FitOptions& options, double base_score, Parameters& out) {
    switch (options.objective) {
        case Objective::binary:
            out.emplace_back("objective", "binary:logistic");
            out.emplace_back("eval_metric", "logloss");
            out.emplace_back("base_score", fmt::format("{}", base_score));
            return;
        case Objective::multiclass:
            out.emplace_back("objective", "multi:softprob");
            out.emplace_back("eval_metric", "mlogloss");
            out.emplace_back("num_class", fmt::format("{}", options.classes));
            return;
        case Objective::amount:
            out.emplace_back("objective", "reg:squarederror");
            out.emplace_back("eval_metric", "rmse");
            out.emplace_back("base_score", fmt::format("{}", base_score));
            return;
    }
}

}  // namespace

void Rows::Free::operator()(void* handle) const { XGDMatrixFree(handle); }
void Booster::Free::operator()(void* handle) const { XGBoosterFree(handle); }

Result<Rows> Rows::from(const Matrix& matrix) {
    constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
    DMatrixHandle handle = nullptr;
    BOON_CHECK(checked(
        XGDMatrixCreateFromMat(matrix.values.data(), matrix.rows(), matrix.columns(), kMissing, &handle),
        "take over the training rows"
    ));
    Rows rows;
    rows.handle_.reset(handle);
    BOON_CHECK(checked(XGDMatrixSetFloatInfo(handle, "label", matrix.labels.data(), matrix.rows()), "take the labels"));
    if (!matrix.weights.empty()) {
        BOON_CHECK(
            checked(XGDMatrixSetFloatInfo(handle, "weight", matrix.weights.data(), matrix.rows()), "take the weights")
        );
    }
    return rows;
}

Result<Booster> Booster::create(
    const Rows& rows, const FitOptions& options, const TreeParameters& trees, double base_score
) {
    const DMatrixHandle cache[] = {rows.handle_.get()};
    BoosterHandle handle = nullptr;
    BOON_CHECK(checked(XGBoosterCreate(cache, 1, &handle), "start"));
    Booster booster;
    booster.handle_.reset(handle);
    Parameters parameters{
        {"tree_method", "hist"},
        {"max_bin", fmt::format("{}", options.max_bin)},
        {"max_depth", fmt::format("{}", trees.max_depth)},
        {"eta", fmt::format("{}", trees.eta)},
        {"subsample", fmt::format("{}", trees.subsample)},
        {"colsample_bytree", fmt::format("{}", trees.colsample_bytree)},
        {"min_child_weight", fmt::format("{}", trees.min_child_weight)},
        {"lambda", fmt::format("{}", trees.lambda)},
        {"seed", fmt::format("{}", options.seed)},
        {"nthread", fmt::format("{}", options.threads)},
        {"verbosity", "0"},
    };
    add_objective(options, base_score, parameters);
    for (const auto& [name, value] : parameters) {
        BOON_CHECK(checked(XGBoosterSetParam(handle, name, value.c_str()), fmt::format("take {}={}", name, value)));
    }
    return booster;
}

Status Booster::update(int round, const Rows& rows) {
    return checked(XGBoosterUpdateOneIter(handle_.get(), round, rows.handle_.get()), "grow a tree");
}

Result<double> Booster::evaluate(int round, const Rows& rows) {
    DMatrixHandle watched[] = {rows.handle_.get()};
    const char* names[] = {"validation"};
    const char* text = nullptr;
    BOON_CHECK(checked(XGBoosterEvalOneIter(handle_.get(), round, watched, names, 1, &text), "evaluate"));
    // `[12]\tvalidation-logloss:0.6123`
    const std::string_view line(text);
    const std::string_view number = line.substr(line.rfind(':') + 1);
    double value = 0;
    const auto read = std::from_chars(number.data(), number.data() + number.size(), value);
    if (read.ec != std::errc()) {
        return fail(ErrorCode::internal, fmt::format("XGBoost's evaluation has no number: {}", line));
    }
    return value;
}

Result<std::vector<float>> Booster::predict(const Rows& rows, int rounds) {
    const std::string config = fmt::format(
        R"({{"type": 0, "training": false, "iteration_begin": 0, "iteration_end": {}, "strict_shape": false}})", rounds
    );
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* values = nullptr;
    BOON_CHECK(checked(
        XGBoosterPredictFromDMatrix(handle_.get(), rows.handle_.get(), config.c_str(), &shape, &dimensions, &values),
        "predict"
    ));
    const auto count =
        std::accumulate(shape, shape + dimensions, std::size_t{1}, [](std::size_t a, bst_ulong b) { return a * b; });
    return std::vector<float>(values, values + count);
}

Result<std::vector<std::byte>> Booster::save() {
    bst_ulong size = 0;
    const char* bytes = nullptr;
    BOON_CHECK(
        checked(XGBoosterSaveModelToBuffer(handle_.get(), R"({"format": "ubj"})", &size, &bytes), "write its ensemble")
    );
    const auto* begin = reinterpret_cast<const std::byte*>(bytes);
    return std::vector<std::byte>(begin, begin + size);
}

Result<std::vector<Importance>> Booster::importances(const std::vector<std::string>& names) {
    bst_ulong count = 0;
    const char** features = nullptr;
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* scores = nullptr;
    BOON_CHECK(checked(
        XGBoosterFeatureScore(
            handle_.get(), R"({"importance_type": "total_gain"})", &count, &features, &dimensions, &shape, &scores
        ),
        "report importances"
    ));
    double total = 0;
    for (bst_ulong i = 0; i < count; ++i) total += static_cast<double>(scores[i]);
    std::vector<Importance> found;
    for (bst_ulong i = 0; i < count; ++i) {
        // The matrix has no names of its own: XGBoost calls its columns f0, f1, …
        const std::string_view called(features[i]);
        std::size_t index = names.size();
        std::from_chars(called.data() + 1, called.data() + called.size(), index);
        if (index >= names.size()) {
            return fail(ErrorCode::internal, fmt::format("XGBoost reports an unknown feature \"{}\"", called));
        }
        found.push_back({names[index], total > 0 ? static_cast<double>(scores[i]) / total : 0});
    }
    std::ranges::stable_sort(found, std::greater(), &Importance::gain_share);
    return found;
}

}  // namespace boon::training
