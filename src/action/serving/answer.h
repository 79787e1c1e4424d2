// A decision's two texts: what the channel is answered, and what the ledger keeps.
#pragma once

#include <string>

#include "action/serving/engine.h"

namespace boon::serving {

// `answer`: to_json(). `decision`: as json::write() writes the decision. Both come from one pass, for they differ only
// in the offers' details.
struct Texts {
    std::string answer;
    std::string decision;
};
Texts texts_of(const Answer& answer);

}  // namespace boon::serving
