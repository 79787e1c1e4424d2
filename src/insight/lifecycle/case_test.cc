// Runs tests/lifecycle/*.case; their form is told in tests/lifecycle/README.md.
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/lifecycle/stage.h"

namespace boon::lifecycle {
namespace {

namespace fs = std::filesystem;

constexpr Timestamp kAsOf{1'782'777'600'000'000};  // 2026-06-30T00:00:00Z
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
const std::vector<std::string> kStages = {"acquisition", "onboarding", "growth", "retention", "win_back", "churn"};

std::shared_ptr<const profiles::Schema> schema() {
    profiles::Schema made;
    const auto add = [&](std::string name, std::string words, std::string unit, bool grows) {
        made.columns.push_back({std::move(name), "h", std::move(words), std::move(unit), {}, grows});
    };
    add("days_since_first_activity", "days since the first activity", "days", true);
    add("days_since_last_activity", "days since the last activity", "days", true);
    add("activities_all", "activities ever", "count", false);
    add("transactions_90d", "purchases and recharges in the last 90 days", "count", false);
    add("spend_trend_90d", "spend against the 90 days before", "ratio", false);
    add("tenure_days", "days since joining", "days", true);
    add("days_since_closed", "days since the customer closed", "days", true);
    add("contract_type", "contract type", "category", false);
    made.columns.back().categories = {"postpaid", "prepaid"};
    return std::make_shared<const profiles::Schema>(std::move(made));
}

using Words = std::vector<std::string>;

Words split(const std::string& text) {
    Words words;
    std::stringstream stream(text);
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

struct Customer {
    std::vector<float> features = {400, 5, 40, 5, kMissing, 500, kMissing, kMissing};
    std::optional<double> churn = {};
    double computed_days_ago = 0;
    std::string stage = {}, rule = {}, hand = {};
    double since_days_ago = 0;
    std::optional<double> hand_until_days = {};
};

struct Expected {
    std::string where;
    std::string text;
    Words words;
};

struct Case {
    std::string name;
    std::string where;
    RuleSet rules = default_rules();
    std::map<std::string, Customer> customers = {};
    std::vector<Expected> expected = {};
};

const std::map<std::string, std::size_t> kColumns = {
    {"first_activity", 0}, {"last_activity", 1}, {"activities", 2}, {"transactions", 3},
    {"trend", 4},          {"tenure", 5},        {"closed", 6},
};

Customer customer_of(const Words& words) {
    Customer customer;
    for (std::size_t i = 2; i + 1 < words.size(); i += 2) {
        const std::string& key = words[i];
        const std::string& text = words[i + 1];
        if (const auto column = kColumns.find(key); column != kColumns.end()) {
            customer.features[column->second] = text == "-" ? kMissing : std::stof(text);
        } else if (key == "contract") {
            customer.features[7] = text == "-" ? kMissing : text == "prepaid" ? 1.0F : 0.0F;
        } else if (key == "churn") {
            if (text != "-") customer.churn = std::stod(text);
        } else if (key == "computed") {
            customer.computed_days_ago = std::stod(text);
        } else if (key == "in") {
            customer.stage = text;
        } else if (key == "by") {
            customer.rule = text;
        } else if (key == "for") {
            customer.since_days_ago = std::stod(text);
        } else if (key == "hand") {
            customer.hand = text;
        } else if (key == "until") {
            customer.hand_until_days = std::stod(text);
        } else {
            ADD_FAILURE() << "`" << key << "` is not known";
        }
    }
    return customer;
}

void add_line(Case& example, const Words& words) {
    if (words[0] == "limit") {
        example.rules.limits[words[1]][words[2]] = std::stod(words[3]);
    } else if (words[0] == "customer") {
        example.customers[words[1]] = customer_of(words);
    } else {
        EXPECT_EQ(words[0], "expect");
    }
}

std::vector<Case> read_cases(const fs::path& path) {
    std::vector<Case> cases;
    std::ifstream in(path);
    int number = 0;
    for (std::string text; std::getline(in, text);) {
        const std::string where = path.filename().string() + ":" + std::to_string(++number);
        const Words words = split(text);
        if (words.empty() || words[0].starts_with('#')) continue;
        SCOPED_TRACE(where);
        if (words[0] == "case") {
            cases.push_back({.name = text.substr(5), .where = where});
        } else if (text.starts_with(' ')) {
            cases.back().expected.push_back({where, text, words});
        } else {
            add_line(cases.back(), words);
        }
    }
    return cases;
}

Timestamp days_ago(double days) {
    return plus_micros(kAsOf, -static_cast<std::int64_t>(days * static_cast<double>(kMicrosPerDay)));
}

void check(const CompiledRules& rules, const Customer& customer, const Expected& expected) {
    const Facts facts{
        .features = customer.features,
        .age_days = customer.computed_days_ago,
        .churn_probability = customer.churn,
        .predicted_ltv = {},
    };
    std::optional<Place> place;
    if (!customer.stage.empty()) place = {customer.stage, customer.rule, days_ago(customer.since_days_ago)};
    std::optional<Override> hand;
    if (!customer.hand.empty()) {
        hand = {.stage = customer.hand, .author = "ann", .note = "a good customer", .expires_at = {}};
        if (customer.hand_until_days) hand->expires_at = days_ago(-*customer.hand_until_days);
    }
    const Decided decided = rules.decide(facts, place, hand, kAsOf);
    if (expected.words[1] == "because") {
        const auto at = expected.text.find("because ");
        EXPECT_EQ(rules.reason(decided, facts, hand), expected.text.substr(at + 8));
        return;
    }
    std::string text = std::string(decided.stage) + " by " + std::string(decided.rule);
    if (decided.flags != 0) text += " flag " + rules.flag_text(decided.flags);
    if (decided.held) text += " held";
    std::string wanted;
    for (std::size_t i = 1; i < expected.words.size(); ++i) wanted += (i == 1 ? "" : " ") + expected.words[i];
    EXPECT_EQ(text, wanted);
    EXPECT_EQ(decided.moves, decided.stage != customer.stage);
}

TEST(Cases, ComeOutAsWritten) {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(BOON_SOURCE_DIR) / "tests" / "lifecycle")) {
        if (entry.path().extension() != ".case") continue;
        for (const Case& example : read_cases(entry.path())) {
            SCOPED_TRACE(example.where + " " + example.name);
            const auto rules = CompiledRules::compile(example.rules, kStages, schema());
            ASSERT_TRUE(rules) << to_text(rules.error());
            for (const Expected& expected : example.expected) {
                SCOPED_TRACE(expected.where + expected.text);
                ASSERT_TRUE(example.customers.contains(expected.words[0]));
                check(*rules, example.customers.at(expected.words[0]), expected);
                ++count;
            }
        }
    }
    EXPECT_GE(count, 70);
}

}  // namespace
}  // namespace boon::lifecycle
