// A customer as somebody supposes one, for a simulation: what is given stands in the place of what is known, and the
// rest is the customer's own; of a customer whom nobody knows, nothing else is known.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/record.h"
#include "records/catalog/offer.h"
#include "records/profiles/profile.h"
#include "records/profiles/table.h"

namespace boon::serving {

struct Supposed {
    std::optional<std::string> stage;
    std::optional<std::string> value_segment;
    std::optional<double> lifetime_value;  // realised, in currency units
    // By name. A number; of a category its name; of a flag true or false; null: not known.
    std::map<std::string, json::Value> features;
    // By name, of the attribute's own kind (a time as RFC 3339); null: not known.
    std::map<std::string, json::Value> attributes;
};
BOOST_DESCRIBE_STRUCT(Supposed, (), (stage, value_segment, lifetime_value, features, attributes))

// Keeps what its profile refers to. Not copied, and the profile not used after it.
class SupposedCustomer {
public:
    // `known`: the customer, or a profile of nobody; what it refers to must outlive this. `image`: what features and
    // attributes there are. `invalid` with the place of each mistake (`/suppose/features/NAME`): a stage or segment
    // that does not exist, a feature or attribute that nobody has, a value of another kind.
    static Result<std::unique_ptr<SupposedCustomer>> make(
        const Supposed& supposed, const profiles::Profile& known, const profiles::Image& image,
        const catalog::Names& names, Timestamp now
    );
    [[nodiscard]] const profiles::Profile& profile() const { return profile_; }

private:
    SupposedCustomer() = default;

    Supposed supposed_;
    std::vector<float> features_;
    std::shared_ptr<const profiles::Schema> schema_;
    std::shared_ptr<const profiles::Attributes> attributes_;
    profiles::Standing standing_;
    profiles::Profile profile_;
};

}  // namespace boon::serving
