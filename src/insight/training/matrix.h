// What a fit sees: rows of features with their label, and what is needed to judge the result (time, customer, offer).
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/id.h"
#include "platform/base/timestamp.h"

namespace boon::training {

// Row-major; a missing value is NaN. Each optional member is empty or has one entry per row.
struct Matrix {
    std::vector<std::string> names;        // of the columns
    std::vector<float> values;             // rows × columns
    std::vector<float> labels;             // 0/1, a class number, or an amount
    std::vector<float> weights;            // optional; > 0
    std::vector<Timestamp> times;          // optional: exposure or cut-off
    std::vector<std::uint32_t> customers;  // optional: which customer, numbered from 0; rows of one are one cluster
    std::vector<OfferId> offers;           // optional: the offer of the row
    std::vector<float> propensities;       // optional: logged probability of that offer; NaN = not logged

    [[nodiscard]] std::size_t rows() const { return labels.size(); }
    [[nodiscard]] std::size_t columns() const { return names.size(); }
    [[nodiscard]] std::span<const float> row(std::size_t i) const {
        return std::span(values).subspan(i * columns(), columns());
    }
    // Index of a column; `not_found` names it.
    [[nodiscard]] Result<std::size_t> column(std::string_view name) const;
    [[nodiscard]] Matrix select(std::span<const std::uint32_t> row_numbers) const;
};

// Sizes agree, names are distinct and not empty, labels are numbers, weights are > 0, no value is infinite.
Status check(const Matrix& matrix);

// One file: columns, values, labels, weights; what a fit needs, no more. Native byte order: both ends are one machine.
Status write_matrix(const Matrix& matrix, const std::filesystem::path& file);
// Only what write_matrix() wrote, and check()ed; `invalid` says what is wrong with the file.
Result<Matrix> read_matrix(const std::filesystem::path& file);

}  // namespace boon::training
