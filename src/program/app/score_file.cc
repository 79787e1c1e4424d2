#include "program/app/score_file.h"

#include <string>

#include <fmt/format.h>

#include "platform/sql/literal.h"
#include "records/warehouse/warehouse.h"

namespace boon::app {

Status drop_scores_of(const std::filesystem::path& folder, std::string_view customer_id) {
    const std::filesystem::path file = folder / kScoreFile;
    if (!std::filesystem::exists(file)) return {};
    const std::filesystem::path rest = folder / (std::string(kScoreFile) + ".rest");
    BOON_TRY(const auto engine, warehouse::Warehouse::open({.allowed_directories = {folder.string()}, .threads = 1}));
    BOON_TRY(auto session, engine->session());
    BOON_CHECK(session.execute(fmt::format(
        "COPY (SELECT * FROM read_parquet({}) WHERE customer_id <> {}) TO {} (FORMAT parquet, COMPRESSION zstd)",
        sql::quote_text(file.string()), sql::quote_text(customer_id), sql::quote_text(rest.string())
    )));
    std::error_code problem;
    std::filesystem::rename(rest, file, problem);
    if (!problem) return {};
    return fail(ErrorCode::unavailable, fmt::format("cannot write {}: {}", file.string(), problem.message()));
}

}  // namespace boon::app
