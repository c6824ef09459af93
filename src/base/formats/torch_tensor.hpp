#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <espalier/base/formats/pickle.hpp>
#include <espalier/base/formats/tensor.hpp>

namespace espalier {

/// What a PyTorch pickle says of one tensor: a view of a storage.
struct TorchTensor {
    std::string type;  ///< "float32"
    std::size_t width = 1;
    std::string storage;         ///< key: the archive's member `data/<key>`
    std::uint64_t elements = 0;  ///< of the storage
    std::uint64_t offset = 0;    ///< first element
    std::vector<std::size_t> shape;
    std::vector<std::size_t> strides;  ///< in elements
};

/// The globals of state dicts and dicts of tensors: what torch.load(weights_only=True) allows, and classes of plain
/// data that stand beside weights (numbers of NumPy, argparse.Namespace).
/// @param path  of the file, for the lines that export it
/// @throws FormatError for all others, naming the global and the lines of Python that save the weights alone
void check_torch_global(const std::string& name, bool is_outermost, const std::string& path);

/// Whether a value is a tensor or a parameter.
bool is_torch_tensor(const PickleValue& value);

/// The tensor that a value is. It lies within its storage; where it repeats elements (expanded tensors) it has at most
/// 256 MB.
/// @param where  what errors call it: "model.pt: 'fc1.weight'"
/// @throws FormatError
TorchTensor read_torch_tensor(const PickleValue& value, const std::string& where);

/// @throws FormatError for types that are not read (complex, eight-bit floats), by name
ElementType torch_element_type(const std::string& type, const std::string& where);

}  // namespace espalier
