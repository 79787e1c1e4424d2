#include "insight/audiences/book.h"

#include <algorithm>

#include <fmt/format.h>

#include "platform/base/id.h"

namespace boon::audiences {

Book::Book(std::vector<Audience> audiences, std::shared_ptr<const profiles::Schema> profiles, Vocabulary names)
    : profiles_(std::move(profiles)), names_(std::move(names)), variables_(variables_of(profiles_.get(), names_)) {
    std::ranges::sort(audiences, {}, &Audience::name);
    for (Audience& audience : audiences) {
        Entry entry{.audience = std::move(audience), .selector = {}};
        auto compiled = compile(entry.audience.rule, "/rule");
        if (compiled) {
            entry.selector = *std::move(compiled);
        } else {
            const FieldError& first = compiled.error().fields.front();
            entry.mistake = fmt::format("the part at `{}`: {}", first.pointer, first.detail);
        }
        entries_.push_back(std::move(entry));
    }
}

const Entry* Book::find(std::string_view name) const {
    const auto found = std::ranges::lower_bound(entries_, name, {}, [](const Entry& entry) -> std::string_view {
        return entry.audience.name;
    });
    return found != entries_.end() && found->audience.name == name ? &*found : nullptr;
}

Result<Selector> Book::compile(const json::Value& rule, std::string_view pointer) const {
    auto compiled = Selector::compile(rule, {profiles_, names_.attributes}, variables_);
    if (compiled) return compiled;
    Error error = std::move(compiled).error();
    if (error.fields.empty()) error.fields.push_back({"", error.message});
    for (FieldError& field : error.fields) field.pointer = std::string(pointer) + field.pointer;
    return std::unexpected(std::move(error));
}

Result<Selector> Book::selector(std::string_view name) const {
    const Entry* entry = find(name);
    if (entry == nullptr) return no_audience(name);
    if (entry->selector) return *entry->selector;
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("the audience `{}` does not fit what is known of customers: {}", name, entry->mistake),
        "correct its rule, or bring back the feature that it names"
    );
}

std::unexpected<Error> no_audience(std::string_view name) {
    return fail(
        ErrorCode::not_found, fmt::format("there is no audience `{}`", first_characters(name, kMaxName)),
        "`boon audiences` lists them"
    );
}

}  // namespace boon::audiences
