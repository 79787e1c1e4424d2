// A source whose every crawl is an object of its own: constructed from the source's parts, run once, gone.
#pragma once

#include <utility>

#include "records/sync/upstream.h"

namespace boon::sync {

// `Crawl(config, options, world).run(start, on_page)` does the work.
template <class Crawl, class Options>
class CrawlingSource final : public Source {
public:
    CrawlingSource(SourceConfig config, Options options, World world)
        : config_(std::move(config)), options_(std::move(options)), world_(std::move(world)) {}

    Result<CrawlEnd> crawl(const CrawlStart& start, const OnPage& on_page) override {
        return Crawl(config_, options_, world_).run(start, on_page);
    }

private:
    const SourceConfig config_;
    const Options options_;
    const World world_;
};

}  // namespace boon::sync
