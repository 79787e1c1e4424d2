// A table's columns as numbers for a fit: numbers and times as they are, text as one column of 0 and 1 for each word.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "insight/studies/table.h"
#include "insight/training/matrix.h"

namespace boon::studies {

// Made from the rows that are learnt from, without their labels; the same words mean the same columns in all others. A
// word that those rows have fewer than 10 times, or never, or beyond the 100 most frequent, is a missing value.
class Encoding {
public:
    static Encoding make(const Table& table, std::span<const std::string> columns, std::span<const std::uint32_t> rows);

    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    // Values and names only.
    [[nodiscard]] training::Matrix matrix(const Table& table, std::span<const std::uint32_t> rows) const;

private:
    struct Source {
        std::size_t column = 0;          // of the table
        std::vector<std::string> words;  // of text, ascending
    };
    std::vector<Source> sources_;
    std::vector<std::string> names_;
};

}  // namespace boon::studies
