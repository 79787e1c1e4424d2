// What turns a row of numbers into margins: trees (tree_ensemble.h), or a network made elsewhere (network.h).
//
// A scorer is immutable; all its functions may be called from any number of threads at once.
#pragma once

#include <cstddef>
#include <span>

namespace boon::models {

// Whether explain() gives the Shapley values themselves, or an estimate of them.
enum class Exactness { exact, estimated };

class Scorer {
public:
    virtual ~Scorer() = default;

    [[nodiscard]] virtual int features() const = 0;
    [[nodiscard]] virtual int outputs() const = 0;  // classes of a multi-class model, else 1

    // row: features() values, NaN = missing. out: outputs() margins; NaN where the model has no answer.
    virtual void margins(std::span<const float> row, std::span<float> out) const = 0;
    // n rows of features() values, `stride` floats apart; out: n × outputs() margins, row by row.
    virtual void margins_batch(const float* rows, std::size_t n, std::size_t stride, float* out) const = 0;
    // What each value of the row adds to one output's margin. contributions: features() + 1 values; the last is where
    // they start from, and all sum to the margin.
    virtual void explain(std::span<const float> row, int output, std::span<double> contributions) const = 0;
    [[nodiscard]] virtual Exactness exactness() const = 0;

protected:
    Scorer() = default;
    Scorer(const Scorer&) = default;
    Scorer(Scorer&&) = default;
    Scorer& operator=(const Scorer&) = default;
    Scorer& operator=(Scorer&&) = default;
};

}  // namespace boon::models
