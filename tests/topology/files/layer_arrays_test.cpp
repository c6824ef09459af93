#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/layer_arrays.hpp>

#include "support.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

using Names = std::vector<std::string>;

FoundLayers found(const std::vector<ArrayOutline>& arrays, bool is_chosen = false) {
    return find_layers(arrays, "w.npz", is_chosen, [](const std::string& name) { return name.starts_with("binary"); });
}

/// "name=mask+weight" of each layer; without '+' where it is one array.
Names layers(const std::vector<ArrayOutline>& arrays, bool is_chosen = false) {
    Names texts;
    for (const NamedArrays& layer : found(arrays, is_chosen).layers) {
        texts.push_back(layer.name + "=" + layer.mask + (layer.weight.empty() ? "" : "+" + layer.weight));
    }
    return texts;
}

ArrayOutline weight(const std::string& name) {
    return {name, "F32", {2, 3}};
}
ArrayOutline mask(const std::string& name) {
    return {name, "BOOL", {2, 3}};
}

}  // namespace

TEST_CASE("layer arrays: PyTorch's pruning and its parametrizations, old and new", "[topology][layer_arrays]") {
    CHECK(layers({weight("fc1.weight_orig"), mask("fc1.weight_mask")}) ==
          Names{"fc1.weight=fc1.weight_mask+fc1.weight_orig"});
    CHECK(layers({weight("fc1.parametrizations.weight.original"), mask("fc1.parametrizations.weight.0.mask"),
                  weight("fc2.parametrizations.weight.original"), mask("fc2.parametrizations.weight.0.mask")}) ==
          Names{"fc1.weight=fc1.parametrizations.weight.0.mask+fc1.parametrizations.weight.original",
                "fc2.weight=fc2.parametrizations.weight.0.mask+fc2.parametrizations.weight.original"});
}

TEST_CASE("layer arrays: masks of wrappers, before or behind the name, in a dictionary of their own",
          "[topology][layer_arrays]") {
    for (const std::string name : {"fc1.mask", "fc1.weight_mask", "fc1_mask", "mask_fc1", "mask.fc1.weight",
                                   "masks.fc1.weight", "fc1.weight.mask", "fc1.Mask"}) {
        INFO(name);
        CHECK(layers({weight("fc1.weight"), mask(name)}) == Names{"fc1.weight=" + name + "+fc1.weight"});
        CHECK(layers({mask(name), weight("fc1.weight")}) == Names{"fc1.weight=" + name + "+fc1.weight"});
    }
    CHECK(layers({weight("state_dict.fc1.weight"), mask("masks.fc1.weight")}) ==
          Names{"state_dict.fc1.weight=masks.fc1.weight+state_dict.fc1.weight"});
    CHECK(layers({weight("dense/kernel:0"), mask("dense/mask:0"), mask("dense/mask")}) ==
          Names{"dense/kernel:0=dense/mask+dense/kernel:0", "dense/mask:0=dense/mask:0"});
    CHECK(layers({mask("alone_mask"), weight("embeddings.mask_token"), mask("mask")}) ==
          Names{"alone_mask=alone_mask", "embeddings.mask_token=embeddings.mask_token", "mask=mask"});
    CHECK(layers({weight("a_mask_orig"), weight("a_orig"), mask("a_mask_mask"), mask("a_mask")}) ==
          Names{"a_mask=a_mask_mask+a_mask_orig", "a=a_mask+a_orig"});
    CHECK(layers({weight("fc1_orig"), weight("unmasked")}) == Names{"fc1_orig=fc1_orig", "unmasked=unmasked"});
}

TEST_CASE("layer arrays: what does not clearly belong together is refused, naming both", "[topology][layer_arrays]") {
    const ArrayOutline small{"fc1.mask", "BOOL", {2, 1}};
    CHECK_THROWS_WITH(found({weight("fc1.weight"), small}), Contains("w.npz: 'fc1.mask' has shape 2x1") &&
                                                                Contains("'fc1.weight' beside it 2x3") &&
                                                                Contains("--layers"));
    CHECK_THROWS_WITH(found({weight("fc1.weight"), weight("fc1.weight_orig"), mask("fc1.weight_mask")}),
                      Contains("'fc1.weight_mask' fits 'fc1.weight' as well as 'fc1.weight_orig'"));
    CHECK_THROWS_WITH(found({weight("fc1.weight"), mask("fc1.mask"), mask("mask_fc1")}),
                      Contains("masks 'fc1.mask' and 'mask_fc1' both fit 'fc1.weight'"));
    CHECK(layers({weight("fc1.weight"), small}, true) == Names{"fc1.weight=fc1.weight", "fc1.mask=fc1.mask"});
    CHECK(layers({weight("fc1.weight"), {"fc1.weight_orig", "F32", {3, 3}}, mask("fc1.weight_mask")}) ==
          Names{"fc1.weight=fc1.weight_mask+fc1.weight", "fc1.weight_orig=fc1.weight_orig"});  // told by the shape
}

TEST_CASE("layer arrays: flat arrays and integers beside weights are none", "[topology][layer_arrays]") {
    const FoundLayers all = found({weight("fc1.weight"),
                                   {"fc1.bias", "F32", {2}},
                                   {"bn.num_batches_tracked", "I64", {}},
                                   {"position_ids", "I64", {1, 512}},
                                   {"binary", "<i4", {2, 3}},
                                   {"causal", "BOOL", {4, 4}}});
    CHECK(all.flat == Names{"fc1.bias", "bn.num_batches_tracked"});
    CHECK(all.integers == Names{"position_ids"});
    REQUIRE(all.layers.size() == 3);
    CHECK(all.layers[1].name == "binary");
    CHECK(layers({{"fc1", "int32", {2, 3}}, {"fc2", "|u1", {2, 2}}}) ==
          Names{"fc1=fc1", "fc2=fc2"});  // open_lth's masks
}

TEST_CASE("layer arrays: kinds of types as three formats name them", "[topology][layer_arrays]") {
    for (const std::string type : {"<f4", "<f2", "F32", "BF16", "F64", "float16", "bfloat16", "F8_E4M3"}) {
        INFO(type);
        CHECK(kind_of(type) == ArrayKind::floating);
    }
    for (const std::string type : {"<i8", "|u1", "I64", "U8", "int32", "uint8"}) {
        INFO(type);
        CHECK(kind_of(type) == ArrayKind::integers);
    }
    for (const std::string type : {"|b1", "BOOL", "bool"}) CHECK(kind_of(type) == ArrayKind::booleans);
    for (const std::string type : {"<U5", "|S3", "<c8", ""}) CHECK(kind_of(type) == ArrayKind::other);
}

}  // namespace espalier::topology
