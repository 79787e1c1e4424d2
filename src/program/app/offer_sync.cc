#include "program/app/offer_sync.h"

#include <algorithm>
#include <random>

#include <fmt/format.h>

#include "platform/base/log.h"
#include "records/sync/sources.h"

namespace boon::app {

namespace {

constexpr std::chrono::seconds kLookEvery{5};
constexpr std::chrono::milliseconds kAskEvery{1000};

double uniform() {
    thread_local std::mt19937_64 engine{std::random_device{}()};
    return std::uniform_real_distribution<double>(0, 1)(engine);
}

sync::SourceRow xiva_source(const config::Config& config) {
    sync::SourceRow source;
    source.name = "xiva";
    source.kind = sync::SourceKind::xiva;
    source.base_url = config.xiva.base_url;
    source.options = json::Object{{"auth", config.xiva.auth_type}, {"timeout_s", config.xiva.timeout_s}};
    if (!config.xiva.username.empty()) source.options.get_object()["username"] = config.xiva.username;
    return source;
}

std::map<std::string, std::string> given(std::initializer_list<std::pair<const char*, std::string>> secrets) {
    std::map<std::string, std::string> out;
    for (const auto& [name, value] : secrets) {
        if (!value.empty()) out[name] = value;
    }
    return out;
}

}  // namespace

OfferSync::OfferSync(const config::Config& config, db::Database& database, storage::SecretBox& box)
    : config_(config),
      registry_(database, box),
      runs_(database, config.offers_four_eyes ? catalog::FourEyes::on : catalog::FourEyes::off) {}

Result<std::unique_ptr<OfferSync>> OfferSync::open(
    const config::Config& config, db::Database& database, storage::SecretBox& box
) {
    std::unique_ptr<OfferSync> sync(new OfferSync(config, database, box));
    BOON_CHECK(sync->follow_settings());
    return sync;
}

Status OfferSync::follow_settings() {
    const catalog::Author author{.name = "settings", .at = system_now()};
    const auto bring_in_line = [&](sync::SourceRow source, std::map<std::string, std::string> secrets) {
        source.from_settings = true;
        source.is_scheduled = config_.sync.enabled && config_.sync.source == source.name;
        source.interval_s = config_.sync.interval_s;
        return registry_.follow_settings(source, std::move(secrets), author);
    };
    if (config_.sync.source == "crm" && config_.crm.kind.empty()) {
        return fail(
            ErrorCode::invalid, "OFFER_SYNC_SOURCE is crm, but BOON_CRM_KIND is not set",
            "say which CRM it is: salesforce, hubspot or dataverse"
        );
    }
    if (config_.sync.enabled && config_.sync.source == "xiva" && config_.xiva.base_url.empty()) {
        const auto existing = registry_.find("xiva");
        if (!existing) {
            return fail(
                ErrorCode::invalid,
                "OFFER_SYNC_ENABLED is True and its source is xiva, but XIVA_API_BASE_URL is not set",
                "set it, such as https://bss.example.com/api, or add the source with `boon sync add xiva`"
            );
        }
    }
    if (!config_.xiva.base_url.empty()) {
        auto secrets = given({{"password", config_.xiva.password}, {"token", config_.xiva.token}});
        if (auto made = bring_in_line(xiva_source(config_), std::move(secrets)); !made) {
            return in_context("the settings of Xiva (XIVA_API_…)", std::move(made).error());
        }
    }
    if (!config_.crm.kind.empty()) {
        sync::SourceRow source;
        source.name = "crm";
        source.kind = enum_from<sync::SourceKind>(config_.crm.kind).value_or(sync::SourceKind::salesforce);
        source.base_url = config_.crm.base_url;
        source.options = config_.crm.options;
        auto secrets = given({{"client_secret", config_.crm.client_secret}, {"token", config_.crm.token}});
        if (auto made = bring_in_line(std::move(source), std::move(secrets)); !made) {
            return in_context("the settings of the CRM (BOON_CRM_…)", std::move(made).error());
        }
    }
    return {};
}

sync::World OfferSync::world(std::function<Status()> go_on) {
    sync::World world;
    world.http.allow_private = config_.sync.allow_private;
    world.http.ca_file = config_.sync.ca_file;
    world.http.ports.assign(config_.sync.ports.begin(), config_.sync.ports.end());
    world.breakers = &breakers_;
    world.now = system_now;
    world.uniform = uniform;
    world.sleep = [this, go_on = std::move(go_on)](std::chrono::milliseconds time) {
        while (time.count() > 0) {
            const std::chrono::milliseconds part = std::min(time, kAskEvery);
            if (!pause(part) || (go_on && !go_on())) return false;
            time -= part;
        }
        return true;
    };
    world.folders = {config_.home / config_.sync.folder};
    return world;
}

// Whether boon goes on afterwards.
bool OfferSync::pause(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !stopping_.wait_for(lock, time, [this] { return stopped_; });
}

void OfferSync::start(std::function<void()> wake) {
    clock_ = std::jthread([this, wake = std::move(wake)](const std::stop_token& stop) {
        bool failing = false;
        while (!stop.stop_requested()) {
            const Status looked = start_due(system_now());
            if (!looked && !failing) log::error("could not start what is due: " + to_text(looked.error()));
            failing = !looked.has_value();
            wake();
            std::unique_lock lock(mutex_);
            stopping_.wait_for(lock, stop, kLookEvery, [this] { return stopped_; });
        }
    });
}

void OfferSync::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopped_ = true;
    }
    stopping_.notify_all();
    if (clock_.joinable()) {
        clock_.request_stop();
        clock_.join();
    }
}

bool OfferSync::is_stopped() {
    const std::scoped_lock lock(mutex_);
    return stopped_;
}

Status OfferSync::start_due(Timestamp now) {
    BOON_TRY(const auto due, registry_.take_due(now));
    for (const sync::SourceRow& source : due) {
        BOON_TRY(const auto waiting, runs_.find_waiting(source.name));
        if (waiting) {
            log::warning(
                fmt::format("the sync of {} waits for approval and does not run: {}", source.name, waiting->reason)
            );
            continue;
        }
        const auto started = runs_.start({.source = source.name, .started_by = "schedule"}, now);
        // One that somebody started is as good.
        if (!started && started.error().code != ErrorCode::conflict) return std::unexpected(started.error());
    }
    return {};
}

}  // namespace boon::app
