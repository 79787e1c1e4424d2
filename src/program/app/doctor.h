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

// Offers written when the settings knew other stages or segments, or the profiles other variables: what they refer to
// selects nobody. One check each, in the order of their ids.
Result<std::vector<Check>> examine_offers(App& app);

// Reads all of the warehouse: takes seconds to minutes.
Result<std::vector<Check>> examine(App& app);

}  // namespace boon::app
