#include "insight/value/spread.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "records/profiles/amounts.h"

namespace boon::value {

namespace {

// G = 2 Σ i·xᵢ / (n Σ xᵢ) − (n + 1) / n, x ascending from i = 1.
double gini_of(const std::vector<double>& ascending) {
    double weighted = 0;
    double sum = 0;
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        const double amount = std::max(0.0, ascending[i]);
        weighted += static_cast<double>(i + 1) * amount;
        sum += amount;
    }
    const auto count = static_cast<double>(ascending.size());
    return sum > 0 ? 2 * weighted / (count * sum) - (count + 1) / count : 0;
}

constexpr std::size_t kWorthCounting = 10'000;  // amounts; fewer are compared with each other
constexpr unsigned kDigitBits = 11;
constexpr std::size_t kDigits = 6;  // that 64 bits have
constexpr std::size_t kDigitValues = std::size_t{1} << kDigitBits;

std::size_t digit_of(std::uint64_t key, std::size_t digit) { return key >> (digit * kDigitBits) & (kDigitValues - 1); }

// A number's bits as an unsigned integer of the same order.
std::uint64_t key_of(double number) {
    const auto bits = std::bit_cast<std::uint64_t>(number);
    const bool is_negative = bits >> 63U != 0;
    return is_negative ? ~bits : bits | std::uint64_t{1} << 63U;
}

double number_of(std::uint64_t key) {
    const bool is_negative = key >> 63U == 0;
    return std::bit_cast<double>(is_negative ? ~key : key & ~(std::uint64_t{1} << 63U));
}

// Ascending, digit by digit from the lowest on. Amounts that were floats share their lower digits, which are skipped.
void sort_by_digits(std::vector<double>& amounts) {
    std::vector<std::array<std::size_t, kDigitValues>> counts(kDigits);
    std::vector<std::uint64_t> keys(amounts.size());
    for (std::size_t i = 0; i < amounts.size(); ++i) {
        keys[i] = key_of(amounts[i]);
        for (std::size_t digit = 0; digit < kDigits; ++digit) ++counts[digit].at(digit_of(keys[i], digit));
    }
    std::vector<std::uint64_t> moved(keys.size());
    for (std::size_t digit = 0; digit < kDigits; ++digit) {
        auto& places = counts[digit];
        if (places.at(digit_of(keys.front(), digit)) == keys.size()) continue;
        std::exclusive_scan(places.begin(), places.end(), places.begin(), std::size_t{0});
        for (const std::uint64_t key : keys) moved[places.at(digit_of(key, digit))++] = key;
        keys.swap(moved);
    }
    std::ranges::transform(keys, amounts.begin(), number_of);
}

void sort_ascending(std::vector<double>& amounts) {
    if (amounts.size() < kWorthCounting) {
        std::ranges::sort(amounts);
    } else {
        sort_by_digits(amounts);
    }
}

double median_of(const std::vector<double>& ascending) {
    const std::size_t half = ascending.size() / 2;
    return ascending.size() % 2 == 1 ? ascending[half] : (ascending[half - 1] + ascending[half]) / 2;
}

}  // namespace

std::vector<RfmCell> rfm_grid(const profiles::Image& image, const FactReader& reader, const RfmSegments& rfm) {
    std::vector<RfmCell> cells(25);
    std::array<profiles::SumOfAmounts, 25> revenue;
    std::int64_t scored = 0;
    for (int i = 0; i < 25; ++i) {
        RfmCell& cell = cells[static_cast<std::size_t>(i)];
        cell.r = 5 - i / 5;
        cell.f = 1 + i % 5;
        cell.segment = rfm.names()[rfm.segment_of(cell.r, cell.f)];
    }
    for (std::size_t row = 0; row < image.size(); ++row) {
        const profiles::Profile profile = image.at(row);
        const profiles::Standing& standing = *profile.standing;
        if (standing.r == 0) continue;
        const auto place = static_cast<std::size_t>((5 - standing.r) * 5 + standing.f - 1);
        RfmCell& cell = cells[place];
        ++cell.customers;
        ++scored;
        cell.mean_m += standing.m;
        revenue.at(place).add(reader.revenue(profile));
    }
    for (std::size_t place = 0; place < cells.size(); ++place) {
        RfmCell& cell = cells[place];
        if (cell.customers == 0) continue;
        cell.revenue_365d = revenue.at(place).total();
        cell.share = static_cast<double>(cell.customers) / static_cast<double>(scored);
        cell.mean_m /= static_cast<double>(cell.customers);
    }
    return cells;
}

Spread spread_of(std::vector<double> amounts) {
    std::erase_if(amounts, [](double amount) { return std::isnan(amount); });
    Spread spread;
    if (amounts.empty()) return spread;
    sort_ascending(amounts);
    const std::size_t count = amounts.size();
    spread.customers = static_cast<std::int64_t>(count);
    profiles::SumOfAmounts all;
    for (const double amount : amounts) all.add(amount);
    spread.sum = all.total();
    spread.mean = spread.sum / static_cast<double>(count);
    spread.median = median_of(amounts);
    spread.gini = gini_of(amounts);
    std::size_t first = 0;
    for (std::int32_t decile = 1; decile <= 10; ++decile) {
        const std::size_t size = count / 10 + (static_cast<std::size_t>(decile) <= count % 10 ? 1 : 0);
        if (size == 0) continue;
        Decile part{.decile = decile, .customers = static_cast<std::int64_t>(size)};
        double sum = 0;
        for (std::size_t i = first; i < first + size; ++i) sum += amounts[i];
        part.lowest = amounts[first];
        part.highest = amounts[first + size - 1];
        part.mean = sum / static_cast<double>(size);
        part.share = spread.sum != 0 ? sum / spread.sum : 0;
        spread.deciles.push_back(part);
        first += size;
    }
    return spread;
}

std::vector<double> amounts_of(const profiles::Image& image, const FactReader& reader, Amount amount) {
    std::vector<double> amounts;
    amounts.reserve(image.size());
    for (std::size_t row = 0; row < image.size(); ++row) {
        const profiles::Profile profile = image.at(row);
        switch (amount) {
            case Amount::lifetime_value:
                amounts.push_back(profile.lifetime_value.value_or(std::numeric_limits<double>::quiet_NaN()));
                break;
            case Amount::predicted_ltv: amounts.push_back(static_cast<double>(profile.standing->predicted_ltv)); break;
            case Amount::revenue_365d: amounts.push_back(reader.revenue(profile)); break;
        }
    }
    for (double& one : amounts) one = profiles::decimal_of(one);
    return amounts;
}

}  // namespace boon::value
