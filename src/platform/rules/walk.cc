#include "platform/rules/walk.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/core.h>

#include "platform/rules/arithmetic.h"
#include "platform/rules/conversions.h"
#include "platform/rules/document.h"
#include "platform/rules/operand.h"
#include "platform/rules/substring.h"

namespace boon::rules {

namespace {

class Walk {
public:
    Walk(const Tree& tree, const Values* values, const json::Value* data, Timestamp now)
        : tree_(tree), values_(values), data_(data), now_(now) {}

    Result<json::Value> run() {
        json::Value result = take(value_of(tree_.root));
        if (steps_ > kMaxSteps) {
            return fail(
                ErrorCode::limited, fmt::format("the rule takes more than {} steps", kMaxSteps),
                "make the list that it walks over shorter"
            );
        }
        return result;
    }

private:
    [[nodiscard]] bool strict() const { return tree_.mode == Mode::strict; }
    [[nodiscard]] bool spent() const { return steps_ > kMaxSteps; }

    // What is copied or turned into text costs a step per value in it and per 64 bytes of text.
    void charge(const json::Value& value) {
        if (spent()) return;
        if (const auto* text = value.if_string()) steps_ += text->size() / 64;
        if (const auto* array = value.if_array()) {
            steps_ += array->size();
            for (const json::Value& item : *array) charge(item);
        } else if (const auto* object = value.if_object()) {
            steps_ += object->size();
            for (const auto& member : *object) charge(member.value());
        }
    }

    json::Value take(Operand&& operand) {
        charge(operand.get());
        return spent() ? json::Value(nullptr) : std::move(operand).take();
    }

    Operand value_of(const Node& node) {
        ++steps_;
        if (spent()) return Operand(nullptr);
        if (is_equality(node.op) || is_order(node.op)) return comparison(node);
        if (is_arithmetic(node.op)) return arithmetic(node);
        switch (node.op) {
            case Op::constant: return Operand(&node.constant);
            case Op::list: return list(node);
            case Op::variable:
            case Op::element:
            case Op::computed: return variable(node);
            case Op::conjunction: return joined(node, false);
            case Op::disjunction: return joined(node, true);
            case Op::negation:
            case Op::truthy: {
                const Operand operand = value_of(node.children[0]);
                if (unknown(operand)) return Operand(nullptr);
                return json::Value(is_truthy(operand.get()) == (node.op == Op::truthy));
            }
            case Op::conditional: return conditional(node);
            case Op::contained: return contained(node);
            case Op::days_since: return days(node);
            case Op::missing: return missing(names_of(node.children));
            case Op::missing_some: return missing_some(node);
            case Op::log: return value_of(node.children[0]);
            default: return of_text_or_list(node);
        }
    }

    [[nodiscard]] bool unknown(const Operand& operand) const { return strict() && operand.get().is_null(); }

    Operand list(const Node& node) {
        json::Array items;
        for (const Node& child : node.children) items.push_back(take(value_of(child)));
        return json::Value(std::move(items));
    }

    Operand variable(const Node& node) {
        Operand found(nullptr);
        bool there = false;
        if (node.op == Op::variable && values_ != nullptr) {
            found = read(tree_.references[node.reference]);
            if (node.bounded && found.get().is_number()) found = within_bounds(found.get().to_number<double>());
            there = !found.get().is_null();
        } else {
            const json::Value* seen = follow(data_, path_of(node));
            there = seen != nullptr && !(strict() && seen->is_null());
            if (there) found = Operand(seen);
        }
        const std::size_t fallback = node.op == Op::computed ? 1 : 0;
        return !there && node.children.size() > fallback ? value_of(node.children[fallback]) : std::move(found);
    }

    static Operand within_bounds(double number) {
        const double value = bounded(number);
        return std::isnan(value) ? Operand(nullptr) : Operand(of_number(value));
    }

    std::string path_of(const Node& node) {
        if (node.op == Op::variable) return tree_.references[node.reference].name;
        if (node.op == Op::element) return std::string(node.constant.get_string());
        const Operand name = value_of(node.children[0]);
        return name.get().is_null() ? std::string() : to_string(name.get());
    }

    Operand read(const Reference& reference) {
        if (reference.type == Type::list) return values_->list_at(reference);
        const Value value = values_->at(reference);
        if (strict() && reference.type != Type::any && !is_of(value, reference.type)) return Operand(nullptr);
        switch (value.kind()) {
            case Value::Kind::number: return of_number(value.number());
            case Value::Kind::text: return json::Value(value.text());
            case Value::Kind::boolean: return json::Value(value.boolean());
            case Value::Kind::time: return json::Value(value.time().micros);
            case Value::Kind::missing: break;
        }
        return reference.type == Type::any ? values_->list_at(reference) : Operand(nullptr);
    }

    // `and` (decided by what is false) and `or` (by what is true): the deciding value, else the last; in strict mode
    // true, false or, where an unknown part could still decide, unknown.
    Operand joined(const Node& node, bool deciding) {
        Operand last(nullptr);
        bool open = false;
        for (const Node& child : node.children) {
            last = value_of(child);
            if (unknown(last)) {
                open = true;
            } else if (is_truthy(last.get()) == deciding) {
                return strict() ? json::Value(deciding) : std::move(last);
            }
        }
        if (!strict()) return last;
        return open ? Operand(nullptr) : json::Value(!deciding);
    }

    Operand conditional(const Node& node) {
        const std::size_t count = node.children.size();
        std::size_t i = 0;
        for (; i + 1 < count; i += 2) {
            const Operand condition = value_of(node.children[i]);
            if (unknown(condition)) return Operand(nullptr);
            if (is_truthy(condition.get())) return value_of(node.children[i + 1]);
        }
        return i < count ? value_of(node.children[i]) : Operand(nullptr);
    }

    // a < b, or a < b < c, which is a < b and b < c.
    Operand comparison(const Node& node) {
        Operand before = value_of(node.children[0]);
        bool open = false;
        for (std::size_t i = 1; i < node.children.size(); ++i) {
            Operand next = value_of(node.children[i]);
            charge_composite(before, next);
            if (spent()) return Operand(nullptr);
            if (unknown(before) || unknown(next)) {
                open = true;
            } else if (!related(node.op, before.get(), next.get())) {
                return json::Value(false);
            }
            before = std::move(next);
        }
        return open ? Operand(nullptr) : json::Value(true);
    }

    // Strict rules order text by its bytes, as SQL does.
    [[nodiscard]] bool related(Op op, const json::Value& a, const json::Value& b) const {
        if (!strict() || !a.is_string() || !b.is_string()) return are_related(op, a, b);
        return is_so(op, std::string_view(a.get_string()), std::string_view(b.get_string()));
    }

    void charge_composite(const Operand& a, const Operand& b) {
        for (const json::Value* value : {&a.get(), &b.get()}) {
            if (!value->is_primitive() || value->is_string()) charge(*value);
        }
    }

    Operand arithmetic(const Node& node) {
        const bool is_alone = node.children.size() == 1;
        const auto read_number = number_reader(tree_.mode, node.op);
        const auto apply = strict() ? applied : originally_applied;
        double result = 0;
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            const Operand operand = value_of(node.children[i]);
            charge_composite(operand, operand);
            if (spent() || unknown(operand)) return Operand(nullptr);
            if (!strict() && node.op == Op::times && is_alone) return operand;
            result = i == 0 ? read_number(operand.get()) : apply(node.op, result, read_number(operand.get()));
        }
        if (node.op == Op::minus && is_alone) result = -result;
        return std::isfinite(result) || !strict() ? of_number(result) : Operand(nullptr);
    }

    Operand contained(const Node& node) {
        const Operand what = value_of(node.children[0]);
        const Operand where = value_of(node.children[1]);
        charge_composite(what, where);
        if (spent() || unknown(what) || unknown(where)) return Operand(nullptr);
        if (const auto* text = where.get().if_string()) {
            return json::Value(std::string_view(*text).contains(to_string(what.get())));
        }
        const auto* items = where.get().if_array();
        return json::Value(items != nullptr && std::ranges::any_of(*items, [&](const json::Value& item) {
                               return are_strictly_equal(item, what.get());
                           }));
    }

    // Of a document's text, or of microseconds.
    Operand days(const Node& node) {
        const Operand at = value_of(node.children[0]);
        const auto* micros = at.get().if_int64();
        const Value time = micros != nullptr ? Value::of_time({*micros}) : rules::value_of(at.get(), Type::time);
        if (time.kind() != Value::Kind::time) return Operand(nullptr);
        return of_number(days_between(time.time().micros, now_.micros));
    }

    // The names: those in the first argument when that is a list, else the arguments.
    json::Array names_of(std::span<const Node> arguments) {
        json::Array names;
        for (const Node& argument : arguments) {
            json::Value name = take(value_of(argument));
            if (&argument == arguments.data() && name.is_array()) return std::move(name.get_array());
            names.push_back(std::move(name));
        }
        return names;
    }

    Operand missing(json::Array names) {
        json::Array lacking;
        for (json::Value& name : names) {
            const Operand value = named(name.is_null() ? std::string() : to_string(name));
            const auto* text = value.get().if_string();
            if (value.get().is_null() || (text != nullptr && text->empty())) lacking.push_back(std::move(name));
        }
        return json::Value(std::move(lacking));
    }

    Operand named(const std::string& name) {
        if (values_ == nullptr || elements_ > 0) {
            const json::Value* seen = follow(data_, name);
            return Operand(seen);
        }
        const auto found = std::ranges::find(tree_.references, name, &Reference::name);
        return found == tree_.references.end() ? Operand(nullptr) : read(*found);
    }

    Operand missing_some(const Node& node) {
        const double least = to_number(value_of(node.children[0]).get());
        const json::Array names = names_of(std::span(node.children).subspan(1));
        const auto count = static_cast<double>(names.size());
        Operand lacking = missing(names);
        const auto absent = static_cast<double>(lacking.get().get_array().size());
        return count - absent >= least ? json::Value(json::Array()) : std::move(lacking);
    }

    Operand of_text_or_list(const Node& node) {
        if (is_walk(node.op)) return over_list(node);
        if (node.op == Op::merge) return merged(node);
        return node.op == Op::concatenate ? concatenated(node) : part_of_text(node);
    }

    Operand concatenated(const Node& node) {
        std::string text;
        for (const Node& child : node.children) {
            const Operand part = value_of(child);
            charge(part.get());
            if (spent() || unknown(part)) return Operand(nullptr);
            if (!part.get().is_null()) text += to_string(part.get());
        }
        return json::Value(text);
    }

    Operand part_of_text(const Node& node) {
        const Operand text = value_of(node.children[0]);
        const Operand start = value_of(node.children[1]);
        charge(text.get());
        if (spent() || unknown(text) || unknown(start)) return Operand(nullptr);
        std::optional<double> length;
        if (node.children.size() == 3) {
            const Operand wanted = value_of(node.children[2]);
            if (unknown(wanted)) return Operand(nullptr);
            length = to_number(wanted.get());
        }
        return json::Value(substring(to_string(text.get()), to_number(start.get()), length));
    }

    Operand merged(const Node& node) {
        json::Array all;
        for (const Node& child : node.children) {
            json::Value part = take(value_of(child));
            if (auto* array = part.if_array()) {
                for (json::Value& item : *array) all.push_back(std::move(item));
            } else {
                all.push_back(std::move(part));
            }
        }
        return json::Value(std::move(all));
    }

    // The second part of a walk, with the element as its data.
    Operand of_element(const Node& node, const json::Value& element) {
        const json::Value* outer = std::exchange(data_, &element);
        ++elements_;
        Operand result = value_of(node);
        --elements_;
        data_ = outer;
        return result;
    }

    Operand over_list(const Node& node) {
        const Operand walked = value_of(node.children[0]);
        if (spent() || unknown(walked)) return Operand(nullptr);
        const json::Array none;
        const json::Array& items = walked.get().is_array() ? walked.get().get_array() : none;
        if (node.op == Op::reduce) return reduced(node, items);
        if (node.op == Op::map || node.op == Op::filter) return mapped(node, items);
        return counted(node, items);
    }

    Operand mapped(const Node& node, const json::Array& items) {
        json::Array results;
        for (const json::Value& item : items) {
            Operand result = of_element(node.children[1], item);
            if (spent()) return Operand(nullptr);
            if (node.op == Op::map) {
                results.push_back(take(std::move(result)));
            } else if (is_truthy(result.get())) {
                results.push_back(take(Operand(&item)));
            }
        }
        return json::Value(std::move(results));
    }

    // all, some, none: of an empty list all is false, as the reference implementation has it.
    Operand counted(const Node& node, const json::Array& items) {
        bool open = false;
        for (const json::Value& item : items) {
            const Operand result = of_element(node.children[1], item);
            if (spent()) return Operand(nullptr);
            if (unknown(result)) {
                open = true;
            } else if (is_truthy(result.get()) != (node.op == Op::all)) {
                return json::Value(node.op == Op::some);
            }
        }
        if (open) return Operand(nullptr);
        if (node.op == Op::all) return json::Value(!items.empty());
        return json::Value(node.op == Op::none);
    }

    Operand reduced(const Node& node, const json::Array& items) {
        json::Value result = node.children.size() == 3 ? take(value_of(node.children[2])) : json::Value(nullptr);
        for (const json::Value& item : items) {
            json::Object step;
            step["current"] = take(Operand(&item));
            step["accumulator"] = std::move(result);
            const json::Value element(std::move(step));
            result = take(of_element(node.children[1], element));
            if (spent()) return Operand(nullptr);
        }
        return result;
    }

    const Tree& tree_;
    const Values* values_;
    const json::Value* data_;
    Timestamp now_;
    std::size_t steps_ = 0;
    int elements_ = 0;  // how many walks stand around us
};

}  // namespace

Result<json::Value> walk(const Tree& tree, const json::Value& data, Timestamp now) {
    return Walk(tree, nullptr, &data, now).run();
}

Result<json::Value> walk(const Tree& tree, const Values& values, Timestamp now) {
    return Walk(tree, &values, nullptr, now).run();
}

}  // namespace boon::rules
