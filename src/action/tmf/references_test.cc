// Offerings that refer to a category or a price of TM Forum's own.
#include "action/tmf/product_catalog_test.h"

namespace boon::tmf {
namespace {

using ReferencesTest = ProductCatalogTest;
INSTANTIATE_TEST_SUITE_P(
    Engines, ReferencesTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName()
);

TEST_P(ReferencesTest, AReferenceToACategoryGetsItsName) {
    const std::string id(text_of(create(Kind::category, R"({"name":"Roaming"})"), "id"));
    const auto made = create(Kind::product_offering, R"({"name":"a","category":[{"id":")" + id + R"("},{"id":"x"}]})");
    const OfferId offer = std::stoi(std::string(text_of(made, "id")));
    EXPECT_EQ(offers_.read(offer)->category, "Roaming");
    EXPECT_EQ(made.at("category").at(0).at("id"), json::Value(id));
    EXPECT_EQ(made.at("category").at(0).at("name"), "Roaming");
    EXPECT_FALSE(made.at("category").at(1).get_object().contains("name"));
    patch(Kind::product_offering, made, R"({"category":[{"id":"x"}]})");
    EXPECT_EQ(offers_.read(offer)->category, "x");
    patch(Kind::product_offering, made, R"({"category":[{"id":")" + id + R"("}]})");
    EXPECT_EQ(offers_.read(offer)->category, "Roaming");
}

TEST_P(ReferencesTest, OffersFollowThePriceTheyReferTo) {
    const json::Object price = create(Kind::product_offering_price, R"({"name":"p","price":{"unit":"USD","value":5}})");
    const std::string body =
        R"({"name":"a","productOfferingPrice":[{"id":")" + std::string(text_of(price, "id")) + R"("}]})";
    const auto id_of = [](const json::Object& offering) { return std::stoi(std::string(text_of(offering, "id"))); };
    const json::Object follows = create(Kind::product_offering, body);
    const json::Object changed = create(Kind::product_offering, body);
    const json::Object retired = create(Kind::product_offering, body);
    EXPECT_EQ(offers_.read(id_of(follows))->price, Money{500});
    ASSERT_TRUE(offers_.patch(id_of(changed), *json::parse(R"({"price":7})"), std::nullopt, author()));
    ASSERT_TRUE(offers_.set_status(id_of(retired), catalog::OfferStatus::retired, std::nullopt, author()));

    patch(Kind::product_offering_price, price, R"({"price":{"unit":"USD","value":6}})");
    EXPECT_EQ(offers_.read(id_of(follows))->price, Money{600});
    EXPECT_EQ(offers_.read(id_of(changed))->price, Money{700});
    EXPECT_EQ(offers_.read(id_of(retired))->price, Money{500});
    // The offering still refers to it.
    EXPECT_EQ(read(Kind::product_offering, follows).at("productOfferingPrice").at(0).at("id"), price.at("id"));

    const auto refused = catalog_.remove(Kind::product_offering_price, text_of(price, "id"), author());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    ASSERT_TRUE(catalog_.remove(Kind::product_offering, text_of(follows, "id"), author()));
    ASSERT_TRUE(catalog_.remove(Kind::product_offering, text_of(changed, "id"), author()));
    EXPECT_TRUE(catalog_.remove(Kind::product_offering_price, text_of(price, "id"), author()));
}

}  // namespace
}  // namespace boon::tmf
