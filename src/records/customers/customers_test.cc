#include "records/customers/customers.h"

#include <gmock/gmock.h>

#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"
#include "records/customers/erasures.h"

namespace boon::customers {
namespace {

using ::testing::ElementsAre;

constexpr Timestamp kMonday{1'772'409'600'000'000};  // 2026-03-02T00:00:00Z
constexpr Timestamp kTuesday = plus_days(kMonday, 1);

json::Value body(std::string_view text) { return json::parse(text).value(); }

// The shape of TMF629's Customer, ContactMedium and MediumCharacteristic.
json::Value ann(std::string_view status = "Active") {
    json::Value value = body(
        R"({"id": "c-1", "href": "/customer/c-1", "name": "Ann", "status": "Active", "@type": "Customer",
            "engagedParty": {"id": "p-1", "@referredType": "Individual"},
            "characteristic": [{"name": "contractType", "valueType": "string", "value": "prepaid"},
                               {"name": "lines", "value": 2}],
            "contactMedium": [
                {"mediumType": "email", "preferred": true, "characteristic": {"emailAddress": "ann@example.org"}},
                {"mediumType": "phone", "characteristic": {"phoneNumber": "+41790000001", "faxNumber": "+41440000001"}},
                {"mediumType": "postal address", "characteristic": {"street1": "High Street 1", "postCode": "8000",
                 "city": "Zurich", "country": "CH"}}]})"
    );
    value.as_object()["status"] = status;
    return value;
}

TEST(Tmf629, ReadsIdentityCharacteristicsAndContactPoints) {
    const auto customer = from_tmf629(ann());
    ASSERT_TRUE(customer) << to_text(customer.error());
    EXPECT_EQ(customer->customer_id, "c-1");
    EXPECT_EQ(customer->name, "Ann");
    EXPECT_EQ(customer->status, "Active");
    EXPECT_EQ(customer->attributes.at("contractType"), json::Value("prepaid"));
    EXPECT_EQ(customer->attributes.at("lines"), json::Value(2));
    EXPECT_THAT(
        customer->contact_points,
        ElementsAre(
            ContactPoint{"email", "ann@example.org", true}, ContactPoint{"phone", "+41790000001", false},
            ContactPoint{"fax", "+41440000001", false}, ContactPoint{"postal", "High Street 1, 8000, Zurich, CH", false}
        )
    );
    EXPECT_EQ(from_tmf629(body(R"({"id": 17})"))->customer_id, "17");
}

TEST(Tmf629, SaysWhatIsWrong) {
    const auto why = [](std::string_view text) { return from_tmf629(body(text)).error().message; };
    EXPECT_EQ(why("[]"), "it is not an object");
    EXPECT_EQ(why(R"({"name": "x"})"), "it has no id");
    EXPECT_EQ(why(R"({"id": "c", "contactMedium": {}})"), "its contactMedium is not a list");
    EXPECT_EQ(why(R"({"id": "c", "characteristic": [1]})"), "its characteristic holds more than objects");
    EXPECT_FALSE(from_tmf629(body(R"({"id": ")" + std::string(65, 'x') + R"("})")));
    EXPECT_FALSE(from_tmf629(body(R"({"id": "c", "name": ")" + std::string(4001, 'x') + R"("})")));
}

class CustomersTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kMonday)); }

    ImportReport import(const std::vector<json::Value>& bodies, Timestamp now, const std::string& source = "xiva") {
        Import import = customers_.begin(source, now);
        const Status added = import.add(bodies);
        EXPECT_TRUE(added) << to_text(added.error());
        const auto report = import.finish();
        EXPECT_TRUE(report) << to_text(report.error());
        return report.value_or(ImportReport{});
    }
    std::optional<Customer> read(std::string_view id) { return customers_.read(id).value(); }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
    Customers customers_{*database_};
};
INSTANTIATE_TEST_SUITE_P(Engines, CustomersTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(CustomersTest, WritesOnlyWhatIsDifferent) {
    const auto bob = body(R"({"id": "c-2", "name": "Bob"})");
    EXPECT_EQ(import({ann(), bob}, kMonday).created, 2);
    const auto first = read("c-1");
    ASSERT_TRUE(first);
    EXPECT_EQ(first->external_system, "xiva");
    EXPECT_EQ(first->created_at, kMonday);
    Customer expected = *from_tmf629(ann());
    expected.external_system = "xiva";
    expected.created_at = expected.updated_at = kMonday;
    EXPECT_EQ(*first, expected);
    const auto again = import({ann(), bob}, kTuesday);
    EXPECT_EQ(again.unchanged, 2);
    EXPECT_EQ(read("c-1"), first);
    const auto changed = import({ann("Suspended"), bob}, kTuesday);
    EXPECT_EQ(changed.updated, 1);
    EXPECT_EQ(changed.unchanged, 1);
    EXPECT_EQ(read("c-1")->status, "Suspended");
    EXPECT_EQ(read("c-1")->created_at, kMonday);
    EXPECT_EQ(read("c-1")->updated_at, kTuesday);
    EXPECT_FALSE(read("c-3"));
}

TEST_P(CustomersTest, ContactPointsAreReplaced) {
    import({ann()}, kMonday);
    json::Value moved = ann();
    moved.as_object()["contactMedium"] = body(R"([{"characteristic": {"phoneNumber": "+4179"}}])");
    EXPECT_EQ(import({moved}, kTuesday).updated, 1);
    EXPECT_THAT(read("c-1")->contact_points, ElementsAre(ContactPoint{"phone", "+4179", false}));
}

TEST_P(CustomersTest, OneThatDoesNotComeIsKeptAndNotActive) {
    const auto bob = body(R"({"id": "c-2"})");
    import({ann(), bob}, kMonday);
    import({body(R"({"id": "c-9"})")}, kMonday, "crm");
    EXPECT_EQ(import({ann()}, kTuesday).withdrawn, 1);
    EXPECT_FALSE(read("c-2")->is_active);
    EXPECT_TRUE(read("c-9")->is_active);  // another source's
    EXPECT_EQ(import({ann()}, kTuesday).withdrawn, 0);
    EXPECT_EQ(import({ann(), bob}, kTuesday).updated, 1);
    EXPECT_TRUE(read("c-2")->is_active);
}

TEST_P(CustomersTest, RejectsWhatItCannotRead) {
    const auto report = import({ann(), body(R"({"name": "x"})"), ann("Closed")}, kMonday);
    EXPECT_EQ(report.created, 1);
    EXPECT_EQ(report.rejected, 2);
    EXPECT_THAT(report.reasons, ElementsAre("it has no id", "customer c-1 came twice"));
    EXPECT_EQ(read("c-1")->status, "Active");
}

TEST_P(CustomersTest, OneThatCannotBeReadStaysAsItWas) {
    const auto bob = body(R"({"id": "c-2", "name": "Bob"})");
    import({ann(), bob}, kMonday);
    const auto spoiled = body(R"({"id": "c-2", "name": "Bo\u0000b"})");
    const auto report = import({ann("Suspended"), spoiled}, kTuesday);
    EXPECT_EQ(report.updated, 1);
    EXPECT_EQ(report.withdrawn, 0);
    EXPECT_THAT(
        report.reasons,
        ElementsAre("customer c-2: a text of it is longer than 4000 characters, is not UTF-8, or has a NUL in it")
    );
    EXPECT_EQ(read("c-2")->name, "Bob");
    EXPECT_TRUE(read("c-2")->is_active);
}

TEST_P(CustomersTest, DoesNotTakeWhoWasErased) {
    const db::testing::TemporaryFolder folder;
    const auto erasures = Erasures::open(*database_, folder.path() / "erasures", kMonday).value();
    Customers customers(*database_, erasures.get());
    ASSERT_TRUE(erasures->note(erasures->mark_of("c-1")));
    Import import = customers.begin("xiva", kMonday);
    ASSERT_TRUE(import.add({ann(), body(R"({"id": "c-2"})")}));
    const auto report = import.finish().value();
    EXPECT_EQ(report.created, 1);
    EXPECT_EQ(report.erased, 1);
    EXPECT_EQ(report.rejected, 0);
    EXPECT_FALSE(read("c-1"));
    EXPECT_TRUE(read("c-2"));
}

}  // namespace
}  // namespace boon::customers
