// How value is spread over the base, of the standings and profiles in memory: the grid of recency and frequency, the
// deciles of an amount and how unequal it is. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "insight/value/facts.h"
#include "insight/value/rfm.h"
#include "platform/base/record.h"
#include "records/profiles/table.h"

namespace boon::value {

struct RfmCell {
    std::int32_t r = 0;
    std::int32_t f = 0;
    std::string segment;
    std::int64_t customers = 0;
    double share = 0;  // of those that have scores
    double revenue_365d = 0;
    double mean_m = 0;  // the monetary score
};
BOOST_DESCRIBE_STRUCT(RfmCell, (), (r, f, segment, customers, share, revenue_365d, mean_m))
// All 25, R5 F1 first to F5, then R4.
std::vector<RfmCell> rfm_grid(const profiles::Image& image, const FactReader& reader, const RfmSegments& rfm);

struct Decile {
    std::int32_t decile = 0;  // 1: the lowest tenth
    std::int64_t customers = 0;
    double lowest = 0;
    double highest = 0;
    double mean = 0;
    double share = 0;  // of the sum of all
};
BOOST_DESCRIBE_STRUCT(Decile, (), (decile, customers, lowest, highest, mean, share))

struct Spread {
    std::int64_t customers = 0;  // whose amount is known
    double sum = 0;
    double mean = 0;
    double median = 0;
    double gini = 0;  // 0: all alike, towards 1: one has all; amounts below zero count as zero
    std::vector<Decile> deciles;
};
BOOST_DESCRIBE_STRUCT(Spread, (), (customers, sum, mean, median, gini, deciles))
// Not-a-number is left out. Tenths of the sorted customers; the first ones are larger by one where it does not divide.
Spread spread_of(std::vector<double> amounts);

enum class Amount { lifetime_value, predicted_ltv, revenue_365d };
BOOST_DESCRIBE_ENUM(Amount, lifetime_value, predicted_ltv, revenue_365d)
std::vector<double> amounts_of(const profiles::Image& image, const FactReader& reader, Amount amount);

}  // namespace boon::value
