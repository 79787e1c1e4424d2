#include "insight/studies/split.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "insight/training/folds.h"

namespace boon::studies {
namespace {

using Rows = std::vector<std::uint32_t>;

Rows labelled(const SplitInput& input) {
    Rows rows;
    for (std::uint32_t i = 0; i < input.labels.size(); ++i) {
        if (!std::isnan(input.labels[i])) rows.push_back(i);
    }
    return rows;
}

// The table's row of each line.
Result<Rows> row_numbers(const std::vector<std::string>& texts, const SplitInput& input) {
    Rows rows;
    std::vector<bool> seen(input.table.rows);
    for (const std::string& text : texts) {
        std::uint32_t row = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), row);
        if (read.ec != std::errc() || read.ptr != text.data() + text.size() || row >= seen.size() || seen[row]) {
            return fail(
                ErrorCode::invalid, fmt::format("{} says row `{}`", input.study.split.file, text),
                fmt::format("rows are numbered from 0 to {}, each at most once", input.table.rows - 1)
            );
        }
        seen[row] = true;
        rows.push_back(row);
    }
    return rows;
}

// Lines of one word against all others; with `test`, only that word's.
void add_parts(const Rows& rows, const std::vector<std::string>& words, const SplitInput& input, Parts& out) {
    std::set<std::string> folds(words.begin(), words.end());
    if (!input.study.split.test.empty()) folds = {input.study.split.test};
    for (const std::string& fold : folds) {
        Part part;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (!std::isnan(input.labels[rows[i]])) (words[i] == fold ? part.judge : part.learn).push_back(rows[i]);
        }
        // In the order of the table, whatever that of the file is.
        std::ranges::sort(part.learn);
        std::ranges::sort(part.judge);
        out.parts.push_back(std::move(part));
    }
}

Result<Parts> from_file(warehouse::Warehouse& warehouse, const SplitInput& input) {
    const Split& split = input.study.split;
    std::vector<std::string> columns{split.row};
    columns.insert(columns.end(), split.columns.begin(), split.columns.end());
    const std::string path = (std::filesystem::path(input.folder) / split.file).string();
    BOON_TRY(const auto read, read_columns(warehouse, path, columns));
    BOON_TRY(const Rows rows, row_numbers(read[0], input));
    Parts out;
    for (std::size_t c = 1; c < read.size(); ++c) add_parts(rows, read[c], input, out);
    out.words = fmt::format("{} given parts ({})", out.parts.size(), split.file);
    return out;
}

// What the rows are ordered by: numbers as such, text by its bytes.
Result<std::vector<double>> order_of(const SplitInput& input) {
    std::vector<double> keys(input.table.rows);
    if (input.study.split.order.empty()) {
        std::iota(keys.begin(), keys.end(), 0.0);
        return keys;
    }
    BOON_TRY(const Column* column, input.table.column(input.study.split.order));
    if (column->kind != ColumnKind::text) return column->numbers;
    return fail(
        ErrorCode::invalid, fmt::format("column \"{}\" is not of numbers or times", column->name),
        "rows are ordered by a number or a time such as 2011-09-09 12:50:00"
    );
}

Result<double> first_late(const SplitInput& input, std::vector<double> keys) {
    const Split& split = input.study.split;
    if (split.test_from.empty()) {
        // So many of the latest rows, and all that are not earlier than the earliest of them.
        std::ranges::sort(keys);
        const double early = (1 - *split.test_share) * static_cast<double>(keys.size());
        return keys[std::min(keys.size() - 1, static_cast<std::size_t>(std::llround(early)))];
    }
    if (const auto at = parse_timestamp(split.test_from)) {
        return static_cast<double>(at->micros) / static_cast<double>(kMicrosPerDay);
    }
    double number = 0;
    const char* end = split.test_from.data() + split.test_from.size();
    const auto read = std::from_chars(split.test_from.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end) return number;
    return fail(
        ErrorCode::invalid, fmt::format("split.test_from `{}` is neither a time nor a number", split.test_from)
    );
}

Result<Parts> by_order(const SplitInput& input) {
    BOON_TRY(const auto keys, order_of(input));
    const Rows rows = labelled(input);
    std::vector<double> known;
    for (const auto row : rows) {
        if (!std::isnan(keys[row])) known.push_back(keys[row]);
    }
    if (known.empty()) return fail(ErrorCode::invalid, "no row has a value to be ordered by");
    BOON_TRY(const double from, first_late(input, known));
    Parts out;
    out.parts.resize(1);
    for (const auto row : rows) {
        if (!std::isnan(keys[row])) (keys[row] >= from ? out.parts[0].judge : out.parts[0].learn).push_back(row);
    }
    out.words = fmt::format(
        "the latest {:.3g} % of the rows",
        100.0 * static_cast<double>(out.parts[0].judge.size()) / static_cast<double>(known.size())
    );
    return out;
}

Parts at_random(const SplitInput& input) {
    const Rows rows = labelled(input);
    std::vector<float> labels;
    std::vector<std::uint32_t> customers;
    for (const auto row : rows) {
        labels.push_back(input.labels[row]);
        if (!input.customers.empty()) customers.push_back(input.customers[row]);
    }
    const auto count = static_cast<std::uint32_t>(input.study.split.folds);
    const auto seed = static_cast<std::uint64_t>(input.study.split.seed);
    const auto folds = training::deal_folds(labels, customers, count, seed);
    Parts out;
    out.parts.resize(count);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::uint32_t f = 0; f < count; ++f) {
            (folds[i] == f ? out.parts[f].judge : out.parts[f].learn).push_back(rows[i]);
        }
    }
    out.words = fmt::format("{} folds dealt at random (seed {})", count, seed);
    return out;
}

Result<Parts> chosen(warehouse::Warehouse& warehouse, const SplitInput& input) {
    const Split& split = input.study.split;
    if (!split.file.empty()) return from_file(warehouse, input);
    if (split.test_share || !split.test_from.empty()) return by_order(input);
    return at_random(input);
}

}  // namespace

Result<Parts> split_rows(warehouse::Warehouse& warehouse, const SplitInput& input) {
    BOON_TRY(Parts out, chosen(warehouse, input));
    for (const Part& part : out.parts) {
        if (part.learn.empty() || part.judge.empty()) {
            return fail(
                ErrorCode::invalid,
                fmt::format(
                    "a part of the split has {} rows to learn from and {} to judge by", part.learn.size(),
                    part.judge.size()
                ),
                "see [split] of the study"
            );
        }
    }
    return out;
}

}  // namespace boon::studies
