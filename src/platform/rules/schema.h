// What rules may name: variables with their types. A room that knows names (features, stages, the request's context)
// makes a Schema of them and passes it down; a rule is checked against it before it is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

namespace boon::rules {

// time: an instant. list: of text or numbers. any: known only when it is read (a member of a request's context); in a
// rule it is read as what it is compared with, and is missing when it is something else.
enum class Type { number, text, boolean, time, list, any };
BOOST_DESCRIBE_ENUM(Type, number, text, boolean, time, list, any)

struct Variable {
    std::string name;  // of a family: what its members' names begin with, `attr.`
    Type type = Type::number;
    std::string doc = {};
    std::vector<std::string> values = {};  // of text: all that it can be, where that is known; else empty
    bool family = false;                   // stands for every variable whose name begins with `name`

    bool operator==(const Variable&) const = default;
};

// An ordered set of variables. The place of a variable in it is its number, by which values are asked for while a rule
// is evaluated. Reading is thread-safe.
class Schema {
public:
    Schema() = default;
    // Later variables of a name that is already there are left out, so that a room can put its own names first.
    explicit Schema(std::vector<Variable> variables);

    // Whether it was added: a name stands for one variable.
    bool add(Variable variable);

    [[nodiscard]] const std::vector<Variable>& variables() const { return variables_; }
    // The place of the variable of that name, else of the family with the longest matching beginning.
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const;
    // The known name nearest to a mistyped one; empty when none is near.
    [[nodiscard]] std::string_view nearest(std::string_view name) const;

private:
    std::vector<Variable> variables_;
};

}  // namespace boon::rules
