// Features and training against XGBoost alone on the same rows: what boon adds to the library's own time. The labelled
// rows' features (as of each row's own instant) and the fit in a process of its own are timed; the peer is XGBoost's C
// library in this process, handed the finished rows, with the same trials, early stopping and last fit. The sides take
// turns; a figure is the median of the turns. Beside them, once: the labels, as SQL.
//
//     train_bench WORLD [MODEL [TURNS]]     WORLD: a folder that `boon world --out` wrote; MODEL: churn, nbo, …
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "must.h"
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "insight/training/assemble.h"
#include "insight/training/model_table.h"
#include "insight/training/split.h"
#include "insight/training/train.h"
#include "records/features/compute.h"

namespace {

using namespace boon;  // NOLINT: a program of one file
using boon::training::Matrix;
using boon::warehouse::Warehouse;

double seconds(const std::function<void()>& work) {
    const auto started = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

std::unique_ptr<Warehouse> open_world(const std::string& folder) {
    warehouse::Options options;
    options.allowed_directories = {folder};
    for (const auto* table :
         {"customers", "transactions", "interactions", "payments", "holdings", "contacts", "offers"})
        options.tables[table].select = fmt::format("SELECT * FROM read_parquet('{}/{}/*.parquet')", folder, table);
    // A world repeats some events; `boon world --configure` leaves the repeats out in the same way.
    for (const auto& [table, id] :
         {std::pair{"transactions", "transaction_id"}, std::pair{"interactions", "interaction_id"}}) {
        options.tables[table].select +=
            fmt::format(" QUALIFY row_number() OVER (PARTITION BY {} ORDER BY known_at) = 1", id);
    }
    return must(Warehouse::open(options));
}

training::FitOptions fit_options(const training::Options& options, const training::Assembled& data) {
    const scoring::ModelKind kind = training::row_of(options.model).kind(options);
    training::FitOptions fit = options.fit;
    fit.objective = kind == scoring::ModelKind::amount        ? training::Objective::amount
                    : kind == scoring::ModelKind::multi_class ? training::Objective::multiclass
                                                              : training::Objective::binary;
    fit.classes = static_cast<int>(data.columns.labels.size());
    return fit;
}

std::string mebibytes(int whose) {
    rusage usage{};
    getrusage(whose, &usage);
    return fmt::format("{} MiB", usage.ru_maxrss / 1024);
}

int run(const std::string& folder, const std::string& name, int turns) {
    training::Options options;
    for (const training::ModelRow& row : training::model_table())
        if (enum_name(row.model) == name) options.model = row.model;
    if (enum_name(options.model) != name) {
        fmt::print(stderr, "no model is called {}\n", name);
        return 2;
    }
    const auto warehouse = open_world(folder);
    const auto schema = must(features::fit_schema(*warehouse, features::Definitions::defaults()));
    std::unique_ptr<training::LabelledSet> set;
    const double labels_s = seconds([&] {
        set = std::make_unique<training::LabelledSet>(must(training::label_rows(*warehouse, options, system_now())));
    });
    const training::Split split = training::split_rows(*set, training::row_of(options.model).validation_share(options));
    const std::filesystem::path scratch =
        std::filesystem::temp_directory_path() / fmt::format("train_bench.{}", getpid());
    std::vector<double> features_s;
    std::vector<double> fits_s;
    std::vector<double> alone_s;
    std::size_t rows = 0;
    std::size_t columns = 0;
    int trials = 0;
    for (int turn = 0; turn < turns; ++turn) {
        training::Assembled data;
        features_s.push_back(seconds([&] {
            data = must(training::assemble(*warehouse, schema, *set, options, Currency{}));
        }));
        const training::FitOptions fit = fit_options(options, data);
        const Matrix train = data.rows.select(split.fit);
        const Matrix validation = data.rows.select(split.validation);
        const Matrix all = data.rows.select(split.all);
        rows = all.rows();
        columns = all.columns();
        const training::FitProcess process{{"/proc/self/exe", "__fit"}, scratch, [](const auto&) { return Status(); }};
        fits_s.push_back(seconds([&] { must(training::fit(train, validation, fit, process, &all)); }));
        const auto silent = [](const training::FitProgress&) { return Status(); };
        alone_s.push_back(seconds([&] {
            trials =
                static_cast<int>(must(training::fit_here(train, validation, fit, silent, &all)).report.trials.size());
        }));
    }
    const double ours = median(features_s) + median(fits_s);
    fmt::print("{}: {} rows of {} columns; {} trials of parameters and the last fit\n", name, rows, columns, trials);
    fmt::print("labels, by SQL, once          {:8.2f} s\n", labels_s);
    fmt::print("features of the rows          {:8.2f} s\n", median(features_s));
    fmt::print("fit, in its own process       {:8.2f} s\n", median(fits_s));
    fmt::print("XGBoost alone, the same rows  {:8.2f} s\n", median(alone_s));
    fmt::print("features and fit / XGBoost    {:8.2f}\n", ours / median(alone_s));
    fmt::print("peak memory: {} here, {} in the fit's process\n", mebibytes(RUSAGE_SELF), mebibytes(RUSAGE_CHILDREN));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "__fit") return training::fit_main(argv[2]);
    if (argc < 2) {
        fmt::print(stderr, "usage: train_bench WORLD [MODEL [TURNS]]\n");
        return 2;
    }
    return run(
        std::filesystem::absolute(argv[1]).string(), argc > 2 ? argv[2] : "churn", argc > 3 ? std::atoi(argv[3]) : 3
    );
}
