// A fitted recommender as bytes, for a version's folder.
#pragma once

#include <string>
#include <string_view>

#include "insight/recommend/recommender.h"

namespace boon::recommend {

// Little-endian: "boonrec1", the numbers of items, the recipe, the popularity, then each item's weights.
std::string to_bytes(const Recommender& recommender);
// `conflict` for bytes that to_bytes() has not written.
Result<Recommender> from_bytes(std::string_view bytes);

}  // namespace boon::recommend
