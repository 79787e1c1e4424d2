// Files that are not what they should be: each a clear error, none a crash.
#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/models/testing/xgboost_peer.h"
#include "insight/models/tree_ensemble.h"
#include "insight/models/xgboost_model.h"
#include "platform/base/json.h"

namespace boon::models {
namespace {

using ::testing::HasSubstr;
using testing::Peer;
using testing::random_table;

std::span<const std::byte> bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

std::string text_of(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string load_error(const std::string& text) {
    const auto ensemble = TreeEnsemble::from_xgboost(bytes_of(text));
    return ensemble ? "loaded" : to_text(ensemble.error());
}

Peer::Parameters binary_of_depth_3() { return {{"objective", "binary:logistic"}, {"max_depth", "3"}}; }

// A good model with the first `from` replaced by `to`.
std::string changed(
    const std::string& from, const std::string& to, const Peer::Parameters& parameters = binary_of_depth_3()
) {
    static const testing::Table table = random_table(100, 4, 0.1, 3);
    std::string text = text_of(Peer(table, parameters, 2).save("json"));
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

std::string error_of_change(const std::string& from, const std::string& to) { return load_error(changed(from, to)); }

TEST(XgboostModel, RefusesWhatItCannotServeByName) {
    EXPECT_THAT(
        error_of_change("binary:logistic", "survival:cox"),
        HasSubstr("could not read the model: the objective `survival:cox` is not supported\nhint: train with one of bin"
        )
    );
    EXPECT_EQ(
        error_of_change(R"("name":"gbtree")", R"("name":"gblinear")"),
        "could not read the model: the booster `gblinear` is not supported\nhint: train with booster=gbtree or dart"
    );
    EXPECT_EQ(
        error_of_change(R"("split_type":[0)", R"("split_type":[1)"),
        "could not read the model: `trees[0]` has categorical splits, which are not supported\n"
        "hint: train with enable_categorical=false on one column per category"
    );
    EXPECT_THAT(error_of_change(R"("num_target":"1")", R"("num_target":"2")"), HasSubstr("several targets"));
    EXPECT_THAT(
        error_of_change(R"("size_leaf_vector":"0"},"tree_info")", R"("size_leaf_vector":"3"},"tree_info")"),
        HasSubstr("several targets")
    );
}

TEST(XgboostModel, SaysWhatIsDamaged) {
    EXPECT_THAT(error_of_change("\"learner\"", "\"loarner\""), HasSubstr("`learner` is missing or not an object"));
    EXPECT_THAT(error_of_change("\"sum_hessian\":[", "\"sum_hessian\":[1,"), HasSubstr("`trees[0].sum_hessian` has "));
    EXPECT_THAT(
        error_of_change("\"left_children\":[1", "\"left_children\":[0"), HasSubstr("links to its node 0 twice")
    );
    EXPECT_THAT(error_of_change("\"left_children\":[1", "\"left_children\":[99999"), HasSubstr("links to node 99999"));
    EXPECT_THAT(error_of_change("\"split_indices\":[", "\"split_indices\":[7"), HasSubstr("it splits on feature 7"));
    EXPECT_THAT(error_of_change("\"split_conditions\":[", "\"split_conditions\":[1e39,"), HasSubstr("values for"));
    EXPECT_THAT(error_of_change("\"base_score\":\"5E-1\"", "\"base_score\":\"1\""), HasSubstr("base_score is not one"));
    EXPECT_THAT(
        error_of_change("\"base_score\":\"5E-1\"", "\"base_score\":\"x\""), HasSubstr("not a number or a list")
    );
    EXPECT_THAT(
        error_of_change("\"num_feature\":\"4\",\"num_t", "\"num_feature\":\"-4\",\"num_t"), HasSubstr("not a count")
    );
    EXPECT_THAT(error_of_change("\"num_class\":\"0\"", "\"num_class\":\"3\""), HasSubstr("`num_class` is 3 for the"));
    EXPECT_THAT(error_of_change("\"tree_info\":[0", "\"tree_info\":[1"), HasSubstr("tree 0 is for output 1 of 1"));
    EXPECT_THAT(error_of_change("\"tree_info\":[0,", "\"tree_info\":["), HasSubstr("`tree_info`"));
}

TEST(XgboostModel, SaysWhatIsNoModel) {
    EXPECT_THAT(load_error(""), HasSubstr("neither XGBoost JSON nor UBJ"));
    EXPECT_THAT(load_error("binf\1\2\3"), HasSubstr("neither XGBoost JSON nor UBJ\nhint: save it with"));
    EXPECT_THAT(load_error("{}"), HasSubstr("could not read the model: `learner` is missing"));
    EXPECT_THAT(load_error("{\"learner\": [1, 2"), HasSubstr("could not read the model: not JSON: it ends too early"));
    EXPECT_THAT(load_error("{L"), HasSubstr("could not read the model: not UBJSON: it ends too early"));
    EXPECT_THAT(load_error("{ \"a\":" + std::string(1000, '[')), HasSubstr("nested deeper than"));
}

TEST(XgboostModel, ReadsBaseScoresAsLaterVersionsWriteThem) {
    const auto margin = [](const std::string& text) {
        const auto ensemble = TreeEnsemble::from_xgboost(bytes_of(text));
        EXPECT_TRUE(ensemble.has_value()) << (ensemble ? "" : to_text(ensemble.error()));
        std::vector<float> out(static_cast<std::size_t>(ensemble->outputs()));
        ensemble->margins(std::vector<float>(4, 0.1F), out);
        return out;
    };
    const Peer::Parameters classes = {{"objective", "multi:softprob"}, {"num_class", "3"}, {"max_depth", "2"}};
    const std::string from = "\"base_score\":\"5E-1\"";
    EXPECT_EQ(margin(changed(from, from)), margin(changed(from, "\"base_score\":\"[5E-1]\"")));
    const std::vector<float> even = margin(changed(from, "\"base_score\":\"[0,0,0]\"", classes));
    const std::vector<float> uneven = margin(changed(from, "\"base_score\":\"[0, 4E0, -2]\"", classes));
    EXPECT_FLOAT_EQ(uneven[0], even[0]);
    EXPECT_FLOAT_EQ(uneven[1], even[1] + 4);
    EXPECT_FLOAT_EQ(uneven[2], even[2] - 2);
    EXPECT_THAT(
        load_error(changed(from, "\"base_score\":\"[1,2]\"", classes)), HasSubstr("has 2 values for 3 outputs")
    );
}

// Whatever still loads must also evaluate.
void load_and_use(const std::string& text) {
    const auto ensemble = TreeEnsemble::from_xgboost(bytes_of(text));
    if (!ensemble) {
        EXPECT_EQ(ensemble.error().code, ErrorCode::invalid);
        return;
    }
    const auto features = static_cast<std::size_t>(ensemble->features());
    const auto outputs = static_cast<std::size_t>(ensemble->outputs());
    const std::vector<float> rows(features * 13, 0.5F);
    std::vector<float> out(13 * outputs);
    std::vector<double> contributions(features + 1);
    ensemble->margins({rows.data(), features}, {out.data(), outputs});
    ensemble->margins_batch(rows.data(), 13, features, out.data());
    ensemble->explain({rows.data(), features}, 0, contributions);
}

void damage(std::string& text, std::mt19937_64& random) {
    const auto at = [&] { return random() % text.size(); };
    switch (random() % 6) {
        case 0: text[at()] = static_cast<char>(random()); break;
        case 1: text[at()] ^= static_cast<char>(1U << (random() % 8)); break;
        case 2: text.resize(at()); break;
        case 3: text.erase(at(), random() % 20); break;
        case 4: text.insert(at(), text.substr(at(), random() % 50)); break;
        default: text[at()] = "0123456789-.eE[]{},:\"LilUIdDSTFZ$#"[random() % 35]; break;
    }
    if (text.empty()) text = "{";
}

TEST(XgboostModel, DamagedFilesAreErrorsAndNeverCrashes) {
    std::mt19937_64 random(11);
    for (const char* format : {"json", "ubj"}) {
        const std::string good = text_of(Peer(random_table(60, 3, 0.2, 5), binary_of_depth_3(), 2).save(format));
        for (int i = 0; i < 4000; ++i) {
            std::string text = good;
            const std::uint64_t times = 1 + random() % 3;
            for (std::uint64_t k = 0; k < times; ++k) damage(text, random);
            load_and_use(text);
        }
        for (std::size_t size = 0; size < good.size(); size += 7) {
            EXPECT_FALSE(TreeEnsemble::from_xgboost(bytes_of(good.substr(0, size))).has_value());
        }
    }
}

}  // namespace
}  // namespace boon::models
