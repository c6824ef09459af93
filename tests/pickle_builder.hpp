#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "npz_builder.hpp"

namespace espalier::testing {

/// Pickles written opcode by opcode (protocol 2), so that a test can get each of them wrong.
inline std::string pickled_text(const std::string& text) {
    return "X" + little_endian(static_cast<std::uint32_t>(text.size())) + text;
}

inline std::string pickled_int(std::int64_t value) {
    return "\x8a\x08" + little_endian(value);
}

inline std::string pickled_tuple(const std::vector<std::string>& items) {
    std::string text = "(";
    for (const std::string& item : items) text += item;
    return text + "t";
}

inline std::string pickled_sizes(const std::vector<std::int64_t>& sizes) {
    std::vector<std::string> items;
    for (const std::int64_t size : sizes) items.push_back(pickled_int(size));
    return pickled_tuple(items);
}

inline std::string pickled_global(const std::string& module, const std::string& name) {
    return "c" + module + "\n" + name + "\n";
}

inline std::string pickled_call(const std::string& module, const std::string& name, const std::string& arguments) {
    return pickled_global(module, name) + arguments + "R";
}

using PickledItems = std::vector<std::pair<std::string, std::string>>;

inline std::string pickled_dict(const PickledItems& items) {
    std::string text = "}(";
    for (const auto& [key, value] : items) text += pickled_text(key) + value;
    return text + "u";
}

/// A string of Python 2, which may hold any bytes.
inline std::string pickled_string(const std::string& bytes) {
    return "T" + little_endian(static_cast<std::uint32_t>(bytes.size())) + bytes;
}

/// An array of NumPy as Python 2 wrote it at protocol 2, its parts wrong where a test wants it.
struct PickledArray {
    std::vector<std::int64_t> shape;
    std::string content;
    std::string type = "u1";
    bool fortran_order = false;
};

inline std::string pickled_array(const PickledArray& array) {
    const std::string empty =
        pickled_call("numpy.core.multiarray", "_reconstruct",
                     pickled_tuple({pickled_global("numpy", "ndarray"), pickled_sizes({0}), pickled_string("b")}));
    const std::string type =
        pickled_call("numpy", "dtype", pickled_tuple({pickled_string(array.type), pickled_int(0), pickled_int(1)})) +
        pickled_tuple(
            {pickled_int(3), pickled_string("|"), "N", "N", "N", pickled_int(-1), pickled_int(-1), pickled_int(0)}) +
        "b";
    return empty +
           pickled_tuple({pickled_int(1), pickled_sizes(array.shape), type, array.fortran_order ? "\x88" : "\x89",
                          pickled_string(array.content)}) +
           "b";
}

inline std::string pickled_list(const std::vector<std::int64_t>& numbers) {
    std::string text = "](";
    for (const std::int64_t number : numbers) text += pickled_int(number);
    return text + "e";
}

/// A whole pickle of one object.
inline std::string pickled(const std::string& object) {
    return "\x80\x02" + object + ".";
}

/// A view of storage `key`, as torch.save() writes it.
struct PickledTensor {
    std::string key = "0";
    std::int64_t elements = 6;
    std::vector<std::int64_t> shape{2, 3};
    std::vector<std::int64_t> strides{3, 1};
    std::int64_t offset = 0;
    std::string storage = "FloatStorage";
};

inline std::string pickled_storage(const PickledTensor& tensor) {
    return pickled_tuple({pickled_text("storage"), pickled_global("torch", tensor.storage), pickled_text(tensor.key),
                          pickled_text("cpu"), pickled_int(tensor.elements)}) +
           "Q";
}

inline std::string pickled_tensor(const PickledTensor& tensor = {}) {
    return pickled_call(
        "torch._utils", "_rebuild_tensor_v2",
        pickled_tuple({pickled_storage(tensor), pickled_int(tensor.offset), pickled_sizes(tensor.shape),
                       pickled_sizes(tensor.strides), "\x89", pickled_call("collections", "OrderedDict", ")")}));
}

/// The archive that torch.save() writes around a pickle.
inline std::string torch_archive(const std::string& object,
                                 const std::vector<std::pair<std::string, std::string>>& data,
                                 const std::vector<ZipEntry>& others = {}) {
    std::vector<ZipEntry> entries{{"m/data.pkl", pickled(object)}};
    for (const auto& [key, bytes] : data) entries.push_back({"m/data/" + key, bytes});
    entries.push_back({"m/version", "3\n"});
    entries.insert(entries.end(), others.begin(), others.end());
    return zip_archive(entries);
}

}  // namespace espalier::testing
