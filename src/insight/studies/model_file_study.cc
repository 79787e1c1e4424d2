#include "insight/studies/model_file_study.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "insight/models/link.h"
#include "insight/models/network.h"
#include "insight/models/tree_ensemble.h"
#include "insight/studies/table.h"

namespace boon::studies {
namespace {

Result<std::string> read_file(const std::string& folder, const std::string& name) {
    const std::filesystem::path path = std::filesystem::path(folder) / name;
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (in) text << in.rdbuf();
    if (!in) return fail(ErrorCode::not_found, fmt::format("{} cannot be read", path.string()));
    return std::move(text).str();
}

// The file's own answers, row by row.
class Answerer {
public:
    static Result<Answerer> open(const Study& study, const std::string& folder, std::size_t inputs) {
        BOON_TRY(std::string bytes, read_file(folder, study.model));
        Answerer out;
        if (bytes.starts_with('{')) {
            BOON_TRY(auto trees, models::TreeEnsemble::from_xgboost(std::as_bytes(std::span(bytes))));
            out.trees_ = std::make_shared<const models::TreeEnsemble>(std::move(trees));
            return out;
        }
        models::Scaling scaling;
        if (!study.scaler.empty()) {
            BOON_TRY(const std::string text, read_file(folder, study.scaler));
            BOON_TRY(scaling, models::read_scaling(text, inputs));
        }
        const auto answer = study.expected.size() > 1 ? models::NetworkAnswer::shares : models::NetworkAnswer::amount;
        BOON_TRY(out.network_, models::Network::load(std::move(bytes), answer, std::move(scaling)));
        return out;
    }

    [[nodiscard]] const models::Scorer& scorer() const {
        return network_ != nullptr ? static_cast<const models::Scorer&>(*network_) : *trees_;
    }

    [[nodiscard]] std::vector<float> answers(const std::vector<float>& rows, std::size_t count) const {
        const auto width = static_cast<std::size_t>(scorer().features());
        const auto each = static_cast<std::size_t>(scorer().outputs());
        std::vector<float> out(count * each);
        if (network_ != nullptr) {
            network_->answers(rows.data(), count, width, out.data());
            return out;
        }
        trees_->margins_batch(rows.data(), count, width, out.data());
        const models::Objective objective = trees_->objective();
        for (std::size_t r = 0; r < count; ++r) {
            const std::span<float> of_one = std::span(out).subspan(r * each, each);
            if (models::is_multi_class(objective)) {
                models::softmax(of_one);
            } else {
                of_one.front() = models::predict_from_margin(objective, of_one.front());
            }
        }
        return out;
    }

private:
    std::shared_ptr<const models::Network> network_;
    std::shared_ptr<const models::TreeEnsemble> trees_;
};

struct Columns {
    std::vector<const Column*> inputs;
    std::vector<const Column*> expected;  // in the study's order
};

Result<Columns> columns_of(const Study& study, const Table& table) {
    Columns out;
    for (const std::string& name : study.expected) {
        BOON_TRY(const Column* column, table.column(name));
        out.expected.push_back(column);
    }
    for (const Column& column : table.columns) {
        const bool is_input = std::ranges::find(study.expected, column.name) == study.expected.end() &&
                              std::ranges::find(study.ignore, column.name) == study.ignore.end();
        if (is_input) out.inputs.push_back(&column);
    }
    for (const auto* group : {&out.inputs, &out.expected}) {
        for (const Column* column : *group) {
            if (column->kind == ColumnKind::number) continue;
            return fail(ErrorCode::invalid, fmt::format("the column `{}` is not of numbers", column->name));
        }
    }
    return out;
}

std::vector<float> rows_of(const std::vector<const Column*>& columns, std::size_t count) {
    std::vector<float> rows;
    rows.reserve(columns.size() * count);
    for (std::size_t r = 0; r < count; ++r) {
        for (const Column* column : columns) rows.push_back(static_cast<float>(column->numbers[r]));
    }
    return rows;
}

}  // namespace

Result<Outcome> run_model_file(const Study& study, const Environment& environment) {
    BOON_CHECK(environment.progress("reading", 0));
    BOON_TRY(const auto warehouse, open_folder(environment.folder));
    BOON_TRY(const Table table, read_table(*warehouse, environment.folder, study));
    BOON_TRY(const Columns columns, columns_of(study, table));
    BOON_TRY(const Answerer answerer, Answerer::open(study, environment.folder, columns.inputs.size()));
    const models::Scorer& scorer = answerer.scorer();
    if (static_cast<std::size_t>(scorer.features()) != columns.inputs.size() ||
        static_cast<std::size_t>(scorer.outputs()) != columns.expected.size()) {
        return fail(
            ErrorCode::invalid,
            fmt::format(
                "the model reads {} inputs and gives {} numbers; the file has {} columns and {} that are expected",
                scorer.features(), scorer.outputs(), columns.inputs.size(), columns.expected.size()
            )
        );
    }
    const std::vector<float> answers = answerer.answers(rows_of(columns.inputs, table.rows), table.rows);
    Outcome outcome;
    double largest = 0;
    outcome.predictions = fmt::format("row,{}\n", fmt::join(study.expected, ","));
    for (std::size_t r = 0; r < table.rows; ++r) {
        const std::span of_one = std::span(answers).subspan(r * columns.expected.size(), columns.expected.size());
        for (std::size_t k = 0; k < of_one.size(); ++k) {
            const double difference = std::abs(static_cast<double>(of_one[k]) - columns.expected[k]->numbers[r]);
            // What is not a number stays the largest, and passes no limit.
            if (!(difference <= largest)) largest = std::isnan(largest) ? largest : difference;
        }
        outcome.predictions += fmt::format("{},{}\n", r, fmt::join(of_one, ","));
    }
    Report& report = outcome.report;
    report.study = study.name;
    report.title = study.title;
    report.kind = study.kind;
    report.rows = static_cast<std::int64_t>(table.rows);
    report.columns = scorer.features();
    report.judged_rows = report.rows;
    report.customers = report.rows;
    report.split = "nothing is fitted";
    report.figures.push_back({.name = "largest_difference", .estimate = {largest, largest, largest}});
    return outcome;
}

}  // namespace boon::studies
