#include "records/sync/manual.h"

#include <fmt/format.h>

namespace boon::sync {

namespace {

class ManualSource final : public Source {
public:
    explicit ManualSource(std::string name) : name_(std::move(name)) {}

    Result<CrawlEnd> crawl(const CrawlStart&, const OnPage&) override {
        return fail(
            ErrorCode::failed_precondition,
            fmt::format("the offers of `{}` are edited by hand; there is nothing to fetch", name_),
            "change them with `boon offers`, or add a source that has an upstream: `boon sync add`"
        );
    }

private:
    std::string name_;
};

}  // namespace

Status check_manual_options(const json::Value& options) {
    const auto* object = options.if_object();
    if (object != nullptr && object->empty()) return {};
    return fail(ErrorCode::invalid, "a manual source has no options", "leave them out");
}

const Mapping& manual_mapping() {
    static const Mapping kNothing;
    return kNothing;
}

Result<std::unique_ptr<Source>> make_manual_source(const SourceConfig& config, const World&) {
    return std::make_unique<ManualSource>(config.name);
}

}  // namespace boon::sync
