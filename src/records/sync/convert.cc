#include "records/sync/convert.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "platform/base/id.h"
#include "records/catalog/offer.h"
#include "records/sync/path.h"

namespace boon::sync {

namespace {

// A value in a message: short, on one line.
std::string shown(const json::Value& value) {
    const auto* text = value.if_string();
    std::string words = text != nullptr ? std::string(text->data(), text->size()) : json::to_text(value);
    if (characters_in(words) > 60) words = std::string(first_characters(words, 57)) + "…";
    for (char& c : words) c = static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    return words;
}

std::unexpected<Error> mistake(std::string detail) { return fail(ErrorCode::invalid, std::move(detail)); }

std::unexpected<Error> not_a(std::string_view what, const json::Value& value) {
    return mistake(fmt::format("`{}` is not {}", shown(value), what));
}

bool is_list(FieldType type) { return type == FieldType::names; }

class Conversion {
public:
    Conversion(const Target& target, const FieldRule& rule, const Currency& currency, std::vector<std::string>& notes)
        : target_(target), rule_(rule), currency_(currency), notes_(notes) {}

    Result<json::Value> run(const json::Value& body) {
        BOON_TRY(auto values, values_of(body));
        if (values.empty()) {
            if (rule_.constant.is_null()) return json::Value(nullptr);
            values.push_back(rule_.constant);
        }
        if (target_.type == FieldType::money) BOON_CHECK(check_currency(body));
        if (is_list(target_.type)) return names(values);
        if (rule_.join) return text(json::Value(joined(values)));
        return scalar(values.front());
    }

private:
    // What the rule's first path that has any leads to, or, to be joined, what all of them lead to.
    Result<std::vector<json::Value>> values_of(const json::Value& body) const {
        std::vector<json::Value> values;
        for (const std::string& path : rule_.from) {
            if (!values.empty() && !rule_.join) break;
            for (const json::Value* value : values_at(body, path)) {
                BOON_TRY(auto mapped, translated(*value));
                if (!mapped.is_null()) values.push_back(std::move(mapped));
            }
        }
        return values;
    }

    Result<json::Value> translated(const json::Value& value) const {
        if (rule_.values.empty() && !rule_.otherwise) return value;
        const auto* string = value.if_string();
        const std::string key = string != nullptr ? std::string(string->data(), string->size()) : json::to_text(value);
        if (const auto found = rule_.values.find(key); found != rule_.values.end()) return found->second;
        if (rule_.otherwise) return *rule_.otherwise;
        switch (rule_.unlisted) {
            case Unlisted::keep: return value;
            case Unlisted::clear: return json::Value(nullptr);
            case Unlisted::reject: break;
        }
        return mistake(fmt::format("`{}` is none of the values that the mapping lists", shown(value)));
    }

    [[nodiscard]] Status check_currency(const json::Value& body) const {
        if (!rule_.currency) return {};
        const std::string code = text_at(body, *rule_.currency);
        if (code.empty() || code == currency_.code()) return {};
        return mistake(fmt::format("is in {}, but the programme's currency is {}", code, currency_.code()));
    }

    [[nodiscard]] std::string joined(const std::vector<json::Value>& values) const {
        std::string out;
        for (const json::Value& value : values) {
            const std::string part = text_at(value, "");
            if (part.empty()) continue;
            if (!out.empty()) out += *rule_.join;
            out += part;
        }
        return out;
    }

    Result<json::Value> scalar(const json::Value& value) {
        switch (target_.type) {
            case FieldType::text: return text(value);
            case FieldType::flag: return flag(value);
            case FieldType::money: return money(value);
            case FieldType::number: return number(value);
            case FieldType::time: {
                BOON_TRY(const Timestamp at, read_time(value, rule_.time));
                return json::Value(to_string(at));
            }
            case FieldType::names: break;
        }
        return not_a("of a known type", value);
    }

    Result<json::Value> text(const json::Value& value) {
        if (value.is_object() || value.is_array()) return not_a("a text", value);
        std::string words = text_at(value, "");
        const std::size_t length = characters_in(words);
        if (target_.max_length > 0 && length > target_.max_length) {
            if (rule_.too_long == TooLong::reject) {
                return mistake(fmt::format("has {} characters; at most {} fit", length, target_.max_length));
            }
            notes_.push_back(fmt::format("{} was cut from {} characters", target_.field, length));
            words = first_characters(words, target_.max_length);
        }
        return json::Value(words);
    }

    static Result<json::Value> flag(const json::Value& value) {
        if (value.is_bool()) return value;
        const std::string words = text_at(value, "");
        if (words == "true" || words == "True" || words == "1") return json::Value(true);
        if (words == "false" || words == "False" || words == "0") return json::Value(false);
        return not_a("true or false", value);
    }

    static Result<double> as_double(const json::Value& value) {
        if (value.is_number()) return value.to_number<double>();
        const auto* string = value.if_string();
        if (string != nullptr) {
            double number = 0;
            const auto [end, problem] = std::from_chars(string->data(), string->data() + string->size(), number);
            const bool whole = problem == std::errc() && end == string->data() + string->size();
            if (whole && std::isfinite(number)) return number;
        }
        return not_a("a number", value);
    }

    static Result<json::Value> number(const json::Value& value) {
        BOON_TRY(const double number, as_double(value));
        return json::Value(number);
    }

    // Decimal text is read exactly, so that 0.1 + 0.2 never enters.
    [[nodiscard]] Result<json::Value> money(const json::Value& value) const {
        const auto* string = value.if_string();
        if (string == nullptr && !value.is_number()) return not_a("an amount", value);
        const auto amount =
            string != nullptr ? currency_.parse(*string) : currency_.from_double(value.to_number<double>());
        if (!amount) return mistake(amount.error().message);
        return json::Value(currency_.to_double(*amount));
    }

    Result<json::Value> names(const std::vector<json::Value>& values) {
        json::Array list;
        for (const json::Value& value : values) {
            if (const auto* array = value.if_array()) {
                for (const json::Value& item : *array) BOON_CHECK(add_name(list, item));
            } else if (rule_.split && value.is_string()) {
                for (const std::string& part : parts(value.get_string())) {
                    BOON_CHECK(add_name(list, json::Value(part)));
                }
            } else {
                BOON_CHECK(add_name(list, value));
            }
        }
        return json::Value(std::move(list));
    }

    Status add_name(json::Array& list, const json::Value& value) {
        BOON_TRY(json::Value name, text(value));
        const bool known = name.get_string().empty() || std::ranges::find(list, name) != list.end();
        if (!known) list.push_back(std::move(name));
        if (list.size() <= catalog::kMaxNames) return {};
        return mistake(fmt::format("has more than {} names", catalog::kMaxNames));
    }

    [[nodiscard]] std::vector<std::string> parts(std::string_view text) const {
        std::vector<std::string> out;
        while (true) {
            const auto end = text.find(*rule_.split);
            std::string_view part = text.substr(0, end);
            while (part.starts_with(' ')) part.remove_prefix(1);
            while (part.ends_with(' ')) part.remove_suffix(1);
            out.emplace_back(part);
            if (end == std::string_view::npos) return out;
            text.remove_prefix(end + rule_.split->size());
        }
    }

    const Target& target_;
    const FieldRule& rule_;
    const Currency& currency_;
    std::vector<std::string>& notes_;
};

// RFC 3339, with the variants that upstreams write: an offset without its colon, or no offset at all.
std::string as_rfc3339(std::string text) {
    if (text.size() <= 10) return text;
    const auto sign = text.find_last_of("+-");
    const bool has_offset = sign != std::string::npos && sign > 10;
    if (has_offset && text.size() - sign == 5) text.insert(sign + 3, ":");
    if (!has_offset && !text.ends_with('Z') && !text.ends_with('z')) text += 'Z';
    return text;
}

// 31.12.2026 or 31/12/2026, or with the month first, as 2026-12-31.
std::string year_first(std::string_view text, TimeForm form) {
    const auto first = text.find_first_of("./-");
    const auto second = first == std::string_view::npos ? first : text.find_first_of("./-", first + 1);
    if (second == std::string_view::npos || text.size() - second != 5) return {};
    std::string_view day = text.substr(0, first);
    std::string_view month = text.substr(first + 1, second - first - 1);
    if (form == TimeForm::month_day_year) std::swap(day, month);
    return fmt::format("{}-{:0>2}-{:0>2}", text.substr(second + 1), month, day);
}

}  // namespace

Result<Timestamp> read_time(const json::Value& value, TimeForm form) {
    const std::string text = text_at(value, "");
    if (form == TimeForm::epoch_s || form == TimeForm::epoch_ms) {
        std::int64_t number = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
        const std::int64_t scale = form == TimeForm::epoch_s ? kMicrosPerSecond : kMicrosPerSecond / 1000;
        // The year 9999.
        const bool fits = problem == std::errc() && end == text.data() + text.size() &&
                          std::abs(number) <= 253'402'300'799'000'000 / scale;
        if (!fits) return not_a("a number of seconds or milliseconds since 1970", value);
        return Timestamp{number * scale};
    }
    const auto at = parse_timestamp(form == TimeForm::text ? as_rfc3339(text) : year_first(text, form));
    if (!at) return not_a(form == TimeForm::text ? "a time such as 2026-03-01T12:30:00Z" : "a date", value);
    return *at;
}

Result<json::Value> convert(
    const Target& target, const FieldRule& rule, const json::Value& body, const Currency& currency,
    std::vector<std::string>& notes
) {
    return Conversion(target, rule, currency, notes).run(body);
}

}  // namespace boon::sync
