// A typed rule as a flat list of instructions: each part in front of its own parts, so that evaluation walks one array
// and allocates nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/timestamp.h"
#include "platform/rules/rule.h"
#include "platform/rules/tree.h"

namespace boon::rules {

enum class Code : std::uint8_t {
    // truth
    truth_constant,
    truth_variable,
    conjunction,
    disjunction,
    negation,
    number_truthy,
    text_truthy,
    compare_numbers,
    compare_texts,
    compare_times,
    compare_truths,
    variable_with_number,  // the comparison that most rules consist of
    variable_with_text,
    number_listed,
    text_listed,
    time_listed,
    text_within,
    any_missing,
    some_missing,
    // values of any type
    constant,
    variable,
    with_default,
    branches,
    // numbers
    arithmetic,
    days_since,
};

struct Instruction {
    Code code = Code::constant;
    Op op = Op::constant;
    bool bounded = false;
    std::uint32_t end = 0;    // the first instruction that is not a part of this one
    std::uint32_t first = 0;  // the variable, the text, or where the list begins
    std::uint32_t count = 0;  // how many the list has; of `variable_with_text`, the text
    double number = 0;
    std::int64_t micros = 0;
};

class Program {
public:
    // Sets the `place` of those nodes that have an instruction of their own: all but variables and constants that were
    // merged into their comparison, and the items of lists.
    static Program from(Tree& tree);

    // Of the whole rule, or of the part at `place`, which has to be of that type. Of a number or text that stands as a
    // condition both its truth and itself. Thread-safe.
    [[nodiscard]] Truth truth(const Values& values, Timestamp now, std::uint32_t place = 0) const;
    // Not-a-number when it is missing.
    [[nodiscard]] double number(const Values& values, Timestamp now, std::uint32_t place) const;
    // Without data when it is missing.
    [[nodiscard]] std::string_view text(const Values& values, Timestamp now, std::uint32_t place) const;
    // kNoTime when it is missing.
    [[nodiscard]] std::int64_t time(const Values& values, Timestamp now, std::uint32_t place) const;

    static constexpr std::int64_t kNoTime = INT64_MIN;

private:
    friend class Builder;
    friend class Run;

    std::vector<Instruction> code_;
    std::vector<Reference> references_;
    std::vector<std::string> texts_;
    std::vector<double> numbers_;
    std::vector<std::int64_t> times_;
    std::vector<std::uint32_t> asked_;  // the variables that any_missing and some_missing ask for
};

}  // namespace boon::rules
