#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/training/run/snapshot_layer.hpp>

namespace espalier::training {

void visit_arrays(const SnapshotLayer& layer,
                  const std::function<void(const std::string&, const hdf5::Values&)>& visit) {
    if (layer.pattern != nullptr) {
        topology::visit_mask_arrays(layer.name, layer.shape, *layer.pattern, layer.values, visit);
    }
    for (const auto& [name, values] : layer.others) visit(name, values);
}

void write_layer(hdf5::Group& snapshot, const SnapshotLayer& layer) {
    hdf5::Group group = snapshot.create_group(layer.name);
    if (!layer.shape.empty()) topology::write_shape(group, layer.shape);
    visit_arrays(layer, [&](const std::string& name, const hdf5::Values& values) { group.write(name, values); });
}

}  // namespace espalier::training
