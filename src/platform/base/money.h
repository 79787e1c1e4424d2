// Amounts of the programme's one currency, as int64 minor units (cents). The currency, and so how many decimals an
// amount has, is known at the edges only: Currency turns decimals into Money and back.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/error.h"

namespace boon {

struct Money {
    std::int64_t minor = 0;

    auto operator<=>(const Money&) const = default;
};

class Currency {
public:
    // An ISO 4217 alphabetic code (`EUR`); `invalid` for any other text.
    static Result<Currency> from_code(std::string_view code);

    // US dollars: two decimals.
    Currency() = default;

    [[nodiscard]] std::string_view code() const { return {code_, 3}; }
    // Decimals of the minor unit: 0 (JPY) to 4.
    [[nodiscard]] int exponent() const { return exponent_; }

    // Decimal text, exact: `12`, `-0.5`, `12.34`. `invalid` when it has more decimals than the currency, or does not
    // fit.
    [[nodiscard]] Result<Money> parse(std::string_view decimal) const;
    // The nearest minor unit to a double that came from a decimal; `invalid` when it is not within 1e-6 of one, or
    // does not fit.
    [[nodiscard]] Result<Money> from_double(double amount) const;
    [[nodiscard]] double to_double(Money money) const;
    // Exact decimal text with as many decimals as the currency has: `12.30`.
    [[nodiscard]] std::string format(Money money) const;

private:
    char code_[4] = "USD";
    int exponent_ = 2;
};

}  // namespace boon
