#include "platform/http/message.h"

#include <algorithm>
#include <utility>

#include "platform/base/json.h"

namespace boon::http {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

void append_member(std::string& out, std::string_view name, std::string_view text) {
    out += ",\"";
    out += name;
    out += "\":";
    json::append(out, text);
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::ranges::equal(a, b, {}, lower, lower);
}

void Headers::reserve(std::size_t fields, std::size_t bytes) {
    spans_.reserve(fields);
    text_.reserve(bytes);
}

void Headers::add(std::string_view name, std::string_view value) {
    spans_.push_back(
        {static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(name.size()),
         static_cast<std::uint32_t>(value.size())}
    );
    text_.append(name).append(value);
}

Headers::Field Headers::operator[](std::size_t index) const {
    const Span span = spans_[index];
    const std::string_view both = std::string_view(text_).substr(span.at, span.name_size + span.value_size);
    return {both.substr(0, span.name_size), both.substr(span.name_size)};
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (std::size_t i = 0; i < spans_.size(); ++i) {
        const Field field = (*this)[i];
        if (same_name(field.name, name)) return field.value;
    }
    return std::nullopt;
}

std::optional<std::string_view> Response::header(std::string_view name) const {
    for (const Header& entry : headers) {
        if (same_name(entry.name, name)) return entry.value;
    }
    if (!content_type.empty() && same_name(name, "Content-Type")) return content_type;
    return std::nullopt;
}

Response problem(const Error& error, std::optional<int> status) {
    const ErrorClass& known = error_class(error.code);
    Response response{.status = status.value_or(known.http_status), .content_type = "application/problem+json"};
    std::string& body = response.body;
    body = "{\"type\":";
    json::append(body, "urn:boon:problem:" + std::string(known.type));
    append_member(body, "title", known.title);
    body += ",\"status\":" + std::to_string(response.status);
    append_member(body, "detail", error.message);
    if (!error.hint.empty()) append_member(body, "hint", error.hint);
    if (!error.fields.empty()) {
        body += ",\"errors\":[";
        for (const FieldError& field : error.fields) {
            if (&field != &error.fields.front()) body += ',';
            body += "{\"pointer\":";
            json::append(body, std::string_view(field.pointer));
            append_member(body, "detail", field.detail);
            body += '}';
        }
        body += ']';
    }
    body += '}';
    return response;
}

Response problem_retry_after(const Error& error, int seconds) {
    Response response = problem(error);
    response.headers.push_back({"Retry-After", std::to_string(seconds)});
    return response;
}

}  // namespace boon::http
