// Random numbers that are the same on every machine, in every order of work: a counter-based generator (each customer
// and purpose has its own stream, found by name and not by turn), and distributions and logarithms written out here,
// because those of the standard library differ between libraries and processors.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace boon::world {

// Philox4x32-10: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
// SC 2011, section 3.2. A bijection of the counter under the key.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

// e^x and ln x by range reduction and series, from additions and multiplications alone; within 4 units in the last
// place of the true value for |x| < 700, and x normal and positive.
double exp_same(double x);
double log_same(double x);
// 1 / (1 + e^-x)
double logistic(double x);

// One stream: not thread-safe, cheap to make.
class Random {
public:
    // What a stream is for, so that a change of one part of the world leaves the others as they were.
    enum class Purpose : std::uint32_t { traits, transactions, payments, holdings, exposures, records };

    Random(std::uint64_t seed, std::uint64_t customer, Purpose purpose);

    std::uint64_t bits();
    double uniform();  // in (0, 1)
    bool chance(double probability) { return uniform() < probability; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    std::int64_t whole(std::int64_t below);  // 0 … below − 1
    double normal();                         // Marsaglia's polar method
    double exponential(double mean);
    double gamma(double shape);  // scale 1; Marsaglia & Tsang 2000
    double beta(double a, double b);
    int poisson(double mean);  // by exponential gaps; for means below 100
    std::size_t pick(std::span<const double> weights);

private:
    std::array<std::uint32_t, 2> key_;
    std::array<std::uint32_t, 4> counter_;
    std::array<std::uint32_t, 4> block_{};
    unsigned used_ = 4;
    double spare_normal_ = 0;
    bool has_spare_ = false;
};

}  // namespace boon::world
