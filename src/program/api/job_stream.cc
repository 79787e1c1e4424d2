// Jobs as server-sent events (the HTML standard, section 9.2): an event each time one gets on, a comment now and then
// so that both sides know the other is there. Nothing waits for a slow client: it is dropped.
#include <charconv>
#include <memory>

#include <fmt/format.h>

#include "platform/http/body_stream.h"
#include "platform/storage/jobs.h"
#include "program/api/job_view.h"
#include "program/api/route.h"
#include "program/app/job_watch.h"

namespace boon::api {

namespace {

constexpr std::int64_t kHeartbeatMicros = 15 * kMicrosPerSecond;
// A stream ends after so long, and the browser comes again: so that nobody listens on who may not any more.
constexpr std::int64_t kStreamMicros = 5 * 60 * kMicrosPerSecond;
// How long a browser waits before it comes again.
constexpr std::string_view kRetry = "retry: 2000\n\n";

bool has_ended(const storage::Job& job) { return job.finished_at.has_value(); }

// Times in microseconds are the ids: what ended before it is known to who sends it back.
std::string event_of(const json::Context& context, const storage::Job& job, Timestamp at) {
    return fmt::format("id: {}\nevent: job\ndata: {}\n\n", at.micros, json::write(view_of(job), context));
}

// The Last-Event-ID of a client that was here before.
std::optional<Timestamp> last_event(const Call& call) {
    const auto text = call.request.headers.find("Last-Event-ID");
    if (!text) return std::nullopt;
    Timestamp at;
    const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), at.micros);
    if (problem != std::errc() || end != text->data() + text->size()) return std::nullopt;
    return at;
}

http::Response stream_response(std::shared_ptr<http::BodyStream> stream) {
    http::Response response;
    response.content_type = "text/event-stream; charset=utf-8";
    // The second is for nginx, which else collects what comes.
    response.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    response.stream = std::move(stream);
    return response;
}

// Writes to one client what the watch tells, until the client has gone or, of one job, that has ended.
class Teller {
public:
    Teller(const Call& call, const std::shared_ptr<http::BodyStream>& stream, std::string job_id)
        : stream_(stream), context_(call.context()), job_id_(std::move(job_id)), began_(call.now), last_(call.now) {}

    bool operator()(std::span<const storage::Job> changed, Timestamp at) {
        const auto stream = stream_.lock();
        if (stream == nullptr) return false;
        std::string text;
        bool over = at.micros - began_.micros >= kStreamMicros;
        for (const storage::Job& job : changed) {
            if (!job_id_.empty() && job.id != job_id_) continue;
            text += event_of(context_, job, at);
            over = over || (!job_id_.empty() && has_ended(job));
        }
        if (text.empty() && at.micros - last_.micros >= kHeartbeatMicros) text = ":\n\n";
        if (!text.empty()) last_ = at;
        const bool open = text.empty() ? stream->is_open() : stream->write(text);
        if (open && over) stream->finish();
        return open && !over;
    }

private:
    // The connection's; gone with it.
    std::weak_ptr<http::BodyStream> stream_;
    json::Context context_;
    std::string job_id_;  // empty: all jobs
    Timestamp began_;
    Timestamp last_;
};

Result<http::Response> listen(Call& call, Timestamp since, std::string job_id) {
    auto stream = std::make_shared<http::BodyStream>();
    stream->write(kRetry);
    const std::string owner = access::to_string(call.principal);
    BOON_CHECK(call.app.job_watch().listen(owner, since, Teller(call, stream, std::move(job_id))));
    return stream_response(std::move(stream));
}

Result<http::Response> stream_job(Call& call) {
    BOON_TRY(const auto job, call.app.find_job(call.part("job_id")));
    const auto last = last_event(call);
    if (!has_ended(job)) return listen(call, last.value_or(call.now), job.id);
    // 204 tells a browser not to come again.
    if (last && *job.finished_at <= *last) return http::Response{.status = 204};
    auto stream = std::make_shared<http::BodyStream>();
    stream->write(event_of(call.context(), job, call.now));
    stream->finish();
    return stream_response(std::move(stream));
}

Result<http::Response> stream_jobs(Call& call) { return listen(call, last_event(call).value_or(call.now), {}); }

}  // namespace

std::vector<Route> job_stream_routes() {
    using access::Permission;
    return {
        {.method = "GET",
         .path = "/api/v1/jobs/{job_id}/stream",
         .permission = Permission::look,
         .call = stream_job,
         .summary = "A job's progress as server-sent events of the type `job`, up to its end",
         .tag = "jobs"},
        {.method = "GET",
         .path = "/api/v1/jobs:stream",
         .permission = Permission::look,
         .call = stream_jobs,
         .summary = "The progress of all jobs as server-sent events of the type `job`",
         .tag = "jobs"},
    };
}

}  // namespace boon::api
