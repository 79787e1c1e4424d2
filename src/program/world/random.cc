#include "program/world/random.h"

#include <bit>
#include <cmath>

#include "platform/base/error.h"

namespace boon::world {

namespace {

constexpr double kLn2High = 6.93147180369123816490e-01;  // 33 bits, so that n × it is exact
constexpr double kLn2Low = 1.90821492927058770002e-10;

// Of 0 to 14: enough for |r| ≤ 0.35, where the next term is below 1e-18.
constexpr auto kInverseFactorials = [] {
    std::array<double, 15> inverse{1};
    double factorial = 1;
    for (std::size_t k = 1; k < inverse.size(); ++k) {
        factorial *= static_cast<double>(k);
        inverse[k] = 1 / factorial;
    }
    return inverse;
}();

double scale_by_power_of_two(double x, int power) {
    const auto bits = static_cast<std::uint64_t>(power + 1023) << 52;
    return x * std::bit_cast<double>(bits);
}

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
    constexpr std::uint64_t kMultiplier0 = 0xD2511F53;
    constexpr std::uint64_t kMultiplier1 = 0xCD9E8D57;
    constexpr std::uint32_t kWeyl0 = 0x9E3779B9;
    constexpr std::uint32_t kWeyl1 = 0xBB67AE85;
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t product0 = kMultiplier0 * counter[0];
        const std::uint64_t product1 = kMultiplier1 * counter[2];
        counter = {
            static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(product1),
            static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(product0)
        };
        key[0] += kWeyl0;
        key[1] += kWeyl1;
    }
    return counter;
}

double exp_same(double x) {
    if (x < -700) return 0;
    BOON_ASSERT(x <= 700);
    const double n = std::floor(x / (kLn2High + kLn2Low) + 0.5);
    const double r = (x - n * kLn2High) - n * kLn2Low;
    double sum = kInverseFactorials.back();
    for (std::size_t k = kInverseFactorials.size() - 1; k-- > 0;) sum = kInverseFactorials[k] + sum * r;
    return scale_by_power_of_two(sum, static_cast<int>(n));
}

double log_same(double x) {
    BOON_ASSERT(x > 0);
    int exponent = 0;
    double fraction = std::frexp(x, &exponent);
    if (fraction < 0.70710678118654752) {
        fraction *= 2;
        --exponent;
    }
    // ln f = 2 artanh((f − 1) / (f + 1)), |s| ≤ 0.172: 11 terms reach 1e-18.
    const double s = (fraction - 1) / (fraction + 1);
    const double s2 = s * s;
    double sum = 0;
    for (int k = 21; k > 1; k -= 2) sum = s2 * (1.0 / k + sum);
    return exponent * kLn2High + (2 * (s + s * sum) + exponent * kLn2Low);
}

double logistic(double x) { return 1 / (1 + exp_same(-x)); }

Random::Random(std::uint64_t seed, std::uint64_t customer, Purpose purpose)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      counter_{
          0, static_cast<std::uint32_t>(purpose), static_cast<std::uint32_t>(customer),
          static_cast<std::uint32_t>(customer >> 32)
      } {}

std::uint64_t Random::bits() {
    if (used_ >= 4) {
        block_ = philox(counter_, key_);
        ++counter_[0];
        used_ = 0;
    }
    const std::uint64_t low = block_[used_];
    const std::uint64_t high = block_[used_ + 1];
    used_ += 2;
    return high << 32 | low;
}

double Random::uniform() { return (static_cast<double>(bits() >> 12) + 0.5) * 0x1p-52; }

std::int64_t Random::whole(std::int64_t below) {
    return static_cast<std::int64_t>(uniform() * static_cast<double>(below));
}

double Random::normal() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_normal_;
    }
    while (true) {
        const double a = uniform(-1, 1);
        const double b = uniform(-1, 1);
        const double s = a * a + b * b;
        if (s >= 1 || s == 0) continue;
        const double factor = std::sqrt(-2 * log_same(s) / s);
        spare_normal_ = b * factor;
        has_spare_ = true;
        return a * factor;
    }
}

double Random::exponential(double mean) { return -mean * log_same(uniform()); }

double Random::gamma(double shape) {
    // Below 1: Γ(a) = Γ(a + 1) · U^(1/a), their section 6.
    if (shape < 1) return gamma(shape + 1) * exp_same(log_same(uniform()) / shape);
    const double d = shape - 1.0 / 3;
    const double c = 1 / std::sqrt(9 * d);
    while (true) {
        const double x = normal();
        const double root = 1 + c * x;
        if (root <= 0) continue;
        const double v = root * root * root;
        if (log_same(uniform()) < 0.5 * x * x + d - d * v + d * log_same(v)) return d * v;
    }
}

double Random::beta(double a, double b) {
    const double x = gamma(a);
    const double y = gamma(b);
    return x / (x + y);
}

int Random::poisson(double mean) {
    int count = 0;
    double at = exponential(1);
    while (at < mean) {
        ++count;
        at += exponential(1);
    }
    return count;
}

std::size_t Random::pick(std::span<const double> weights) {
    double total = 0;
    for (double weight : weights) total += weight;
    double left = uniform() * total;
    for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
        left -= weights[i];
        if (left < 0) return i;
    }
    return weights.size() - 1;
}

}  // namespace boon::world
