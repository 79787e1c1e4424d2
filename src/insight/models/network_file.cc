#include "insight/models/network_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "insight/models/flat_buffer.h"

namespace boon::models {
namespace {

constexpr std::uint32_t kSchemaVersion = 3;
constexpr std::size_t kMostTensors = 10'000;
constexpr std::int64_t kMostNumbers = std::int64_t{1} << 24U;  // of one tensor
constexpr std::uint8_t kFloat32 = 0;

// The fields of the schema's tables, by their places there.
namespace model {
constexpr int kVersion = 0;
constexpr int kOperatorCodes = 1;
constexpr int kSubgraphs = 2;
constexpr int kBuffers = 4;
}  // namespace model
namespace operator_code {
constexpr int kOldCode = 0;
constexpr int kCustomCode = 1;
constexpr int kCode = 3;
}  // namespace operator_code
namespace subgraph {
constexpr int kTensors = 0;
constexpr int kInputs = 1;
constexpr int kOutputs = 2;
constexpr int kOperators = 3;
}  // namespace subgraph
namespace tensor {
constexpr int kShape = 0;
constexpr int kType = 1;
constexpr int kBuffer = 2;
constexpr int kName = 3;
constexpr int kIsVariable = 5;
constexpr int kSparsity = 6;
}  // namespace tensor
namespace operation {
constexpr int kCode = 0;
constexpr int kInputs = 1;
constexpr int kOutputs = 2;
}  // namespace operation

// BuiltinOperator of the schema: what networks over tables of numbers consist of.
struct Known {
    std::int32_t code;
    std::string_view name;
};
constexpr std::array kKnown = {
    Known{0, "ADD"},
    Known{2, "CONCATENATION"},
    Known{6, "DEQUANTIZE"},
    Known{9, "FULLY_CONNECTED"},
    Known{14, "LOGISTIC"},
    Known{18, "MUL"},
    Known{19, "RELU"},
    Known{20, "RELU_N1_TO_1"},
    Known{21, "RELU6"},
    Known{22, "RESHAPE"},
    Known{25, "SOFTMAX"},
    Known{28, "TANH"},
    Known{40, "MEAN"},
    Known{41, "SUB"},
    Known{42, "DIV"},
    Known{43, "SQUEEZE"},
    Known{45, "STRIDED_SLICE"},
    Known{47, "EXP"},
    Known{50, "LOG_SOFTMAX"},
    Known{54, "PRELU"},
    Known{55, "MAXIMUM"},
    Known{57, "MINIMUM"},
    Known{59, "NEG"},
    Known{73, "LOG"},
    Known{74, "SUM"},
    Known{75, "SQRT"},
    Known{76, "RSQRT"},
    Known{77, "SHAPE"},
    Known{83, "PACK"},
    Known{92, "SQUARE"},
    Known{98, "LEAKY_RELU"},
    Known{99, "SQUARED_DIFFERENCE"},
    Known{101, "ABS"},
    Known{111, "ELU"},
    Known{114, "QUANTIZE"},
    Known{117, "HARD_SWISH"},
    Known{126, "BATCH_MATMUL"},
    Known{150, "GELU"},
};

// Bytes of one number, by TensorType; 0: not one that a network over numbers needs.
constexpr std::array<std::size_t, 11> kTypeBytes = {4, 2, 4, 1, 8, 0, 1, 2, 0, 1, 8};

std::unexpected<Error> damaged(std::string_view what) {
    return fail(ErrorCode::invalid, fmt::format("the file is damaged: {}", what), "copy or export it again");
}

std::unexpected<Error> unsupported(std::string message) {
    return fail(
        ErrorCode::invalid, std::move(message),
        "export a network of dense layers, from one row of float32 to one row of float32"
    );
}

struct Tensor {
    std::string name;
    std::uint8_t type = kFloat32;
    std::vector<std::int32_t> shape;
    bool is_made = false;  // in the file, or by what came before
};

class Examination {
public:
    explicit Examination(std::span<const std::byte> file) : buffer_(file), model_(FlatTable::root(buffer_)) {}

    Result<NetworkShape> run() {
        const auto version = model_.number<std::uint32_t>(model::kVersion, 0);
        if (buffer_.is_damaged()) return damaged("it ends too early");
        if (version != kSchemaVersion) {
            return unsupported(fmt::format(
                "the file has version {} of TensorFlow Lite's format; this boon reads version {}", version,
                kSchemaVersion
            ));
        }
        const FlatVector graphs = model_.vector(model::kSubgraphs, sizeof(std::uint32_t));
        if (buffer_.is_damaged() || graphs.size == 0) return damaged("it has no graph");
        if (graphs.size > 1) return unsupported(fmt::format("the model has {} graphs", graphs.size));
        const FlatTable graph = model_.element(graphs, 0);
        BOON_CHECK(read_tensors(graph));
        BOON_CHECK(read_input(graph));
        BOON_CHECK(follow_operators(graph));
        BOON_CHECK(read_output(graph));
        if (buffer_.is_damaged()) return damaged("something in it points outside");
        return std::move(shape_);
    }

private:
    Status read_tensors(const FlatTable& graph) {
        const FlatVector all = graph.vector(subgraph::kTensors, sizeof(std::uint32_t));
        const FlatVector buffers = model_.vector(model::kBuffers, sizeof(std::uint32_t));
        if (all.size > kMostTensors) return damaged(fmt::format("it names {} tensors", all.size));
        for (std::size_t i = 0; i < all.size; ++i) BOON_CHECK(read_tensor(graph.element(all, i), buffers));
        return {};
    }

    Status read_tensor(const FlatTable& from, const FlatVector& buffers) {
        Tensor tensor;
        tensor.name = from.text(tensor::kName).substr(0, 60);
        tensor.type = from.number<std::uint8_t>(tensor::kType, kFloat32);
        const FlatVector shape = from.vector(tensor::kShape, sizeof(std::int32_t));
        if (buffer_.is_damaged() || shape.size > 8) return damaged("a tensor cannot be read");
        const bool is_known = static_cast<std::size_t>(tensor.type) < kTypeBytes.size() &&
                              kTypeBytes[static_cast<std::size_t>(tensor.type)] > 0;
        if (!is_known || from.table(tensor::kSparsity) || from.number<std::uint8_t>(tensor::kIsVariable, 0) != 0) {
            return unsupported(fmt::format("the tensor `{}` is not of plain numbers", tensor.name));
        }
        std::int64_t numbers = 1;
        for (std::size_t k = 0; k < shape.size; ++k) {
            const auto size = buffer_.number<std::int32_t>(shape.first + k * sizeof(std::int32_t));
            tensor.shape.push_back(size);
            numbers = size < 0 ? 0 : numbers * size;
            if (numbers > kMostNumbers) return damaged(fmt::format("the tensor `{}` is too large", tensor.name));
        }
        const auto index = from.number<std::uint32_t>(tensor::kBuffer, 0);
        if (index >= std::max<std::size_t>(buffers.size, 1)) {
            return damaged(fmt::format("the tensor `{}` has no data", tensor.name));
        }
        if (buffers.size > 0) BOON_CHECK(read_data(model_.element(buffers, index), numbers, tensor));
        tensors_.push_back(std::move(tensor));
        return {};
    }

    // A buffer without bytes is one that an operator fills.
    Status read_data(const FlatTable& from, std::int64_t numbers, Tensor& tensor) {
        const FlatVector data = from.vector(0, 1);
        if (data.size == 0) return {};
        const std::size_t each = kTypeBytes[static_cast<std::size_t>(tensor.type)];
        if (data.size != static_cast<std::size_t>(numbers) * each) {
            return damaged(fmt::format("the tensor `{}` has {} bytes for {} numbers", tensor.name, data.size, numbers));
        }
        tensor.is_made = true;
        if (tensor.type != kFloat32) return {};
        for (std::size_t k = 0; k < data.size; k += each) {
            if (std::isfinite(buffer_.number<float>(data.first + k))) continue;
            return fail(
                ErrorCode::invalid, fmt::format("a weight of the tensor `{}` is not a number", tensor.name),
                "the training has diverged: train again, and look at the loss"
            );
        }
        return {};
    }

    // [1, n], or [n] for what an export without a batch dimension calls a row.
    static int row_size(const Tensor& tensor) {
        const auto& shape = tensor.shape;
        const bool is_row = shape.size() == 2 && (shape[0] == 1 || shape[0] == -1) && shape[1] > 0;
        return is_row ? shape[1] : 0;
    }

    Result<std::size_t> only_one(const FlatVector& places, std::string_view what) {
        if (places.size != 1) return unsupported(fmt::format("the model has {} {}", places.size, what));
        const auto place = buffer_.number<std::int32_t>(places.first);
        if (place < 0 || static_cast<std::size_t>(place) >= tensors_.size()) return damaged("a tensor is missing");
        return static_cast<std::size_t>(place);
    }

    Status read_input(const FlatTable& graph) {
        BOON_TRY(const std::size_t place, only_one(graph.vector(subgraph::kInputs, sizeof(std::int32_t)), "inputs"));
        Tensor& input = tensors_[place];
        shape_.inputs = row_size(input);
        if (input.type != kFloat32 || shape_.inputs == 0) {
            return unsupported(fmt::format("the model's input `{}` is not one row of float32", input.name));
        }
        input.is_made = true;
        return {};
    }

    Status read_output(const FlatTable& graph) {
        BOON_TRY(const std::size_t place, only_one(graph.vector(subgraph::kOutputs, sizeof(std::int32_t)), "outputs"));
        const Tensor& output = tensors_[place];
        if (!output.is_made) return damaged(fmt::format("nothing makes the output `{}`", output.name));
        if (output.type != kFloat32) {
            return unsupported(fmt::format("the model's output `{}` is not float32", output.name));
        }
        shape_.outputs = row_size(output);
        return {};
    }

    Status follow_operators(const FlatTable& graph) {
        const FlatVector all = graph.vector(subgraph::kOperators, sizeof(std::uint32_t));
        const FlatVector codes = model_.vector(model::kOperatorCodes, sizeof(std::uint32_t));
        if (all.size == 0 || all.size > kMostTensors) return damaged(fmt::format("it has {} operators", all.size));
        for (std::size_t i = 0; i < all.size; ++i) {
            const FlatTable operation = graph.element(all, i);
            const auto code = operation.number<std::uint32_t>(operation::kCode, 0);
            if (code >= codes.size) return damaged("an operator is of no kind");
            BOON_TRY(const std::string_view name, name_of(model_.element(codes, code)));
            shape_.operators.emplace_back(name);
            BOON_CHECK(follow_tensors(operation, name));
        }
        return {};
    }

    Result<std::string_view> name_of(const FlatTable& code) {
        const std::string_view custom = code.text(operator_code::kCustomCode).substr(0, 60);
        if (!custom.empty()) {
            return unsupported(fmt::format("the model needs the operator `{}`, which is not TensorFlow Lite's", custom)
            );
        }
        // Files before 2020 have the code in one byte.
        const auto old = static_cast<std::int32_t>(code.number<std::uint8_t>(operator_code::kOldCode, 0));
        const auto number = std::max(old, code.number<std::int32_t>(operator_code::kCode, 0));
        const auto known = std::ranges::find(kKnown, number, &Known::code);
        if (known != kKnown.end()) return known->name;
        return unsupported(fmt::format("the model needs operator {} of TensorFlow Lite, which is not known", number));
    }

    Status follow_tensors(const FlatTable& operation, std::string_view name) {
        const FlatVector inputs = operation.vector(operation::kInputs, sizeof(std::int32_t));
        const FlatVector outputs = operation.vector(operation::kOutputs, sizeof(std::int32_t));
        if (inputs.size == 0 || outputs.size == 0) return damaged(fmt::format("{} has no inputs or outputs", name));
        for (std::size_t k = 0; k < inputs.size; ++k) {
            const auto place = buffer_.number<std::int32_t>(inputs.first + k * sizeof(std::int32_t));
            if (place == -1 && k > 0) continue;  // an optional one that is not there
            if (place < 0 || static_cast<std::size_t>(place) >= tensors_.size() ||
                !tensors_[static_cast<std::size_t>(place)].is_made) {
                return damaged(fmt::format("{} reads a tensor that nothing has made", name));
            }
        }
        for (std::size_t k = 0; k < outputs.size; ++k) {
            const auto place = buffer_.number<std::int32_t>(outputs.first + k * sizeof(std::int32_t));
            if (place < 0 || static_cast<std::size_t>(place) >= tensors_.size() ||
                tensors_[static_cast<std::size_t>(place)].is_made) {
                return damaged(fmt::format("{} writes a tensor that is made already", name));
            }
            tensors_[static_cast<std::size_t>(place)].is_made = true;
        }
        return {};
    }

    FlatBuffer buffer_;
    FlatTable model_;
    NetworkShape shape_;
    std::vector<Tensor> tensors_;
};

}  // namespace

Result<NetworkShape> examine_network(std::span<const std::byte> file) {
    constexpr std::size_t kHeader = 8;
    constexpr std::string_view kIdentifier = "TFL3";
    if (file.size() > kMaxNetworkBytes) {
        return fail(
            ErrorCode::invalid, fmt::format("the file has {} bytes, more than {}", file.size(), kMaxNetworkBytes)
        );
    }
    const bool is_one =
        file.size() >= kHeader &&
        std::string_view(reinterpret_cast<const char*>(file.data()) + 4, kIdentifier.size()) == kIdentifier;
    if (!is_one) {
        return fail(
            ErrorCode::invalid, "the file is not a TensorFlow Lite model",
            "write it with tf.lite.TFLiteConverter: a .tflite file begins with the mark TFL3"
        );
    }
    return Examination(file).run();
}

}  // namespace boon::models
