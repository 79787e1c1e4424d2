// XGBoost's C API behind types that own their handles. Only this file's body names the library.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "insight/training/fit.h"

namespace boon::training {

class Rows {  // a DMatrix: a copy of the matrix's values, labels and weights
public:
    static Result<Rows> from(const Matrix& matrix);

private:
    friend class Booster;
    struct Free {
        void operator()(void* handle) const;
    };
    std::unique_ptr<void, Free> handle_;
};

class Booster {  // one thread at a time
public:
    static Result<Booster> create(const Rows& rows, const FitOptions&, const TreeParameters&, double base_score);

    Status update(int round, const Rows& rows);
    Result<double> evaluate(int round, const Rows& rows);
    // rows × outputs, after the objective's transformation, by the first `rounds` rounds (0 = all).
    Result<std::vector<float>> predict(const Rows& rows, int rounds);
    Result<std::vector<std::byte>> save();
    Result<std::vector<Importance>> importances(const std::vector<std::string>& names);

private:
    struct Free {
        void operator()(void* handle) const;
    };
    std::unique_ptr<void, Free> handle_;
};

}  // namespace boon::training
