// For the tests of sources: a world whose waiting takes no time, and a crawl with all that it handed out.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "platform/base/timestamp.h"
#include "records/sync/sources.h"
#include "records/sync/testing/fake_upstream.h"
#include "records/sync/upstream.h"

namespace boon::sync {

struct TestWorld {
    std::vector<std::chrono::milliseconds> slept;

    World make() {
        return {
            .http = {.ports = {}, .allow_private = true, .ca_file = ca_file},
            // The real time, since the peer's dates are real, and what was slept on top.
            .now =
                [this] {
                    std::int64_t micros = 0;
                    for (const auto time : slept) micros += time.count() * 1000;
                    return plus_micros(system_now(), micros);
                },
            .sleep =
                [this](std::chrono::milliseconds time) {
                    slept.push_back(time);
                    return true;
                },
            .uniform = [] { return 0.5; },
        };
    }

    std::string ca_file;
};

struct Crawled {
    Result<CrawlEnd> end = fail(ErrorCode::internal, "not crawled");
    std::vector<UpstreamRecord> records;
    std::vector<std::size_t> pages;
    std::int64_t total = 0;

    [[nodiscard]] std::string error() const { return end ? "no error" : to_text(end.error()); }
    [[nodiscard]] std::vector<std::string> ids() const {
        std::vector<std::string> ids;
        for (const UpstreamRecord& record : records) ids.push_back(record.external_id);
        return ids;
    }
    [[nodiscard]] std::map<std::string, const UpstreamRecord*> by_id() const {
        std::map<std::string, const UpstreamRecord*> found;
        for (const UpstreamRecord& record : records) found[record.external_id] = &record;
        return found;
    }
};

inline Crawled crawl(Source& source, const std::string& token = {}) {
    Crawled crawled;
    crawled.end = source.crawl({token}, [&](std::vector<UpstreamRecord>&& page, std::int64_t total) -> Status {
        crawled.pages.push_back(page.size());
        crawled.total = total;
        std::ranges::move(page, std::back_inserter(crawled.records));
        return {};
    });
    return crawled;
}

inline Crawled crawl(const SourceConfig& config, const World& world, const std::string& token = {}) {
    auto source = make_source(config, world);
    if (!source) {
        Crawled none;
        none.end = std::unexpected(source.error());
        return none;
    }
    return crawl(**source, token);
}

// `po-1` … `po-count`.
inline std::vector<std::string> numbered(const std::string& prefix, int count) {
    std::vector<std::string> ids;
    for (int i = 1; i <= count; ++i) ids.push_back(prefix + std::to_string(i));
    return ids;
}

}  // namespace boon::sync
