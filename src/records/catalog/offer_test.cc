#include "records/catalog/offer.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/catalog/reading.h"

namespace boon::catalog {
namespace {

Offer offer_from(std::string_view text) {
    const auto offer = json::read_text<Offer>(text);
    EXPECT_TRUE(offer) << to_text(offer.error());
    return offer.value_or(Offer{});
}

std::vector<FieldError> mistakes_of(Offer offer) {
    const auto completed = complete(offer, Names::defaults());
    return completed ? std::vector<FieldError>{} : completed.error().fields;
}

TEST(Offer, TheLeastIsAName) {
    Offer offer = offer_from(R"({"name":"Double points"})");
    ASSERT_TRUE(complete(offer, Names::defaults()));
    EXPECT_EQ(offer.offer_id, -1);
    EXPECT_EQ(offer.status, OfferStatus::live);
    EXPECT_TRUE(offer.is_active);
    EXPECT_EQ(offer.currency, "USD");
    EXPECT_EQ(offer.weight, 1);
}

TEST(Offer, LimitsAreThoseOfTheProduct) {
    const std::string text = R"({"name":")" + std::string(256, 'n') + R"(","category":")" + std::string(51, 'c') +
                             R"(","offer_id":-2,"redemption_cost":-1,"horizon_days":0})";
    const auto offer = json::read_text<Offer>(text);
    ASSERT_FALSE(offer);
    const std::vector<FieldError> expected = {
        {"/offer_id", "must be at least 0"},           {"/name", "is longer than 255 characters"},
        {"/category", "is longer than 50 characters"}, {"/redemption_cost", "must be at least 0"},
        {"/horizon_days", "must be at least 1"},
    };
    EXPECT_EQ(offer.error().fields, expected);
}

// An emoji has four bytes, an Arabic letter two.
TEST(Offer, ANameIsAsLongAsItReads) {
    for (const std::string_view letter : {"\U0001f381", "\u0639"}) {
        std::string name;
        for (int i = 0; i < 255; ++i) name += letter;
        EXPECT_EQ(offer_from(json::to_text(json::Object{{"name", name}})).name, name);
        const auto longer = json::read<Offer>(json::Object{{"name", name + std::string(letter)}});
        ASSERT_FALSE(longer);
        EXPECT_EQ(longer.error().fields, (std::vector<FieldError>{{"/name", "is longer than 255 characters"}}));
    }
}

TEST(Offer, ListsOfNamesHaveAnEnd) {
    Offer offer = offer_from(R"({"name":"a"})");
    for (std::size_t i = 0; i < kMaxNames; ++i) offer.tags.push_back(std::to_string(i));
    EXPECT_TRUE(mistakes_of(offer).empty());
    offer.tags.emplace_back("one more");
    EXPECT_EQ(mistakes_of(offer), (std::vector<FieldError>{{"/tags", "has 1001 names; at most 1000 fit"}}));
}

TEST(Offer, MistakesBetweenFieldsAreAllReported) {
    const std::vector<FieldError> expected = {
        {"/lifecycle_stage",
         "`adult` is no stage; the stages are acquisition, onboarding, growth, retention, win_back, churn"},
        {"/target_segment",
         "`vip` is no segment; use high_value, medium_value, low_value, at_risk, new, all, rfm:SEGMENT or the name of "
         "a "
         "published audience"},
        {"/channels", "names `app` twice"},
        {"/min_customer_value", "is more than max_customer_value"},
        {"/valid_until", "is not after valid_from"},
        {"/currency", "is EUR, but the programme's currency is USD"},
    };
    EXPECT_EQ(
        mistakes_of(offer_from(
            R"({"name":"a","lifecycle_stage":"adult","target_segment":"vip","channels":["app","app"],"min_customer_value":2,
                "max_customer_value":1,"valid_from":"2026-02-01","valid_until":"2026-02-01","currency":"EUR"})"
        )),
        expected
    );
}

// PostgreSQL keeps no text with a NUL in it, and what SQLite keeps must fit there.
TEST(Offer, NoTextHasANul) {
    const std::vector<FieldError> expected = {
        {"/channels/1", "has a NUL in it"},
        {"/placements/0", "has a NUL in it"},
        {"/caps/0/name", "has a NUL in it"},
        {"/exclusion_group", "has a NUL in it"},
        {"/tags/0", "has a NUL in it"},
        {"/content/de/title", "has a NUL in it"},
        {"/content/de/channels/sms/text", "has a NUL in it"},
        {std::string("/attributes/\0", 13), "has a NUL in it"},
    };
    auto found = mistakes_of(offer_from(
        R"({"name":"a","exclusion_group":"g\u0000","channels":["app","b\u0000"],"placements":["\u0000"],"tags":["a\u0000b"],
            "caps":[{"name":"\u0000","scope":"customer","counts":"sent","limit":1}],"attributes":{"\u0000":1},
            "content":{"de":{"title":"\u0000","channels":{"sms":{"text":"\u0000"}}}}})"
    ));
    EXPECT_EQ(found, expected);
}

// The mistakes of reading and those that only show between the parts.
TEST(Offer, AllMistakesAreToldAtOnce) {
    const auto read = read_offer(
        *json::parse(
            R"({"name":5,"weight":-1,"target_segment":"nobody","lifecycle_stage":"grwth","min_customer_value":9,
                "max_customer_value":1,"tags":[1]})"
        ),
        {}, Names::defaults()
    );
    ASSERT_FALSE(read);
    std::vector<std::string> pointers;
    for (const FieldError& field : read.error().fields) pointers.push_back(field.pointer);
    EXPECT_THAT(
        pointers, testing::UnorderedElementsAre(
                      "/name", "/weight", "/tags/0", "/target_segment", "/lifecycle_stage", "/min_customer_value"
                  )
    );
    EXPECT_EQ(read.error().message, "6 fields are wrong");
}

TEST(Offer, ANameOfBlanksIsNone) {
    const std::vector<FieldError> expected = {{"/name", "must not be empty"}};
    EXPECT_EQ(mistakes_of(offer_from(R"({"name":" \t "})")), expected);
}

TEST(Offer, AliasesBecomeTheirMeaning) {
    Offer offer = offer_from(R"({"name":"a","lifecycle_stage":"churn_risk","target_segment":"all"})");
    ASSERT_TRUE(complete(offer, Names::defaults()));
    EXPECT_EQ(offer.lifecycle_stage, "churn");
    EXPECT_EQ(offer.target_segment, std::nullopt);
}

TEST(Offer, CapsSayWhomTheyCountAndWhat) {
    const auto incomplete =
        json::read_text<Offer>(R"({"name":"a","caps":[{"scope":"everybody","limit":0,"period_days":0}]})");
    ASSERT_FALSE(incomplete);
    const std::vector<FieldError> expected = {
        {"/caps/0/scope", "must be one of customer or total"},
        {"/caps/0/counts", "is missing"},
        {"/caps/0/limit", "must be at least 1"},
        {"/caps/0/period_days", "must be at least 1"},
    };
    EXPECT_EQ(incomplete.error().fields, expected);

    const std::string twice = R"({"name":"weekly","scope":"customer","counts":"sent","limit":3,"period_days":7},
                                 {"name":"weekly","scope":"total","counts":"converted","limit":9})";
    EXPECT_EQ(
        mistakes_of(offer_from(R"({"name":"a","caps":[)" + twice + "]}")),
        (std::vector<FieldError>{{"/caps/1", "names `weekly` twice"}})
    );
    std::string many;
    for (int i = 1; i <= 21; ++i) {
        many +=
            (i > 1 ? "," : "") + std::string(R"({"scope":"total","counts":"sent","limit":)") + std::to_string(i) + "}";
    }
    EXPECT_EQ(
        mistakes_of(offer_from(R"({"name":"a","caps":[)" + many + "]}")),
        (std::vector<FieldError>{{"/caps", "are 21; an offer has at most 20"}})
    );
}

TEST(Offer, AmountsAreNotNegative) {
    const auto offer = json::read_text<Offer>(R"({"name":"a","price":-1,"budget":-0.01})");
    ASSERT_FALSE(offer);
    const std::vector<FieldError> expected = {{"/price", "must be at least 0"}, {"/budget", "must be at least 0"}};
    EXPECT_EQ(offer.error().fields, expected);
}

TEST(Offer, ARuleIsCheckedAgainstTheVariablesThereAre) {
    Names names = Names::defaults();
    names.rule_variables = rules::Schema({{.name = "age"}, {.name = "stage", .type = rules::Type::text}});
    const auto mistakes = [&](const std::string& rule) {
        Offer offer = offer_from(R"({"name":"a","eligibility_rule":)" + rule + "}");
        const auto completed = complete(offer, names);
        return completed ? std::vector<FieldError>{} : completed.error().fields;
    };
    EXPECT_THAT(
        mistakes(R"({"and":[{">":[{"var":"age"},18]},{"==":[{"var":"stage"},"growth"]}]})"), testing::IsEmpty()
    );
    EXPECT_THAT(mistakes("true"), testing::IsEmpty());
    const std::vector<FieldError> unknown = {
        {"/eligibility_rule/and/0/>/0/var", "there is no variable `agge`; did you mean `age`?"},
        {"/eligibility_rule/and/1/lt", "`lt` is not an operator"},
    };
    EXPECT_EQ(mistakes(R"({"and":[{">":[{"var":"agge"},18]},{"lt":[{"var":"age"},1]}]})"), unknown);
    const std::vector<FieldError> untyped = {{"/eligibility_rule/and/1/==", "compares a number with text"}};
    EXPECT_EQ(mistakes(R"({"and":[{">":[{"var":"age"},18]},{"==":[{"var":"age"},"much"]}]})"), untyped);
    EXPECT_EQ(
        mistakes("[1]"),
        (std::vector<FieldError>{
            {"/eligibility_rule", R"(must be a JsonLogic rule, an object such as {">":[{"var":"age"},18]})"}
        })
    );
}

TEST(Content, AChannelOverridesItsLanguage) {
    const Offer offer = offer_from(
        R"({"name":"a","content":{"de":{"title":"Doppelt","text":"Punkte sammeln",
            "channels":{"sms":{"text":"Kurz"},"app":{"title":""}}},"de-AT":{"title":"Leiwand"}}})"
    );
    EXPECT_EQ(content_for(offer, "de", "web")->text, "Punkte sammeln");
    EXPECT_EQ(content_for(offer, "de", "sms")->text, "Kurz");
    EXPECT_EQ(content_for(offer, "de", "sms")->title, "Doppelt");
    EXPECT_EQ(content_for(offer, "de", "app")->title, "");
    EXPECT_EQ(content_for(offer, "de-CH-1996", "sms")->text, "Kurz");
    EXPECT_EQ(content_for(offer, "de-AT", "sms")->title, "Leiwand");
    EXPECT_EQ(content_for(offer, "fr", "sms"), std::nullopt);
}

TEST(Content, NamesLanguagesAndChannels) {
    for (const char* language : {"en", "de-CH", "zh-Hant-TW", "sl-rozaj-1994"}) {
        EXPECT_THAT(
            mistakes_of(offer_from(std::string(R"({"name":"a","content":{")") + language + R"(":{}}})")),
            testing::IsEmpty()
        ) << language;
    }
    for (const char* language : {"e", "", "de_CH", "de-", "1a", "deutschland-x"}) {
        EXPECT_EQ(
            mistakes_of(offer_from(std::string(R"({"name":"a","content":{")") + language + R"(":{}}})")),
            (std::vector<FieldError>{
                {std::string("/content/") + language, "is no language; use a tag such as en or de-CH"}
            })
        );
    }
    EXPECT_EQ(
        mistakes_of(offer_from(R"({"name":"a","content":{"en":{"channels":{"":{}}}}})")),
        (std::vector<FieldError>{{"/content/en/channels/", "is no channel's name"}})
    );
}

TEST(Target, MeansWhatTheProductSays) {
    Names names = Names::defaults();
    names.audiences = {"frequent flyers"};
    EXPECT_EQ(target_of("high_value", names), (Target{Targeting::value_segment, {"high_value"}}));
    EXPECT_EQ(target_of("at_risk", names), (Target{Targeting::stage, {"churn"}}));
    EXPECT_EQ(target_of("new", names), (Target{Targeting::stage, {"acquisition", "onboarding"}}));
    EXPECT_EQ(target_of("rfm:champions", names), (Target{Targeting::rfm_segment, {"champions"}}));
    EXPECT_EQ(target_of("frequent flyers", names), (Target{Targeting::audience, {"frequent flyers"}}));
    EXPECT_EQ(target_of(std::nullopt, names), Target{});
    EXPECT_EQ(target_of("rfm:heroes", names), std::nullopt);
}

TEST(Status, RetiredIsTheEnd) {
    EXPECT_TRUE(may_become(OfferStatus::draft, OfferStatus::live));
    EXPECT_TRUE(may_become(OfferStatus::live, OfferStatus::paused));
    EXPECT_TRUE(may_become(OfferStatus::paused, OfferStatus::live));
    EXPECT_TRUE(may_become(OfferStatus::paused, OfferStatus::retired));
    EXPECT_FALSE(may_become(OfferStatus::live, OfferStatus::draft));
    EXPECT_FALSE(may_become(OfferStatus::draft, OfferStatus::paused));
    EXPECT_FALSE(may_become(OfferStatus::retired, OfferStatus::live));
}

TEST(OfferFeatures, AreNamedNumbers) {
    const Offer offer = offer_from(
        R"({"offer_id":3,"name":"a","category":"points","redemption_cost":2.5,"attributes":{"difficulty":10}})"
    );
    const std::vector<std::string> names = {
        "offer.redemption_cost", "offer.value", "offer.attr.difficulty", "offer.attr.reward",  "offer.category=points",
        "offer.category=access", "offer.id=3",  "offer.id=33",           "offer.contact_cost",
    };
    const auto row = offer_features(offer, names, Currency());
    ASSERT_TRUE(row) << to_text(row.error());
    EXPECT_THAT(
        *row, testing::ElementsAre(2.5F, testing::IsNan(), 10.0F, testing::IsNan(), 1.0F, 0.0F, 1.0F, 0.0F, 0.0F)
    );
    const std::vector<std::string> unknown = {"offer.colour"};
    EXPECT_EQ(offer_features(offer, unknown, Currency()).error().message, "`offer.colour` is no feature of an offer");
}

}  // namespace
}  // namespace boon::catalog
