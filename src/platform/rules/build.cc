// From a typed tree to its program.
#include <algorithm>

#include "platform/rules/program.h"

namespace boon::rules {

class Builder {
public:
    explicit Builder(Program& program) : program_(program) {}

    void condition(Node& node) {
        switch (node.type) {
            case Type::number: return wrapped(node, Code::number_truthy);
            case Type::text: return wrapped(node, Code::text_truthy);
            case Type::boolean:
            case Type::time:
            case Type::list:
            case Type::any: return emit(node);
        }
    }

private:
    // Instructions for the parts of a node, between its own and its end.
    template <class Parts>
    void instruction(Node& node, Instruction own, const Parts& parts) {
        const auto place = static_cast<std::uint32_t>(program_.code_.size());
        node.place = place;
        program_.code_.push_back(own);
        parts();
        program_.code_[place].end = static_cast<std::uint32_t>(program_.code_.size());
    }

    void wrapped(Node& node, Code code) {
        const auto place = program_.code_.size();
        program_.code_.push_back({.code = code});
        emit(node);
        node.place = static_cast<std::uint32_t>(place);
        program_.code_[place].end = static_cast<std::uint32_t>(program_.code_.size());
    }

    void parts_of(Node& node) {
        for (Node& child : node.children) emit(child);
    }

    void emit(Node& node) {
        if (is_equality(node.op) || is_order(node.op)) return comparison(node);
        if (is_arithmetic(node.op))
            return instruction(node, {.code = Code::arithmetic, .op = node.op}, [&] { parts_of(node); });
        switch (node.op) {
            case Op::constant: return constant(node);
            case Op::variable: return variable(node);
            case Op::conjunction: return conditions(node, Code::conjunction);
            case Op::disjunction: return conditions(node, Code::disjunction);
            case Op::negation: return conditions(node, Code::negation);
            case Op::truthy: return conditions(node, Code::conjunction);  // of one part: that part
            case Op::conditional: return branches(node);
            case Op::contained: return contained(node);
            case Op::days_since: return instruction(node, {.code = Code::days_since}, [&] { parts_of(node); });
            default: return missing(node);
        }
    }

    void conditions(Node& node, Code code) {
        instruction(node, {.code = code}, [&] {
            for (Node& child : node.children) condition(child);
        });
    }

    void constant(Node& node) {
        Instruction own{.code = Code::constant};
        switch (node.type) {
            case Type::number: own.number = node.constant.is_number() ? node.constant.to_number<double>() : NAN; break;
            case Type::text: own.first = node.constant.is_string() ? text(node) : kNoText; break;
            case Type::time:
                own.micros = node.constant.is_int64() ? node.constant.get_int64() : Program::kNoTime;
                break;
            case Type::boolean:
            case Type::list:
            case Type::any:
                own.code = Code::truth_constant;
                own.first = static_cast<std::uint32_t>(
                    !node.constant.is_bool()   ? Truth::unknown
                    : node.constant.get_bool() ? Truth::yes
                                               : Truth::no
                );
                break;
        }
        instruction(node, own, [] {});
    }

    std::uint32_t text(const Node& node) {
        program_.texts_.emplace_back(node.constant.get_string());
        return static_cast<std::uint32_t>(program_.texts_.size() - 1);
    }

    void variable(Node& node) {
        const bool truth = node.type == Type::boolean;
        const Instruction read{
            .code = truth ? Code::truth_variable : Code::variable, .bounded = node.bounded, .first = node.reference
        };
        if (node.children.empty()) return instruction(node, read, [] {});
        instruction(node, {.code = Code::with_default}, [&] {
            const auto place = program_.code_.size();
            program_.code_.push_back(read);
            program_.code_[place].end = static_cast<std::uint32_t>(place + 1);
            parts_of(node);
        });
    }

    void branches(Node& node) {
        instruction(node, {.code = Code::branches}, [&] {
            const std::size_t count = node.children.size();
            for (std::size_t i = 0; i < count; ++i) {
                if (i % 2 == 0 && i + 1 < count) {
                    condition(node.children[i]);
                } else {
                    emit(node.children[i]);
                }
            }
        });
    }

    static bool is_plain(const Node& node) { return node.op == Op::variable && node.children.empty() && !node.bounded; }

    void comparison(Node& node) {
        const Type type = node.children[0].type;
        if (node.children.size() == 2 && is_plain(node.children[0]) && node.children[1].op == Op::constant) {
            const Node& constant = node.children[1];
            Instruction own{.op = node.op, .first = node.children[0].reference};
            if (type == Type::number) {
                own.code = Code::variable_with_number;
                own.number = constant.constant.to_number<double>();
                return instruction(node, own, [] {});
            }
            if (type == Type::text) {
                own.code = Code::variable_with_text;
                own.count = text(constant);
                return instruction(node, own, [] {});
            }
        }
        const Code code = type == Type::number ? Code::compare_numbers
                          : type == Type::text ? Code::compare_texts
                          : type == Type::time ? Code::compare_times
                                               : Code::compare_truths;
        instruction(node, {.code = code, .op = node.op}, [&] { parts_of(node); });
    }

    void contained(Node& node) {
        Node& what = node.children[0];
        Node& where = node.children[1];
        if (where.op != Op::list) return instruction(node, {.code = Code::text_within}, [&] { parts_of(node); });
        Instruction own{.code = Code::text_listed, .count = static_cast<std::uint32_t>(where.children.size())};
        if (what.type == Type::number) {
            own.code = Code::number_listed;
            own.first = listed(where, program_.numbers_, [](const json::Value& v) { return v.to_number<double>(); });
        } else if (what.type == Type::time) {
            own.code = Code::time_listed;
            own.first = listed(where, program_.times_, [](const json::Value& v) { return v.get_int64(); });
        } else {
            own.first =
                listed(where, program_.texts_, [](const json::Value& v) { return std::string(v.get_string()); });
        }
        instruction(node, own, [&] { emit(what); });
    }

    // Sorted, so that long lists are searched in a few steps.
    template <class T, class Read>
    static std::uint32_t listed(const Node& where, std::vector<T>& into, const Read& read) {
        const auto first = static_cast<std::ptrdiff_t>(into.size());
        for (const Node& item : where.children) into.push_back(read(item.constant));
        std::sort(into.begin() + first, into.end());
        return static_cast<std::uint32_t>(first);
    }

    void missing(Node& node) {
        Instruction own{
            .code = node.op == Op::missing ? Code::any_missing : Code::some_missing,
            .first = static_cast<std::uint32_t>(program_.asked_.size()),
            .count = static_cast<std::uint32_t>(node.references.size()),
        };
        if (own.code == Code::some_missing) own.micros = node.children[0].constant.get_int64();
        program_.asked_.insert(program_.asked_.end(), node.references.begin(), node.references.end());
        instruction(node, own, [] {});
    }

    static constexpr std::uint32_t kNoText = UINT32_MAX;
    Program& program_;
};

Program Program::from(Tree& tree) {
    Program program;
    Builder(program).condition(tree.root);
    program.references_ = tree.references;
    return program;
}

}  // namespace boon::rules
