// The files of src/program/api/pages, embedded in the binary.
#pragma once

#include <string_view>

namespace boon::api {

// The text of the file of that name; empty when there is none.
std::string_view page_text(std::string_view name);

}  // namespace boon::api
