#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "npz_builder.hpp"

namespace espalier::testing {

/// One tensor of a .safetensors file as a test writes it.
struct TensorBytes {
    std::string name;
    std::string type;
    std::vector<std::size_t> shape;
    std::string bytes;
};

template <class T>
std::string bytes_of(const std::vector<T>& values) {
    std::string bytes;
    for (const T value : values) bytes += little_endian(value);
    return bytes;
}

/// A file with this header text and data; `length_offset` makes the announced length lie.
inline std::string safetensors_raw(const std::string& header, const std::string& data, std::int64_t length_offset = 0) {
    return little_endian(static_cast<std::uint64_t>(static_cast<std::int64_t>(header.size()) + length_offset)) +
           header + data;
}

inline std::string tensor_header(const std::string& name, const std::string& type, const std::string& shape,
                                 const std::string& offsets) {
    return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":[" + shape + "],\"data_offsets\":[" + offsets + "]}";
}

inline std::string safetensors(const std::vector<TensorBytes>& tensors) {
    std::string header;
    std::string data;
    for (const TensorBytes& tensor : tensors) {
        std::string shape;
        for (const std::size_t side : tensor.shape) shape += (shape.empty() ? "" : ",") + std::to_string(side);
        const std::string offsets =
            std::to_string(data.size()) + "," + std::to_string(data.size() + tensor.bytes.size());
        header += (header.empty() ? "{" : ",") + tensor_header(tensor.name, tensor.type, shape, offsets);
        data += tensor.bytes;
    }
    return safetensors_raw((header.empty() ? "{" : header) + "}", data);
}

}  // namespace espalier::testing
