#include "platform/rules/program.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "platform/rules/arithmetic.h"
#include "platform/rules/ranges.h"

namespace boon::rules {

namespace {

Truth truth_of(bool holds) { return holds ? Truth::yes : Truth::no; }

template <class T>
Truth compared(Op op, const T& a, const T& b) {
    return truth_of(is_so(op, a, b));
}

bool is_missing(double number) { return std::isnan(number); }
bool is_missing(std::string_view text) { return text.data() == nullptr; }
bool is_missing(std::int64_t micros) { return micros == Program::kNoTime; }

template <class T>
Truth listed(const std::vector<T>& all, const Instruction& own, const auto& what) {
    const auto first = all.begin() + own.first;
    return truth_of(std::binary_search(first, first + own.count, what));
}

}  // namespace

// One evaluation.
class Run {
public:
    Run(const Program& program, const Values& values, Timestamp now) : program_(program), values_(values), now_(now) {}

    [[nodiscard]] Truth truth(std::uint32_t place) const {
        const Instruction& own = program_.code_[place];
        switch (own.code) {
            case Code::truth_constant: return static_cast<Truth>(own.first);
            case Code::truth_variable: {
                const Value value = at(own.first);
                return value.kind() == Value::Kind::boolean ? truth_of(value.boolean()) : Truth::unknown;
            }
            case Code::conjunction: return joined(place, Truth::no);
            case Code::disjunction: return joined(place, Truth::yes);
            case Code::variable_with_number: {
                const Value value = at(own.first);
                if (value.kind() != Value::Kind::number) return Truth::unknown;
                return compared(own.op, value.number(), own.number);
            }
            case Code::variable_with_text: {
                const Value value = at(own.first);
                if (value.kind() != Value::Kind::text) return Truth::unknown;
                return compared(own.op, value.text(), std::string_view(program_.texts_[own.count]));
            }
            case Code::negation: {
                const Truth inner = truth(place + 1);
                return inner == Truth::unknown ? inner : truth_of(inner == Truth::no);
            }
            default: return truth_of_values(place);
        }
    }

    [[nodiscard]] double number(std::uint32_t place) const {
        const Instruction& own = program_.code_[place];
        switch (own.code) {
            case Code::number_truthy: return number(place + 1);
            case Code::constant: return own.number;
            case Code::variable: {
                const Value value = at(own.first);
                if (value.kind() != Value::Kind::number) return NAN;
                return own.bounded ? bounded(value.number()) : value.number();
            }
            case Code::with_default: {
                const double own_number = number(place + 1);
                return is_missing(own_number) ? number(program_.code_[place + 1].end) : own_number;
            }
            case Code::branches: {
                const std::uint32_t branch = chosen(place);
                return branch == 0 ? NAN : number(branch);
            }
            case Code::days_since: {
                const std::int64_t micros = time(place + 1);
                return is_missing(micros) ? NAN : days_between(micros, now_.micros);
            }
            default: return calculated(place);
        }
    }

    [[nodiscard]] std::string_view text(std::uint32_t place) const {
        const Instruction& own = program_.code_[place];
        switch (own.code) {
            case Code::text_truthy: return text(place + 1);
            case Code::constant:
                return own.first < program_.texts_.size() ? std::string_view(program_.texts_[own.first])
                                                          : std::string_view();
            case Code::with_default: {
                const std::string_view own_text = text(place + 1);
                return is_missing(own_text) ? text(program_.code_[place + 1].end) : own_text;
            }
            case Code::branches: {
                const std::uint32_t branch = chosen(place);
                return branch == 0 ? std::string_view() : text(branch);
            }
            default: {
                const Value value = at(own.first);
                if (value.kind() != Value::Kind::text) return {};
                return value.text().data() == nullptr ? std::string_view("") : value.text();
            }
        }
    }

    [[nodiscard]] std::int64_t time(std::uint32_t place) const {
        const Instruction& own = program_.code_[place];
        switch (own.code) {
            case Code::constant: return own.micros;
            case Code::with_default: {
                const std::int64_t own_time = time(place + 1);
                return is_missing(own_time) ? time(program_.code_[place + 1].end) : own_time;
            }
            case Code::branches: {
                const std::uint32_t branch = chosen(place);
                return branch == 0 ? Program::kNoTime : time(branch);
            }
            default: {
                const Value value = at(own.first);
                return value.kind() == Value::Kind::time ? value.time().micros : Program::kNoTime;
            }
        }
    }

private:
    [[nodiscard]] Value at(std::uint32_t reference) const { return values_.at(program_.references_[reference]); }

    // Kleene's and (decided by the first `no`) and or (by the first `yes`).
    [[nodiscard]] Truth joined(std::uint32_t place, Truth deciding) const {
        bool unknown = false;
        for (std::uint32_t part = place + 1; part < program_.code_[place].end; part = program_.code_[part].end) {
            const Truth own = truth(part);
            if (own == deciding) return own;
            unknown = unknown || own == Truth::unknown;
        }
        if (unknown) return Truth::unknown;
        return deciding == Truth::no ? Truth::yes : Truth::no;
    }

    [[nodiscard]] Truth truth_of_values(std::uint32_t place) const {
        const Instruction& own = program_.code_[place];
        switch (own.code) {
            case Code::number_truthy: {
                const double value = number(place + 1);
                return is_missing(value) ? Truth::unknown : truth_of(value != 0);
            }
            case Code::text_truthy: {
                const std::string_view value = text(place + 1);
                return is_missing(value) ? Truth::unknown : truth_of(!value.empty());
            }
            case Code::compare_numbers: return chain(place, [this](std::uint32_t part) { return number(part); });
            case Code::compare_texts: return chain(place, [this](std::uint32_t part) { return text(part); });
            case Code::compare_times: return chain(place, [this](std::uint32_t part) { return time(part); });
            case Code::compare_truths: {
                const Truth a = truth(place + 1);
                const Truth b = truth(program_.code_[place + 1].end);
                return a == Truth::unknown || b == Truth::unknown ? Truth::unknown : compared(own.op, a, b);
            }
            case Code::with_default: {
                const Truth value = truth(place + 1);
                return value == Truth::unknown ? truth(program_.code_[place + 1].end) : value;
            }
            case Code::branches: {
                const std::uint32_t branch = chosen(place);
                return branch == 0 ? Truth::unknown : truth(branch);
            }
            case Code::any_missing: return truth_of(missing_of(own) > 0);
            case Code::some_missing:
                // As in JsonLogic: nothing is said to be missing when enough is there.
                return truth_of(
                    static_cast<std::int64_t>(own.count) - missing_of(own) < own.micros && missing_of(own) > 0
                );
            default: return truth_of_search(place);
        }
    }

    [[nodiscard]] Truth truth_of_search(std::uint32_t place) const {
        const Instruction& own = program_.code_[place];
        if (own.code == Code::number_listed) {
            const double what = number(place + 1);
            return is_missing(what) ? Truth::unknown : listed(program_.numbers_, own, what);
        }
        if (own.code == Code::time_listed) {
            const std::int64_t what = time(place + 1);
            return is_missing(what) ? Truth::unknown : listed(program_.times_, own, what);
        }
        const std::string_view what = text(place + 1);
        if (own.code == Code::text_listed) {
            return is_missing(what) ? Truth::unknown : listed(program_.texts_, own, what);
        }
        const std::string_view where = text(program_.code_[place + 1].end);
        return is_missing(what) || is_missing(where) ? Truth::unknown : truth_of(where.contains(what));
    }

    // a < b, or a < b < c, which is a < b and b < c.
    template <class Read>
    [[nodiscard]] Truth chain(std::uint32_t place, const Read& read) const {
        const Instruction& own = program_.code_[place];
        std::uint32_t part = place + 1;
        auto before = read(part);
        Truth all = Truth::yes;
        for (part = program_.code_[part].end; part < own.end; part = program_.code_[part].end) {
            const auto next = read(part);
            const bool unknown = is_missing(before) || is_missing(next);
            const Truth pair = unknown ? Truth::unknown : compared(own.op, before, next);
            if (pair == Truth::no) return pair;
            if (unknown) all = pair;
            before = next;
        }
        return all;
    }

    // The branch that is taken; 0 where none is, or where it is not known which.
    [[nodiscard]] std::uint32_t chosen(std::uint32_t place) const {
        const std::uint32_t end = program_.code_[place].end;
        for (std::uint32_t part = place + 1; part < end;) {
            const std::uint32_t next = program_.code_[part].end;
            if (next == end) return part;  // the last one has no condition
            const Truth condition = truth(part);
            if (condition == Truth::unknown) return 0;
            if (condition == Truth::yes) return next;
            part = program_.code_[next].end;
        }
        return 0;
    }

    [[nodiscard]] std::int64_t missing_of(const Instruction& own) const {
        std::int64_t missing = 0;
        for (std::uint32_t i = own.first; i < own.first + own.count; ++i) {
            const Value value = at(program_.asked_[i]);
            const bool empty = value.kind() == Value::Kind::text && value.text().empty();
            missing += value.is_missing() || empty ? 1 : 0;
        }
        return missing;
    }

    [[nodiscard]] double calculated(std::uint32_t place) const {
        const Instruction& own = program_.code_[place];
        std::uint32_t part = place + 1;
        double result = number(part);
        part = program_.code_[part].end;
        if (part == own.end) return own.op == Op::minus ? -result : result;
        for (; part < own.end && !is_missing(result); part = program_.code_[part].end) {
            result = applied(own.op, result, number(part));
        }
        return result;
    }

    const Program& program_;
    const Values& values_;
    Timestamp now_;
};

Truth Program::truth(const Values& values, Timestamp now, std::uint32_t place) const {
    return Run(*this, values, now).truth(place);
}
double Program::number(const Values& values, Timestamp now, std::uint32_t place) const {
    return Run(*this, values, now).number(place);
}
std::string_view Program::text(const Values& values, Timestamp now, std::uint32_t place) const {
    return Run(*this, values, now).text(place);
}
std::int64_t Program::time(const Values& values, Timestamp now, std::uint32_t place) const {
    return Run(*this, values, now).time(place);
}

}  // namespace boon::rules
