// A neural network made elsewhere, as a TensorFlow Lite file, evaluated by TensorFlow Lite's own runtime. Only this
// room names that runtime.
//
//     BOON_TRY(auto network, Network::load(file, NetworkAnswer::shares, scaling));
//     network->margins(row, margins);  // softmax(margins) are the file's own outputs
//
// The runtime's interpreters are for one thread each: as many are kept as threads have asked at once.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "insight/models/scaling.h"
#include "insight/models/scorer.h"
#include "platform/base/error.h"

namespace boon::models {

// What the file's outputs are, and so which margins have them as their prediction.
enum class NetworkAnswer {
    probability,  // one, of 0 to 1: the margin is its log-odds
    shares,       // two or more that sum to 1: the margins are their logarithms
    amount,       // one number: the margin itself
};

class Network final : public Scorer {
public:
    // `invalid`, with what to do about it: a file that is damaged, too new or not such a network (network_file.h), that
    // the runtime refuses, that does not answer the same twice or answers rows of trial with what is not `answer`.
    // Values that are missing are read as the scaling's mean, without a scaling as 0.
    static Result<std::shared_ptr<const Network>> load(std::string file, NetworkAnswer answer, Scaling scaling);
    ~Network() override;
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    [[nodiscard]] int features() const override { return features_; }
    [[nodiscard]] int outputs() const override { return outputs_; }
    void margins(std::span<const float> row, std::span<float> out) const override;
    void margins_batch(const float* rows, std::size_t n, std::size_t stride, float* out) const override;
    // Shapley values against the row of missing values, estimated from kOrders orders of the inputs (Castro, Gómez,
    // Tejada 2009; each order with its reverse), the same ones for every row: the sum is exact, a value that is missing
    // adds nothing.
    void explain(std::span<const float> row, int output, std::span<double> contributions) const override;
    [[nodiscard]] Exactness exactness() const override { return Exactness::estimated; }

    // The file's own outputs, n × outputs() of them.
    void answers(const float* rows, std::size_t n, std::size_t stride, float* out) const;

    static constexpr std::size_t kOrders = 8;
    static std::string runtime_version();

private:
    class Interpreter;
    struct Model;  // the runtime's
    Network(std::string file, NetworkAnswer answer, Scaling scaling);
    Status start();
    Status find_rows_at_once();
    Status check_answers() const;
    [[nodiscard]] bool are_answers(std::span<const float> of_one) const;
    void to_margins(std::span<float> of_one) const;
    // Of so many rows at once; null when the runtime refuses, and then `problem` says how.
    std::unique_ptr<Interpreter> make_interpreter(std::size_t rows, std::string& problem) const;
    std::unique_ptr<Interpreter> take(std::size_t rows) const;
    void give_back(std::unique_ptr<Interpreter> interpreter) const;
    void fill(const float* row, float* scaled) const;

    std::string file_;  // the runtime reads weights where they stand
    NetworkAnswer answer_;
    Scaling scaling_;
    int features_ = 0;
    int outputs_ = 0;
    std::size_t rows_at_once_ = 1;
    std::unique_ptr<Model> model_;
    mutable std::mutex mutex_;
    mutable std::vector<std::unique_ptr<Interpreter>> idle_;  // under mutex_
};

}  // namespace boon::models
