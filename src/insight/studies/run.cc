#include "insight/studies/run.h"

#include <fmt/format.h>

#include "insight/studies/model_file_study.h"
#include "insight/studies/policy_study.h"
#include "insight/studies/purchases_study.h"
#include "insight/studies/recommendation_study.h"
#include "insight/studies/table_study.h"
#include "insight/studies/uplift_study.h"

namespace boon::studies {

namespace {

Result<Outcome> run_kind(const Study& study, const Environment& environment) {
    switch (study.kind) {
        case Kind::table: return run_table(study, environment);
        case Kind::uplift: return run_uplift(study, environment);
        case Kind::purchases: return run_purchases(study, environment);
        case Kind::recommendation: return run_recommendation(study, environment);
        case Kind::policy: return run_policy(study, environment);
        case Kind::model_file: return run_model_file(study, environment);
        case Kind::world: break;  // read_study() lets none through
    }
    return fail(ErrorCode::internal, "a study of no kind");
}

}  // namespace

Result<Outcome> run(const Study& study, const Environment& environment) {
    const auto doing = fmt::format("study \"{}\"", study.name);
    auto outcome = run_kind(study, environment);
    if (!outcome) return in_context(doing, std::move(outcome).error());
    if (auto held = hold_against(study, outcome->report); !held) return in_context(doing, std::move(held).error());
    return outcome;
}

}  // namespace boon::studies
