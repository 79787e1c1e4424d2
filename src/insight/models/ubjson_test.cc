#include "insight/models/ubjson.h"

#include <string>

#include <gtest/gtest.h>

namespace boon::models {
namespace {

using namespace std::string_literals;

Result<json::Value> parse(const std::string& bytes) {
    return parse_ubjson({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()});
}

std::string read(const std::string& bytes) {
    const auto value = parse(bytes);
    return value ? json::to_text(*value) : value.error().message;
}

// The example of ubjson.org, "Format Overview".
TEST(Ubjson, ReadsTheSpecificationsExample) {
    EXPECT_EQ(
        read("{i\4post{i\2idI\4\xd2i\6authorSi\6rkallai\4bodySi\4Cool}}"s),
        R"({"post":{"id":1234,"author":"rkalla","body":"Cool"}})"
    );
}

TEST(Ubjson, ReadsEveryKindOfValue) {
    EXPECT_EQ(
        read("[ZTFi\xffU\xffI\x80\0l\x7f\xff\xff\xffL\xff\xff\xff\xff\xff\xff\xff\xfe]"s),
        "[null,true,false,-1,255,-32768,2147483647,-2]"
    );
    // 1.5 and -0.1 as IEEE 754 bytes, written out by hand.
    EXPECT_EQ(read("[d\x3f\xc0\0\0D\xbf\xb9\x99\x99\x99\x99\x99\x9a]"s), "[1.5,-0.1]");
    EXPECT_EQ(read("[CxSi\5hello]"s), R"(["x","hello"])");
    EXPECT_EQ(read("{i\1a[]i\1b{}}"s), R"({"a":[],"b":{}})");
    EXPECT_EQ(read("NN[NZN]N"s), "[null]");
}

TEST(Ubjson, ReadsAnnouncedContainers) {
    EXPECT_EQ(read("[$U#i\3\1\2\3"s), "[1,2,3]");
    EXPECT_EQ(read("[$l#L\0\0\0\0\0\0\0\1\xff\xff\xff\xff"s), "[-1]");
    EXPECT_EQ(read("[#i\2TSi\1x"s), R"([true,"x"])");
    EXPECT_EQ(read("[$S#i\2i\1ai\1b"s), R"(["a","b"])");
    EXPECT_EQ(read("{#i\1i\1kT"s), R"({"k":true})");
    EXPECT_EQ(read("{$i#i\2i\1a\1i\1b\2"s), R"({"a":1,"b":2})");
    EXPECT_EQ(read("[#i\0"s), "[]");
}

TEST(Ubjson, SaysWhatIsWrongAndWhere) {
    EXPECT_EQ(read(""), "not UBJSON: it ends too early at byte 0");
    EXPECT_EQ(read("["), "not UBJSON: it ends too early at byte 1");
    EXPECT_EQ(read("{"), "not UBJSON: it ends too early at byte 1");
    EXPECT_EQ(read("l\0\0"s), "not UBJSON: it ends too early at byte 1");
    EXPECT_EQ(
        read("Hi\1"
             "1"s),
        "not UBJSON: marker 0x48 is not known at byte 1"
    );
    EXPECT_EQ(read("ZZ"), "not UBJSON: bytes after the end at byte 1");
    EXPECT_EQ(read("Si\5abc"s), "not UBJSON: a length goes beyond the end at byte 3");
    EXPECT_EQ(read("Si\xff"s), "not UBJSON: a length is negative at byte 3");
    EXPECT_EQ(read("Sd\0\0\0\0"s), "not UBJSON: a length is not an integer at byte 2");
    EXPECT_EQ(read("{i\1aZi\1aZ}"s), "not UBJSON: the member `a` appears twice at byte 9");
    EXPECT_EQ(read("[$U]"s), "not UBJSON: a container has a type but no count at byte 3");
    EXPECT_EQ(
        read("[$L#i\4"
             "12345678"s),
        "not UBJSON: an array goes beyond the end at byte 6"
    );
}

TEST(Ubjson, SmallFilesCannotAskForMuchMemory) {
    EXPECT_EQ(read("[$U#L\x7f\xff\xff\xff\xff\xff\xff\xff"s), "not UBJSON: a length goes beyond the end at byte 13");
    EXPECT_EQ(read("[$T#i\1"s), "not UBJSON: a container announces values without bytes at byte 3");
    EXPECT_EQ(read(std::string(100'000, '[')), "not UBJSON: nested deeper than 96 at byte 97");
}

}  // namespace
}  // namespace boon::models
