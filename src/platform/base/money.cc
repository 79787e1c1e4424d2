#include "platform/base/money.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "platform/base/id.h"

namespace boon {

namespace {

struct Exponent {
    std::string_view code;
    int exponent;
};

// ISO 4217 list one: codes whose minor unit is not 2 decimals.
constexpr std::array kExponents = {
    Exponent{"BHD", 3}, Exponent{"BIF", 0}, Exponent{"CLF", 4}, Exponent{"CLP", 0}, Exponent{"DJF", 0},
    Exponent{"GNF", 0}, Exponent{"IQD", 3}, Exponent{"ISK", 0}, Exponent{"JOD", 3}, Exponent{"JPY", 0},
    Exponent{"KMF", 0}, Exponent{"KRW", 0}, Exponent{"KWD", 3}, Exponent{"LYD", 3}, Exponent{"OMR", 3},
    Exponent{"PYG", 0}, Exponent{"RWF", 0}, Exponent{"TND", 3}, Exponent{"UGX", 0}, Exponent{"UYI", 0},
    Exponent{"UYW", 4}, Exponent{"VND", 0}, Exponent{"VUV", 0}, Exponent{"XAF", 0}, Exponent{"XOF", 0},
    Exponent{"XPF", 0},
};

// ISO 4217 list one, funds left out that no shop takes.
constexpr std::string_view kCodes =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF "
    "GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD "
    "LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP "
    "PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP "
    "TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG "
    "ZWL";

constexpr std::array<std::int64_t, 5> kScales = {1, 10, 100, 1000, 10000};

}  // namespace

Result<Currency> Currency::from_code(std::string_view code) {
    const bool letters = std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (code.size() != 3 || !letters || kCodes.find(code) == std::string_view::npos) {
        return fail(
            ErrorCode::invalid, fmt::format("`{}` is not a currency", first_characters(code, 16)),
            "use the three capital letters of ISO 4217, for example EUR"
        );
    }
    Currency currency;
    std::ranges::copy(code, currency.code_);
    const auto* entry = std::ranges::find(kExponents, code, &Exponent::code);
    currency.exponent_ = entry == kExponents.end() ? 2 : entry->exponent;
    return currency;
}

Result<Money> Currency::parse(std::string_view decimal) const {
    const auto refuse = [&](std::string_view why) {
        return fail(
            ErrorCode::invalid,
            fmt::format("`{}` is not an amount in {}: {}", first_characters(decimal, 32), code(), why)
        );
    };
    std::string digits(decimal);
    const auto point = decimal.find('.');
    std::size_t decimals = 0;
    if (point != std::string_view::npos) {
        decimals = decimal.size() - point - 1;
        if (decimals == 0) return refuse("digits are missing after the point");
        if (decimals > static_cast<std::size_t>(exponent_)) {
            return refuse(fmt::format("at most {} decimals", exponent_));
        }
        digits.erase(point, 1);
    }
    digits.append(static_cast<std::size_t>(exponent_) - decimals, '0');
    Money money;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), money.minor);
    const bool starts_well = point != 0 && !decimal.starts_with("-.") && !decimal.empty();
    if (problem == std::errc::result_out_of_range) return refuse("too large");
    if (problem != std::errc() || end != digits.data() + digits.size() || !starts_well) {
        return refuse("not a decimal number");
    }
    return money;
}

Result<Money> Currency::from_double(double amount) const {
    const double scaled = amount * static_cast<double>(kScales[static_cast<std::size_t>(exponent_)]);
    if (!(std::fabs(scaled) < 9e18)) return fail(ErrorCode::invalid, fmt::format("{} is too large an amount", amount));
    const double rounded = std::round(scaled);
    // A decimal's double is off by at most half an ulp; scaling adds another.
    const double slack = std::max(1e-6, std::fabs(scaled) * 4 * std::numeric_limits<double>::epsilon());
    if (std::fabs(scaled - rounded) > slack) {
        return fail(
            ErrorCode::invalid, fmt::format("{} has more decimals than {} allows ({})", amount, code(), exponent_)
        );
    }
    return Money{static_cast<std::int64_t>(rounded)};
}

double Currency::to_double(Money money) const {
    return static_cast<double>(money.minor) / static_cast<double>(kScales[static_cast<std::size_t>(exponent_)]);
}

std::string Currency::format(Money money) const {
    const auto scale = static_cast<std::uint64_t>(kScales[static_cast<std::size_t>(exponent_)]);
    const std::uint64_t size =
        money.minor < 0 ? 0 - static_cast<std::uint64_t>(money.minor) : static_cast<std::uint64_t>(money.minor);
    std::string text = fmt::format("{}{}", money.minor < 0 ? "-" : "", size / scale);
    if (exponent_ > 0) text += fmt::format(".{:0{}}", size % scale, exponent_);
    return text;
}

}  // namespace boon
