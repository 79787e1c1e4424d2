// Runs tests/value/*.case; their form is told in tests/value/README.md.
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/value/worth.h"

namespace boon::value {
namespace {

namespace fs = std::filesystem;

struct Line {
    std::string where;  // file:line
    std::vector<std::string> words;
};

struct Case {
    std::string name;
    std::string where;
    std::vector<std::string> segments = {"high_value", "medium_value", "low_value"};
    std::vector<double> thresholds = {70, 40};
    std::map<std::string, std::size_t> named = {};
    std::vector<Facts> customers = {};
    std::vector<Line> expected = {};
};

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::stringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);) {
        if (!part.empty()) parts.push_back(part);
    }
    return parts;
}

// `revenue 10 bought 3 …` from `first` on.
Facts facts_of(const Line& line, std::size_t first) {
    Facts facts;
    bool active = false;
    for (std::size_t i = first; i + 1 < line.words.size(); i += 2) {
        const std::string& key = line.words[i];
        const std::string& text = line.words[i + 1];
        if (key == "active") {
            active = true;
            if (text != "never") facts.last_activity_days = std::stof(text);
        } else if (key == "bought") {
            facts.last_purchase_days = std::stof(text);
        } else if (key == "purchases") {
            facts.purchases_365d = std::stof(text);
        } else if (key == "revenue") {
            facts.revenue_365d = std::stof(text);
        } else if (key == "predicted") {
            facts.predicted_ltv = std::stof(text);
        } else {
            ADD_FAILURE() << line.where << ": `" << key << "` is not known";
        }
    }
    if (!active) facts.last_activity_days = std::isnan(facts.last_purchase_days) ? 10 : facts.last_purchase_days;
    return facts;
}

void add_line(Case& example, const Line& line) {
    const std::string& key = line.words[0];
    if (key == "segments") {
        example.segments = split(line.words[1], ',');
    } else if (key == "thresholds") {
        example.thresholds.clear();
        for (const std::string& text : split(line.words[1], ',')) example.thresholds.push_back(std::stod(text));
    } else if (key == "customer") {
        example.named[line.words[1]] = example.customers.size();
        example.customers.push_back(facts_of(line, 2));
    } else if (key == "group") {
        example.customers.insert(example.customers.end(), std::stoul(line.words[1]), facts_of(line, 2));
    } else if (key != "expect") {
        ADD_FAILURE() << line.where << ": `" << key << "` is not known";
    }
}

std::vector<Case> read_cases(const fs::path& path) {
    std::vector<Case> cases;
    std::ifstream in(path);
    int number = 0;
    for (std::string text; std::getline(in, text);) {
        ++number;
        const Line line{path.filename().string() + ":" + std::to_string(number), split(text, ' ')};
        if (line.words.empty() || line.words[0].starts_with('#')) continue;
        if (line.words[0] == "case") {
            cases.push_back({.name = text.substr(5), .where = line.where});
        } else if (text.starts_with(' ')) {
            cases.back().expected.push_back(line);
        } else {
            add_line(cases.back(), line);
        }
    }
    return cases;
}

std::string rfm_text(const Worth& worth, const RfmSegments& rfm) {
    if (!worth.rfm) return "none";
    return std::to_string(worth.rfm->r) + " " + std::to_string(worth.rfm->f) + " " + std::to_string(worth.rfm->m) +
           " " + rfm.names()[*worth.rfm_segment];
}

void check(const Case& example) {
    const auto segments = ValueSegments::make(example.segments, example.thresholds);
    const auto rfm = RfmSegments::make(RfmSegments::defaults());
    ASSERT_TRUE(segments) << to_text(segments.error());
    ASSERT_TRUE(rfm);
    const BaseShape base = BaseShape::of(example.customers);
    for (const Line& line : example.expected) {
        SCOPED_TRACE(line.where);
        ASSERT_TRUE(example.named.contains(line.words[0]));
        const Worth worth = worth_of(base, *segments, *rfm, example.customers[example.named.at(line.words[0])]);
        const std::string& what = line.words[1];
        if (what == "score") {
            EXPECT_NEAR(worth.score, std::stod(line.words[2]), 1e-9);
            EXPECT_EQ(segments->names()[worth.segment], line.words[3]);
        } else if (what == "rfm") {
            std::string wanted;
            for (std::size_t i = 2; i < line.words.size(); ++i) wanted += (i == 2 ? "" : " ") + line.words[i];
            EXPECT_EQ(rfm_text(worth, *rfm), wanted);
        } else if (what == "partial") {
            EXPECT_TRUE(worth.partial);
        } else {
            EXPECT_EQ(what, "outside");
            EXPECT_FALSE(worth.in_base);
        }
    }
}

TEST(Cases, ComeOutAsWritten) {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(BOON_SOURCE_DIR) / "tests" / "value")) {
        if (entry.path().extension() != ".case") continue;
        for (const Case& example : read_cases(entry.path())) {
            SCOPED_TRACE(example.where + " " + example.name);
            check(example);
            ++count;
        }
    }
    EXPECT_GE(count, 14);
}

}  // namespace
}  // namespace boon::value
