// Checks one declaration and makes it a Feature. Only definitions.cc includes it.
#pragma once

#include <vector>

#include "platform/base/error.h"
#include "records/features/definitions.h"

namespace boon::features {

struct Checked {
    Feature feature;
    std::vector<FieldError> mistakes;  // pointers within the declaration; the feature is good when there are none
};

Checked check_declaration(const Declaration& declaration, const ExtraColumns& extra);

}  // namespace boon::features
