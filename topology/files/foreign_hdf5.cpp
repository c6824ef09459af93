#include <string>
#include <vector>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/foreign_hdf5.hpp>

namespace espalier::topology {
namespace {

/// Keras 1 and 2 (`save`, `save_weights`) by attributes, Keras 3 (`.weights.h5`) by the groups it always writes.
bool is_of_keras(const hdf5::Group& root) {
    return root.has_attribute("keras_version") || root.has_attribute("layer_names") || root.exists("model_weights") ||
           root.exists("_layer_checkpoint_dependencies") || (root.exists("layers") && root.exists("vars"));
}

std::string first_names(const hdf5::Group& root) {
    const std::vector<std::string> names = root.children();
    return names.empty() ? "nothing" : join_some(names, 4);
}

}  // namespace

void refuse_foreign(const hdf5::Group& root) {
    const std::string& where = root.where();  // "<file>:"
    if (is_of_keras(root)) {
        throw FormatError(where +
                          " a file of Keras, which is not read; in Python np.savez(\"masks.npz\", **{layer.name: "
                          "layer.get_weights()[0] for layer in model.layers if layer.get_weights()}) exports its "
                          "kernels, which --orientation in-out reads");
    }
    throw FormatError(where + " an HDF5 file of another program (it holds " + first_names(root) +
                      "), none of espalier.run or espalier.topology; in Python np.savez(\"masks.npz\", "
                      "name=h5py.File(...)[\"name\"][()], ...) exports its arrays");
}

}  // namespace espalier::topology
