// Which offers a request is about, from its query string: the same parameters for the list and the export.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "platform/http/uri.h"
#include "program/api/route.h"
#include "records/catalog/catalogue.h"

namespace boon::api {

// The filters' parameters, for a route's documentation.
std::vector<Parameter> offer_filter_parameters();

// The filters' names and `further` ones, for Call::query().
std::vector<std::string_view> with_offer_filters(std::span<const std::string_view> further);

// `invalid` for a value that is not understood. Several values of one filter are separated by commas.
Result<catalog::Filter> offer_filter(const http::Query& query);

// A described enum from a query parameter, empty when it is absent.
template <DescribedEnum E>
Result<std::optional<E>> enum_parameter(const http::Query& query, std::string_view name) {
    const auto text = query.find(name);
    if (!text) return std::optional<E>();
    const auto value = enum_from<E>(*text);
    if (value) return value;
    Error error{ErrorCode::invalid, "a query parameter is wrong"};
    error.fields.push_back({"?" + std::string(name), "must be one of " + enum_choices<E>()});
    return std::unexpected(std::move(error));
}

// true or false; empty when absent.
Result<std::optional<bool>> flag_parameter(const http::Query& query, std::string_view name);

catalog::Author author_of(const Call& call);

}  // namespace boon::api
