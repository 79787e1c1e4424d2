// From a typed tree to SQL, in which NULL is unknown. The arithmetic is that of arithmetic.h.
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/rules/ranges.h"
#include "platform/rules/rule.h"
#include "platform/rules/tree.h"

namespace boon::rules {

namespace {

using sql::Dialect;

constexpr std::size_t kMaxText = 64UZ * 1024;

std::string_view relation(Op op) {
    switch (op) {
        case Op::less: return "<";
        case Op::at_most: return "<=";
        case Op::more: return ">";
        case Op::at_least: return ">=";
        case Op::unequal:
        case Op::not_same: return "<>";
        default: return "=";
    }
}

class Writer {
public:
    Writer(const Tree& tree, Dialect dialect, Timestamp now, const ColumnOf& column_of)
        : tree_(tree), dialect_(dialect), now_(now), column_of_(column_of) {}

    Result<std::string> condition(const Node& node) const {
        BOON_TRY(std::string text, value(node));
        if (node.type == Type::number) return fmt::format("({} <> 0)", text);
        if (node.type == Type::text) return fmt::format("({} <> '')", text);
        return text;
    }

private:
    // Every part is held against the limit, since some parts are repeated in what is made of them.
    Result<std::string> value(const Node& node) const {
        BOON_TRY(std::string text, written(node));
        if (text.size() > kMaxText) {
            return fail(
                ErrorCode::failed_precondition,
                fmt::format("the rule's SQL would be longer than {} KiB", kMaxText / 1024), "split the rule in several"
            );
        }
        return text;
    }

    Result<std::string> written(const Node& node) const {
        if (is_equality(node.op) || is_order(node.op)) return comparison(node);
        if (is_arithmetic(node.op)) return arithmetic(node);
        switch (node.op) {
            case Op::constant: return constant(node);
            case Op::variable: return variable(node);
            case Op::conjunction: return joined(node, " and ");
            case Op::disjunction: return joined(node, " or ");
            case Op::truthy: return condition(node.children[0]);
            case Op::negation: {
                BOON_TRY(const std::string inner, condition(node.children[0]));
                return fmt::format("(not {})", inner);
            }
            case Op::conditional: return branches(node, 0);
            case Op::contained: return contained(node);
            case Op::days_since: return days_since(node);
            case Op::missing: return missing(node, 0);
            case Op::missing_some: {
                const auto enough =
                    static_cast<std::int64_t>(node.references.size()) - node.children[0].constant.get_int64();
                return missing(node, std::max<std::int64_t>(enough, 0));
            }
            default: return fail(ErrorCode::internal, fmt::format("`{}` has no SQL", name_of(node.op)));
        }
    }

    Result<std::string> literal(const sql::Literal::Value& value) const {
        BOON_TRY(const sql::Literal written, sql::Literal::of(dialect_, value));
        return written.text();
    }

    [[nodiscard]] std::string_view sql_type(Type type) const {
        const bool sqlite = dialect_ == Dialect::sqlite;
        switch (type) {
            case Type::text: return "text";
            case Type::boolean: return sqlite ? "integer" : "boolean";
            case Type::time: return sqlite ? "integer" : dialect_ == Dialect::postgres ? "timestamptz" : "timestamp";
            case Type::number:
            case Type::list:
            case Type::any: break;
        }
        return sqlite ? "real" : "double precision";
    }

    Result<std::string> constant(const Node& node) const {
        if (node.constant.is_null()) return fmt::format("cast(null as {})", sql_type(node.type));
        switch (node.type) {
            case Type::number: return literal(node.constant.to_number<double>());
            case Type::text: return literal(std::string_view(node.constant.get_string()));
            case Type::time: return literal(Timestamp{node.constant.get_int64()});
            case Type::boolean: return literal(node.constant.get_bool());
            case Type::list:
            case Type::any: break;
        }
        return fail(ErrorCode::internal, "a constant of a rule has no type");
    }

    Result<std::string> column(const Reference& reference) const {
        BOON_TRY(const std::string given, column_of_(reference));
        if (reference.type != Type::number) return fmt::format("({})", given);
        const std::string number = fmt::format("cast({} as {})", given, sql_type(Type::number));
        if (dialect_ == Dialect::sqlite) return number;  // which has no NaN
        BOON_TRY(const std::string nan, literal(std::nan("")));
        return fmt::format("nullif({}, {})", number, nan);
    }

    Result<std::string> variable(const Node& node) const {
        BOON_TRY(std::string text, column(tree_.references[node.reference]));
        if (node.bounded) {
            BOON_TRY(const std::string least, literal(kLeastOperand));
            BOON_TRY(const std::string greatest, literal(kGreatestOperand));
            BOON_TRY(const std::string zero, literal(0.0));
            text = fmt::format(
                "(case when abs({0}) < {1} then {2} when abs({0}) <= {3} then {0} end)", text, least, zero, greatest
            );
        }
        if (node.children.empty()) return text;
        BOON_TRY(const std::string fallback, value(node.children[0]));
        return fmt::format("coalesce({}, {})", text, fallback);
    }

    Result<std::string> joined(const Node& node, std::string_view word) const {
        std::vector<std::string> parts;
        for (const Node& child : node.children) {
            BOON_TRY(std::string part, condition(child));
            parts.push_back(std::move(part));
        }
        return fmt::format("({})", fmt::join(parts, word));
    }

    // Only a condition that is true or false takes a branch: one that is unknown makes the whole unknown.
    Result<std::string> branches(const Node& node, std::size_t from) const {
        if (from == node.children.size()) return fmt::format("cast(null as {})", sql_type(node.type));
        if (from + 1 == node.children.size()) return value(node.children[from]);
        BOON_TRY(const std::string asked, condition(node.children[from]));
        BOON_TRY(const std::string taken, value(node.children[from + 1]));
        BOON_TRY(const std::string rest, branches(node, from + 2));
        BOON_TRY(const std::string yes, literal(true));
        BOON_TRY(const std::string no, literal(false));
        return fmt::format("(case {} when {} then {} when {} then {} end)", asked, yes, taken, no, rest);
    }

    Result<std::string> pair(Op op, const Node& left, const Node& right) const {
        BOON_TRY(const std::string a, value(left));
        BOON_TRY(const std::string b, value(right));
        // Rules compare text by its bytes; PostgreSQL orders it by the database's language.
        const bool bytewise = left.type == Type::text && is_order(op) && dialect_ == Dialect::postgres;
        return fmt::format("({}{} {} {})", a, bytewise ? " collate \"C\"" : "", relation(op), b);
    }

    Result<std::string> comparison(const Node& node) const {
        BOON_TRY(std::string first, pair(node.op, node.children[0], node.children[1]));
        if (node.children.size() == 2) return first;
        BOON_TRY(const std::string second, pair(node.op, node.children[1], node.children[2]));
        return fmt::format("({} and {})", first, second);
    }

    Result<std::string> contained(const Node& node) const {
        BOON_TRY(const std::string what, value(node.children[0]));
        const Node& where = node.children[1];
        if (where.op != Op::list) {
            BOON_TRY(const std::string text, value(where));
            switch (dialect_) {
                case Dialect::sqlite: return fmt::format("(instr({}, {}) > 0)", text, what);
                case Dialect::postgres: return fmt::format("(strpos({}, {}) > 0)", text, what);
                case Dialect::duckdb: return fmt::format("contains({}, {})", text, what);
            }
        }
        std::vector<std::string> items;
        for (const Node& item : where.children) {
            BOON_TRY(std::string written_item, value(item));
            items.push_back(std::move(written_item));
        }
        return fmt::format("({} in ({}))", what, fmt::join(items, ", "));
    }

    Result<std::string> days_since(const Node& node) const {
        BOON_TRY(const std::string at, value(node.children[0]));
        BOON_TRY(const std::string day, literal(static_cast<double>(kMicrosPerDay)));
        BOON_TRY(const std::string now, literal(now_));
        switch (dialect_) {
            case Dialect::sqlite: return fmt::format("(cast({} - {} as real) / {})", now, at, day);
            case Dialect::postgres:
                return fmt::format(
                    "(cast(extract(epoch from ({} - {})) * 1000000 as double precision) / {})", now, at, day
                );
            case Dialect::duckdb: return fmt::format("(cast({} - epoch_us({}) as double) / {})", now_.micros, at, day);
        }
        return fail(ErrorCode::internal, "there is no such dialect");
    }

    Result<std::string> arithmetic(const Node& node) const {
        std::vector<std::string> parts;
        for (const Node& child : node.children) {
            BOON_TRY(std::string part, value(child));
            parts.push_back(std::move(part));
        }
        if (parts.size() == 1) return node.op == Op::minus ? fmt::format("(-{})", parts[0]) : parts[0];
        if (node.op == Op::least || node.op == Op::greatest) return extreme(node.op, parts);
        std::string text = parts[0];
        for (std::size_t i = 1; i < parts.size(); ++i) {
            switch (node.op) {
                case Op::over: text = fmt::format("({} / nullif({}, 0))", text, parts[i]); break;
                case Op::modulo: text = fmt::format("({0} - {1} * trunc({0} / {1}))", text, parts[i]); break;
                default: text = fmt::format("({} {} {})", text, name_of(node.op), parts[i]); break;
            }
        }
        return text;
    }

    // SQLite's min() is NULL when an argument is; least() of the others leaves such arguments out.
    Result<std::string> extreme(Op op, const std::vector<std::string>& parts) const {
        const bool least = op == Op::least;
        const std::string list = fmt::format("{}", fmt::join(parts, ", "));
        if (dialect_ == Dialect::sqlite) return fmt::format("{}({})", least ? "min" : "max", list);
        return fmt::format(
            "(case when {} is not null then {}({}) end)", fmt::join(parts, " is not null and "),
            least ? "least" : "greatest", list
        );
    }

    // Whether more than `allowed` of the variables are missing.
    Result<std::string> missing(const Node& node, std::int64_t allowed) const {
        std::vector<std::string> each;
        for (const std::uint32_t place : node.references) {
            const Reference& reference = tree_.references[place];
            if (reference.type == Type::any) {
                return fail(
                    ErrorCode::failed_precondition,
                    fmt::format("`{}` has no type that a column could have", reference.name)
                );
            }
            BOON_TRY(const std::string text, column(reference));
            each.push_back(
                reference.type == Type::text ? fmt::format("({0} is null or {0} = '')", text)
                                             : fmt::format("({} is null)", text)
            );
        }
        if (allowed == 0) return fmt::format("({})", fmt::join(each, " or "));
        for (std::string& one : each) one = fmt::format("(case when {} then 1 else 0 end)", one);
        return fmt::format("(({}) > {})", fmt::join(each, " + "), allowed);
    }

    const Tree& tree_;
    Dialect dialect_;
    Timestamp now_;
    const ColumnOf& column_of_;
};

}  // namespace

Result<std::string> Rule::sql(sql::Dialect dialect, Timestamp now, const ColumnOf& column_of) const {
    if (!is_typed()) {
        return fail(
            ErrorCode::failed_precondition, "the rule cannot become SQL: " + outside(),
            "write it with comparisons, and, or, !, if, in, arithmetic, missing and days_since"
        );
    }
    return Writer(*tree_, dialect, now, column_of).condition(tree_->root);
}

}  // namespace boon::rules
