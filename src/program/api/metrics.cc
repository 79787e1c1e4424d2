#include "program/api/metrics.h"

#include <array>
#include <deque>
#include <mutex>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace boon::api {

namespace {

constexpr std::array kStatusClasses = {"1xx", "2xx", "3xx", "4xx", "5xx"};

prometheus::Histogram::BucketBoundaries latency_buckets() {
    return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5};
}

struct RouteSeries {
    std::array<prometheus::Counter*, kStatusClasses.size()> by_class{};
    prometheus::Histogram* latency = nullptr;
};

struct ReadGauge {
    prometheus::Gauge* gauge;
    std::function<double()> read;
};

}  // namespace

struct Metrics::State {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                            .Name("boon_http_requests_total")
                                                            .Help("Requests answered, by route and class of status")
                                                            .Register(registry);
    prometheus::Family<prometheus::Histogram>& latency = prometheus::BuildHistogram()
                                                             .Name("boon_http_request_seconds")
                                                             .Help("Time from a request to its answer")
                                                             .Register(registry);
    std::deque<RouteSeries> routes;
    std::mutex gauges_mutex;
    std::vector<ReadGauge> gauges;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

std::size_t Metrics::add_route(std::string_view method, std::string_view path) {
    const std::map<std::string, std::string> labels = {{"method", std::string(method)}, {"path", std::string(path)}};
    RouteSeries series;
    for (std::size_t i = 0; i < kStatusClasses.size(); ++i) {
        auto with_class = labels;
        with_class.emplace("status", kStatusClasses[i]);
        series.by_class[i] = &state_->requests.Add(with_class);
    }
    series.latency = &state_->latency.Add(labels, latency_buckets());
    state_->routes.push_back(series);
    return state_->routes.size() - 1;
}

void Metrics::count_request(std::size_t route, int status, double seconds) {
    RouteSeries& series = state_->routes[route];
    const auto status_class = static_cast<std::size_t>(status / 100 - 1);
    series.by_class[status_class < kStatusClasses.size() ? status_class : kStatusClasses.size() - 1]->Increment();
    series.latency->Observe(seconds);
}

void Metrics::add_gauge(std::string_view name, std::string_view help, std::function<double()> read) {
    auto& family = prometheus::BuildGauge().Name(std::string(name)).Help(std::string(help)).Register(state_->registry);
    const std::scoped_lock lock(state_->gauges_mutex);
    state_->gauges.push_back({&family.Add({}), std::move(read)});
}

std::string Metrics::text() {
    {
        const std::scoped_lock lock(state_->gauges_mutex);
        for (const ReadGauge& entry : state_->gauges) entry.gauge->Set(entry.read());
    }
    return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace boon::api
