// A Unix socket's path as the kernel takes it: sun_path holds 107 bytes. A longer one is reached through its open
// folder, as /proc/self/fd/N/NAME; nothing is moved and no working folder is changed.
#pragma once

#include <string>

#include "platform/base/error.h"
#include "platform/http/listen.h"

namespace boon::http {

class UnixPath {
public:
    // `invalid` when the file's own name is too long even so; `unavailable` when the folder cannot be opened.
    static Result<UnixPath> of(const std::string& path);

    // Good for connect() and bind() while this lives.
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
    Descriptor folder_;
};

}  // namespace boon::http
