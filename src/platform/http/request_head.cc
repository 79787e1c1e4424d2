#include "platform/http/request_head.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "platform/http/uri.h"

namespace boon::http {

namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

bool is_known(beast_http::verb method) {
    using beast_http::verb;
    constexpr verb kKnown[] = {verb::get, verb::head, verb::post, verb::put, verb::patch, verb::delete_, verb::options};
    return std::ranges::find(kKnown, method) != std::end(kKnown);
}

// Splits a head through Beast and counts what may occur only once. Beast reads a body too; its part ends here.
class HeadParser final : public beast_http::basic_parser<true> {
public:
    HeadParser(const HeadLimits& limits, RequestHead& head) : limits_(limits), head_(head) {
        header_limit(std::numeric_limits<std::uint32_t>::max());
        body_limit(boost::none);
    }

    std::optional<Refusal> parse(std::string_view block) {
        head_.request.headers.reserve(16, block.size());
        error_code ec;
        put(boost::asio::buffer(block.data(), block.size()), ec);
        if (refusal_) return std::move(refusal_);
        if (ec) return Refusal{.message = "the request is not HTTP: " + ec.message()};
        if (!is_header_done()) return Refusal{.message = "the request's head is incomplete"};
        return check();
    }

private:
    void on_request_impl(
        beast_http::verb method, boost::beast::string_view name, boost::beast::string_view target, int version,
        error_code& ec
    ) override {
        if (!is_known(method)) {
            return refuse({.message = "the method is not known"}, ec);
        }
        if (target.size() > limits_.target_bytes) {
            return refuse({.kind = Rejected::target_too_long, .message = "the request target is too long"}, ec);
        }
        head_.request.method = view(name);
        head_.http_1_0 = version < 11;
        target_ = view(target);
    }

    void on_field_impl(
        beast_http::field known, boost::beast::string_view name, boost::beast::string_view value, error_code& ec
    ) override {
        using beast_http::field;
        if (head_.request.headers.size() == limits_.fields) {
            return refuse({.kind = Rejected::head_too_large, .message = "the request has too many headers"}, ec);
        }
        head_.request.headers.add(view(name), view(value));
        if (known == field::host) {
            ++hosts_;
            host_ = view(value);
        } else if (known == field::content_length) {
            ++content_lengths_;
            content_length_ = view(value);
        } else if (known == field::transfer_encoding) {
            ++transfer_encodings_;
            transfer_encoding_ = view(value);
        } else if (known == field::expect) {
            expect_ = view(value);
        }
    }

    std::optional<Refusal> check() {
        if (hosts_ != 1 && !(head_.http_1_0 && hosts_ == 0)) {
            return Refusal{.message = "the Host header must occur exactly once"};
        }
        if (auto refusal = check_framing()) return refusal;
        if (expect_ && !same_name(*expect_, "100-continue")) {
            return Refusal{.kind = Rejected::expectation, .message = "the only known expectation is 100-continue"};
        }
        head_.expects_continue = expect_.has_value() && !head_.http_1_0;
        head_.keep_alive = keep_alive();
        auto target = http::parse_target(target_, host_);
        if (!target) return Refusal{.message = target.error().message, .hint = target.error().hint};
        if (target->path == "*" && head_.request.method != "OPTIONS") {
            return Refusal{.message = "only OPTIONS can ask for *"};
        }
        head_.request.path = std::move(target->path);
        head_.request.query_string = std::move(target->query_string);
        return std::nullopt;
    }

    std::optional<Refusal> check_framing() {
        if (transfer_encodings_ > 0) {
            if (head_.http_1_0 || transfer_encodings_ > 1 || content_lengths_ > 0 ||
                !same_name(transfer_encoding_, "chunked")) {
                return Refusal{
                    .message = "Transfer-Encoding must be exactly `chunked`, on HTTP/1.1, without Content-Length"
                };
            }
            head_.chunked = true;
        }
        if (content_lengths_ > 0) {
            const std::string_view text = content_length_;
            std::uint64_t length = 0;
            const auto [rest, ec] = std::from_chars(text.data(), text.data() + text.size(), length);
            if (content_lengths_ > 1 || ec != std::errc() || rest != text.data() + text.size()) {
                return Refusal{.message = "Content-Length must occur once, as a whole number"};
            }
            head_.content_length = length;
        }
        return std::nullopt;
    }

    void refuse(Refusal refusal, error_code& ec) {
        refusal_ = std::move(refusal);
        ec = beast_http::error::bad_field;
    }

    void on_header_impl(error_code&) override {}
    void on_response_impl(int, boost::beast::string_view, int, error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(boost::beast::string_view, error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view, error_code&) override { return 0; }
    void on_finish_impl(error_code&) override {}

    const HeadLimits& limits_;
    RequestHead& head_;
    std::optional<Refusal> refusal_;
    std::string_view target_;
    std::string_view host_;
    std::string_view content_length_;
    std::string_view transfer_encoding_;
    std::optional<std::string_view> expect_;
    int hosts_ = 0;
    int content_lengths_ = 0;
    int transfer_encodings_ = 0;
};

struct KindName {
    std::string_view name;
    int status;
    ErrorCode code;
};

KindName described(Rejected kind) {
    switch (kind) {
        case Rejected::malformed: return {"malformed", 400, ErrorCode::invalid};
        case Rejected::head_too_large: return {"head_too_large", 431, ErrorCode::invalid};
        case Rejected::target_too_long: return {"target_too_long", 414, ErrorCode::invalid};
        case Rejected::body_too_large: return {"body_too_large", 413, ErrorCode::invalid};
        case Rejected::timeout: return {"timeout", 408, ErrorCode::invalid};
        case Rejected::expectation: return {"expectation", 417, ErrorCode::invalid};
        case Rejected::connections: return {"connections", 503, ErrorCode::unavailable};
        case Rejected::in_flight: return {"in_flight", 503, ErrorCode::unavailable};
    }
    return {"malformed", 400, ErrorCode::invalid};
}

}  // namespace

std::string_view to_string(Rejected kind) { return described(kind).name; }

int http_status(Rejected kind) { return described(kind).status; }

Response to_response(const Refusal& refusal) {
    const KindName kind = described(refusal.kind);
    const Error error{kind.code, refusal.message, refusal.hint};
    if (kind.code == ErrorCode::unavailable) return problem_retry_after(error, 1);
    return problem(error, kind.status);
}

HeadScanner::State HeadScanner::scan(std::string_view bytes) {
    for (;;) {
        const std::size_t feed = bytes.find('\n', searched_);
        if (feed == std::string_view::npos) {
            searched_ = bytes.size();
            return State::more;
        }
        if (feed == line_start_ || bytes[feed - 1] != '\r') return State::malformed;
        const bool folded = line_start_ > 0 && (bytes[line_start_] == ' ' || bytes[line_start_] == '\t');
        if (folded) return State::malformed;
        const bool empty = feed == line_start_ + 1;
        line_start_ = searched_ = feed + 1;
        if (empty) return State::complete;
    }
}

std::optional<Refusal> parse_head(std::string_view block, const HeadLimits& limits, RequestHead& head) {
    return HeadParser(limits, head).parse(block);
}

}  // namespace boon::http
