// What a model says of parts of the base: its scores, as the base was last scored, by stage, segment or audience.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "action/serving/state.h"
#include "platform/base/record.h"

namespace boon::serving {

enum class Grouping { stage, value_segment, rfm_segment, audience };
BOOST_DESCRIBE_ENUM(Grouping, stage, value_segment, rfm_segment, audience)

// The numbers are of those customers of whom the model says something; without any there are none.
struct ScoreGroup {
    std::optional<std::string> name;  // null: of no such group, or not worked out
    std::int64_t customers = 0;
    std::int64_t scored = 0;
    std::optional<double> mean;
    std::optional<double> p10;  // quantiles, linear between values
    std::optional<double> p25;
    std::optional<double> median;
    std::optional<double> p75;
    std::optional<double> p90;
    std::vector<std::int64_t> counts;  // by ScoreSegments::edges
};
BOOST_DESCRIBE_STRUCT(ScoreGroup, (), (name, customers, scored, mean, p10, p25, median, p75, p90, counts))

struct ScoreSegments {
    std::string model;
    std::string words;  // what the number is
    std::string version;
    Timestamp as_of;  // the profiles
    Timestamp scored_at;
    Grouping by = Grouping::stage;
    std::vector<double> edges;  // ten parts of the scale; of an amount, tenths of the base
    ScoreGroup all;
    std::vector<ScoreGroup> groups;  // the largest first; a customer may be in several audiences
};
BOOST_DESCRIBE_STRUCT(ScoreSegments, (), (model, words, version, as_of, scored_at, by, edges, all, groups))

// `not_found` for a model without a score, and when the base was not scored yet, or not by this model.
// Goes through the whole base, for each audience once.
Result<ScoreSegments> score_segments(const State& state, std::string_view model, Grouping by, Timestamp now);

}  // namespace boon::serving

template <>
inline constexpr auto boon::kFields<boon::serving::ScoreGroup> = std::array{
    boon::Field{.name = "name", .doc = "null: of no such group, or not worked out"},
    boon::Field{.name = "scored", .doc = "of whom the model says something; the numbers are theirs"},
    boon::Field{.name = "counts", .doc = "how many lie between two edges; the last part holds its upper edge, too"},
};
template <>
inline constexpr auto boon::kFields<boon::serving::ScoreSegments> = std::array{
    boon::Field{.name = "edges", .doc = "eleven: ten parts of the scale, or, of an amount, tenths of the base"},
    boon::Field{.name = "groups", .doc = "the largest first; a customer may be in several audiences"},
};
