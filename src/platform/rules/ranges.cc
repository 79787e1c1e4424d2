#include "platform/rules/ranges.h"

#include <algorithm>
#include <cmath>

namespace boon::rules {

namespace {

// Magnitudes: a value is 0, or between `least` and `greatest`.
struct Range {
    double least = 1;
    double greatest = 1;
};

constexpr double kLimit = 1e300;
// A sum is a multiple of the last place of its smallest part.
constexpr double kLastPlace = 0x1p-53;

Range joined(const Range& a, const Range& b) { return {std::min(a.least, b.least), std::max(a.greatest, b.greatest)}; }

Range combined(Op op, const Range& a, const Range& b) {
    switch (op) {
        case Op::times: return {a.least * b.least, a.greatest * b.greatest};
        case Op::over: return {a.least / b.greatest, a.greatest / b.least};
        case Op::modulo:  // a - b × trunc(a / b), and the quotient has to stay within too
            return {
                std::min(a.least / b.greatest, joined(a, b).least * kLastPlace),
                std::max(a.greatest / b.least, 2 * a.greatest),
            };
        case Op::least:
        case Op::greatest: return joined(a, b);
        default: return {joined(a, b).least * kLastPlace, a.greatest + b.greatest};
    }
}

class Bounds {
public:
    explicit Bounds(std::vector<FieldError>& mistakes) : mistakes_(mistakes) {}

    // Everything that is not a number: only what is below it is of interest.
    void look_through(Node& node) {
        if (is_arithmetic(node.op)) {
            of_number(node);
        } else {
            for (Node& child : node.children) look_through(child);
        }
    }

private:
    Range of_number(Node& node) {
        switch (node.op) {
            case Op::constant: return of_constant(node);
            case Op::days_since:
                for (Node& child : node.children) look_through(child);
                return {1e-12, 1e9};  // of a microsecond, of all of int64
            case Op::conditional: return of_branches(node);
            case Op::variable: {
                node.bounded = true;
                const Range own{kLeastOperand, kGreatestOperand};
                return node.children.empty() ? own : joined(own, of_number(node.children[0]));
            }
            default:
                if (is_arithmetic(node.op)) return of_operation(node);
                // Outside of the typed part, where the walk looks after what overflows.
                for (Node& child : node.children) look_through(child);
                return {kLeastOperand, kGreatestOperand};
        }
    }

    Range of_constant(const Node& node) {
        const double number = node.constant.is_number() ? std::fabs(node.constant.to_number<double>()) : 0;
        if (number == 0) return {};
        if (number < kLeastOperand || number > kGreatestOperand) {
            mistakes_.push_back({node.pointer, "is too large or too near to 0 to be calculated with (1e-30 to 1e30)"});
            return {};
        }
        return {number, number};
    }

    Range of_branches(Node& node) {
        Range range;
        bool first = true;
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            if (i % 2 == 0 && i + 1 < node.children.size()) {
                look_through(node.children[i]);
                continue;
            }
            const Range branch = of_number(node.children[i]);
            range = first ? branch : joined(range, branch);
            first = false;
        }
        return range;
    }

    Range of_operation(Node& node) {
        Range range = of_number(node.children[0]);
        for (std::size_t i = 1; i < node.children.size(); ++i) {
            range = combined(node.op, range, of_number(node.children[i]));
            if (range.greatest <= kLimit && range.least >= 1 / kLimit) continue;
            mistakes_.push_back({node.pointer, "could give more than a number can hold, or less: use fewer factors"});
            range = {};
        }
        return range;
    }

    std::vector<FieldError>& mistakes_;
};

}  // namespace

void check_ranges(Tree& tree, std::vector<FieldError>& mistakes) { Bounds(mistakes).look_through(tree.root); }

}  // namespace boon::rules
