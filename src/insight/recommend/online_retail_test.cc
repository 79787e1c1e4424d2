// Online Retail, where others measured the same recommenders on the same cut: recipes are chosen on an earlier cut and
// reported once. Without the data, which is not part of this repository, skipped; a failure where CI is set.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "insight/recommend/compete.h"
#include "platform/base/csv.h"

namespace boon::recommend {
namespace {

const std::filesystem::path kFile =
    std::filesystem::path(BOON_SOURCE_DIR) / "../shared/data/online_retail/online_retail.csv.gz";
constexpr std::size_t kPlaces = 20;

struct Line {
    std::string invoice;
    std::string item;
    std::string day;
    std::string customer;
};

std::string unpacked(const std::filesystem::path& file) {
    const std::string command = fmt::format("gzip -dc '{}'", file.string());
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string text;
    std::array<char, 65536> part{};
    while (const std::size_t read = std::fread(part.data(), 1, part.size(), pipe.get())) text.append(part.data(), read);
    return text;
}

// Five digits, perhaps a letter for the colour; others are postage, fees, samples.
bool is_item(std::string_view code) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return code.size() >= 5 && std::ranges::all_of(code.substr(0, 5), digit) && (code.size() == 5 || !digit(code[5]));
}

// Columns: InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country.
std::vector<Line> read_lines() {
    const std::string text = unpacked(kFile);
    CsvReader reader(text);
    std::vector<Line> lines;
    auto row = reader.next();
    for (row = reader.next(); row && *row; row = reader.next()) {
        const auto& cells = (*row)->cells;
        if (cells[6].empty() || cells[6] == "NA" || cells[0].starts_with("C") || !is_item(cells[1])) continue;
        if (std::stol(cells[3]) <= 0 || std::stod(cells[5]) <= 0) continue;
        lines.push_back({cells[0], cells[1], cells[4].substr(0, 10), cells[6]});
    }
    EXPECT_TRUE(row) << row.error().message;
    return lines;
}

struct Cut {
    Interactions before;
    Interactions after;
};

// Customers and items of before `cut`; invoices with the item are counted. After it, until `end`.
Cut cut_at(const std::vector<Line>& lines, const std::string& cut, const std::string& end) {
    std::map<std::string, std::uint32_t> customers;
    std::map<std::string, std::uint32_t> items;
    for (const Line& line : lines) {
        if (line.day >= cut) continue;
        customers.emplace(line.customer, static_cast<std::uint32_t>(customers.size()));
        items.emplace(line.item, static_cast<std::uint32_t>(items.size()));
    }
    std::set<std::tuple<std::string, std::string>> seen;
    std::vector<Bought> before;
    std::vector<Bought> after;
    for (const Line& line : lines) {
        const auto customer = customers.find(line.customer);
        const auto item = items.find(line.item);
        if (customer == customers.end() || item == items.end() || line.day >= end) continue;
        if (!seen.emplace(line.invoice, line.item).second) continue;
        (line.day < cut ? before : after).push_back({customer->second, item->second});
    }
    return {
        *Interactions::of(before, customers.size(), items.size()),
        *Interactions::of(after, customers.size(), items.size())
    };
}

class OnlineRetail : public testing::Test {
protected:
    void SetUp() override {
        if (std::filesystem::exists(kFile)) return;
        if (std::getenv("CI") != nullptr) FAIL() << "there is no " << kFile;
        GTEST_SKIP() << "there is no " << kFile;
    }

    void expect(const Measured& measured, std::string_view name, double recall, double ndcg, double within) {
        EXPECT_NEAR(mean(measured.recall).value, recall, within) << name;
        EXPECT_NEAR(mean(measured.ndcg).value, ndcg, within) << name;
        RecordProperty(
            std::string(name), fmt::format(
                                   "recall {:.4f} ndcg {:.4f} coverage {:.3f}", mean(measured.recall).value,
                                   mean(measured.ndcg).value, measured.coverage
                               )
        );
    }
};

TEST_F(OnlineRetail, PublishedFiguresAreReached) {
    const Cut cut = cut_at(read_lines(), "2011-09-09", "2012");
    ASSERT_EQ(cut.before.customers(), 3360U);
    const auto measured = [&](const Recipe& recipe, Task task) {
        return measure(*Recommender::fit(cut.before, recipe), cut.before, cut.after, task, kPlaces);
    };
    const Recipe nearest{.method = Method::item_knn, .neighbours = 100};
    expect(measured({.method = Method::popularity}, Task::new_items), "new: popularity", 0.032, 0.051, 0.001);
    expect(measured(nearest, Task::new_items), "new: item_knn", 0.078, 0.108, 0.001);
    expect(measured({.method = Method::repeat_frequency}, Task::repeats_allowed), "frequency", 0.205, 0.349, 0.002);
    const auto weights = ease(cut.before, 250, cut.before.items());
    ASSERT_TRUE(weights);
    const auto frequency = Recommender::fit(cut.before, {.method = Method::popularity});
    const Recommender linear({.method = Method::ease, .ridge = 250}, frequency->popularity(), *weights);
    const auto of = [&](Task task) { return measure(linear, cut.before, cut.after, task, kPlaces); };
    expect(of(Task::new_items), "new: ease", 0.087, 0.117, 0.001);
    expect(of(Task::repeats_allowed), "ease", 0.168, 0.284, 0.002);
}

struct Rivals {
    Task task;
    Method ours;
    Method other;
};

TEST_F(OnlineRetail, ChosenOnAnEarlierCutTheRecipesBeatWhatIsSimpler) {
    const std::vector<Line> lines = read_lines();
    const Cut earlier = cut_at(lines, "2011-06-09", "2011-09-09");
    const Cut cut = cut_at(lines, "2011-09-09", "2012");
    constexpr std::array kRivals = {
        Rivals{Task::repeats_allowed, Method::blend, Method::repeat_frequency},
        Rivals{Task::new_items, Method::ease, Method::item_knn},
    };
    constexpr std::array kTasks = {kRivals[0].task, kRivals[1].task};
    const Grid grid{{100}, {250, 1000}, {4, 8}};
    const auto choices = choose_recipes(earlier.before, earlier.after, kTasks, kPlaces, grid);
    ASSERT_TRUE(choices);
    for (std::size_t t = 0; t < kRivals.size(); ++t) {
        const Rivals& rivals = kRivals[t];
        const auto measured = [&](Method method) {
            const auto of = [](const Choice& choice) { return choice.recipe.method; };
            const auto fitted = Recommender::fit(cut.before, std::ranges::find((*choices)[t], method, of)->recipe);
            return measure(*fitted, cut.before, cut.after, rivals.task, kPlaces);
        };
        const Measured ours = measured(rivals.ours);
        const Measured other = measured(rivals.other);
        const Interval recall = paired_difference(ours.recall, other.recall);
        EXPECT_GT(recall.lower, 0) << enum_name(rivals.task);
        RecordProperty(
            std::string(enum_name(rivals.task)),
            fmt::format("recall {:+.4f} ({:+.4f} to {:+.4f})", recall.value, recall.lower, recall.upper)
        );
    }
}

}  // namespace
}  // namespace boon::recommend
