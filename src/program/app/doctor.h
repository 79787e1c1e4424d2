// What an operator asks when something is wrong: each part of the instance examined, and what to do about it.
#pragma once

#include <string>
#include <vector>

#include "platform/base/record.h"

namespace boon::app {

class App;

enum class Health { ok, warning, error };
BOOST_DESCRIBE_ENUM(Health, ok, warning, error)

struct Check {
    std::string part;  // settings, database, catalogue, warehouse, profiles, models, audit, disk
    Health health = Health::ok;
    std::string words;
    std::string hint;
};
BOOST_DESCRIBE_STRUCT(Check, (), (part, health, words, hint))

// Reads all of the warehouse: takes seconds to minutes.
Result<std::vector<Check>> examine(App& app);

}  // namespace boon::app
