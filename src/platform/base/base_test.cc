#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "platform/base/burst.h"
#include "platform/base/error.h"
#include "platform/base/id.h"
#include "platform/base/money.h"
#include "platform/base/number_text.h"
#include "platform/base/timestamp.h"

namespace boon {
namespace {

TEST(Errors, EveryCodeHasItsOwnClass) {
    std::set<std::string_view> types;
    for (const auto code :
         {ErrorCode::invalid, ErrorCode::not_found, ErrorCode::conflict, ErrorCode::failed_precondition,
          ErrorCode::precondition_required, ErrorCode::unauthenticated, ErrorCode::forbidden, ErrorCode::limited,
          ErrorCode::unavailable, ErrorCode::internal}) {
        EXPECT_EQ(error_class(code).code, code);
        types.insert(error_class(code).type);
    }
    EXPECT_EQ(types.size(), 10U);
}

TEST(Errors, TextPutsTheHintLast) {
    const Error error{ErrorCode::invalid, "one field is wrong", "see docs", {{"/a", "is missing"}}};
    EXPECT_EQ(to_text(error), "one field is wrong\n  /a: is missing\nhint: see docs");
}

TEST(Bursts, WhatIsPutOffIsDoneAtTheEndOfTheOutermost) {
    std::string done;
    Burst::at_end([&] { done += 'a'; });
    EXPECT_EQ(done, "a");
    {
        const Burst outer;
        Burst::at_end([&] { done += 'b'; });
        {
            const Burst inner;
            Burst::at_end([&] { done += 'c'; });
        }
        Burst::at_end([&] {
            const Burst own;
            Burst::at_end([&] { done += 'd'; });
        });
        EXPECT_EQ(done, "a");
    }
    EXPECT_EQ(done, "abcd");
}

TEST(Bursts, AreOfOneThread) {
    const Burst burst;
    std::string done;
    std::thread([&] { Burst::at_end([&] { done += 'a'; }); }).join();
    EXPECT_EQ(done, "a");
    std::thread([&] {
        const Burst other;
        Burst::at_end([&] { done += 'b'; });
    }).join();
    EXPECT_EQ(done, "ab");
}

TEST(Timestamps, ReadAndWrite) {
    EXPECT_EQ(parse_timestamp("1970-01-01T00:00:01Z")->micros, 1'000'000);
    EXPECT_EQ(parse_timestamp("1969-12-31 23:59:59.999999Z")->micros, -1);
    EXPECT_EQ(parse_timestamp("2000-02-29T12:00:00+02:30"), parse_timestamp("2000-02-29T09:30:00Z"));
    EXPECT_EQ(to_string(*parse_timestamp("2026-11-22")), "2026-11-22T00:00:00Z");
    EXPECT_EQ(to_string(*parse_timestamp("1969-12-31T23:59:59.5Z")), "1969-12-31T23:59:59.500Z");
}

TEST(Timestamps, RefuseWhatIsNoTime) {
    for (const char* text :
         {"", "2026", "2026-02-30", "2026-13-01", "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00",
          "2026-01-01T00:00:00.1234567Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx", "0000-01-01",
          "01.02.2026"}) {
        EXPECT_FALSE(parse_timestamp(text)) << text;
    }
}

TEST(Timestamps, RoundTrip) {
    EXPECT_TRUE(rc::check("timestamp -> text -> timestamp", [] {
        const Timestamp at{*rc::gen::inRange<std::int64_t>(-62'135'596'800'000'000, 253'402'300'799'999'999)};
        RC_ASSERT(parse_timestamp(to_string(at)).value() == at);
    }));
}

TEST(MoneyAndCurrency, DecimalsAreExact) {
    const auto euro = *Currency::from_code("EUR");
    EXPECT_EQ(euro.parse("12.3")->minor, 1230);
    EXPECT_EQ(euro.parse("-0.05")->minor, -5);
    EXPECT_EQ(euro.format({-5}), "-0.05");
    EXPECT_EQ(Currency::from_code("JPY")->format({500}), "500");
    EXPECT_EQ(Currency::from_code("KWD")->parse("1.234")->minor, 1234);
    EXPECT_EQ(euro.from_double(0.29)->minor, 29);
    EXPECT_EQ(euro.format({std::numeric_limits<std::int64_t>::min()}), "-92233720368547758.08");
}

TEST(MoneyAndCurrency, RefusesWhatIsNoAmount) {
    const auto euro = *Currency::from_code("EUR");
    for (const char* text : {"", ".5", "-.5", "1.", "1.234", "1e3", "+1", "1,5", "x", "99999999999999999999"}) {
        EXPECT_FALSE(euro.parse(text)) << text;
    }
    EXPECT_FALSE(euro.from_double(0.001));
    EXPECT_FALSE(euro.from_double(std::numeric_limits<double>::quiet_NaN()));
    EXPECT_FALSE(Currency::from_code("euro"));
    EXPECT_FALSE(Currency::from_code("ZZZ"));
    EXPECT_EQ(Currency::from_code("ZWL")->exponent(), 2);
}

TEST(NumberText, HasNoExponentsAndNoTails) {
    EXPECT_EQ(number_text(123456), "123456");
    EXPECT_EQ(number_text(-0.0), "0");
    EXPECT_EQ(number_text(2500000), "2500000");
    EXPECT_EQ(number_text(123456.789), "123457");
    EXPECT_EQ(number_text(527.75), "527.8");
    EXPECT_EQ(number_text(1999.96), "2000");
    EXPECT_EQ(number_text(99.996), "100");
    EXPECT_EQ(number_text(12.3456), "12.35");
    EXPECT_EQ(number_text(1.5), "1.5");
    EXPECT_EQ(number_text(-0.25), "-0.25");
    EXPECT_EQ(number_text(0.00432149), "0.004321");
    EXPECT_EQ(number_text(1.25e-9), "1.25e-09");
}

TEST(NumberText, AmountsHaveTheirCurrencysDecimals) {
    EXPECT_EQ(amount_text(123456.78, "EUR"), "123456.78 EUR");
    EXPECT_EQ(amount_text(500, "JPY"), "500 JPY");
    EXPECT_EQ(amount_text(2.5, "money"), "2.50");
    EXPECT_TRUE(is_amount("USD"));
    EXPECT_FALSE(is_amount("days"));
}

TEST(NumberText, AFloatIsTheDecimalItCameFrom) {
    EXPECT_EQ(shortest_decimal(123456.78F), 123456.78);
    EXPECT_EQ(shortest_decimal(2189.55F), 2189.55);
    EXPECT_EQ(shortest_decimal(0.1F), 0.1);
    EXPECT_EQ(shortest_decimal(-3.0F), -3);
    EXPECT_TRUE(std::isnan(shortest_decimal(std::numeric_limits<float>::quiet_NaN())));
}

TEST(MoneyAndCurrency, TextRoundTrips) {
    EXPECT_TRUE(rc::check("money -> text -> money", [](std::int64_t minor) {
        for (const char* code : {"EUR", "JPY", "KWD", "CLF"}) {
            const auto currency = *Currency::from_code(code);
            RC_ASSERT(currency.parse(currency.format({minor}))->minor == minor);
        }
    }));
}

TEST(Ids, CustomersAreShortUtf8) {
    EXPECT_TRUE(check_customer_id("c-é-1"));
    EXPECT_TRUE(check_customer_id(std::string(64, 'x')));
    EXPECT_FALSE(check_customer_id(""));
    EXPECT_FALSE(check_customer_id(std::string(65, 'x')));
    for (const char* bad : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xe2\x82", "\xf5\x80\x80\x80"}) {
        EXPECT_FALSE(check_customer_id(bad));
    }
    EXPECT_FALSE(check_customer_id(std::string_view("a\0b", 3)));
}

// One, two, three and four bytes each: the forms of RFC 3629, section 3.
TEST(Ids, TextIsAsLongAsItHasCharacters) {
    EXPECT_EQ(characters_in(""), 0U);
    EXPECT_EQ(characters_in("a\u00e9\u20ac\U0001f600"), 4U);
    EXPECT_EQ(first_characters("a\u00e9\u20ac\U0001f600", 3), "a\u00e9\u20ac");
    EXPECT_EQ(first_characters("\U0001f600", 0), "");
    EXPECT_EQ(first_characters("a\u00e9", 2), "a\u00e9");
    EXPECT_EQ(first_characters("a\u00e9", 9), "a\u00e9");
}

TEST(Ids, UuidsTellTheirTimeAndKeepItsOrder) {
    const auto at = *parse_timestamp("2026-11-22T10:11:12.345678Z");
    const std::string uuid = make_uuid_v7(at, 0x123456789abcdef0, 1);
    EXPECT_EQ(uuid.size(), 36U);
    EXPECT_EQ(uuid[14], '7');
    EXPECT_EQ(to_string(*uuid_v7_time(uuid)), "2026-11-22T10:11:12.345Z");
    EXPECT_LT(make_uuid_v7(at, ~0ULL, 0), make_uuid_v7(plus_micros(at, 1), 0, 0));
    EXPECT_FALSE(uuid_v7_time("2f1c9a52-0000-4000-8000-000000000000"));
    EXPECT_FALSE(uuid_v7_time(""));
    EXPECT_NE(new_uuid(), new_uuid());
}

}  // namespace
}  // namespace boon
