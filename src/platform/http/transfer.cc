#include "platform/http/transfer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <system_error>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/http/address.h"
#include "platform/http/response_writer.h"
#include "platform/http/unix_path.h"

namespace boon::http {

namespace {

constexpr std::size_t kMostHeaderBytes = 256 * 1024;

struct UrlDeleter {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::string url_part(CURLU* url, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
    std::string copy = text;
    curl_free(text);
    return copy;
}

std::string text_of(std::chrono::milliseconds time) {
    const auto ms = time.count();
    return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

std::optional<IpAddress> ip_of(const sockaddr& address) {
    IpAddress ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (address.sa_family == AF_INET) {
        std::memcpy(ip.data() + 12, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, 4);
    } else if (address.sa_family == AF_INET6) {
        std::memcpy(ip.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, 16);
    } else {
        return std::nullopt;
    }
    return ip;
}

class Transfer {
public:
    Transfer(CURL* handle, const ClientOptions& options, const ClientRequest& request)
        : handle_(handle), options_(options), request_(request) {}

    Status check_only() { return check_url(); }

    Result<Response> run() {
        BOON_CHECK(check_url());
        BOON_CHECK(check_headers());
        if (!options_.unix_path.empty()) {
            BOON_TRY(unix_path_, UnixPath::of(options_.unix_path));
        }
        curl_easy_reset(handle_);
        set_up();
        const CURLcode code = curl_easy_perform(handle_);
        if (code != CURLE_OK) return failure(code);
        long status = 0;
        curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
        response_.status = static_cast<int>(status);
        return std::move(response_);
    }

private:
    Status check_url() {
        const std::unique_ptr<CURLU, UrlDeleter> url(curl_url());
        if (curl_url_set(url.get(), CURLUPART_URL, request_.url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
            return fail(ErrorCode::invalid, "this is not a URL: " + request_.url, "write https://host/path");
        }
        const std::string scheme = url_part(url.get(), CURLUPART_SCHEME);
        const std::string port = url_part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
        if (!url_part(url.get(), CURLUPART_USER).empty() || !url_part(url.get(), CURLUPART_PASSWORD).empty()) {
            return fail(
                ErrorCode::invalid, "a URL must not have a user or password in it", "give them in their own settings"
            );
        }
        // As it is shown: without the query, which may hold secrets.
        curl_url_set(url.get(), CURLUPART_QUERY, nullptr, 0);
        curl_url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0);
        shown_ = url_part(url.get(), CURLUPART_URL);
        if (std::ranges::find(options_.schemes, scheme) == options_.schemes.end()) {
            return not_allowed("the scheme " + scheme + " is not allowed");
        }
        std::uint16_t number = 0;
        std::from_chars(port.data(), port.data() + port.size(), number);
        if (!options_.ports.empty() && std::ranges::find(options_.ports, number) == options_.ports.end()) {
            return not_allowed("port " + port + " is not allowed");
        }
        return check_address(url_part(url.get(), CURLUPART_HOST));
    }

    // A host that is an address is known before anything is resolved.
    Status check_address(std::string_view host) {
        if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
        const auto ip = parse_ip(host);
        if (!ip || options_.allow_private || !options_.unix_path.empty() || is_public(*ip)) return {};
        refused_ = ip;
        return failure(CURLE_COULDNT_CONNECT);
    }

    Status check_headers() const {
        const Response as_answer{.headers = request_.headers};
        const bool method_ok = !request_.method.empty() &&
                               std::ranges::all_of(request_.method, [](char c) { return c >= 'A' && c <= 'Z'; });
        if (!method_ok) return fail(ErrorCode::invalid, "this is not a method: " + request_.method);
        if (!is_sendable(as_answer)) {
            return fail(ErrorCode::invalid, "a header has a name or value that cannot be sent");
        }
        return {};
    }

    template <class T>
    void set(CURLoption option, T value) {
        curl_easy_setopt(handle_, option, value);
    }

    void set_up() {
        set(CURLOPT_ERRORBUFFER, error_text_.data());
        set(CURLOPT_URL, request_.url.c_str());
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_PROXY, "");  // not from the environment
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.total_timeout.count()));
        set(CURLOPT_ACCEPT_ENCODING, "gzip");
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_SSL_VERIFYPEER, 1L);
        set(CURLOPT_SSL_VERIFYHOST, 2L);
        if (!options_.ca_file.empty()) set(CURLOPT_CAINFO, options_.ca_file.c_str());
        if (!options_.unix_path.empty()) set(CURLOPT_UNIX_SOCKET_PATH, unix_path_.text().c_str());
        set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open_socket);
        set(CURLOPT_OPENSOCKETDATA, this);
        set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
        set(CURLOPT_WRITEDATA, this);
        set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
        set(CURLOPT_HEADERDATA, this);
        set_up_request();
    }

    void set_up_request() {
        const bool has_body = !request_.body.empty() || request_.method == "POST" || request_.method == "PUT" ||
                              request_.method == "PATCH";
        if (request_.method == "HEAD") {
            set(CURLOPT_NOBODY, 1L);
        } else if (has_body) {
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
            set(CURLOPT_POSTFIELDS, request_.body.c_str());
        }
        if (request_.method != "HEAD") set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
        bool typed = false;
        for (const Header& header : request_.headers) {
            typed = typed || same_name(header.name, "Content-Type");
            // libcurl's way to write a header without a value is a semicolon.
            add_header(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
        }
        if (has_body && !typed) add_header("Content-Type: application/json");
        add_header("Expect:");
        set(CURLOPT_HTTPHEADER, headers_.get());
    }

    void add_header(const std::string& line) {
        curl_slist* const longer = curl_slist_append(headers_.get(), line.c_str());
        if (headers_ == nullptr) headers_.reset(longer);
    }

    static curl_socket_t on_open_socket(void* self, curlsocktype, curl_sockaddr* address) {
        auto& transfer = *static_cast<Transfer*>(self);
        const auto ip = ip_of(address->addr);
        const bool allowed = ip ? transfer.options_.allow_private || is_public(*ip)
                                : address->family == AF_UNIX && !transfer.options_.unix_path.empty();
        if (!allowed) {
            transfer.refused_ = ip;
            return CURL_SOCKET_BAD;
        }
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }

    static std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        std::string& body = transfer.response_.body;
        if (size > transfer.options_.response_bytes - body.size()) {
            transfer.too_large_ = true;
            return 0;
        }
        body.append(bytes, size);
        return size;
    }

    static std::size_t on_header(char* bytes, std::size_t, std::size_t size, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        std::string_view line(bytes, size);
        transfer.header_bytes_ += size;
        if (transfer.header_bytes_ > kMostHeaderBytes) return 0;
        while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
        const std::size_t colon = line.find(':');
        // A status line begins the answer anew, after an interim one.
        if (line.starts_with("HTTP/")) {
            transfer.response_.headers.clear();
        } else if (colon != std::string_view::npos) {
            transfer.add_answer_header(line.substr(0, colon), line.substr(colon + 1));
        }
        return size;
    }

    void add_answer_header(std::string_view name, std::string_view value) {
        const std::size_t first = std::min(value.find_first_not_of(" \t"), value.size());
        value.remove_prefix(first);
        value = value.substr(0, value.find_last_not_of(" \t") + 1);
        if (same_name(name, "Content-Type")) {
            response_.content_type = value;
        } else {
            response_.headers.push_back({std::string(name), std::string(value)});
        }
    }

    [[nodiscard]] std::unexpected<Error> not_allowed(const std::string& why) const {
        return fail(
            ErrorCode::forbidden, "could not reach " + shown_ + ": " + why, "the settings say what may be reached"
        );
    }

    [[nodiscard]] std::unexpected<Error> failure(CURLcode code) const {
        if (refused_ && code == CURLE_COULDNT_CONNECT) {
            return fail(
                ErrorCode::forbidden,
                "could not reach " + shown_ + ": " + to_string(*refused_) + " is not a public address",
                "allow private addresses for this peer if it is meant to be in your own network"
            );
        }
        // What is too large now is too large when asked again.
        const bool refused = too_large_ || header_bytes_ > kMostHeaderBytes;
        const std::string why = reason(code);
        return fail(
            refused ? ErrorCode::limited : ErrorCode::unavailable, "could not reach " + shown_ + ": " + why, hint(code)
        );
    }

    [[nodiscard]] std::string reason(CURLcode code) const {
        if (too_large_) {
            return "its answer is larger than " + std::to_string(options_.response_bytes) + " bytes";
        }
        if (header_bytes_ > kMostHeaderBytes) return "its answer's headers are too large";
        switch (static_cast<int>(code)) {
            case CURLE_COULDNT_RESOLVE_HOST: return "its name is not known";
            case CURLE_COULDNT_CONNECT: return connect_reason();
            case CURLE_OPERATION_TIMEDOUT: return timeout_reason();
            case CURLE_GOT_NOTHING: return "it closed the connection without an answer";
            case CURLE_PARTIAL_FILE: return "its answer ended too early";
            case CURLE_BAD_CONTENT_ENCODING: return "its answer's compression is damaged";
            case CURLE_PEER_FAILED_VERIFICATION: return "its certificate is not trusted: " + library_text(code);
            default: return library_text(code);
        }
    }

    [[nodiscard]] std::string connect_reason() const {
        long number = 0;
        curl_easy_getinfo(handle_, CURLINFO_OS_ERRNO, &number);
        std::string text = number == 0 ? "no connection" : std::generic_category().message(static_cast<int>(number));
        if (text.starts_with('C')) text.front() = 'c';
        return text;
    }

    [[nodiscard]] std::string timeout_reason() const {
        curl_off_t connected_us = 0;
        curl_easy_getinfo(handle_, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
        if (connected_us == 0) {
            return "no connection within " + text_of(std::min(options_.connect_timeout, options_.total_timeout));
        }
        return "no whole answer within " + text_of(options_.total_timeout);
    }

    [[nodiscard]] std::string library_text(CURLcode code) const {
        return error_text_[0] == '\0' ? curl_easy_strerror(code) : error_text_.data();
    }

    [[nodiscard]] std::string hint(CURLcode code) const {
        switch (static_cast<int>(code)) {
            case CURLE_COULDNT_RESOLVE_HOST: return "check the host in the URL";
            case CURLE_COULDNT_CONNECT: return "check that it runs, and the host and port in the URL";
            case CURLE_PEER_FAILED_VERIFICATION:
                return "if it is your own authority's, give its certificate as CA file";
            default: return {};
        }
    }

    CURL* handle_;
    const ClientOptions& options_;
    const ClientRequest& request_;
    std::string shown_;
    std::unique_ptr<curl_slist, ListDeleter> headers_;
    std::array<char, CURL_ERROR_SIZE> error_text_{};
    UnixPath unix_path_;
    Response response_;
    std::size_t header_bytes_ = 0;
    bool too_large_ = false;
    std::optional<IpAddress> refused_;
};

}  // namespace

Status check_url(const ClientOptions& options, const std::string& url) {
    const ClientRequest request{.url = url};
    return Transfer(nullptr, options, request).check_only();
}

Result<Response> transfer(CURL* handle, const ClientOptions& options, const ClientRequest& request) {
    return Transfer(handle, options, request).run();
}

}  // namespace boon::http
