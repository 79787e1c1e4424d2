// Beyond the published sample: customers of CDNOW that it leaves out, and Online Retail, where nobody seems to leave.
// Without the data, which is not part of this repository, skipped; a failure where CI is set.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/purchases/buying.h"
#include "insight/purchases/purchases_test.h"
#include "insight/purchases/summary.h"
#include "platform/base/csv.h"

namespace boon::purchases {
namespace {

using testing::HasSubstr;

const std::filesystem::path kFolder = std::filesystem::path(BOON_SOURCE_DIR) / "../shared/data";

std::string unpacked(const std::filesystem::path& file) {
    const std::string command = fmt::format("gzip -dc '{}'", file.string());
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string text;
    std::array<char, 65536> part{};
    while (const std::size_t read = std::fread(part.data(), 1, part.size(), pipe.get())) text.append(part.data(), read);
    return text;
}

std::set<std::int64_t> published_customers() {
    std::ifstream file(kFolder / "cdnow/CDNOW_sample.txt");
    std::set<std::int64_t> customers;
    std::string line;
    while (std::getline(file, line)) customers.insert(std::stoll(line));
    return customers;
}

// Every tenth customer that is not in the published sample.
std::vector<Purchase> another_tenth() {
    const std::set<std::int64_t> published = published_customers();
    std::istringstream file(unpacked(kFolder / "cdnow/CDNOW_master.txt.gz"));
    std::vector<Purchase> purchases;
    std::string line;
    std::getline(file, line);
    std::int64_t customer = 0;
    int date = 0;
    int discs = 0;
    double dollars = 0;
    while (file >> customer >> date >> discs >> dollars) {
        if (customer % 10 == 7 && !published.contains(customer)) purchases.push_back({customer, day_of(date), dollars});
    }
    return purchases;
}

// Columns: InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country.
std::vector<Purchase> online_retail() {
    const std::string text = unpacked(kFolder / "online_retail/online_retail.csv.gz");
    CsvReader reader(text);
    std::vector<Purchase> purchases;
    auto row = reader.next();
    for (row = reader.next(); row && *row; row = reader.next()) {
        const auto& cells = (*row)->cells;
        if (cells[6].empty() || cells[6] == "NA" || std::stol(cells[3]) <= 0) continue;
        const int date = std::stoi(cells[4].substr(0, 4) + cells[4].substr(5, 2) + cells[4].substr(8, 2));
        purchases.push_back({std::stoll(cells[6]), day_of(date), std::stod(cells[3]) * std::stod(cells[5])});
    }
    EXPECT_TRUE(row) << row.error().message;
    return purchases;
}

class MoreData : public testing::Test {
protected:
    void SetUp() override {
        if (std::filesystem::exists(kFolder / "cdnow") && std::filesystem::exists(kFolder / "online_retail")) return;
        if (std::getenv("CI") != nullptr) FAIL() << "there is no " << kFolder;
        GTEST_SKIP() << "there is no " << kFolder;
    }
};

TEST_F(MoreData, AnotherTenthOfCdnowIsForecast) {
    const std::vector<Purchase> purchases = another_tenth();
    const auto customers = summarise(purchases, day_of(19970930), 7);
    const auto later = summarise(purchases, day_of(19980630), 7);
    ASSERT_EQ(customers.size(), later.size());
    const auto fit = fit_buying(Family::bg_nbd, customers);
    ASSERT_TRUE(fit);
    EXPECT_EQ(fit->boundary, "");
    EXPECT_NEAR(fit->model.parameters().r, 0.2426, 4 * 0.01256);
    double expected = 0;
    double actual = 0;
    for (std::size_t i = 0; i < customers.size(); ++i) {
        expected += fit->model.expected(customers[i], 39);
        actual += later[i].repeats - customers[i].repeats;
    }
    EXPECT_NEAR(expected / actual, 1, 0.15);
    RecordProperty("customers", fmt::format("{}", customers.size()));
    RecordProperty("expected_against_actual", fmt::format("{:.3f}", expected / actual));
}

TEST_F(MoreData, OnlineRetailIsABoundary) {
    const auto customers = summarise(online_retail(), day_of(20111209), 1);
    EXPECT_EQ(customers.size(), 4339U);
    const auto fit = fit_buying(Family::bg_nbd, customers);
    ASSERT_TRUE(fit) << fit.error().message;
    EXPECT_EQ(fit->model.family(), Family::nbd);
    EXPECT_THAT(fit->boundary, HasSubstr("that anybody leaves is not shown"));
    EXPECT_NEAR(fit->log_likelihood, -61829.70, 0.01);
    RecordProperty("boundary", fit->boundary);
}

}  // namespace
}  // namespace boon::purchases
