#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/topology/alignment/weight_matching.hpp>

#include "hidden_networks.hpp"
#include "home_reference.hpp"

// A residual network and its permuted copy, aligned by an independent program: see tests/reference/README.md.

namespace espalier::topology {
using namespace testing;
namespace {

/// ResNet-20 of convnets/alignment.npz, from the arrays under `prefix`.
class StoredResidual {
  public:
    StoredResidual(const TensorFile& file, std::string prefix) : file_(file), prefix_(std::move(prefix)) {
        std::vector<std::string> writers = {conv("conv", {""})};
        norm("bn");
        for (int block = 0; block < 9; ++block) {
            const std::string path = "blocks." + std::to_string(block) + ".";
            const std::string first = conv(path + "conv1", writers);
            norm(path + "bn1");
            const std::string second = conv(path + "conv2", {first});
            norm(path + "bn2");
            if (file_.has(prefix_ + path + "shortcut.0.weight")) {
                writers = {conv(path + "shortcut.0", writers)};
                norm(path + "shortcut.1");
            }
            writers.push_back(second);
        }
        const std::string last = conv("fc", writers);
        network_.parameters.push_back({last, "bias", floats("fc.bias")});
    }

    const StoredNetwork& network() const { return network_; }

  private:
    std::vector<float> floats(const std::string& name) const {
        std::vector<float> values;
        for (const double value : file_.read(prefix_ + name).to_doubles()) values.push_back(static_cast<float>(value));
        return values;
    }

    std::string conv(const std::string& name, const std::vector<std::string>& fed_by) {
        const std::vector<std::size_t> shape = file_.read(prefix_ + name + ".weight").shape();
        std::size_t cols = 1;
        for (std::size_t k = 1; k < shape.size(); ++k) cols *= shape[k];
        const std::string full = numbered_layer(number_++, name);
        network_.topology.layers.push_back(
            {full, shape, Pattern::full(shape[0], cols), floats(name + ".weight"), fed_by});
        return full;
    }

    void norm(const std::string& name) {
        const std::string full = numbered_layer(number_++, name);
        for (const char* array : {"weight", "bias"})
            network_.parameters.push_back({full, array, floats(name + "." + array)});
    }

    const TensorFile& file_;
    std::string prefix_;
    std::size_t number_ = 0;
    StoredNetwork network_{{.label = "resnet20", .layers = {}}, {}};
};

/// Of each group, as the file calls it: those inside blocks, and the streams of the three stages.
std::string name_in_file(const UnitGroup& group) {
    const auto block = group.name.find("blocks.");
    if (block == std::string::npos) return "stream0";
    const int number = group.name[block + 7] - '0';
    return group.name.ends_with("conv1") ? "inner" + std::to_string(number) : "stream" + std::to_string(number / 3);
}

}  // namespace

TEST_CASE("residual alignment: groups, objective and permutations are those of an independent program",
          "[topology][alignment]") {
    const TensorFile file = open_tensor_file(home_reference() / "convnets/alignment.npz");
    const StoredNetwork own = StoredResidual(file, "own/").network();
    const StoredNetwork moved = StoredResidual(file, "moved/").network();
    const std::vector<UnitGroup> groups = unit_groups(own);
    REQUIRE(groups.size() == 12);
    const Alignment found = align(own, moved, {.starts = {AlignmentStart::identity}});
    const std::vector<double> objective = file.read("objective").to_doubles();
    CHECK(found.history.front() == Approx(objective[0]).epsilon(1e-5));
    CHECK(found.objective == Approx(objective[1]).epsilon(1e-5));
    for (std::size_t g = 0; g < groups.size(); ++g) {
        INFO(groups[g].name);
        const std::vector<double> expected = file.read("found/" + name_in_file(groups[g])).to_doubles();
        CHECK(std::vector<double>(found.permutations[g].begin(), found.permutations[g].end()) == expected);
    }
}

}  // namespace espalier::topology
