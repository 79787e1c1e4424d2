#include "insight/models/testing/xgboost_peer.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>

#include <fmt/format.h>
#include <xgboost/c_api.h>

namespace boon::models::testing {

namespace {

void must(int status) {
    if (status == 0) return;
    std::fprintf(stderr, "XGBoost: %s\n", XGBGetLastError());
    std::abort();
}

class Matrix {
public:
    explicit Matrix(const Table& table) {
        must(XGDMatrixCreateFromMat(
            table.values.data(), table.rows(), table.columns, std::numeric_limits<float>::quiet_NaN(), &handle_
        ));
        if (!table.labels.empty()) {
            must(XGDMatrixSetFloatInfo(handle_, "label", table.labels.data(), table.labels.size()));
        }
    }
    Matrix(const Matrix&) = delete;
    Matrix& operator=(const Matrix&) = delete;
    ~Matrix() { XGDMatrixFree(handle_); }

    [[nodiscard]] DMatrixHandle handle() const { return handle_; }

private:
    DMatrixHandle handle_ = nullptr;
};

std::size_t volume(const bst_ulong* shape, bst_ulong dimensions) {
    std::size_t size = 1;
    for (bst_ulong i = 0; i < dimensions; ++i) size *= shape[i];
    return size;
}

}  // namespace

Table random_table(std::size_t rows, std::size_t columns, double missing_share, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    Table table{.columns = columns};
    for (std::size_t i = 0; i < rows; ++i) {
        double signal = 0;
        for (std::size_t j = 0; j < columns; ++j) {
            const double value = std::round(normal(random) * 1000) / 1000;
            if (j < 5) signal += value * (j % 2 == 0 ? 1.0 : -0.5);
            if (j == 1) signal += std::fabs(value);
            const bool is_missing = uniform(random) < missing_share;
            table.values.push_back(is_missing ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(value));
        }
        table.labels.push_back(signal + normal(random) > 0 ? 1.0F : 0.0F);
    }
    return table;
}

Peer::Peer(const Table& table, const Parameters& parameters, int rounds) {
    const Matrix matrix(table);
    DMatrixHandle handle = matrix.handle();
    must(XGBSetGlobalConfig(R"({"verbosity": 0})"));
    must(XGBoosterCreate(&handle, 1, &booster_));
    must(XGBoosterSetParam(booster_, "nthread", "1"));
    for (const auto& [name, value] : parameters) must(XGBoosterSetParam(booster_, name.c_str(), value.c_str()));
    for (int i = 0; i < rounds; ++i) must(XGBoosterUpdateOneIter(booster_, i, handle));
}

Peer::~Peer() { XGBoosterFree(booster_); }

std::vector<std::byte> Peer::save(const std::string& format) const {
    const char* bytes = nullptr;
    bst_ulong size = 0;
    must(XGBoosterSaveModelToBuffer(booster_, fmt::format(R"({{"format": "{}"}})", format).c_str(), &size, &bytes));
    const auto* first = reinterpret_cast<const std::byte*>(bytes);
    return {first, first + size};
}

std::vector<float> Peer::predict(const Table& table, int type) const {
    const Matrix matrix(table);
    const std::string config = fmt::format(
        R"({{"type": {}, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false}})", type
    );
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* result = nullptr;
    must(XGBoosterPredictFromDMatrix(booster_, matrix.handle(), config.c_str(), &shape, &dimensions, &result));
    return {result, result + volume(shape, dimensions)};
}

std::vector<float> Peer::margins(const Table& table) const { return predict(table, 1); }
std::vector<float> Peer::predictions(const Table& table) const { return predict(table, 0); }
std::vector<float> Peer::contributions(const Table& table) const { return predict(table, 2); }

const float* Peer::margins_in_place(const float* rows, std::size_t n, std::size_t columns) {
    const std::string array = fmt::format(
        R"({{"data": [{}, true], "shape": [{}, {}], "typestr": "<f4", "version": 3}})",
        reinterpret_cast<std::uintptr_t>(rows), n, columns
    );
    constexpr const char* kConfig =
        R"({"type": 1, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false,)"
        R"( "missing": NaN, "cache_id": 0})";
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* result = nullptr;
    must(XGBoosterPredictFromDense(booster_, array.c_str(), kConfig, nullptr, &shape, &dimensions, &result));
    return result;
}

}  // namespace boon::models::testing
