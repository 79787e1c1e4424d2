#include "insight/studies/recommendation_study.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "insight/recommend/compete.h"
#include "insight/studies/table.h"

namespace boon::studies {
namespace {

using recommend::Interactions;
using recommend::Measured;
using recommend::Method;
using recommend::Task;

constexpr std::size_t kPlaces = 20;

struct Line {
    std::string_view customer;
    std::string_view item;
    std::int64_t day = 0;
};

// Customers and items of up to the day `until`; what they bought then, and after it up to the day `end`.
struct Cut {
    std::vector<std::string_view> customers;
    std::vector<std::string_view> items;
    Interactions before;
    Interactions after;
};

using Numbers = std::map<std::string_view, std::uint32_t>;

std::vector<std::string_view> names_of(const Numbers& numbers) {
    std::vector<std::string_view> names(numbers.size());
    for (const auto& [name, number] : numbers) names[number] = name;
    return names;
}

Result<std::vector<Line>> lines_of(const Study& study, const Table& table) {
    BOON_TRY(const Column* customers, table.column(study.customer));
    BOON_TRY(const Column* items, table.column(study.item));
    BOON_TRY(const Column* times, table.column(study.time));
    if (times->kind != ColumnKind::time) {
        return fail(ErrorCode::invalid, fmt::format("column \"{}\" is not of times", study.time));
    }
    std::vector<Line> lines;
    for (std::size_t i = 0; i < table.rows; ++i) {
        if (customers->texts[i].empty() || items->texts[i].empty() || std::isnan(times->numbers[i])) continue;
        const auto day = static_cast<std::int64_t>(std::floor(times->numbers[i]));
        lines.push_back({customers->texts[i], items->texts[i], day});
    }
    return lines;
}

// Of the items bought by `until`, at most as many as can be fitted.
Numbers numbered_items(const std::vector<Line>& lines, std::int64_t until) {
    std::map<std::string_view, std::int64_t> counts;
    for (const Line& line : lines) {
        if (line.day <= until) ++counts[line.item];
    }
    std::vector<std::pair<std::int64_t, std::string_view>> order;
    for (const auto& [item, count] : counts) order.emplace_back(-count, item);
    std::ranges::sort(order);
    if (order.size() > recommend::kMostItems) order.resize(recommend::kMostItems);
    Numbers numbers;
    for (const auto& [count, item] : order) numbers.emplace(item, static_cast<std::uint32_t>(numbers.size()));
    return numbers;
}

Result<Cut> cut_at(const std::vector<Line>& lines, std::int64_t until, std::int64_t end) {
    const Numbers items = numbered_items(lines, until);
    Numbers customers;
    for (const Line& line : lines) {
        if (line.day <= until && items.contains(line.item)) {
            customers.emplace(line.customer, static_cast<std::uint32_t>(customers.size()));
        }
    }
    std::vector<recommend::Bought> before;
    std::vector<recommend::Bought> after;
    for (const Line& line : lines) {
        const auto customer = customers.find(line.customer);
        const auto item = items.find(line.item);
        if (customer == customers.end() || item == items.end() || line.day > end) continue;
        (line.day <= until ? before : after).push_back({customer->second, item->second});
    }
    BOON_TRY(auto bought, Interactions::of(before, customers.size(), items.size()));
    BOON_TRY(auto later, Interactions::of(after, customers.size(), items.size()));
    return Cut{names_of(customers), names_of(items), std::move(bought), std::move(later)};
}

training::Estimate estimate_of(const recommend::Interval& interval) {
    return {interval.value, interval.lower, interval.upper};
}

class RecommendationStudy {
public:
    RecommendationStudy(const Environment& environment, const Cut& earlier, const Cut& cut, Report report)
        : environment_(environment), earlier_(earlier), cut_(cut) {
        outcome_.report = std::move(report);
    }

    Result<Outcome> run() {
        constexpr std::array kTasks = {Task::repeats_allowed, Task::new_items};
        BOON_CHECK(environment_.progress("choosing recipes", 0.1));
        BOON_TRY(const auto choices, recommend::choose_recipes(earlier_.before, earlier_.after, kTasks, kPlaces, {}));
        BOON_CHECK(environment_.progress("fitting", 0.7));
        BOON_CHECK(compete(choices[0], Task::repeats_allowed, Method::repeat_frequency, ""));
        BOON_CHECK(compete(choices[1], Task::new_items, Method::popularity, "new_"));
        Report& report = outcome_.report;
        report.customers = static_cast<std::int64_t>(cut_.customers.size());
        report.notes.push_back(fmt::format(
            "recall and ndcg: of the first {} of {} items, for customers who bought one that counts", kPlaces,
            cut_.items.size()
        ));
        return std::move(outcome_);
    }

private:
    void add(std::string name, training::Estimate estimate) {
        outcome_.report.figures.push_back({std::move(name), estimate});
    }

    // Each method by the recipe that was best on the earlier cut; then the method that was, against the simple one.
    Status compete(const std::vector<recommend::Choice>& choices, Task task, Method simple, const std::string& prefix) {
        const auto best = std::ranges::max_element(choices, {}, &recommend::Choice::ndcg);
        Measured of_best;
        Measured of_simple;
        for (const recommend::Choice& choice : choices) {
            BOON_TRY(const auto fitted, recommend::Recommender::fit(cut_.before, choice.recipe));
            Measured measured = recommend::measure(fitted, cut_.before, cut_.after, task, kPlaces);
            const auto method = enum_name(choice.recipe.method);
            add(fmt::format("{}recall_{}", prefix, method), estimate_of(recommend::mean(measured.recall)));
            add(fmt::format("{}ndcg_{}", prefix, method), estimate_of(recommend::mean(measured.ndcg)));
            if (choice.recipe.method == simple) of_simple = measured;
            if (&choice != &*best) continue;
            if (task == Task::repeats_allowed) write_predictions(fitted);
            of_best = std::move(measured);
        }
        if (of_best.recall.empty()) return fail(ErrorCode::invalid, "nobody bought anything that counts afterwards");
        const auto gain = recommend::paired_difference(of_best.recall, of_simple.recall);
        add(fmt::format("{}recall_gain_over_{}", prefix, enum_name(simple)), estimate_of(gain));
        outcome_.report.notes.push_back(fmt::format(
            "{}: {} was best on the earlier cut{}", prefix.empty() ? "repeats allowed" : "new items only",
            enum_name(best->recipe.method), recipe_words(best->recipe)
        ));
        if (prefix.empty()) outcome_.report.judged_rows = static_cast<std::int64_t>(of_best.recall.size());
        return {};
    }

    static std::string recipe_words(const recommend::Recipe& recipe) {
        switch (recipe.method) {
            case Method::popularity:
            case Method::repeat_frequency: return "";
            case Method::item_knn: return fmt::format(" ({} neighbours)", recipe.neighbours);
            case Method::ease: return fmt::format(" (ridge {})", recipe.ridge);
            case Method::blend: return fmt::format(" (times bought + {} × EASE, ridge {})", recipe.share, recipe.ridge);
        }
        return "";
    }

    void write_predictions(const recommend::Recommender& recommender) {
        outcome_.predictions = "customer,place,item,score\n";
        for (std::size_t c = 0; c < cut_.customers.size(); ++c) {
            int place = 0;
            for (const auto& ranked : recommender.recommend(cut_.before.of(c), Task::repeats_allowed, kPlaces)) {
                outcome_.predictions +=
                    fmt::format("{},{},{},{}\n", cut_.customers[c], ++place, cut_.items[ranked.item], ranked.score);
            }
        }
    }

    const Environment& environment_;
    const Cut& earlier_;
    const Cut& cut_;
    Outcome outcome_;
};

}  // namespace

Result<Outcome> run_recommendation(const Study& study, const Environment& environment) {
    BOON_CHECK(environment.progress("reading", 0));
    BOON_TRY(const auto warehouse, open_folder(environment.folder));
    BOON_TRY(const Table table, read_table(*warehouse, environment.folder, study));
    BOON_TRY(const auto lines, lines_of(study, table));
    BOON_TRY(const Timestamp at, parse_timestamp(study.until));
    const std::int64_t until = at.micros / kMicrosPerDay;
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    for (const Line& line : lines) last = std::max(last, line.day);
    if (until >= last) {
        return fail(ErrorCode::invalid, fmt::format("nothing is held out: the log ends by {}", study.until));
    }
    // The earlier cut holds as much out as the later one.
    BOON_TRY(const Cut earlier, cut_at(lines, until - (last - until), until));
    BOON_TRY(const Cut cut, cut_at(lines, until, last));
    Report report;
    report.study = study.name;
    report.title = study.title;
    report.kind = study.kind;
    report.rows = static_cast<std::int64_t>(table.rows);
    report.columns = 3;
    report.split = fmt::format(
        "learnt up to {}, judged on the {} days after it; recipes chosen on as many days before", study.until,
        last - until
    );
    return RecommendationStudy(environment, earlier, cut, std::move(report)).run();
}

}  // namespace boon::studies
