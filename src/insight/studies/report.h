// What came of a study.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "insight/studies/study.h"
#include "insight/training/blend.h"
#include "insight/training/estimate.h"

namespace boon::studies {

struct Figure {
    std::string name;
    training::Estimate estimate;
    std::map<std::string, double> published = {};  // by who reached it
    std::optional<double> at_least = {};
    std::optional<double> at_most = {};
    std::optional<double> surely_above = {};
    bool passed = true;
};
BOOST_DESCRIBE_STRUCT(Figure, (), (name, estimate, published, at_least, at_most, surely_above, passed))

struct Report {
    std::string study;
    std::string title;
    Kind kind = Kind::table;
    std::int64_t rows = 0;         // of the table
    std::int64_t columns = 0;      // of the table, that are learnt from
    std::int64_t judged_rows = 0;  // all parts together
    std::int64_t customers = 0;    // among them; their figures' sampling unit
    std::optional<double> rate;    // of the positive label among them
    std::string split;             // in words
    std::string configuration;     // fingerprint() of what the models were fitted with
    bool default_configuration = true;
    std::vector<Figure> figures;
    std::vector<training::BlendReport> fits;  // one a part
    std::vector<std::string> notes;
    bool passed = true;
};
BOOST_DESCRIBE_STRUCT(
    Report, (),
    (study, title, kind, rows, columns, judged_rows, customers, rate, split, configuration, default_configuration,
     figures, fits, notes, passed)
)

// Puts what the study expects and what others published beside the figures; `invalid` when it expects one that there
// is not. A figure that is not a number does not pass.
Status hold_against(const Study& study, Report& report);

}  // namespace boon::studies
