#include "platform/http/response_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

namespace boon::http {

namespace {

bool is_token(std::string_view name) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::ranges::all_of(name, [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kMarks.contains(c);
    });
}

bool is_value(std::string_view value) {
    return std::ranges::none_of(value, [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
    });
}

bool is_the_servers(std::string_view name) {
    constexpr std::array<std::string_view, 4> kOwn = {"Date", "Content-Length", "Connection", "Transfer-Encoding"};
    return std::ranges::any_of(kOwn, [&](std::string_view own) { return same_name(own, name); });
}

void append_number(std::string& out, std::size_t number) {
    std::array<char, 20> digits;
    const auto [end, ec] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void append_status_line(std::string& out, int status) {
    if (status == 200) {
        out += "HTTP/1.1 200 OK\r\n";
        return;
    }
    const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::size_t>(status));
    out += ' ';
    out.append(reason.data(), reason.size()).append("\r\n");
}

bool may_have_body(int status) { return status != 204 && status != 304; }

}  // namespace

bool is_sendable(const Response& response) {
    if (response.status < 200 || response.status > 599 || !is_value(response.content_type)) return false;
    return std::ranges::all_of(response.headers, [](const Header& header) {
        return is_token(header.name) && is_value(header.value) && !is_the_servers(header.name);
    });
}

bool has_body(const Response& response, const Framing& framing) {
    return !framing.head_only && may_have_body(response.status) && !response.body.empty();
}

void append_head(std::string& out, const Response& response, const Framing& framing) {
    append_status_line(out, response.status);
    out += framing.date_line;
    for (const Header& header : response.headers) {
        out.append(header.name).append(": ").append(header.value).append("\r\n");
    }
    if (may_have_body(response.status)) {
        if (!response.content_type.empty()) {
            out.append("Content-Type: ").append(response.content_type).append("\r\n");
        } else if (!response.body.empty()) {
            out += "Content-Type: application/json\r\n";
        }
        if (!framing.streamed) {
            out += "Content-Length: ";
            append_number(out, response.body.size());
            out += "\r\n";
        } else if (!framing.http_1_0) {
            out += "Transfer-Encoding: chunked\r\n";
        }
    }
    if (!framing.keep_alive) {
        out += "Connection: close\r\n";
    } else if (framing.http_1_0) {
        out += "Connection: keep-alive\r\n";
    }
    out += "\r\n";
}

std::string date_line(std::int64_t unix_seconds) {
    constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t time = unix_seconds;
    std::tm utc{};
    gmtime_r(&time, &utc);
    return fmt::format(
        "Date: {}, {:02} {} {} {:02}:{:02}:{:02} GMT\r\n", kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
        kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec
    );
}

}  // namespace boon::http
