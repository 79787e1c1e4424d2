#include "program/app/decision_policy.h"

namespace boon::app {

Result<decision::Policy> policy_of(const config::Config& config) {
    decision::Policy policy;
    policy.lifecycle = config.clm_enabled ? decision::Filter::apply : decision::Filter::skip;
    policy.value = config.cvm_enabled ? decision::Filter::apply : decision::Filter::skip;
    if (const auto section = config.sections.find("decision"); section != config.sections.end()) {
        if (auto read = json::read_over(section->second, policy, {.currency = config.currency}); !read) {
            return in_context("boon.toml, [decision]", std::move(read).error());
        }
    }
    return policy;
}

}  // namespace boon::app
