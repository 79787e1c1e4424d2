#include "platform/http/unix_path.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/un.h>

namespace boon::http {

namespace {

constexpr std::size_t kMaxBytes = sizeof(sockaddr_un::sun_path) - 1;

}  // namespace

Result<UnixPath> UnixPath::of(const std::string& path) {
    UnixPath made;
    made.text_ = path;
    if (path.size() <= kMaxBytes) return made;
    const auto slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    made.folder_ = Descriptor(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (made.folder_.get() < 0) {
        return fail(
            ErrorCode::unavailable,
            "could not open the folder of the Unix socket " + path + ": " + std::system_category().message(errno)
        );
    }
    const std::string name = path.substr(slash == std::string::npos ? 0 : slash + 1);
    made.text_ = "/proc/self/fd/" + std::to_string(made.folder_.get()) + "/" + name;
    if (made.text_.size() <= kMaxBytes) return made;
    return fail(
        ErrorCode::invalid, "the name of the Unix socket is too long: " + name,
        "the system allows paths of " + std::to_string(kMaxBytes) + " bytes"
    );
}

}  // namespace boon::http
