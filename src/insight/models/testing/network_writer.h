// Writes a network of dense layers as a TensorFlow Lite file, byte by byte after its schema, and works out in double
// what it must answer: tests know the weights, and need no TensorFlow.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace boon::models::testing {

// As operators after a FULLY_CONNECTED.
enum class Activation { none, relu, softmax, sigmoid };

struct Layer {
    std::size_t inputs = 0;
    std::size_t outputs = 0;
    std::vector<float> weights;  // outputs × inputs, row by row
    std::vector<float> bias;
    Activation activation = Activation::none;
};

struct Dense {
    std::vector<Layer> layers;
    // What a file may say of itself otherwise.
    std::uint32_t schema_version = 3;
    std::int32_t operator_version = 1;  // of FULLY_CONNECTED
    std::int32_t operator_code = 9;     // of that
    std::string custom_operator = {};   // instead of it
};

// Weights from −1/√inputs to 1/√inputs, drawn with the seed; relu between the layers.
Dense random_dense(std::span<const std::size_t> sizes, Activation last, unsigned seed);

std::string write_tflite(const Dense& network);

std::vector<double> answer_in_double(const Dense& network, std::span<const double> row);

}  // namespace boon::models::testing
