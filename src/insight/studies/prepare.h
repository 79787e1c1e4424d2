// What studies of a labelled table begin with: the table is read, its labels and customers known, its rows dealt.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "insight/studies/encode.h"
#include "insight/studies/run.h"
#include "insight/studies/split.h"
#include "insight/studies/table.h"
#include "insight/training/matrix.h"

namespace boon::studies {

struct Prepared {
    Table table;
    std::vector<float> labels;             // 1 the positive value, 0 another, NaN missing
    std::vector<bool> treated;             // of uplift studies; rows of neither arm have no label
    std::vector<std::uint32_t> customers;  // empty: each row its own
    std::vector<std::string> features;     // the columns to learn from
    Parts parts;

    // Encoded, with labels and customers.
    [[nodiscard]] training::Matrix matrix(const Encoding& encoding, std::span<const std::uint32_t> rows) const;
    [[nodiscard]] std::uint32_t customer(std::uint32_t row) const { return customers.empty() ? row : customers[row]; }
};

// Fills what the report says of the data, too.
Result<Prepared> prepare(const Study& study, const Environment& environment, Report& report);

}  // namespace boon::studies
