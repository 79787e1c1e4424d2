// How a command reaches its instance: through the running server, over the Unix socket in the instance's folder, or,
// when none runs, by opening the instance in this process. Either way it speaks the same routes as everybody else.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/config/config.h"

namespace boon::cli {

// What goes with a request beside its body; empty: no such header (a body is JSON then).
struct DoorHeaders {
    std::string_view content_type = {};
    std::string_view if_match = {};
};

class Door {
public:
    // `not_found` when the folder holds no instance (see `boon init`).
    static Result<std::unique_ptr<Door>> open(const config::Config& config);

    Door() = default;
    Door(const Door&) = delete;
    Door& operator=(const Door&) = delete;
    virtual ~Door() = default;

    // The answer's JSON, null where it has none; the problem it describes as an Error otherwise. An empty body sends
    // none.
    Result<json::Value> call(
        std::string_view method, std::string_view path, std::string_view body = {}, const DoorHeaders& headers = {}
    );
    // The same, with the answer's text as it came.
    Result<std::string> call_text(
        std::string_view method, std::string_view path, std::string_view body = {}, const DoorHeaders& headers = {}
    );

protected:
    struct Answer {
        int status = 0;
        std::string body;
    };
    virtual Result<Answer> send(
        std::string_view method, std::string_view path, std::string_view body, const DoorHeaders& headers
    ) = 0;
};

// Where the running server of an instance listens.
std::string socket_path(const config::Config& config);

}  // namespace boon::cli
