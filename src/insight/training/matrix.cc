#include "insight/training/matrix.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <unordered_set>

#include <fmt/format.h>

namespace boon::training {
namespace {

constexpr char kMagic[8] = {'b', 'o', 'o', 'n', 'm', 't', 'x', '1'};

template <class T>
void take(const std::vector<T>& from, std::span<const std::uint32_t> rows, std::vector<T>& to) {
    if (from.empty()) return;
    to.reserve(rows.size());
    for (const auto row : rows) to.push_back(from[row]);
}

template <class T>
void put(std::ofstream& out, const T* data, std::size_t count) {
    // A stream takes bytes; the arrays are plain numbers.
    out.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(count * sizeof(T)));
}

template <class T>
bool get(std::ifstream& in, T* data, std::size_t count) {
    const auto bytes = static_cast<std::streamsize>(count * sizeof(T));
    in.read(reinterpret_cast<char*>(data), bytes);
    return in.gcount() == bytes;
}

struct Header {
    char magic[8] = {};
    std::uint64_t rows = 0;
    std::uint64_t columns = 0;
    std::uint64_t weights = 0;  // 0 or rows
    std::uint64_t name_bytes = 0;
};

std::uint64_t expected_bytes(const Header& header) {
    return sizeof(Header) + header.name_bytes + 4 * (header.rows * header.columns + header.rows + header.weights);
}

bool plausible(const Header& header, std::uint64_t file_bytes) {
    if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0) return false;
    const std::uint64_t limit = file_bytes;  // no part is larger than the file
    if (header.rows > limit || header.columns > limit || header.name_bytes > limit) return false;
    if (header.columns != 0 && header.rows > limit / header.columns) return false;
    if (header.weights != 0 && header.weights != header.rows) return false;
    return expected_bytes(header) == file_bytes;
}

std::vector<std::string> split_lines(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t from = 0;
    while (from < text.size()) {
        const auto to = std::min(text.find('\n', from), text.size());
        lines.push_back(text.substr(from, to - from));
        from = to + 1;
    }
    return lines;
}

Status check_sizes(const Matrix& m) {
    const std::size_t rows = m.rows();
    if (m.values.size() != rows * m.columns()) {
        return fail(
            ErrorCode::internal, fmt::format("a matrix of {} × {} has {} values", rows, m.columns(), m.values.size())
        );
    }
    const auto optional = [rows](std::size_t size) { return size == 0 || size == rows; };
    if (!optional(m.weights.size()) || !optional(m.times.size()) || !optional(m.customers.size()) ||
        !optional(m.offers.size()) || !optional(m.propensities.size())) {
        return fail(ErrorCode::internal, "a matrix has a column of another length than its labels");
    }
    return {};
}

}  // namespace

Result<std::size_t> Matrix::column(std::string_view name) const {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
        return fail(ErrorCode::not_found, fmt::format("the training rows have no column \"{}\"", name));
    }
    return static_cast<std::size_t>(found - names.begin());
}

Matrix Matrix::select(std::span<const std::uint32_t> row_numbers) const {
    Matrix out;
    out.names = names;
    out.values.reserve(row_numbers.size() * columns());
    for (const auto i : row_numbers) {
        const auto source = row(i);
        out.values.insert(out.values.end(), source.begin(), source.end());
    }
    take(labels, row_numbers, out.labels);
    take(weights, row_numbers, out.weights);
    take(times, row_numbers, out.times);
    take(customers, row_numbers, out.customers);
    take(offers, row_numbers, out.offers);
    take(propensities, row_numbers, out.propensities);
    return out;
}

Status check(const Matrix& m) {
    BOON_CHECK(check_sizes(m));
    std::unordered_set<std::string_view> seen;
    for (const auto& name : m.names) {
        if (name.empty() || name.find('\n') != std::string::npos) {
            return fail(ErrorCode::invalid, "a feature has no name, or a line break in it");
        }
        if (!seen.insert(name).second) {
            return fail(ErrorCode::invalid, fmt::format("two features are called \"{}\"", name));
        }
    }
    for (std::size_t i = 0; i < m.values.size(); ++i) {
        if (std::isinf(m.values[i])) {
            return fail(
                ErrorCode::invalid,
                fmt::format("feature \"{}\" is infinite in row {}", m.names[i % m.columns()], i / m.columns()),
                "a ratio with a zero below must be missing (NULL), not infinite"
            );
        }
    }
    if (!std::ranges::all_of(m.labels, [](float v) { return std::isfinite(v); })) {
        return fail(ErrorCode::invalid, "a training row has no finite label");
    }
    if (!std::ranges::all_of(m.weights, [](float v) { return std::isfinite(v) && v > 0; })) {
        return fail(ErrorCode::invalid, "a training row has a weight that is not greater than 0");
    }
    return {};
}

Status write_matrix(const Matrix& matrix, const std::filesystem::path& file) {
    BOON_CHECK(check(matrix));
    std::string names;
    for (const auto& name : matrix.names) names += name + '\n';
    Header header;
    std::memcpy(header.magic, kMagic, sizeof kMagic);
    header.rows = matrix.rows();
    header.columns = matrix.columns();
    header.weights = matrix.weights.size();
    header.name_bytes = names.size();
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    put(out, &header, 1);
    put(out, names.data(), names.size());
    put(out, matrix.values.data(), matrix.values.size());
    put(out, matrix.labels.data(), matrix.labels.size());
    put(out, matrix.weights.data(), matrix.weights.size());
    out.close();
    if (!out) {
        return fail(
            ErrorCode::unavailable, fmt::format("could not write {}", file.string()), "check the disk's free space"
        );
    }
    return {};
}

Result<Matrix> read_matrix(const std::filesystem::path& file) {
    std::error_code code;
    const auto bytes = std::filesystem::file_size(file, code);
    std::ifstream in(file, std::ios::binary);
    if (code || !in) return fail(ErrorCode::not_found, fmt::format("could not read {}", file.string()));
    Header header;
    if (!get(in, &header, 1) || !plausible(header, bytes)) {
        return fail(ErrorCode::invalid, fmt::format("{} is not a whole training matrix", file.string()));
    }
    Matrix m;
    std::string names(header.name_bytes, '\0');
    m.values.resize(header.rows * header.columns);
    m.labels.resize(header.rows);
    m.weights.resize(header.weights);
    const bool whole = get(in, names.data(), names.size()) && get(in, m.values.data(), m.values.size()) &&
                       get(in, m.labels.data(), m.labels.size()) && get(in, m.weights.data(), m.weights.size());
    m.names = split_lines(names);
    if (!whole || m.names.size() != header.columns) {
        return fail(ErrorCode::invalid, fmt::format("{} is not a whole training matrix", file.string()));
    }
    BOON_CHECK(check(m));
    return m;
}

}  // namespace boon::training
