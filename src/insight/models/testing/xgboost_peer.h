// XGBoost through its C API, on one thread: trains small models, saves them, and predicts what ours must equal. For
// tests and benchmarks; a failing call aborts with XGBoost's message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace boon::models::testing {

struct Table {
    std::size_t columns = 0;
    std::vector<float> values = {};  // row by row; NaN = missing
    std::vector<float> labels = {};  // may be empty

    [[nodiscard]] std::size_t rows() const { return values.size() / columns; }
    [[nodiscard]] std::span<const float> row(std::size_t i) const { return {&values[i * columns], columns}; }
};

// Normal values with three decimals (so that rows meet thresholds), the given share missing, and labels 0/1 that depend
// on the first columns. The same for the same seed.
Table random_table(std::size_t rows, std::size_t columns, double missing_share, std::uint64_t seed);

class Peer {
public:
    using Parameters = std::vector<std::pair<std::string, std::string>>;

    Peer(const Table& table, const Parameters& parameters, int rounds);
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    ~Peer();

    // format: `json` or `ubj`.
    [[nodiscard]] std::vector<std::byte> save(const std::string& format) const;

    // What XGBoost predicts for the table: margins, transformed predictions, or per output SHAP values (columns + 1).
    [[nodiscard]] std::vector<float> margins(const Table& table) const;
    [[nodiscard]] std::vector<float> predictions(const Table& table) const;
    [[nodiscard]] std::vector<float> contributions(const Table& table) const;

    // XGBoost's quickest call: dense rows in place. The result is XGBoost's own memory, until the next call.
    const float* margins_in_place(const float* rows, std::size_t n, std::size_t columns);

private:
    [[nodiscard]] std::vector<float> predict(const Table& table, int type) const;

    void* booster_ = nullptr;
};

}  // namespace boon::models::testing
