#include "insight/models/testing/network_writer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <random>

namespace boon::models::testing {
namespace {

// A FlatBuffer, written from its end: what a table points to is written before the table. Places are counted from the
// end of the finished text.
class Writer {
public:
    using Place = std::uint32_t;

    template <class Number>
    Place number(Number value) {
        char bytes[sizeof(Number)];
        std::memcpy(bytes, &value, sizeof(Number));
        text_.insert(0, bytes, sizeof(Number));
        return place();
    }
    [[nodiscard]] Place place() const { return static_cast<Place>(text_.size()); }
    // So that what comes after `size` more bytes begins at a multiple of `to`.
    void align(std::size_t size, std::size_t to) {
        while ((text_.size() + size) % to != 0) text_.insert(0, 1, '\0');
    }
    Place offset_to(Place target) {
        return number(static_cast<std::uint32_t>(text_.size() + sizeof(std::uint32_t) - target));
    }
    Place bytes(const void* data, std::size_t size, std::size_t each) {
        align(size, 16);
        text_.insert(0, static_cast<const char*>(data), size);
        return number(static_cast<std::uint32_t>(size / each));
    }
    Place text(const std::string& value) {
        align(value.size() + 1, 4);
        text_.insert(0, 1, '\0');
        text_.insert(0, value);
        return number(static_cast<std::uint32_t>(value.size()));
    }
    template <class Number>
    Place numbers(const std::vector<Number>& values) {
        return bytes(values.data(), values.size() * sizeof(Number), sizeof(Number));
    }
    Place tables(const std::vector<Place>& places) {
        align(places.size() * sizeof(std::uint32_t), 4);
        for (std::size_t i = places.size(); i-- > 0;) offset_to(places[i]);
        return number(static_cast<std::uint32_t>(places.size()));
    }

    // A table of 4-byte fields: numbers, or the way to something (`points`).
    struct Field {
        int field;
        std::uint32_t value;
        bool points = false;
    };
    Place table(const std::vector<Field>& fields) {
        align(fields.size() * 4 + 4, 4);
        std::map<int, Place> at;
        for (const Field& field : fields) {
            at[field.field] = field.points ? offset_to(field.value) : number(field.value);
        }
        const Place start = number(std::int32_t{0});  // the way back to the list, set below
        const int last = fields.empty() ? -1 : at.rbegin()->first;
        align(static_cast<std::size_t>(last + 1) * 2 + 4, 4);
        for (int field = last; field >= 0; --field) {
            const auto found = at.find(field);
            number(static_cast<std::uint16_t>(found == at.end() ? 0 : start - found->second));
        }
        number(static_cast<std::uint16_t>(4 + 4 * fields.size()));
        const Place list = number(static_cast<std::uint16_t>(4 + 2 * (last + 1)));
        const auto back = static_cast<std::int32_t>(list - start);
        std::memcpy(text_.data() + (text_.size() - start), &back, sizeof(back));
        return start;
    }

    std::string finish(Place root) {
        align(8, 16);
        text_.insert(0, "TFL3");
        offset_to(root);
        return std::move(text_);
    }

private:
    std::string text_;
};

constexpr std::int32_t kSoftmax = 25;
constexpr std::int32_t kLogistic = 14;
constexpr std::int32_t kRelu = 19;

std::int32_t code_of(Activation activation) {
    switch (activation) {
        case Activation::relu: return kRelu;
        case Activation::softmax: return kSoftmax;
        case Activation::sigmoid: return kLogistic;
        case Activation::none: break;
    }
    return 0;
}

// The graph as it is written: every tensor with its own buffer.
class Graph {
public:
    explicit Graph(const Dense& network) : network_(network) {}

    std::string write() {
        buffers_.push_back(out_.table({}));
        const auto width = static_cast<std::int32_t>(network_.layers.front().inputs);
        std::int32_t last = add_tensor({1, width}, nullptr, "row");
        for (const Layer& layer : network_.layers) last = add_layer(layer, last);
        const auto tensors = out_.tables(tensors_);
        const auto operators = out_.tables(operators_);
        const auto inputs = out_.numbers(std::vector<std::int32_t>{0});
        const auto outputs = out_.numbers(std::vector<std::int32_t>{last});
        const auto graph =
            out_.table({{0, tensors, true}, {1, inputs, true}, {2, outputs, true}, {3, operators, true}});
        const auto graphs = out_.tables({graph});
        const auto codes = out_.tables(codes_);
        const auto buffers = out_.tables(buffers_);
        return out_.finish(
            out_.table({{0, network_.schema_version}, {1, codes, true}, {2, graphs, true}, {4, buffers, true}})
        );
    }

private:
    std::int32_t add_tensor(const std::vector<std::int32_t>& shape, const std::vector<float>* data, const char* name) {
        std::uint32_t buffer = 0;
        if (data != nullptr) {
            const auto bytes = out_.bytes(data->data(), data->size() * sizeof(float), 1);
            buffer = static_cast<std::uint32_t>(buffers_.size());
            buffers_.push_back(out_.table({{0, bytes, true}}));
        }
        const auto dimensions = out_.numbers(shape);
        const auto words = out_.text(name);
        tensors_.push_back(out_.table({{0, dimensions, true}, {2, buffer}, {3, words, true}}));
        return static_cast<std::int32_t>(tensors_.size() - 1);
    }

    std::uint32_t add_code(std::int32_t code, std::int32_t version, const std::string& custom) {
        std::vector<Writer::Field> fields = {
            {0, static_cast<std::uint32_t>(std::min(code, 127))},
            {2, static_cast<std::uint32_t>(version)},
            {3, static_cast<std::uint32_t>(code)}
        };
        if (!custom.empty()) fields.push_back({1, out_.text(custom), true});
        codes_.push_back(out_.table(fields));
        return static_cast<std::uint32_t>(codes_.size() - 1);
    }

    // `options`: the place in the schema's union of options, and their fields.
    void add_operator(
        std::uint32_t code, const std::vector<std::int32_t>& from, std::int32_t to, std::uint32_t options,
        const std::vector<Writer::Field>& fields
    ) {
        const auto inputs = out_.numbers(from);
        const auto outputs = out_.numbers(std::vector<std::int32_t>{to});
        std::vector<Writer::Field> all = {{0, code}, {1, inputs, true}, {2, outputs, true}};
        if (options != 0) {
            const auto table = out_.table(fields);
            all.push_back({3, options});
            all.push_back({4, table, true});
        }
        operators_.push_back(out_.table(all));
    }

    std::int32_t add_layer(const Layer& layer, std::int32_t input) {
        constexpr std::uint32_t kFullyConnectedOptions = 8;
        constexpr std::uint32_t kSoftmaxOptions = 9;
        const auto rows = static_cast<std::int32_t>(layer.outputs);
        const auto weights = add_tensor({rows, static_cast<std::int32_t>(layer.inputs)}, &layer.weights, "weights");
        const auto bias = add_tensor({rows}, &layer.bias, "bias");
        const auto sums = add_tensor({1, rows}, nullptr, "sums");
        const auto code = add_code(network_.operator_code, network_.operator_version, network_.custom_operator);
        add_operator(code, {input, weights, bias}, sums, kFullyConnectedOptions, {});
        if (layer.activation == Activation::none) return sums;
        const auto answer = add_tensor({1, rows}, nullptr, "activation");
        const auto activation = add_code(code_of(layer.activation), 1, "");
        if (layer.activation == Activation::softmax) {
            const float beta = 1;
            std::uint32_t bits = 0;
            std::memcpy(&bits, &beta, sizeof(beta));
            add_operator(activation, {sums}, answer, kSoftmaxOptions, {{0, bits}});
        } else {
            add_operator(activation, {sums}, answer, 0, {});
        }
        return answer;
    }

    const Dense& network_;
    Writer out_;
    std::vector<Writer::Place> buffers_;
    std::vector<Writer::Place> tensors_;
    std::vector<Writer::Place> codes_;
    std::vector<Writer::Place> operators_;
};

void activate(Activation activation, std::vector<double>& values) {
    switch (activation) {
        case Activation::none: return;
        case Activation::relu:
            for (double& value : values) value = std::max(0.0, value);
            return;
        case Activation::sigmoid:
            for (double& value : values) value = 1 / (1 + std::exp(-value));
            return;
        case Activation::softmax: {
            const double greatest = *std::ranges::max_element(values);
            double sum = 0;
            for (double& value : values) sum += value = std::exp(value - greatest);
            for (double& value : values) value /= sum;
            return;
        }
    }
}

}  // namespace

Dense random_dense(std::span<const std::size_t> sizes, Activation last, unsigned seed) {
    std::mt19937_64 random(seed);
    Dense network;
    for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
        Layer layer{.inputs = sizes[i], .outputs = sizes[i + 1], .weights = {}, .bias = {}};
        const double reach = 1 / std::sqrt(static_cast<double>(sizes[i]));
        const auto draw = [&] {
            const double unit = static_cast<double>(random()) / static_cast<double>(std::mt19937_64::max());
            return static_cast<float>((2 * unit - 1) * reach);
        };
        for (std::size_t k = 0; k < layer.inputs * layer.outputs; ++k) layer.weights.push_back(draw());
        for (std::size_t k = 0; k < layer.outputs; ++k) layer.bias.push_back(draw());
        layer.activation = i + 2 == sizes.size() ? last : Activation::relu;
        network.layers.push_back(std::move(layer));
    }
    return network;
}

std::string write_tflite(const Dense& network) { return Graph(network).write(); }

std::vector<double> answer_in_double(const Dense& network, std::span<const double> row) {
    std::vector<double> values(row.begin(), row.end());
    for (const Layer& layer : network.layers) {
        std::vector<double> next(layer.bias.begin(), layer.bias.end());
        for (std::size_t o = 0; o < layer.outputs; ++o) {
            for (std::size_t i = 0; i < layer.inputs; ++i) {
                next[o] += static_cast<double>(layer.weights[o * layer.inputs + i]) * values[i];
            }
        }
        activate(layer.activation, next);
        values = std::move(next);
    }
    return values;
}

}  // namespace boon::models::testing
