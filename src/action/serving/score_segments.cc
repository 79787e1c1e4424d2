#include "action/serving/score_segments.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "insight/audiences/scan.h"

namespace boon::serving {
namespace {

constexpr std::size_t kParts = 10;

// Of sorted values, at least one; linear between them.
double quantile(const std::vector<float>& sorted, double p) {
    const double place = p * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(place);
    const auto below = static_cast<double>(sorted[low]);
    const auto above = static_cast<double>(sorted[std::min(low + 1, sorted.size() - 1)]);
    return below + (place - static_cast<double>(low)) * (above - below);
}

std::vector<double> edges_of(const profiles::ScoreMeaning& meaning, const std::vector<float>& sorted) {
    std::vector<double> edges;
    for (std::size_t k = 0; k <= kParts; ++k) {
        const double share = static_cast<double>(k) / static_cast<double>(kParts);
        edges.push_back(meaning.most > 0 ? meaning.most * share : quantile(sorted, share));
    }
    return edges;
}

// The customers of one group, while they are collected.
struct Collected {
    std::int64_t customers = 0;
    std::vector<float> values;

    void add(float score) {
        ++customers;
        if (!std::isnan(score)) values.push_back(score);
    }
};

ScoreGroup group_of(std::optional<std::string> name, Collected collected, const std::vector<double>& edges) {
    ScoreGroup group;
    group.name = std::move(name);
    group.customers = collected.customers;
    std::vector<float>& values = collected.values;
    group.scored = static_cast<std::int64_t>(values.size());
    group.counts.resize(kParts);
    if (values.empty()) return group;
    std::ranges::sort(values);
    group.mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    group.p10 = quantile(values, 0.10);
    group.p25 = quantile(values, 0.25);
    group.median = quantile(values, 0.50);
    group.p75 = quantile(values, 0.75);
    group.p90 = quantile(values, 0.90);
    auto from = values.begin();
    for (std::size_t part = 0; part < kParts; ++part) {
        const double edge = edges[part + 1];
        const auto to = part + 1 == kParts ? values.end() : std::ranges::lower_bound(from, values.end(), edge);
        group.counts[part] = to - from;
        from = to;
    }
    return group;
}

std::string_view name_in(const profiles::Profile& profile, Grouping by) {
    switch (by) {
        case Grouping::stage: return profile.stage;
        case Grouping::value_segment: return profile.value_segment;
        case Grouping::rfm_segment: return profile.rfm_segment;
        case Grouping::audience: break;
    }
    return {};
}

using Groups = std::map<std::string, Collected, std::less<>>;

class Segmenting {
public:
    Segmenting(const State& state, std::size_t place) : state_(state), place_(place) {}

    [[nodiscard]] Collected whole() const {
        Collected all;
        for (std::size_t row = 0; row < state_.profiles->size(); ++row) all.add(score(row));
        return all;
    }

    [[nodiscard]] Groups by_name(Grouping by) const {
        Groups groups;
        for (std::size_t row = 0; row < state_.profiles->size(); ++row) {
            const std::string_view name = name_in(state_.profiles->at(row), by);
            auto group = groups.find(name);
            if (group == groups.end()) group = groups.emplace(std::string(name), Collected{}).first;
            group->second.add(score(row));
        }
        return groups;
    }

    // Audiences that fit the profiles.
    [[nodiscard]] Groups by_audience(Timestamp now) const {
        Groups groups;
        for (const audiences::Entry& entry : state_.audiences->entries()) {
            if (!entry.selector) continue;
            Collected& group = groups[entry.audience.name];
            const audiences::Members members = audiences::scan(*state_.profiles, *entry.selector, now);
            for (std::size_t row = 0; row < members.rows(); ++row) {
                if (members.contains(row)) group.add(score(row));
            }
        }
        return groups;
    }

private:
    [[nodiscard]] float score(std::size_t row) const {
        const auto scores = state_.profiles->scores().at(row);
        return scores.empty() ? std::nanf("") : scores[place_];
    }

    const State& state_;
    std::size_t place_;
};

}  // namespace

Result<ScoreSegments> score_segments(const State& state, std::string_view model, Grouping by, Timestamp now) {
    const auto place = profiles::score_of(model);
    if (!place) {
        return fail(
            ErrorCode::not_found, fmt::format("the model {} has no score of the whole base", model),
            "nbo, churn, ltv, propensity, upsell, cross_sell, default_risk, engagement and campaign_response have"
        );
    }
    const profiles::Scores& scores = state.profiles->scores();
    if (!scores.as_of || scores.versions[*place].empty()) {
        return fail(
            ErrorCode::not_found, fmt::format("the base was not scored by {} yet", model),
            "train and promote a version, then run `boon score all`"
        );
    }
    const Segmenting segmenting(state, *place);
    Collected whole = segmenting.whole();
    if (whole.values.empty()) {
        return fail(ErrorCode::not_found, fmt::format("{} says nothing of any customer", model));
    }
    std::vector<float> sorted = whole.values;
    std::ranges::sort(sorted);
    ScoreSegments out;
    out.model = model;
    out.words = profiles::kScores[*place].words;
    out.version = scores.versions[*place];
    out.as_of = *scores.as_of;
    out.scored_at = scores.scored_at;
    out.by = by;
    out.edges = edges_of(profiles::kScores[*place], sorted);
    out.all = group_of("all", std::move(whole), out.edges);
    auto groups = by == Grouping::audience ? segmenting.by_audience(now) : segmenting.by_name(by);
    for (auto& [name, collected] : groups) {
        out.groups.push_back(
            group_of(name.empty() ? std::nullopt : std::optional(name), std::move(collected), out.edges)
        );
    }
    std::ranges::stable_sort(out.groups, std::greater(), &ScoreGroup::customers);
    return out;
}

}  // namespace boon::serving
