// What a part of a rule evaluates to while a rule is walked.
#pragma once

#include <utility>

#include "platform/base/json.h"

namespace boon::rules {

// A value of one's own, or one seen elsewhere (in the rule, the document, an element), which is not copied.
class Operand {
public:
    Operand(json::Value own) : own_(std::move(own)) {}
    explicit Operand(const json::Value* seen) : seen_(seen) {}

    [[nodiscard]] const json::Value& get() const { return seen_ != nullptr ? *seen_ : own_; }
    [[nodiscard]] json::Value take() && {
        if (seen_ != nullptr) return *seen_;
        return std::move(own_);
    }

private:
    json::Value own_ = nullptr;
    const json::Value* seen_ = nullptr;
};

}  // namespace boon::rules
