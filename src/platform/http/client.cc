#include "platform/http/client.h"

#include <mutex>
#include <utility>

#include "platform/http/transfer.h"

namespace boon::http {

namespace {

constexpr std::size_t kMostIdle = 16;

bool library_is_ready() {
    // libcurl wants this once per process, before its first use.
    static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    return ready;
}

}  // namespace

// Handles that are not in use; each keeps its connections.
struct Client::Pool {
    std::mutex mutex;
    std::vector<EasyHandle> idle;

    EasyHandle take() {
        const std::scoped_lock lock(mutex);
        if (idle.empty()) return EasyHandle(curl_easy_init());
        EasyHandle handle = std::move(idle.back());
        idle.pop_back();
        return handle;
    }

    void give_back(EasyHandle handle) {
        const std::scoped_lock lock(mutex);
        if (idle.size() < kMostIdle) idle.push_back(std::move(handle));
    }
};

Client::Client(ClientOptions options) : options_(std::move(options)), pool_(std::make_unique<Pool>()) {}

Client::~Client() = default;

Result<Response> Client::send(const ClientRequest& request) {
    EasyHandle handle = library_is_ready() ? pool_->take() : EasyHandle();
    if (!handle) return fail(ErrorCode::internal, "could not start an HTTP client: libcurl is out of memory");
    Result<Response> result = transfer(handle.get(), options_, request);
    pool_->give_back(std::move(handle));
    return result;
}

}  // namespace boon::http
