#include "platform/base/timestamp.h"

#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "platform/base/id.h"

namespace boon {

namespace {

// Reads from the front of a text; every step says whether it could.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    std::optional<int> digits(std::size_t count) {
        if (rest_.size() < count) return std::nullopt;
        int value = 0;
        for (char c : rest_.substr(0, count)) {
            if (c < '0' || c > '9') return std::nullopt;
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(count);
        return value;
    }

    bool any_of(std::string_view characters) {
        if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return false;
        last_ = rest_.front();
        rest_.remove_prefix(1);
        return true;
    }

    [[nodiscard]] char last() const { return last_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] bool at_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }

private:
    std::string_view rest_;
    char last_ = 0;
};

std::optional<std::int64_t> read_date(Cursor& cursor) {
    const auto year = cursor.digits(4);
    if (!year || !cursor.any_of("-")) return std::nullopt;
    const auto month = cursor.digits(2);
    if (!month || !cursor.any_of("-")) return std::nullopt;
    const auto day = cursor.digits(2);
    if (!day || *year < 1) return std::nullopt;
    const std::chrono::year_month_day date{
        std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
        std::chrono::day(static_cast<unsigned>(*day))
    };
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch().count() * kMicrosPerDay;
}

std::optional<std::int64_t> read_fraction(Cursor& cursor) {
    std::int64_t micros = 0;
    int digits = 0;
    while (cursor.at_digit()) {
        if (++digits > 6) return std::nullopt;
        micros = micros * 10 + *cursor.digits(1);
    }
    if (digits == 0) return std::nullopt;
    for (; digits < 6; ++digits) micros *= 10;
    return micros;
}

std::optional<std::int64_t> read_time(Cursor& cursor) {
    const auto hour = cursor.digits(2);
    if (!hour || *hour > 23 || !cursor.any_of(":")) return std::nullopt;
    const auto minute = cursor.digits(2);
    if (!minute || *minute > 59 || !cursor.any_of(":")) return std::nullopt;
    const auto second = cursor.digits(2);
    if (!second || *second > 59) return std::nullopt;
    std::int64_t micros = (*hour * 3600LL + *minute * 60LL + *second) * kMicrosPerSecond;
    if (cursor.any_of(".")) {
        const auto fraction = read_fraction(cursor);
        if (!fraction) return std::nullopt;
        micros += *fraction;
    }
    return micros;
}

// Microseconds east of UTC.
std::optional<std::int64_t> read_offset(Cursor& cursor) {
    if (cursor.any_of("Zz")) return 0;
    if (!cursor.any_of("+-")) return std::nullopt;
    const int sign = cursor.last() == '-' ? -1 : 1;
    const auto hours = cursor.digits(2);
    if (!hours || *hours > 23 || !cursor.any_of(":")) return std::nullopt;
    const auto minutes = cursor.digits(2);
    if (!minutes || *minutes > 59) return std::nullopt;
    return sign * (*hours * 3600LL + *minutes * 60LL) * kMicrosPerSecond;
}

std::optional<Timestamp> read(Cursor cursor) {
    const auto date = read_date(cursor);
    if (!date) return std::nullopt;
    if (cursor.at_end()) return Timestamp{*date};
    if (!cursor.any_of("Tt ")) return std::nullopt;
    const auto time = read_time(cursor);
    if (!time) return std::nullopt;
    const auto offset = read_offset(cursor);
    if (!offset || !cursor.at_end()) return std::nullopt;
    return Timestamp{*date + *time - *offset};
}

// By hand: every answer and every row of the ledger has times in it.
void append_digits(std::string& text, std::int64_t number, int digits) {
    const std::size_t end = text.append(static_cast<std::size_t>(digits), '0').size();
    for (int i = 1; i <= digits; ++i, number /= 10)
        text[end - static_cast<std::size_t>(i)] = static_cast<char>('0' + number % 10);
}

}  // namespace

Result<Timestamp> parse_timestamp(std::string_view text) {
    if (const auto at = read(Cursor(text))) return *at;
    return fail(
        ErrorCode::invalid, fmt::format("`{}` is not a time", first_characters(text, 64)),
        "write it as 2026-03-01T12:30:00Z, or 2026-03-01 for midnight UTC"
    );
}

std::string to_string(Timestamp at) {
    const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(at.micros)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    const int year = static_cast<int>(date.year());
    std::string text;
    text.reserve(sizeof "2026-03-01T12:30:00.123456Z");
    if (year >= 0 && year <= 9999) {
        append_digits(text, year, 4);
    } else {
        text += fmt::format("{:04}", year);
    }
    append_digits(text += '-', static_cast<unsigned>(date.month()), 2);
    append_digits(text += '-', static_cast<unsigned>(date.day()), 2);
    append_digits(text += 'T', clock.hours().count(), 2);
    append_digits(text += ':', clock.minutes().count(), 2);
    append_digits(text += ':', clock.seconds().count(), 2);
    const auto fraction = clock.subseconds().count();
    if (fraction % 1000 != 0) {
        append_digits(text += '.', fraction, 6);
    } else if (fraction != 0) {
        append_digits(text += '.', fraction / 1000, 3);
    }
    return text += 'Z';
}

Timestamp system_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
}

}  // namespace boon
