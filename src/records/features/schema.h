// The shape of a feature vector: which features in which order, what the codes of categories mean, and what all of
// them depend on beside the data. A vector is float32 in this order; missing is NaN; a category is its code.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "platform/base/describe.h"
#include "platform/base/error.h"
#include "records/features/definitions.h"

namespace boon::features {

// What the programme as a whole settles: where its days begin, and how many decimals its currency has.
struct Programme {
    std::string time_zone = "UTC";  // IANA name
    int currency_exponent = 2;
    bool operator==(const Programme&) const = default;
};
BOOST_DESCRIBE_STRUCT(Programme, (), (time_zone, currency_exponent))

// Feature name → its categories; a category's code is its place. Codes never change: later values are appended.
using Dictionaries = std::map<std::string, std::vector<std::string>>;

// Immutable; may be read by several threads.
class Schema {
public:
    // `invalid` for a time zone that is not made of [A-Za-z0-9_+-/]; whether it exists, DuckDB tells.
    static Result<Schema> make(Definitions definitions, Programme programme = {}, Dictionaries dictionaries = {});
    // What to_json wrote. `invalid` also when a feature's hash is not what this release computes: its meaning changed.
    static Result<Schema> from_json(std::string_view text);
    [[nodiscard]] std::string to_json() const;

    [[nodiscard]] const Definitions& definitions() const { return definitions_; }
    [[nodiscard]] const Programme& programme() const { return programme_; }
    [[nodiscard]] const Dictionaries& dictionaries() const { return dictionaries_; }
    [[nodiscard]] const std::vector<Feature>& features() const { return definitions_.all(); }
    [[nodiscard]] std::size_t size() const { return definitions_.all().size(); }
    // 16 hex digits over all of the above that numbers depend on, and their order.
    [[nodiscard]] const std::string& id() const { return id_; }

    // `NAME@HASH`, as a model lists what it was fitted on.
    [[nodiscard]] std::vector<std::string> columns() const;
    // Where `NAME@HASH` (or NAME) stands in the vector; `failed_precondition` when it is absent or was redefined.
    [[nodiscard]] Result<std::size_t> index_of(std::string_view column) const;

    // The code of a category; NaN for one that the dictionary does not know.
    [[nodiscard]] float code_of(const Feature& feature, std::string_view category) const;
    // The category of a code; nothing for NaN or a code beyond the dictionary.
    [[nodiscard]] std::optional<std::string_view> category_of(const Feature& feature, float code) const;

private:
    Definitions definitions_;
    Programme programme_;
    Dictionaries dictionaries_;
    std::string id_;
};

// 16 hex digits of BLAKE2b.
std::string short_hash(std::string_view text);

}  // namespace boon::features
