#include "action/tmf/data_url.h"

#include <sodium.h>

#include "platform/base/id.h"
#include "platform/http/uri.h"

namespace boon::tmf {

namespace {

constexpr std::string_view kBase64 = ";base64";

std::unexpected<Error> no_data_url(const std::string& why) {
    return fail(
        ErrorCode::invalid, "the data: URL cannot be read: " + why,
        "write data:application/json;base64, and the base64 of it"
    );
}

}  // namespace

Result<std::string> read_data_url(std::string_view url) {
    const auto comma = url.find(',');
    if (!is_data_url(url) || comma == std::string_view::npos) return no_data_url("it has no comma");
    const std::string_view type = url.substr(0, comma);
    const std::string_view data = url.substr(comma + 1);
    if (!type.ends_with(kBase64)) return http::percent_decode(data);
    std::string content(data.size(), '\0');
    std::size_t size = 0;
    const char* end = nullptr;
    const int failed = sodium_base642bin(
        reinterpret_cast<unsigned char*>(content.data()), content.size(), data.data(), data.size(), "\r\n ", &size,
        &end, sodium_base64_VARIANT_ORIGINAL
    );
    if (failed != 0 || end != data.data() + data.size()) return no_data_url("it is no base64");
    content.resize(size);
    if (!is_utf8(content)) return no_data_url("what it holds is no UTF-8");
    return content;
}

std::string json_data_url(std::string_view content) {
    std::string base64(sodium_base64_encoded_len(content.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(
        base64.data(), base64.size(), reinterpret_cast<const unsigned char*>(content.data()), content.size(),
        sodium_base64_VARIANT_ORIGINAL
    );
    base64.pop_back();  // the NUL it ends with
    return "data:application/json;base64," + base64;
}

}  // namespace boon::tmf
