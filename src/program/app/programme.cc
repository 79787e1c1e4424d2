#include "program/app/programme.h"

#include "insight/lifecycle/rule_set.h"

namespace boon::app {

namespace {

// `[value]` of boon.toml.
struct ValueOptions {
    std::vector<value::RfmSegment> rfm_segments = value::RfmSegments::defaults();
};
BOOST_DESCRIBE_STRUCT(ValueOptions, (), (rfm_segments))

}  // namespace

Result<Programme> programme_of(const config::Config& config) {
    ValueOptions options;
    if (const auto section = config.sections.find("value"); section != config.sections.end()) {
        if (auto read = json::read_over(section->second, options); !read) {
            return in_context("boon.toml, [value]", std::move(read).error());
        }
    }
    BOON_TRY(auto stages, lifecycle::stages_of(config.clm_stages));
    BOON_TRY(auto value_segments, value::ValueSegments::make(config.cvm_value_segments, config.value_thresholds));
    auto rfm_segments = value::RfmSegments::make(options.rfm_segments);
    if (!rfm_segments) return in_context("boon.toml, [value] rfm_segments", std::move(rfm_segments).error());
    return Programme{std::move(stages), std::move(value_segments), *std::move(rfm_segments)};
}

}  // namespace boon::app
