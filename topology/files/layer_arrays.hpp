#pragma once

#include <functional>
#include <string>
#include <vector>

namespace espalier::topology {

/// What an array of a file is, as its type says.
enum class ArrayKind { floating, integers, booleans, other };

/// @param type  as .npy ("<f4"), .safetensors ("F32") or PyTorch ("float32") name it
ArrayKind kind_of(const std::string& type);

/// What a file says of one of its arrays, before the array is read.
struct ArrayOutline {
    std::string name;
    std::string type;
    std::vector<std::size_t> shape;
};

/// One layer among the arrays of a file.
struct NamedArrays {
    std::string name;
    std::string mask;    ///< the array that says which edges there are
    std::string weight;  ///< the array with the weights beside it; empty: the same
};

/// The arrays that are layers, and those that are none.
struct FoundLayers {
    std::vector<NamedArrays> layers;    ///< in the order of the file
    std::vector<std::string> flat;      ///< of fewer than two dimensions: biases, normalisation, counters
    std::vector<std::string> integers;  ///< integers beside weights that are not 0 and 1: position ids, tables
};

/// Where masks lie beside their weights, both are one layer, called as the weights are:
///
///     fc1.weight_mask, mask_fc1, fc1.mask, masks.fc1...   beside fc1, fc1.weight, fc1_orig, fc1.weight_orig (then
///     "fc1.weight") fc1.parametrizations.weight.0.mask                  beside fc1.parametrizations.weight.original:
///     "fc1.weight"
///
/// so that a name without its word "mask" is that of the weights, but for ".weight", "_orig" and the wrapper before it
/// ("model.", "state_dict."). All other arrays of two or more dimensions are layers of their own.
///
/// @param where      what errors call the file
/// @param is_chosen  --layers says which arrays are wanted: masks that could belong to several weights, or to none of
///                   their shape, are then no error but layers of their own
/// @param holds_only_0_and_1  whether an array does; asked of integers beside weights alone
/// @throws FormatError naming mask and weights where it is not clear what belongs together
/// Cost: O(arrays log arrays) and those readings.
FoundLayers find_layers(const std::vector<ArrayOutline>& arrays, const std::string& where, bool is_chosen,
                        const std::function<bool(const std::string& name)>& holds_only_0_and_1);

}  // namespace espalier::topology
