// All audiences there are, compiled against the profiles of the moment: part of what serves. Immutable.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "insight/audiences/audience.h"
#include "insight/audiences/selector.h"

namespace boon::audiences {

struct Entry {
    Audience audience;
    std::optional<Selector> selector;  // nothing: it does not fit the profiles any more, and selects nobody
    std::string mistake = {};          // why, with the place
};

class Book {
public:
    Book() : Book({}, {}, {}) {}
    Book(std::vector<Audience> audiences, std::shared_ptr<const profiles::Schema> profiles, Vocabulary names);

    [[nodiscard]] const rules::Schema& variables() const { return variables_; }
    [[nodiscard]] const Vocabulary& names() const { return names_; }
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    // Null when there is none of that name.
    [[nodiscard]] const Entry* find(std::string_view name) const;
    // A rule that is not (yet) an audience's; mistakes are told from `pointer` on, where the rule stands.
    [[nodiscard]] Result<Selector> compile(const json::Value& rule, std::string_view pointer) const;
    // `not_found`, or `failed_precondition` when it does not fit the profiles.
    [[nodiscard]] Result<Selector> selector(std::string_view name) const;

private:
    std::shared_ptr<const profiles::Schema> profiles_;
    Vocabulary names_;
    rules::Schema variables_;
    std::vector<Entry> entries_;  // by name
};

// `not_found`, in the words that every door uses.
std::unexpected<Error> no_audience(std::string_view name);

}  // namespace boon::audiences
