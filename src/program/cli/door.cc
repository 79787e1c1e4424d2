#include "program/cli/door.h"

#include <algorithm>
#include <filesystem>
#include <future>

#include <fmt/format.h>

#include "platform/http/client.h"
#include "platform/http/worker_pool.h"
#include "program/api/problem_record.h"
#include "program/api/router.h"
#include "program/app/app.h"

namespace boon::cli {

namespace {

// The Error that a problem document describes; whatever else the body is, said as it is.
Error error_of(int status, std::string_view body) {
    Error error{ErrorCode::internal, fmt::format("the server answered {}", status)};
    const auto value = json::parse(body);
    if (!value) return error;
    const auto problem = json::read<api::Problem>(*value, {.read_as = json::ReadAs::stored});
    if (!problem) return error;
    for (const auto code :
         {ErrorCode::invalid, ErrorCode::not_found, ErrorCode::conflict, ErrorCode::failed_precondition,
          ErrorCode::precondition_required, ErrorCode::unauthenticated, ErrorCode::forbidden, ErrorCode::limited,
          ErrorCode::unavailable}) {
        if (error_class(code).http_status == status) error.code = code;
    }
    error.message = problem->detail;
    error.hint = problem->hint;
    for (const auto& mistake : problem->errors) error.fields.push_back({mistake.pointer, mistake.detail});
    return error;
}

http::ClientOptions through_socket(std::string path) {
    http::ClientOptions options;
    options.unix_path = std::move(path);
    options.allow_private = true;
    // Training and long reports are answered by jobs; what is left ends well within this.
    options.total_timeout = std::chrono::minutes(10);
    options.response_bytes = std::size_t{256} << 20U;
    return options;
}

class RemoteDoor final : public Door {
public:
    explicit RemoteDoor(std::string socket) : client_(through_socket(std::move(socket))) {}

protected:
    Result<Answer> send(
        std::string_view method, std::string_view path, std::string_view body, const DoorHeaders& headers
    ) override {
        http::ClientRequest request;
        request.method = method;
        request.url = fmt::format("http://boon{}", path);
        request.body = body;
        if (!headers.content_type.empty()) {
            request.headers.push_back({"Content-Type", std::string(headers.content_type)});
        }
        if (!headers.if_match.empty()) request.headers.push_back({"If-Match", std::string(headers.if_match)});
        BOON_TRY(auto answer, client_.send(request));
        return Answer{answer.status, std::move(answer.body)};
    }

private:
    http::Client client_;
};

class LocalDoor final : public Door {
public:
    explicit LocalDoor(std::unique_ptr<app::App> app)
        : app_(std::move(app)), pool_({.threads = 1, .queue = 16}), router_(*app_, pool_) {}

protected:
    Result<Answer> send(
        std::string_view method, std::string_view path, std::string_view body, const DoorHeaders& headers
    ) override {
        BOON_TRY(auto target, http::parse_target(path, "boon"));
        http::Request request;
        request.method = method;
        request.path = std::move(target.path);
        request.query_string = std::move(target.query_string);
        request.body = body;
        if (!headers.content_type.empty()) request.headers.add("Content-Type", headers.content_type);
        if (!headers.if_match.empty()) request.headers.add("If-Match", headers.if_match);
        request.peer = "unix";
        std::promise<http::Response> answered;
        auto answer = answered.get_future();
        router_.handle(std::move(request), http::Respond([&](http::Response response) {
                           answered.set_value(std::move(response));
                       }));
        http::Response response = answer.get();
        return Answer{response.status, std::move(response.body)};
    }

private:
    std::unique_ptr<app::App> app_;
    http::WorkerPool pool_;
    api::Router router_;
};

}  // namespace

std::string socket_path(const config::Config& config) { return (config.home / "boon.sock").string(); }

Result<std::unique_ptr<Door>> Door::open(const config::Config& config) {
    if (!std::filesystem::exists(config.home / "boon.toml")) {
        return fail(
            ErrorCode::not_found, fmt::format("there is no boon instance in {}", config.home.string()),
            "make one with `boon init`, or name its folder: --home FOLDER (or BOON_HOME)"
        );
    }
    auto opened = app::App::open(config);
    if (opened) return std::make_unique<LocalDoor>(*std::move(opened));
    // The owner of the folder is a server that listens, or another command that does not.
    const bool owned = opened.error().code == ErrorCode::conflict;
    if (owned && std::filesystem::exists(socket_path(config))) return std::make_unique<RemoteDoor>(socket_path(config));
    return std::unexpected(std::move(opened).error());
}

Result<std::string> Door::call_text(
    std::string_view method, std::string_view path, std::string_view body, const DoorHeaders& headers
) {
    BOON_TRY(auto answer, send(method, path, body, headers));
    if (answer.status >= 200 && answer.status < 300) return std::move(answer.body);
    return std::unexpected(error_of(answer.status, answer.body));
}

Result<json::Value> Door::call(
    std::string_view method, std::string_view path, std::string_view body, const DoorHeaders& headers
) {
    BOON_TRY(const std::string text, call_text(method, path, body, headers));
    if (text.empty()) return json::Value(nullptr);
    return json::parse(text);
}

}  // namespace boon::cli
