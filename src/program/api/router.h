// From a request to its route: match, authenticate, authorise, run, answer. The one place for all of these.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/access/limiter.h"
#include "platform/http/respond.h"
#include "platform/http/worker_pool.h"
#include "program/api/metrics.h"
#include "program/api/route.h"
#include "program/app/app.h"

namespace boon::api {

// Who a request comes from. `owner`: the person who may open the instance's folder (the Unix socket, or a command in
// this process), who may do everything. `network`: whoever the bearer key says.
enum class Origin { network, owner };

class Router {
public:
    // Both must outlive the router and every request given to it.
    Router(app::App& app, http::WorkerPool& pool);

    // Thread-safe; never blocks. Every request is answered: what matches no route by 404 or 405.
    void handle(http::Request request, http::Respond respond);

    [[nodiscard]] const Metrics& metrics() const { return metrics_; }
    Metrics& metrics() { return metrics_; }

private:
    struct Compiled {
        const Route* route;
        const Route* object;  // see change.h
        std::vector<std::string_view> segments;
        std::size_t metric;
    };
    struct Match {
        const Compiled* compiled = nullptr;
        std::vector<std::pair<std::string_view, std::string>> path;
        std::string allowed;  // methods of other routes with this path
    };

    [[nodiscard]] Match match(const http::Request& request) const;
    Result<access::Principal> admit(const http::Request& request, const Route& route, Timestamp now);
    Result<access::Principal> admit_session(const http::Request& request, access::Permission wanted, Timestamp now);
    std::optional<access::Limiter::Verdict> limit(const access::Principal& principal);
    void add_limit(http::Response& answer, const access::Limiter::Verdict& verdict) const;
    http::Response too_many(
        std::string_view path, const access::Principal& principal, const access::Limiter::Verdict& verdict
    ) const;
    void run(const Compiled& compiled, Call call, http::Respond respond);

    app::App& app_;
    http::WorkerPool& pool_;
    access::Limiter limiter_;
    std::string limit_policy_;
    Metrics metrics_;
    std::vector<Compiled> compiled_;
};

}  // namespace boon::api
