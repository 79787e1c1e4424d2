// Runs tests/decision/*.case; their form is told in tests/decision/README.md.
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "action/decision/decide.h"
#include "action/decision/snapshot.h"

namespace boon::decision {
namespace {

namespace fs = std::filesystem;

struct Line {
    std::string where;  // file:line
    std::string key;
    std::string rest;
};

struct Case {
    std::string name;
    std::string where;
    Timestamp now;
    SnapshotParts parts;
    std::string stage, value_segment, rfm_segment;
    std::optional<double> lifetime_value;
    std::vector<profiles::Column> columns;  // the customer's features
    std::vector<float> features;
    Request request{.customer_id = "anna", .explain = true};
    std::vector<Line> expected;
};

std::string trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1));
}

Line line_of(std::string where, std::string_view text) {
    const std::string whole = trimmed(text);
    const auto space = whole.find(' ');
    return {
        .where = std::move(where),
        .key = whole.substr(0, space),
        .rest = space == std::string::npos ? "" : trimmed(whole.substr(space + 1)),
    };
}

json::Value value_of(const Line& line) {
    if (line.key == "channels" || line.key == "placements" || line.key == "tags") {
        json::Array list;
        std::stringstream parts(line.rest);
        for (std::string part; std::getline(parts, part, ',');) list.emplace_back(trimmed(part));
        return list;
    }
    if (const auto parsed = json::parse(line.rest)) return *parsed;
    return json::Value(line.rest);
}

double share(const std::string& text) { return std::stod(text) / (text.ends_with('%') ? 100 : 1); }

// Reads one file. What is wrong in it fails the test where it stands.
class CaseReader {
public:
    std::vector<Case> read(const fs::path& path) {
        std::ifstream in(path);
        int number = 0;
        for (std::string text; std::getline(in, text);) {
            ++number;
            if (trimmed(text).empty() || text.starts_with('#')) continue;
            const Line line = line_of(path.filename().string() + ":" + std::to_string(number), text);
            if (text.starts_with(' ')) {
                inner(line);
            } else {
                outer(line);
            }
        }
        close_section();
        return std::move(cases_);
    }

private:
    Case& now() { return cases_.back(); }

    void outer(const Line& line) {
        close_section();
        section_ = line.key;
        if (line.key == "case") {
            cases_.emplace_back();
            now().name = line.rest;
            now().where = line.where;
            now().parts.names = catalog::Names::defaults();
        } else if (line.key == "now") {
            now().now = parse_timestamp(line.rest).value();
        } else if (line.key == "base_rate") {
            now().parts.rates.base = share(line.rest);
        } else if (line.key == "offer") {
            const Line id_and_name = line_of(line.where, line.rest);
            fields_["offer_id"] = std::stoi(id_and_name.key);
            fields_["name"] = id_and_name.rest;
        } else if (line.key != "policy" && line.key != "customer" && line.key != "ask" && line.key != "expect") {
            ADD_FAILURE() << line.where << ": `" << line.key << "` is not known";
        }
    }

    void inner(const Line& line) {
        if (section_ == "expect") {
            now().expected.push_back(line);
        } else if (section_ == "offer" && line.key == "rate") {
            now().parts.rates.of_offer[static_cast<OfferId>(fields_["offer_id"].as_int64())] = share(line.rest);
        } else if (section_ == "customer") {
            customer_line(line);
        } else {
            fields_[line.key] = value_of(line);
        }
    }

    void customer_line(const Line& line) {
        if (line.key == "stage") now().stage = line.rest;
        if (line.key == "value_segment") now().value_segment = line.rest;
        if (line.key == "rfm_segment") now().rfm_segment = line.rest;
        if (line.key == "lifetime_value") now().lifetime_value = std::stod(line.rest);
        if (line.key == "feature") feature(line_of(line.where, line.rest));
    }

    // A number, `unknown`, or text: then a category.
    void feature(const Line& line) {
        profiles::Column column{line.key, "h", line.key, "", {}};
        float value = std::numeric_limits<float>::quiet_NaN();
        const auto number = json::parse(line.rest);
        if (number && number->is_number()) {
            value = number->to_number<float>();
        } else if (line.rest != "unknown") {
            column.categories = {"another", line.rest};
            value = 1;
        }
        now().columns.push_back(std::move(column));
        now().features.push_back(value);
    }

    // Turns the fields collected so far into what the section describes.
    void close_section() {
        if (section_ == "offer") {
            catalog::Offer offer;
            expect_good(json::read_over(fields_, offer));
            expect_good(catalog::complete(offer, now().parts.names));
            now().parts.offers.push_back(offer);
        } else if (section_ == "policy") {
            expect_good(json::read_over(fields_, now().parts.policy));
        } else if (section_ == "ask") {
            fields_["customer_id"] = "anna";
            expect_good(json::read_over(fields_, now().request));
        }
        fields_.clear();
        section_.clear();
    }

    void expect_good(const Status& status) {
        EXPECT_TRUE(status) << now().where << " " << now().name << ": " << to_text(status.error());
    }

    std::vector<Case> cases_;
    std::string section_;
    json::Object fields_;
};

std::string shown(const Decision& decision) {
    std::string text;
    for (const RankedOffer& offer : decision.offers) {
        text += (text.empty() ? "" : ", ") + std::to_string(offer.offer_id);
    }
    return text;
}

const RankedOffer* ranked(const Decision& decision, const std::string& id) {
    for (const RankedOffer& offer : decision.offers) {
        if (std::to_string(offer.offer_id) == id) return &offer;
    }
    ADD_FAILURE() << "offer " << id << " is not shown";
    return nullptr;
}

void check_ranked(const Decision& decision, const Line& line) {
    const Line what = line_of(line.where, line.rest);
    const RankedOffer* offer = ranked(decision, what.key);
    if (offer == nullptr) return;
    if (line.key == "score") {
        EXPECT_NEAR(offer->score, std::stod(what.rest), 1e-9);
    } else if (line.key == "kind") {
        EXPECT_EQ(enum_name(offer->score_kind), what.rest);
    } else if (line.key == "fallback") {
        EXPECT_TRUE(offer->fallback);
    } else if (what.rest == "unknown") {
        EXPECT_EQ(offer->probability, std::nullopt);
    } else {
        EXPECT_NEAR(offer->probability.value_or(-1), std::stod(what.rest), 1e-9);
    }
}

std::string text_of(const std::map<std::string, std::string>& facts) {
    std::string text;
    for (const auto& [name, value] : facts) text += (text.empty() ? "" : "; ") + name + "=" + value;
    return text;
}

void check_considered(const Decision& decision, const Line& line) {
    const Line what = line_of(line.where, line.rest);
    for (const Considered& offer : decision.considered) {
        if (std::to_string(offer.offer_id) != what.key) continue;
        if (line.key == "why") {
            EXPECT_EQ(offer.why, what.rest);
        } else if (line.key == "change") {
            EXPECT_EQ(offer.change, what.rest);
        } else if (line.key == "facts") {
            EXPECT_EQ(text_of(offer.facts), what.rest);
        } else {
            EXPECT_EQ(std::string(enum_name(offer.step)) + " " + std::string(enum_name(offer.cause)), what.rest);
        }
        return;
    }
    ADD_FAILURE() << "offer " << what.key << " was not considered";
}

void check(const Decision& decision, const Case& example) {
    std::string expected_shown;
    std::string expected_no_offer = "-";
    for (const Line& line : example.expected) {
        SCOPED_TRACE(line.where + " " + line.key + " " + line.rest);
        if (line.key == "shown") {
            expected_shown = line.rest;
        } else if (line.key == "no_offer") {
            expected_no_offer = line.rest;
        } else if (line.key == "note") {
            EXPECT_THAT(decision.notes, testing::Contains(line.rest));
        } else if (line.key == "out" || line.key == "why" || line.key == "change" || line.key == "facts") {
            check_considered(decision, line);
        } else {
            check_ranked(decision, line);
        }
    }
    EXPECT_EQ(shown(decision), expected_shown);
    EXPECT_EQ(decision.no_offer ? enum_name(*decision.no_offer) : "-", expected_no_offer);
    EXPECT_EQ(decision.considered.size(), example.parts.offers.size());
}

TEST(Cases, ComeOutAsWritten) {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(BOON_SOURCE_DIR) / "tests" / "decision")) {
        if (entry.path().extension() != ".case") continue;
        for (const Case& example : CaseReader().read(entry.path())) {
            SCOPED_TRACE(example.where + " " + example.name);
            SnapshotParts parts = example.parts;
            parts.schema = std::make_shared<const profiles::Schema>(profiles::Schema{1, example.columns, ""});
            const auto snapshot = Snapshot::compile(parts);
            ASSERT_TRUE(snapshot) << to_text(snapshot.error());
            const profiles::Profile profile{
                .customer_id = "anna",
                .features = example.features,
                .schema = parts.schema.get(),
                .computed_at = {},
                .stage = example.stage,
                .value_segment = example.value_segment,
                .rfm_segment = example.rfm_segment,
                .lifetime_value = example.lifetime_value,
            };
            Rng rng(1);
            check(decide(*snapshot, profile, example.request, example.now, rng), example);
            ++count;
        }
    }
    EXPECT_GE(count, 25);
}

}  // namespace
}  // namespace boon::decision
