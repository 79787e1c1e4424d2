// A feature's value in words, for explanations.
#pragma once

#include <string>

#include "platform/base/money.h"
#include "records/features/schema.h"

namespace boon::features {

// `days since the last purchase: 12`, `spend in the last 30 days: 12.50 EUR`, `share of spend on food: 25 %`,
// `region: north`. Days are whole ones, elapsed. Missing, or a code that the dictionary does not know: `unknown`.
std::string describe(const Schema& schema, const Feature& feature, float value, const Currency& currency);

// The part after the colon.
std::string value_in_words(const Schema& schema, const Feature& feature, float value, const Currency& currency);

}  // namespace boon::features
