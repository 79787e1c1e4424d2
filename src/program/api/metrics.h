// What the server counts of itself, in the text format of Prometheus.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace boon::api {

// Thread-safe. A route is registered once and then named by its number, so that counting a request looks nothing up.
class Metrics {
public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    std::size_t add_route(std::string_view method, std::string_view path);
    void count_request(std::size_t route, int status, double seconds);

    // A number read when the metrics are.
    void add_gauge(std::string_view name, std::string_view help, std::function<double()> read);

    [[nodiscard]] std::string text();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace boon::api
