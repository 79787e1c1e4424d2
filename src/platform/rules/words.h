// Rules told to people.
#pragma once

#include <string>

#include "platform/rules/program.h"
#include "platform/rules/tree.h"

namespace boon::rules {

// A rule as a sentence without a full stop.
std::string describe(const Tree& tree);

// Why a typed rule holds or not over these values.
Verdict tell(const Tree& tree, const Program& program, const Values& values, Timestamp now);

// One condition without parts: `subject is object`. Made by words.cc, said in several forms.
struct Phrase {
    enum class Verb : std::uint8_t { be, contain };

    std::string subject;
    Verb verb = Verb::be;
    std::string object = {};
    std::string opposite = {};  // what the subject is otherwise, where there is a word for it
    bool negated = false;       // the condition says that it is not
};
enum class Form : std::uint8_t { is, has_to };
// `negated` turns what the phrase says into its opposite.
std::string said(const Phrase& phrase, Form form, bool negated);

// A variable's or an expression's words; `value_of` gives what it is now, or nothing to say.
using ValueText = std::function<std::string(const Node&)>;
Phrase phrase_of(const Tree& tree, const Node& condition, const ValueText& value_of);

std::string number_text(double number);

}  // namespace boon::rules
