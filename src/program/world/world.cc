#include "program/world/world.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "platform/sql/literal.h"
#include "program/world/catalogue.h"
#include "program/world/life.h"
#include "program/world/random.h"
#include "program/world/records.h"

namespace boon::world {

namespace {

// Of the order of 400 000 transactions: small enough for memory, large enough for whole row groups.
constexpr std::int64_t kCustomersPerPart = 20'000;

Status check_share(std::string_view name, double share) {
    if (share >= 0 && share <= 1) return {};
    return fail(ErrorCode::invalid, fmt::format("{} is {}, and must be between 0 and 1", name, share));
}

Status check_options(const Options& options) {
    const Parameters& parameters = options.parameters;
    if (options.customers < 1 || options.customers > 100'000'000) {
        return fail(
            ErrorCode::invalid, fmt::format("a world has 1 to 100 000 000 customers, not {}", options.customers)
        );
    }
    if (options.days < 30 || options.days > 3650) {
        return fail(ErrorCode::invalid, fmt::format("a world lasts 30 to 3650 days, not {}", options.days));
    }
    BOON_CHECK(check_share("leaving_share", parameters.leaving_share));
    BOON_CHECK(check_share("confounded_share", parameters.confounded_share));
    BOON_CHECK(check_share("missing_share", parameters.missing_share));
    BOON_CHECK(check_share("late_share", parameters.late_share));
    BOON_CHECK(check_share("duplicate_share", parameters.duplicate_share));
    BOON_CHECK(check_share("control_share", parameters.control_share));
    BOON_CHECK(check_share("own_accord", parameters.own_accord));
    const auto rate_is_fine = [](double rate, double most) { return rate > 0 && rate <= most; };
    if (!rate_is_fine(parameters.transactions_per_year, 400) || !rate_is_fine(parameters.exposures_per_year, 50)) {
        return fail(
            ErrorCode::invalid, "a customer has more than 0 and at most 400 transactions and 50 exposures a year"
        );
    }
    const auto is_strength = [](double strength) { return strength >= 0 && strength <= 5; };
    if (!is_strength(parameters.unobserved) || !is_strength(parameters.drift) ||
        !is_strength(parameters.interactions) || !is_strength(parameters.confounded_control)) {
        return fail(ErrorCode::invalid, "unobserved, drift, interactions and confounded_control are between 0 and 5");
    }
    if (parameters.late_days < 0 || parameters.late_days > 365) {
        return fail(ErrorCode::invalid, "late_days is between 0 and 365");
    }
    return {};
}

// Only what an earlier world left is removed: part files in the tables' folders.
Status prepare_folder(const std::string& folder) {
    std::error_code error;
    for (const std::string_view table : world_tables()) {
        const std::filesystem::path path = std::filesystem::path(folder) / table;
        std::filesystem::create_directories(path, error);
        if (error) {
            return fail(
                ErrorCode::unavailable, fmt::format("cannot make the folder {}: {}", path.string(), error.message()),
                "choose a folder that can be written"
            );
        }
        for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
            const std::string name = entry.path().filename().string();
            if (name.starts_with("part-") && name.ends_with(".parquet")) std::filesystem::remove(entry.path(), error);
        }
    }
    return {};
}

Status write_text(const std::string& path, std::string_view text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (file) return {};
    return fail(ErrorCode::unavailable, fmt::format("cannot write {}", path), "check the disk and the folder's rights");
}

// What the threads share.
class Work {
public:
    Work(const Options& options, const Progress& progress)
        : progress_(progress), parts_((options.customers + kCustomersPerPart - 1) / kCustomersPerPart) {}

    // The next part to do; none when all are taken or the work has failed.
    std::optional<std::int64_t> take() {
        if (stopped_) return std::nullopt;
        const std::int64_t part = next_++;
        return part < parts_ ? std::optional(part) : std::nullopt;
    }

    void failed(Error error) {
        const std::lock_guard lock(mutex_);
        if (!error_) error_ = std::move(error);
        stopped_ = true;
    }

    // False: stop.
    bool advance(std::int64_t customers) {
        const std::lock_guard lock(mutex_);
        done_ += customers;
        if (progress_ && !stopped_ && !progress_(done_)) {
            if (!error_)
                error_ = Error{ErrorCode::unavailable, "the world was stopped before it was whole", "run it again"};
            stopped_ = true;
        }
        return !stopped_;
    }

    void add(const Summary& part) {
        const std::lock_guard lock(mutex_);
        total_.customers += part.customers;
        total_.transactions += part.transactions;
        total_.interactions += part.interactions;
        total_.payments += part.payments;
        total_.exposures += part.exposures;
        total_.conversions += part.conversions;
        total_.leavers += part.leavers;
    }

    // When no thread works any more.
    Result<Summary> outcome() const {
        if (error_) return std::unexpected(*error_);
        return total_;
    }

private:
    const Progress& progress_;
    const std::int64_t parts_;
    std::atomic<std::int64_t> next_ = 0;
    std::atomic<bool> stopped_ = false;
    std::mutex mutex_;
    std::int64_t done_ = 0;
    std::optional<Error> error_;
    Summary total_;
};

// One thread of DuckDB per thread of ours: rows keep their order, so files their bytes.
Result<std::unique_ptr<warehouse::Warehouse>> open_engine(const std::string& folder) {
    return warehouse::Warehouse::open({.allowed_directories = {folder}, .threads = 1});
}

Status make_part(const Options& options, warehouse::Session& session, std::int64_t part, Work& work) {
    BOON_TRY(Records records, Records::open(options, session));
    const std::int64_t first = part * kCustomersPerPart;
    const std::int64_t last = std::min(options.customers, first + kCustomersPerPart);
    constexpr std::int64_t kStep = 1000;
    for (std::int64_t from = first; from < last; from += kStep) {
        const std::int64_t to = std::min(last, from + kStep);
        for (std::int64_t index = from; index < to; ++index) BOON_CHECK(records.add(live(options, index)));
        if (!work.advance(to - from)) return {};
    }
    BOON_CHECK(records.write(session, options.folder, part));
    work.add(records.summary());
    return {};
}

Status make_parts(const Options& options, Work& work) {
    BOON_TRY(const auto engine, open_engine(options.folder));
    BOON_TRY(auto session, engine->session());
    while (const auto part = work.take()) BOON_CHECK(make_part(options, session, *part, work));
    return {};
}

// Leaves out the rows that say again what is known already. Few rows share a hash of the key: only these are compared,
// and what is kept for all others is a number.
std::string once_per(std::string_view key, std::string_view files) {
    return fmt::format(
        " WHERE ({0}, known_at) NOT IN (SELECT ({0}, known_at) FROM (SELECT {0}, known_at FROM {1} WHERE hash({0}) IN "
        "(SELECT h FROM (SELECT hash({0}) AS h FROM {1}) GROUP BY h HAVING count(*) > 1)) "
        "QUALIFY row_number() OVER (PARTITION BY {0} ORDER BY known_at) > 1)",
        key, files
    );
}

}  // namespace

Result<Summary> generate(const Options& given, const Progress& progress) {
    BOON_CHECK(check_options(given));
    Options options = given;
    options.folder = std::filesystem::absolute(given.folder).lexically_normal().string();
    BOON_CHECK(prepare_folder(options.folder));
    Work work(options, progress);
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < std::max(1, options.threads); ++i) {
            threads.emplace_back([&] {
                if (auto made = make_parts(options, work); !made) work.failed(made.error());
            });
        }
    }
    BOON_TRY(const Summary summary, work.outcome());
    BOON_TRY(const auto engine, open_engine(options.folder));
    BOON_TRY(auto session, engine->session());
    BOON_CHECK(write_offers(options, session));
    BOON_CHECK(write_text(options.folder + "/offers.json", offers_json(options.start)));
    return summary;
}

std::map<std::string, warehouse::TableSource> tables_of(const std::string& folder) {
    std::map<std::string, warehouse::TableSource> tables;
    for (const std::string_view name : world_tables()) {
        if (name.starts_with("truth_")) continue;
        const auto files =
            fmt::format("read_parquet({})", sql::quote_text(fmt::format("{}/{}/*.parquet", folder, name)));
        std::string select = "SELECT * FROM " + files;
        // What was delivered twice counts once.
        if (name == "transactions") select += once_per("transaction_id", files);
        if (name == "interactions") select += once_per("interaction_id", files);
        tables[std::string(name)] = {std::move(select)};
    }
    return tables;
}

}  // namespace boon::world
