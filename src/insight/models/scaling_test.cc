#include "insight/models/scaling.h"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace boon::models {
namespace {

using ::testing::HasSubstr;

std::string refusal(const std::string& bytes, std::size_t inputs) {
    const auto scaling = read_scaling(bytes, inputs);
    return scaling ? "read" : to_text(scaling.error());
}

template <class Number>
std::string as_bytes(Number value) {
    std::string bytes(sizeof(Number), '\0');
    std::memcpy(bytes.data(), &value, sizeof(Number));
    return bytes;
}

// As numpy writes it: a header padded to 64 bytes, then the numbers.
template <class Number>
std::string npy(std::string_view type, const std::vector<Number>& numbers) {
    std::string header = "{'descr': '" + std::string(type) + "', 'fortran_order': False, 'shape': (" +
                         std::to_string(numbers.size()) + ",), }";
    header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 10 - 1, ' ');
    header += '\n';
    std::string text =
        "\x93NUMPY\x01" + std::string(1, '\0') + as_bytes(static_cast<std::uint16_t>(header.size())) + header;
    for (const Number number : numbers) text += as_bytes(number);
    return text;
}

std::string npz(const std::vector<std::pair<std::string, std::string>>& files, std::uint16_t method = 0) {
    std::string local;
    std::string list;
    for (const auto& [name, content] : files) {
        const auto at = static_cast<std::uint32_t>(local.size());
        const std::string common = as_bytes(std::uint16_t{20}) + as_bytes(std::uint16_t{0}) + as_bytes(method) +
                                   std::string(8, '\0') + as_bytes(static_cast<std::uint32_t>(content.size())) +
                                   as_bytes(static_cast<std::uint32_t>(content.size())) +
                                   as_bytes(static_cast<std::uint16_t>(name.size()));
        local += "PK\3\4" + common + as_bytes(std::uint16_t{0}) + name + content;
        list += "PK\1\2" + as_bytes(std::uint16_t{20}) + common + std::string(12, '\0') + as_bytes(at) + name;
    }
    const auto count = static_cast<std::uint16_t>(files.size());
    return local + list + "PK\5\6" + std::string(4, '\0') + as_bytes(count) + as_bytes(count) +
           as_bytes(static_cast<std::uint32_t>(list.size())) + as_bytes(static_cast<std::uint32_t>(local.size())) +
           std::string(2, '\0');
}

TEST(Scaling, IsReadFromJson) {
    const auto scaling = read_scaling(R"({"mean": [1, 2.5], "scale": [3, 4]})", 2);
    ASSERT_TRUE(scaling) << to_text(scaling.error());
    EXPECT_EQ(scaling->mean, (std::vector<double>{1, 2.5}));
    EXPECT_EQ(scaling->scale, (std::vector<double>{3, 4}));
}

TEST(Scaling, IsReadFromNumpy) {
    const std::string good =
        npz({{"mean.npy", npy<double>("<f8", {1, 2.5})}, {"scale.npy", npy<float>("<f4", {3, 4})}});
    const auto scaling = read_scaling(good, 2);
    ASSERT_TRUE(scaling) << to_text(scaling.error());
    EXPECT_EQ(scaling->mean, (std::vector<double>{1, 2.5}));
    EXPECT_EQ(scaling->scale, (std::vector<double>{3, 4}));
    for (std::size_t size = 2; size < good.size(); ++size) EXPECT_NE(refusal(good.substr(0, size), 2), "read") << size;
}

TEST(Scaling, RefusesWhatDoesNotFit) {
    EXPECT_THAT(
        refusal(R"({"mean": [1], "scale": [3]})", 2), HasSubstr("it has 1 means and 1 scales; the model reads 2 inputs")
    );
    EXPECT_THAT(refusal(R"({"mean": [1, 2], "scale": [3, 0]})", 2), HasSubstr("a scale is 0"));
    EXPECT_NE(refusal(R"({"mean": [1, 2]})", 2), "read");
    EXPECT_NE(refusal("mean,scale", 2), "read");
    EXPECT_THAT(
        refusal(npz({{"mean.npy", npy<double>("<f8", {1, 2})}}), 2), HasSubstr("the archive has no array `scale`")
    );
    EXPECT_THAT(
        refusal(npz({{"mean.npy", npy<std::int64_t>("<i8", {1, 2})}}), 2), HasSubstr("`<i8`, not of float32 or float64")
    );
    EXPECT_THAT(
        refusal(npz({{"mean.npy", npy<double>("<f8", {1, 2})}}, 8), 2), HasSubstr("numpy.savez, not savez_compressed")
    );
}

}  // namespace
}  // namespace boon::models
