#include "insight/studies/report.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boon::studies {
namespace {

Result<Figure*> figure_of(Report& report, std::string_view name) {
    const auto found = std::ranges::find(report.figures, name, &Figure::name);
    if (found != report.figures.end()) return &*found;
    std::vector<std::string> known;
    for (const Figure& figure : report.figures) known.push_back(figure.name);
    return fail(
        ErrorCode::invalid, fmt::format("the study has no figure \"{}\"", name),
        fmt::format("it has {}", fmt::join(known, ", "))
    );
}

}  // namespace

Status hold_against(const Study& study, Report& report) {
    for (const auto& [who, figures] : study.published) {
        for (const auto& [name, value] : figures) {
            BOON_TRY(Figure * figure, figure_of(report, name));
            figure->published[who] = value;
        }
    }
    for (const auto& [name, limit] : study.expect) {
        BOON_TRY(Figure * figure, figure_of(report, name));
        figure->at_least = limit.at_least;
        figure->at_most = limit.at_most;
        figure->surely_above = limit.surely_above;
        const double value = figure->estimate.value;
        // Written so that not a number fails.
        figure->passed = (!limit.at_least || value >= *limit.at_least) && (!limit.at_most || value <= *limit.at_most) &&
                         (!limit.surely_above || figure->estimate.lower > *limit.surely_above);
        report.passed = report.passed && figure->passed;
    }
    return {};
}

}  // namespace boon::studies
