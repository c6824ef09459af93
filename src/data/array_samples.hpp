#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <espalier/base/formats/tensor.hpp>
#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// Inputs of samples, from one array.
struct ArrayInputs {
    std::size_t count = 0;
    SampleShape shape;
    std::variant<std::vector<std::uint8_t>, std::vector<float>> values;
    std::string remark;  ///< where the array looks as if it were meant otherwise
};

/// [N, features] (every column a channel, as of a table), [N, C, L] or [N, C, H, W], as PyTorch has them. Bytes and
/// bools stay bytes; other numbers become floats.
/// @throws FormatError for another rank, nothing in it, text, or a number that is not finite in single precision,
///         naming its place
ArrayInputs to_inputs(const Tensor& x);

/// What samples are to be told apart by, from one array.
struct ArrayTargets {
    std::vector<std::uint32_t> labels;  ///< [N]; all 0 where unlabelled
    std::string unlabelled;             ///< why these are no classes; empty where they are
    std::string remark;
};

/// Classes, numbered from 0: integers or bools of [N] or [N, 1], and floating-point numbers where all are whole.
/// @throws FormatError where their number is not `count`, or a class is negative or above 65535, naming it
ArrayTargets to_targets(const Tensor& y, std::size_t count);

}  // namespace espalier::data
