#include "insight/studies/prepare.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boon::studies {
namespace {

constexpr float kNoLabel = std::numeric_limits<float>::quiet_NaN();

// 1 where the label is the positive value, 0 where it is another, NaN where it is missing.
Result<std::vector<float>> labels_of(const Study& study, const Table& table) {
    BOON_TRY(const Column* label, table.column(study.label));
    std::set<std::string> seen;
    for (const std::string& text : label->texts) {
        if (!text.empty() && seen.size() < 20) seen.insert(text);
    }
    if (!seen.contains(study.positive) && std::ranges::find(label->texts, study.positive) == label->texts.end()) {
        return fail(
            ErrorCode::invalid, fmt::format("no row has the value `{}` of \"{}\"", study.positive, study.label),
            fmt::format("`positive` is one of its values: {}", fmt::join(seen, ", "))
        );
    }
    std::vector<float> labels;
    for (const std::string& text : label->texts) {
        labels.push_back(text.empty() ? kNoLabel : (text == study.positive ? 1.0F : 0.0F));
    }
    return labels;
}

// Numbers from 0; a row whose customer is missing is a customer of its own.
Result<std::vector<std::uint32_t>> customers_of(const Study& study, const Table& table) {
    std::vector<std::uint32_t> numbers;
    if (study.customer.empty()) return numbers;
    BOON_TRY(const Column* column, table.column(study.customer));
    std::unordered_map<std::string_view, std::uint32_t> known;
    std::uint32_t next = 0;
    for (const std::string& text : column->texts) {
        if (text.empty()) {
            numbers.push_back(next++);
            continue;
        }
        const auto [at, is_new] = known.emplace(text, next);
        if (is_new) ++next;
        numbers.push_back(at->second);
    }
    return numbers;
}

// What is learnt from, by name; what is left out although nobody asked is told in a note.
Result<std::vector<std::string>> features_of(const Study& study, const Table& table, std::vector<std::string>& notes) {
    for (const auto* names : {&study.ignore, &study.categories}) {
        for (const std::string& name : *names) BOON_CHECK(table.column(name));
    }
    std::vector<std::string> features;
    for (const Column& column : table.columns) {
        const std::initializer_list<std::string_view> names{
            study.label, study.customer, study.treatment, study.propensity
        };
        if (std::ranges::find(names, column.name) != names.end() ||
            std::ranges::find(study.ignore, column.name) != study.ignore.end()) {
            continue;
        }
        if (column.distinct < 2) {
            notes.push_back(fmt::format("column \"{}\" has no two values: left out", column.name));
        } else if (column.kind == ColumnKind::text && column.distinct > table.rows / 2) {
            notes.push_back(
                fmt::format("column \"{}\" is text that hardly repeats, such as a name: left out", column.name)
            );
        } else {
            features.push_back(column.name);
        }
    }
    if (features.empty()) return fail(ErrorCode::invalid, "no column is left to learn from");
    return features;
}

// Which rows were treated; those of neither arm lose their label.
Result<std::vector<bool>> arms_of(const Study& study, const Table& table, std::vector<float>& labels) {
    std::vector<bool> treated;
    if (study.treatment.empty()) return treated;
    BOON_TRY(const Column* column, table.column(study.treatment));
    std::size_t controls = 0;
    for (std::size_t i = 0; i < table.rows; ++i) {
        treated.push_back(column->texts[i] == study.treated);
        const bool control = column->texts[i] == study.control;
        if (control) ++controls;
        if (!treated[i] && !control) labels[i] = kNoLabel;
    }
    const auto treated_rows = static_cast<std::size_t>(std::ranges::count(treated, true));
    if (treated_rows > 0 && controls > 0) return treated;
    return fail(
        ErrorCode::invalid,
        fmt::format(
            "\"{}\" has {} rows of `{}` and {} of `{}`", study.treatment, treated_rows, study.treated, controls,
            study.control
        ),
        "`treated` and `control` are values of the column that `treatment` names"
    );
}

}  // namespace

training::Matrix Prepared::matrix(const Encoding& encoding, std::span<const std::uint32_t> rows) const {
    training::Matrix matrix = encoding.matrix(table, rows);
    for (const auto row : rows) {
        matrix.labels.push_back(labels[row]);
        if (!customers.empty()) matrix.customers.push_back(customers[row]);
    }
    return matrix;
}

Result<Prepared> prepare(const Study& study, const Environment& environment, Report& report) {
    BOON_CHECK(environment.progress("reading", 0));
    BOON_TRY(const auto warehouse, open_folder(environment.folder));
    Prepared out;
    BOON_TRY(out.table, read_table(*warehouse, environment.folder, study));
    BOON_TRY(out.labels, labels_of(study, out.table));
    BOON_TRY(out.treated, arms_of(study, out.table, out.labels));
    BOON_TRY(out.customers, customers_of(study, out.table));
    BOON_TRY(out.features, features_of(study, out.table, report.notes));
    BOON_TRY(out.parts, split_rows(*warehouse, {study, out.table, environment.folder, out.labels, out.customers}));
    report.study = study.name;
    report.title = study.title;
    report.kind = study.kind;
    report.rows = static_cast<std::int64_t>(out.table.rows);
    report.columns = static_cast<std::int64_t>(out.features.size());
    report.split = out.parts.words;
    report.configuration = fingerprint(study.fit);
    report.default_configuration = study.fit == training::BlendOptions{};
    return out;
}

}  // namespace boon::studies
