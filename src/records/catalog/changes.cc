#include "records/catalog/changes.h"

namespace boon::catalog {

namespace {

void compare(
    const json::Value& before, const json::Value& after, const std::string& pointer, std::vector<FieldChange>& out
) {
    if (before == after) return;
    const json::Object* old_members = before.if_object();
    const json::Object* new_members = after.if_object();
    if (old_members == nullptr || new_members == nullptr) {
        out.push_back({pointer, before, after});
        return;
    }
    for (const auto& member : *new_members) {
        const json::Value* old_value = old_members->if_contains(member.key());
        const std::string place = json::pointer_to(pointer, member.key());
        if (old_value != nullptr) {
            compare(*old_value, member.value(), place, out);
        } else if (!member.value().is_null()) {
            out.push_back({place, nullptr, member.value()});
        }
    }
    for (const auto& member : *old_members) {
        if (new_members->contains(member.key()) || member.value().is_null()) continue;
        out.push_back({json::pointer_to(pointer, member.key()), member.value(), nullptr});
    }
}

}  // namespace

std::vector<FieldChange> changes_between(const json::Value& before, const json::Value& after) {
    std::vector<FieldChange> out;
    compare(before, after, "", out);
    return out;
}

}  // namespace boon::catalog
