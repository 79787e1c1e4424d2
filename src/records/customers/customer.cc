#include "records/customers/customer.h"

#include <array>
#include <optional>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "platform/base/id.h"

namespace boon::customers {

namespace {

constexpr std::size_t kMaxText = 4000;

std::optional<std::string> text_of(const json::Object& object, std::string_view name) {
    const json::Value* value = object.if_contains(name);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    if (text == nullptr || text->empty()) return std::nullopt;
    return std::string(text->data(), text->size());
}

std::string postal_line(const json::Object& medium) {
    std::string line;
    for (const std::string_view part : {"street1", "street2", "postCode", "city", "stateOrProvince", "country"}) {
        const auto text = text_of(medium, part);
        if (text) line += (line.empty() ? "" : ", ") + *text;
    }
    return line;
}

// TMF629 has one object for all kinds of medium; which members it has says what it is.
void append_contact_points(const json::Object& contact, std::vector<ContactPoint>& points) {
    const json::Value* characteristic = contact.if_contains("characteristic");
    const json::Object* medium = characteristic == nullptr ? nullptr : characteristic->if_object();
    if (medium == nullptr) return;
    const json::Value* flag = contact.if_contains("preferred");
    const bool preferred = flag != nullptr && flag->is_bool() && flag->get_bool();
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kKinds = {
        {{"email", "emailAddress"}, {"phone", "phoneNumber"}, {"fax", "faxNumber"}, {"social", "socialNetworkId"}}
    };
    for (const auto& [kind, member] : kKinds) {
        if (auto value = text_of(*medium, member)) points.push_back({std::string(kind), *std::move(value), preferred});
    }
    if (std::string line = postal_line(*medium); !line.empty()) {
        points.push_back({"postal", std::move(line), preferred});
    }
}

Status check_texts(const Customer& customer) {
    std::vector<std::string_view> texts = {customer.name, customer.status};
    for (const ContactPoint& point : customer.contact_points) texts.emplace_back(point.value);
    for (const std::string_view text : texts) {
        // PostgreSQL keeps no text with a NUL in it.
        if (is_utf8(text) && characters_in(text) <= kMaxText && text.find('\0') == std::string_view::npos) continue;
        return fail(
            ErrorCode::invalid,
            fmt::format("a text of it is longer than {} characters, is not UTF-8, or has a NUL in it", kMaxText)
        );
    }
    return {};
}

// The objects of a list that may be absent.
Result<std::vector<const json::Object*>> objects_of(const json::Object& body, std::string_view name) {
    std::vector<const json::Object*> objects;
    const json::Value* list = body.if_contains(name);
    if (list == nullptr || list->is_null()) return objects;
    if (!list->is_array()) return fail(ErrorCode::invalid, fmt::format("its {} is not a list", name));
    for (const json::Value& item : list->get_array()) {
        if (!item.is_object()) return fail(ErrorCode::invalid, fmt::format("its {} holds more than objects", name));
        objects.push_back(&item.get_object());
    }
    return objects;
}

}  // namespace

Result<std::string> id_from_tmf629(const json::Value& body) {
    const json::Object* object = body.if_object();
    if (object == nullptr) return fail(ErrorCode::invalid, "it is not an object");
    const json::Value* given = object->if_contains("id");
    if (given == nullptr || given->is_null()) return fail(ErrorCode::invalid, "it has no id");
    const auto* number = given->if_int64();
    std::string id = number != nullptr ? std::to_string(*number) : text_of(*object, "id").value_or("");
    BOON_CHECK(check_customer_id(id));
    return id;
}

Result<Customer> from_tmf629(const json::Value& body) {
    Customer customer;
    BOON_TRY(customer.customer_id, id_from_tmf629(body));
    const json::Object* object = &body.get_object();
    customer.name = text_of(*object, "name").value_or("");
    customer.status = text_of(*object, "status").value_or("");
    BOON_TRY(const auto characteristics, objects_of(*object, "characteristic"));
    for (const json::Object* characteristic : characteristics) {
        const auto name = text_of(*characteristic, "name");
        const json::Value* value = characteristic->if_contains("value");
        if (name && value != nullptr) customer.attributes[*name] = *value;
    }
    BOON_TRY(const auto contacts, objects_of(*object, "contactMedium"));
    for (const json::Object* contact : contacts) append_contact_points(*contact, customer.contact_points);
    BOON_CHECK(check_texts(customer));
    return customer;
}

}  // namespace boon::customers
