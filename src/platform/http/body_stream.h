// A body that grows while it is sent (server-sent events): its writer appends from any thread, the server sends on as
// the client reads. Neither waits for the other.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace boon::http {

class BodyStream {
public:
    // A client that leaves more than this unread is too slow: the stream ends.
    static constexpr std::size_t kMaxPending = std::size_t{256} << 10U;

    // Whether it will be sent, as far as is known. False: the client is gone or too slow, so stop writing.
    bool write(std::string_view bytes);
    // Nothing comes after what has been written.
    void finish();
    [[nodiscard]] bool is_open() const;

    // The server's side. `wake` is called, on the writer's thread, when there is something to take().
    void attach(std::function<void()> wake);
    // Moves what was written to the end of `out`; whether the stream has ended.
    bool take(std::string& out);
    // The client is gone.
    void abandon();

private:
    void wake_reader(std::unique_lock<std::mutex> lock);

    mutable std::mutex mutex_;
    std::string pending_;
    bool ended_ = false;
    std::function<void()> wake_;
};

}  // namespace boon::http
