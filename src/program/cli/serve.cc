#include <algorithm>
#include <csignal>
#include <limits>

#include <fmt/format.h>

#include "platform/access/users.h"
#include "platform/base/log.h"
#include "platform/http/server.h"
#include "platform/http/worker_pool.h"
#include "program/api/router.h"
#include "program/app/app.h"
#include "program/app/background.h"
#include "program/app/doctor.h"
#include "program/app/event_totals.h"
#include "program/app/warehouse_source.h"
#include "program/cli/command.h"

namespace boon::cli {

namespace {

// SIGINT and SIGTERM, taken by wait() and by nobody else: made before any thread is, so that all inherit the mask.
class EndSignals {
public:
    EndSignals() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGINT);
        sigaddset(&set_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    }
    void wait() const {
        int signal = 0;
        sigwait(&set_, &signal);
    }
    // A second signal ends the process at once.
    void give_back() const { pthread_sigmask(SIG_UNBLOCK, &set_, nullptr); }

private:
    sigset_t set_{};
};

// 100 000 offers of some 1 300 bytes.
constexpr std::size_t kImportBytes = std::size_t{128} << 20U;

http::Options server_options(const config::Config& config) {
    http::Options options;
    options.address = config.http.address;
    options.port = static_cast<std::uint16_t>(config.http.port);
    options.threads = config.http.threads;
    options.unix_path = socket_path(config);
    options.body_limit = [ordinary = options.limits.body_bytes](const http::Request& request) {
        return request.path == "/api/v1/offers:import" ? kImportBytes : ordinary;
    };
    return options;
}

// NaN: not known.
double seconds_of(const std::optional<Timestamp>& at) {
    if (!at) return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(at->micros) / static_cast<double>(kMicrosPerSecond);
}

void add_warehouse_gauges(api::Router& router, app::App& app) {
    router.metrics().add_gauge("boon_warehouse_refreshed_seconds", "When the warehouse was read, Unix time", [&app] {
        const auto status = app::warehouse_status(app);
        return seconds_of(status ? status->refreshed_at : std::nullopt);
    });
    router.metrics().add_gauge("boon_warehouse_watermark_seconds", "The latest event in it, Unix time", [&app] {
        const auto status = app::warehouse_status(app);
        return seconds_of(status ? status->watermark : std::nullopt);
    });
    router.metrics().add_gauge("boon_warehouse_stale", "1 when the warehouse is older than it may be", [&app] {
        const auto status = app::warehouse_status(app);
        return !status || status->stale ? 1.0 : 0.0;
    });
}

void add_event_gauges(api::Router& router, app::App& app) {
    const auto totals = [&app] { return app::event_totals(app).value_or(app::EventTotals()); };
    router.metrics().add_gauge("boon_events_kept", "Events that were posted and kept", [totals] {
        return static_cast<double>(totals().kept);
    });
    router.metrics().add_gauge("boon_events_late", "Of them, from before the watermark of their source", [totals] {
        return static_cast<double>(totals().late);
    });
    router.metrics().add_gauge(
        "boon_events_watermark_seconds", "The watermark of the source that is furthest behind, Unix time",
        [totals] { return seconds_of(totals().watermark); }
    );
}

void add_gauges(api::Router& router, app::App& app, const http::Server& server, const http::WorkerPool& pool) {
    router.metrics().add_gauge("boon_ready", "1 when the server is ready", [&app] { return app.ready() ? 1.0 : 0.0; });
    router.metrics().add_gauge("boon_worker_queue", "Requests that wait for a worker", [&pool] {
        return static_cast<double>(pool.waiting());
    });
    router.metrics().add_gauge("boon_connections_open", "Open connections", [&server] {
        return static_cast<double>(server.counters().connections_open);
    });
    router.metrics().add_gauge("boon_requests_rejected", "Requests refused before any route", [&server] {
        double sum = 0;
        for (const auto count : server.counters().rejected) sum += static_cast<double>(count);
        return sum;
    });
    add_event_gauges(router, app);
    if (app.config().dwh.is_postgres()) add_warehouse_gauges(router, app);
}

// The metrics have a port of their own, without keys: point nothing but the scraper at it.
Result<std::unique_ptr<http::Server>> serve_metrics(const config::Config& config, api::Router& router) {
    http::Options options;
    options.address = config.http.address;
    options.port = static_cast<std::uint16_t>(config.http.metrics_port);
    options.threads = 1;
    return http::Server::start(options, [&router](const http::Request& request, const http::Respond& respond) {
        if (request.path != "/metrics") {
            return respond(http::problem({ErrorCode::not_found, "only /metrics is here"}));
        }
        respond({.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = router.metrics().text()});
    });
}

// As somebody at this machine reaches the server, unless the settings know better.
std::string base_url_of(const config::Config& config, int port) {
    if (!config.http.public_url.empty()) return config.http.public_url;
    const bool any = config.http.address == "0.0.0.0" || config.http.address == "::";
    const std::string& address = config.http.address;
    const bool v6 = address.find(':') != std::string::npos;
    return fmt::format("http://{}:{}", any ? "127.0.0.1" : v6 ? "[" + address + "]" : address, port);
}

// Until somebody has set a password there is one way in, told to who can read what the server prints.
Status tell_first_link(app::App& app, const Terminal& terminal) {
    BOON_TRY(const bool unclaimed, app.users().is_unclaimed());
    if (!unclaimed) return {};
    const access::Principal boon = access::local_principal("boon serve");
    BOON_TRY(const auto users, app.users().list());
    std::string admin;
    for (const access::User& user : users) {
        if (user.role == access::Role::admin && !user.is_disabled) admin = user.name;
    }
    if (admin.empty()) {
        BOON_TRY(
            const auto made,
            app.users().create({.name = "admin", .full_name = {}, .role = access::Role::admin}, boon, app.now())
        );
        admin = made.name;
    }
    BOON_TRY(const auto link, app.users().make_link(admin, access::LinkPurpose::password, boon, app.now()));
    terminal.message(fmt::format("nobody can log in yet; \"{}\" sets a password here, once:\n{}", admin, link.url));
    return {};
}

// Settings that no longer have what offers name are not meant so.
Status tell_misfits(app::App& app) {
    constexpr std::size_t kMostTold = 10;
    BOON_TRY(const auto misfits, app::examine_offers(app));
    for (std::size_t i = 0; i < std::min(misfits.size(), kMostTold); ++i) {
        log::warning(fmt::format("{}; {}", misfits[i].words, misfits[i].hint));
    }
    if (misfits.size() > kMostTold) {
        log::warning(fmt::format("{} more offers no longer fit: boon doctor", misfits.size() - kMostTold));
    }
    return {};
}

Status run_serve(const Context& context) {
    BOON_TRY(const auto config, context.config());
    const EndSignals signals;
    app::answer_requests();
    BOON_TRY(const auto app, app::App::open(config));
    BOON_CHECK(tell_misfits(*app));
    BOON_CHECK(app->keep_schedule());
    auto pool = std::make_unique<http::WorkerPool>(http::WorkerPool::Options{.threads = config.http.workers});
    api::Router router(*app, *pool);
    BOON_TRY(
        const auto server, http::Server::start(
                               server_options(config),
                               [&router](http::Request request, http::Respond respond) {
                                   router.handle(std::move(request), std::move(respond));
                               }
                           )
    );
    add_gauges(router, *app, *server, *pool);
    BOON_TRY(const auto metrics, serve_metrics(config, router));
    context.terminal.message(fmt::format("metrics on http://{}:{}/metrics", config.http.address, metrics->port()));
    app->users().set_base_url(base_url_of(config, server->port()));
    BOON_CHECK(tell_first_link(*app, context.terminal));
    context.terminal.data(fmt::format("boon serves on http://{}:{}", config.http.address, server->port()));
    app->start_schedules();
    signals.wait();
    signals.give_back();
    context.terminal.message("finishing what is in flight");
    app->retire();
    server->drain();
    metrics->drain(std::chrono::milliseconds(100));
    pool.reset();  // what still waits in it uses the router
    return {};
}

}  // namespace

namespace {

std::string words_of(std::string_view key) {
    for (const auto& setting : config::settings()) {
        if (setting.key == key) return fmt::format("{}: {}", setting.doc, setting.expected);
    }
    return {};
}

}  // namespace

void add_serve(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "serve", "answer requests until SIGTERM or Ctrl-C",
        "  boon serve\n  boon serve --port 0            on any free port\n  boon serve --address 0.0.0.0"
    );
    const std::map<std::string, std::string> options = {
        {"--port", "http.port"}, {"--address", "http.address"}, {"--threads", "http.threads"}, {"--ledger", "ledger"}
    };
    for (const auto& [option, key] : options) {
        command->add_option_function<std::string>(
            option, [&context, key = key](const std::string& value) { context.flags[key] = value; }, words_of(key)
        );
    }
    command->callback([&context] { context.run = [&context] { return run_serve(context); }; });
}

}  // namespace boon::cli
