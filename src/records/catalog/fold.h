// Text as the search compares it.
#pragma once

#include <string>
#include <string_view>

namespace boon::catalog {

// Letters of every script without regard to case (Unicode's full case folding: ß is ss), without accents and other
// marks (é is e), compatibility forms as what they stand for (ﬁ is fi, ２ is 2). Text that is not UTF-8 comes back as it
// is.
std::string folded(std::string_view text);

}  // namespace boon::catalog
