#include "insight/models/network.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <limits>
#include <numeric>
#include <random>

#include <fmt/format.h>
#include <tensorflow/lite/c/c_api.h>

#include "insight/models/network_file.h"

namespace boon::models {
namespace {

constexpr std::size_t kRowsAtOnce = 64;
constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();
// Rounding of a softmax or a sigmoid in float32, and of one in eight bits.
constexpr float kShareTolerance = 1e-3F;
constexpr float kSameTolerance = 1e-5F;
constexpr double kLeastProbability = 1e-12;

// The runtime's complaints as one line: the first ones say most.
void keep_complaint(void* kept, const char* format, va_list arguments) {
    constexpr std::size_t kMost = 400;
    std::array<char, kMost> text{};
    std::string& line = *static_cast<std::string*>(kept);
    if (line.size() >= kMost || std::vsnprintf(text.data(), text.size(), format, arguments) < 0) return;
    std::ranges::replace(text, '\n', ' ');
    line += (line.empty() ? "" : " ") + std::string(text.data());
    while (line.ends_with(' ')) line.pop_back();
}

std::string_view answer_words(NetworkAnswer answer) {
    switch (answer) {
        case NetworkAnswer::probability: return "a probability of 0 to 1";
        case NetworkAnswer::shares: return "shares that sum to 1";
        case NetworkAnswer::amount: return "an amount";
    }
    return "";
}

std::string_view answer_hint(NetworkAnswer answer) {
    switch (answer) {
        case NetworkAnswer::probability: return "end the network with a sigmoid";
        case NetworkAnswer::shares: return "end the network with a softmax";
        case NetworkAnswer::amount: break;
    }
    return "train it again, and look at the loss";
}

double log_of(double probability) { return std::log(std::max(probability, kLeastProbability)); }

}  // namespace

struct Network::Model {
    explicit Model(const std::string& file) : made(TfLiteModelCreate(file.data(), file.size())) {}
    ~Model() {
        if (made != nullptr) TfLiteModelDelete(made);
    }
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;
    TfLiteModel* made;
};

// One thread's, at a time.
class Network::Interpreter {
public:
    explicit Interpreter(const TfLiteModel* model) : options_(TfLiteInterpreterOptionsCreate()) {
        TfLiteInterpreterOptionsSetNumThreads(options_, 1);
        TfLiteInterpreterOptionsSetErrorReporter(options_, keep_complaint, &complaint_);
        made_ = TfLiteInterpreterCreate(model, options_);
    }
    ~Interpreter() {
        if (made_ != nullptr) TfLiteInterpreterDelete(made_);
        TfLiteInterpreterOptionsDelete(options_);
    }
    Interpreter(const Interpreter&) = delete;
    Interpreter& operator=(const Interpreter&) = delete;

    // Room for so many rows.
    bool prepare(std::size_t rows, int features) {
        const std::array<int, 2> shape = {static_cast<int>(rows), features};
        rows_ = rows;
        return made_ != nullptr &&
               TfLiteInterpreterResizeInputTensor(made_, 0, shape.data(), static_cast<int>(shape.size())) ==
                   kTfLiteOk &&
               TfLiteInterpreterAllocateTensors(made_) == kTfLiteOk;
    }
    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] const std::string& complaint() const { return complaint_; }

    float* input() { return static_cast<float*>(TfLiteTensorData(TfLiteInterpreterGetInputTensor(made_, 0))); }
    // Null when the runtime stops: then `complaint` says why.
    const float* run() {
        if (TfLiteInterpreterInvoke(made_) != kTfLiteOk) return nullptr;
        return static_cast<const float*>(TfLiteTensorData(TfLiteInterpreterGetOutputTensor(made_, 0)));
    }
    // Numbers that come out for a row; 0 unless it is one row of float32 for each.
    [[nodiscard]] int outputs() const {
        const TfLiteTensor* out = TfLiteInterpreterGetOutputTensor(made_, 0);
        const bool is_row = out != nullptr && TfLiteTensorType(out) == kTfLiteFloat32 &&
                            TfLiteTensorNumDims(out) == 2 && static_cast<std::size_t>(TfLiteTensorDim(out, 0)) == rows_;
        return is_row ? TfLiteTensorDim(out, 1) : 0;
    }

private:
    std::string complaint_;
    TfLiteInterpreterOptions* options_;
    TfLiteInterpreter* made_ = nullptr;
    std::size_t rows_ = 0;
};

Network::Network(std::string file, NetworkAnswer answer, Scaling scaling)
    : file_(std::move(file)), answer_(answer), scaling_(std::move(scaling)) {}
Network::~Network() = default;

std::string Network::runtime_version() { return TfLiteVersion(); }

Result<std::shared_ptr<const Network>> Network::load(std::string file, NetworkAnswer answer, Scaling scaling) {
    // No make_shared: the constructor is private.
    std::shared_ptr<Network> network(new Network(std::move(file), answer, std::move(scaling)));
    BOON_CHECK(network->start());
    BOON_CHECK(network->find_rows_at_once());
    BOON_CHECK(network->check_answers());
    return network;
}

Status Network::start() {
    BOON_TRY(const NetworkShape shape, examine_network(std::as_bytes(std::span(file_))));
    features_ = shape.inputs;
    const auto scaled = static_cast<std::size_t>(features_);
    if (!scaling_.mean.empty() && (scaling_.mean.size() != scaled || scaling_.scale.size() != scaled)) {
        return fail(
            ErrorCode::invalid,
            fmt::format("the scaler has {} inputs, the model reads {}", scaling_.mean.size(), features_)
        );
    }
    model_ = std::make_unique<Model>(file_);
    if (model_->made == nullptr) {
        return fail(ErrorCode::invalid, "the file is damaged: TensorFlow Lite cannot read it", "export it again");
    }
    std::string problem;
    auto interpreter = make_interpreter(1, problem);
    if (interpreter == nullptr) {
        return fail(
            ErrorCode::invalid, fmt::format("TensorFlow Lite {} refuses the model: {}", TfLiteVersion(), problem),
            "export it for an older TensorFlow Lite, or as another network"
        );
    }
    outputs_ = interpreter->outputs();
    if (outputs_ < 1 || (answer_ == NetworkAnswer::shares) != (outputs_ > 1)) {
        return fail(
            ErrorCode::invalid, fmt::format("the model gives {} numbers, not {}", outputs_, answer_words(answer_)),
            std::string(answer_hint(answer_))
        );
    }
    give_back(std::move(interpreter));
    return {};
}

std::unique_ptr<Network::Interpreter> Network::make_interpreter(std::size_t rows, std::string& problem) const {
    auto interpreter = std::make_unique<Interpreter>(model_->made);
    if (interpreter->prepare(rows, features_)) return interpreter;
    problem = interpreter->complaint();
    return nullptr;
}

std::unique_ptr<Network::Interpreter> Network::take(std::size_t rows) const {
    {
        const std::lock_guard lock(mutex_);
        const auto found = std::ranges::find(idle_, rows, [](const auto& idle) { return idle->rows(); });
        if (found != idle_.end()) {
            auto interpreter = std::move(*found);
            idle_.erase(found);
            return interpreter;
        }
    }
    std::string problem;
    return make_interpreter(rows, problem);
}

void Network::give_back(std::unique_ptr<Interpreter> interpreter) const {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(interpreter));
}

void Network::fill(const float* row, float* scaled) const {
    for (std::size_t i = 0; i < static_cast<std::size_t>(features_); ++i) {
        if (std::isnan(row[i])) {
            scaled[i] = 0;  // the mean, scaled
        } else if (scaling_.mean.empty()) {
            scaled[i] = row[i];
        } else {
            scaled[i] = static_cast<float>((static_cast<double>(row[i]) - scaling_.mean[i]) / scaling_.scale[i]);
        }
    }
}

void Network::answers(const float* rows, std::size_t n, std::size_t stride, float* out) const {
    const auto width = static_cast<std::size_t>(features_);
    const auto each = static_cast<std::size_t>(outputs_);
    while (n > 0) {
        // What is left over goes through one by one: the places of a larger batch are not for rows that nobody asked.
        const std::size_t now = n >= rows_at_once_ ? rows_at_once_ : 1;
        auto interpreter = take(now);
        const float* answered = nullptr;
        if (interpreter != nullptr) {
            for (std::size_t i = 0; i < now; ++i) fill(rows + i * stride, interpreter->input() + i * width);
            answered = interpreter->run();
        }
        if (answered == nullptr) {
            std::fill_n(out, now * each, kNothing);
        } else {
            std::copy_n(answered, now * each, out);
        }
        if (interpreter != nullptr) give_back(std::move(interpreter));
        rows += now * stride;
        out += now * each;
        n -= now;
    }
}

namespace {

// Rows of trial: nothing known, all zeros, ones, then values around the scaling's, larger and larger.
std::vector<float> rows_of_trial(std::size_t rows, std::size_t features, const Scaling& scaling) {
    std::mt19937_64 random(1);
    std::vector<float> all(rows * features);
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t i = 0; i < features; ++i) {
            float& value = all[r * features + i];
            const double unit = static_cast<double>(random()) / static_cast<double>(std::mt19937_64::max());
            if (r < 3) {
                value = r == 0 ? kNothing : static_cast<float>(r - 1);
                continue;
            }
            const double deviations = (2 * unit - 1) * std::pow(1.1, static_cast<double>(r));
            value =
                static_cast<float>(scaling.mean.empty() ? deviations : scaling.mean[i] + deviations * scaling.scale[i]);
        }
    }
    return all;
}

bool are_same(std::span<const float> a, std::span<const float> b) {
    return std::ranges::equal(a, b, [](float x, float y) {
        return (std::isnan(x) && std::isnan(y)) || std::abs(x - y) <= kSameTolerance * std::max(1.0F, std::abs(x));
    });
}

}  // namespace

// Many rows at once are several times faster, but not every file can: one with a shape for one row written into it
// stops, or answers otherwise.
Status Network::find_rows_at_once() {
    const auto each = static_cast<std::size_t>(outputs_);
    const auto width = static_cast<std::size_t>(features_);
    const std::vector<float> rows = rows_of_trial(kRowsAtOnce, width, scaling_);
    std::vector<float> one_by_one(kRowsAtOnce * each);
    std::vector<float> again(each);
    answers(rows.data(), kRowsAtOnce, width, one_by_one.data());
    answers(rows.data(), 1, width, again.data());
    if (!are_same(again, std::span(one_by_one).first(each))) {
        return fail(ErrorCode::invalid, "the model does not answer the same twice", "export it for inference");
    }
    std::string problem;
    auto interpreter = make_interpreter(kRowsAtOnce, problem);
    if (interpreter == nullptr || interpreter->outputs() != outputs_) return {};
    give_back(std::move(interpreter));
    std::vector<float> at_once(one_by_one.size());
    rows_at_once_ = kRowsAtOnce;
    answers(rows.data(), kRowsAtOnce, width, at_once.data());
    if (!are_same(one_by_one, at_once)) rows_at_once_ = 1;
    return {};
}

bool Network::are_answers(std::span<const float> of_one) const {
    if (!std::ranges::all_of(of_one, [](float value) { return std::isfinite(value); })) return false;
    if (answer_ == NetworkAnswer::amount) return true;
    const auto is_share = [](float value) { return value >= -kShareTolerance && value <= 1 + kShareTolerance; };
    if (!std::ranges::all_of(of_one, is_share)) return false;
    const float sum = std::accumulate(of_one.begin(), of_one.end(), 0.0F);
    // Eight bits for each share: their roundings add up.
    const float tolerance = kShareTolerance + static_cast<float>(of_one.size()) / 512;
    return answer_ == NetworkAnswer::probability || std::abs(sum - 1) <= tolerance;
}

Status Network::check_answers() const {
    const auto each = static_cast<std::size_t>(outputs_);
    const auto width = static_cast<std::size_t>(features_);
    const std::vector<float> rows = rows_of_trial(kRowsAtOnce, width, scaling_);
    std::vector<float> answered(kRowsAtOnce * each);
    answers(rows.data(), kRowsAtOnce, width, answered.data());
    for (std::size_t r = 0; r < kRowsAtOnce; ++r) {
        const std::span<const float> of_one = std::span(answered).subspan(r * each, each);
        if (are_answers(of_one)) continue;
        const auto odd = std::ranges::find_if(of_one, [](float value) { return !std::isfinite(value); });
        const float shown = odd == of_one.end() ? of_one.front() : *odd;
        return fail(
            ErrorCode::invalid,
            fmt::format("the model answers a row of trial with {:.4g}: not {}", shown, answer_words(answer_)),
            std::string(answer_hint(answer_))
        );
    }
    return {};
}

void Network::to_margins(std::span<float> of_one) const {
    if (!are_answers(of_one)) {
        std::ranges::fill(of_one, kNothing);
        return;
    }
    if (answer_ == NetworkAnswer::amount) return;
    for (float& value : of_one) {
        const auto p = std::clamp(static_cast<double>(value), 0.0, 1.0);
        value = static_cast<float>(answer_ == NetworkAnswer::shares ? log_of(p) : log_of(p) - log_of(1 - p));
    }
}

void Network::margins_batch(const float* rows, std::size_t n, std::size_t stride, float* out) const {
    BOON_ASSERT(stride >= static_cast<std::size_t>(features_));
    const auto each = static_cast<std::size_t>(outputs_);
    answers(rows, n, stride, out);
    for (std::size_t i = 0; i < n; ++i) to_margins({out + i * each, each});
}

void Network::margins(std::span<const float> row, std::span<float> out) const {
    BOON_ASSERT(row.size() == static_cast<std::size_t>(features_) && out.size() == static_cast<std::size_t>(outputs_));
    margins_batch(row.data(), 1, row.size(), out.data());
}

void Network::explain(std::span<const float> row, int output, std::span<double> contributions) const {
    const std::size_t width = row.size();
    const auto each = static_cast<std::size_t>(outputs_);
    BOON_ASSERT(width == static_cast<std::size_t>(features_) && contributions.size() == width + 1);
    BOON_ASSERT(output >= 0 && output < outputs_);
    std::ranges::fill(contributions, 0.0);
    std::mt19937 random(1);
    std::vector<std::size_t> order(width);
    std::iota(order.begin(), order.end(), std::size_t{0});
    // From nothing known to the row: one value more at each step.
    std::vector<float> steps((width + 1) * width, kNothing);
    std::vector<float> margins((width + 1) * each);
    for (std::size_t k = 0; k < kOrders; ++k) {
        if (k % 2 == 0) {
            std::shuffle(order.begin(), order.end(), random);
        } else {
            std::ranges::reverse(order);
        }
        std::fill_n(steps.begin(), width, kNothing);
        for (std::size_t s = 0; s < width; ++s) {
            const auto from = steps.begin() + static_cast<std::ptrdiff_t>(s * width);
            const auto to = std::copy_n(from, width, from + static_cast<std::ptrdiff_t>(width));
            *(to - static_cast<std::ptrdiff_t>(width - order[s])) = row[order[s]];
        }
        margins_batch(steps.data(), width + 1, width, margins.data());
        const auto margin = [&](std::size_t s) {
            return static_cast<double>(margins[s * each + static_cast<std::size_t>(output)]);
        };
        for (std::size_t s = 0; s < width; ++s) contributions[order[s]] += (margin(s + 1) - margin(s)) / kOrders;
        contributions[width] = margin(0);
    }
}

}  // namespace boon::models
