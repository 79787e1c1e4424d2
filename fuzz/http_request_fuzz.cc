// A connection's bytes through all of our own reading: where the head ends, what it says, the body, the target, the
// query. What is accepted must keep the promises of the headers, and how the bytes were cut must not matter.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/error.h"
#include "platform/base/id.h"
#include "platform/http/request_body.h"
#include "platform/http/request_head.h"
#include "platform/http/uri.h"

namespace {

using namespace boon;
using namespace boon::http;

std::size_t count(const Headers& headers, std::string_view name) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < headers.size(); ++i) found += same_name(headers[i].name, name) ? 1 : 0;
    return found;
}

void check_path(const std::string& path) {
    BOON_ASSERT(path == "*" || path.starts_with('/'));
    BOON_ASSERT(is_utf8(path));
    BOON_ASSERT(path.find('\\') == std::string::npos);
    BOON_ASSERT((path + '/').find("/../") == std::string::npos);
    BOON_ASSERT((path + '/').find("/./") == std::string::npos);
    BOON_ASSERT(std::ranges::none_of(path, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
}

void check_head(const RequestHead& head) {
    const Headers& headers = head.request.headers;
    const std::size_t encodings = count(headers, "Transfer-Encoding");
    const std::size_t lengths = count(headers, "Content-Length");
    const std::size_t hosts = count(headers, "Host");
    BOON_ASSERT(hosts == 1 || (head.http_1_0 && hosts == 0));
    BOON_ASSERT(encodings + lengths <= 1);
    BOON_ASSERT(head.chunked == (encodings == 1));
    BOON_ASSERT(!head.chunked || !head.http_1_0);
    BOON_ASSERT(head.content_length == 0 || lengths == 1);
    for (std::size_t i = 0; i < headers.size(); ++i) {
        for (const char c : std::string(headers[i].name) + std::string(headers[i].value)) {
            BOON_ASSERT((static_cast<unsigned char>(c) >= 0x20 || c == '\t') && c != 0x7f);
        }
    }
    check_path(head.request.path);
    // The server has promised that only the pairs' number can be wrong with it now, or what they decode to.
    static_cast<void>(Query::parse(head.request.query_string));
}

struct Decoded {
    BodyDecoder::State state = BodyDecoder::State::more;
    std::size_t used = 0;
    std::string body;
};

Decoded decode(BodyDecoder decoder, std::string_view bytes, std::size_t step) {
    Decoded result;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        result.used += decoder.feed(bytes.substr(at, step), result.body);
    }
    result.state = decoder.state();
    return result;
}

void check_body(const RequestHead& head, std::string_view bytes) {
    constexpr std::uint64_t kLimit = 1000;
    const auto decoder = [&] {
        return head.chunked ? BodyDecoder::of_chunks(kLimit)
                            : BodyDecoder::of_length(std::min(head.content_length, kLimit));
    };
    const Decoded at_once = decode(decoder(), bytes, bytes.size() + 1);
    const Decoded in_bytes = decode(decoder(), bytes, 1);
    const Decoded in_pieces = decode(decoder(), bytes, 7);
    BOON_ASSERT(at_once.body.size() <= kLimit);
    BOON_ASSERT(at_once.state == in_bytes.state && at_once.state == in_pieces.state);
    BOON_ASSERT(at_once.used == in_bytes.used && at_once.body == in_bytes.body);
    BOON_ASSERT(at_once.used == in_pieces.used && at_once.body == in_pieces.body);
}

void check_text(std::string_view text) {
    const auto decoded = percent_decode(percent_encode(text));
    BOON_ASSERT(decoded.has_value() == is_utf8(text));
    BOON_ASSERT(!decoded || *decoded == text);
    if (const auto query = Query::parse(text)) BOON_ASSERT(query->items().size() <= Query::kMaxParameters);
    if (const auto target = parse_target(text, "h")) check_path(target->path);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_text(bytes);

    HeadScanner at_once;
    const HeadScanner::State found = at_once.scan(bytes);
    HeadScanner in_pieces;
    HeadScanner::State state = HeadScanner::State::more;
    for (std::size_t end = 0; end < size && state == HeadScanner::State::more;) {
        end = std::min(size, end + 3);
        state = in_pieces.scan(bytes.substr(0, end));
    }
    BOON_ASSERT(state == found);
    if (found != HeadScanner::State::complete) return 0;
    BOON_ASSERT(in_pieces.size() == at_once.size());

    RequestHead head;
    if (parse_head(bytes.substr(0, at_once.size()), {}, head)) return 0;
    check_head(head);
    check_body(head, bytes.substr(at_once.size()));
    return 0;
}
