#include <espalier/base/formats/npz.hpp>
#include <espalier/base/text/error.hpp>

#include "home_reference.hpp"
#include "npz_builder.hpp"
#include "support.hpp"

namespace espalier {
using namespace testing;

TEST_CASE("npz: arrays by name, in the order of the archive", "[base][npz]") {
    const TemporaryFolder folder;
    write_bytes(folder / "a.npz", zip_archive({{"layer10.npy", npy_ints({10})}, {"layer9.npy", npy_ints({9}), true}}));
    const NpzFile file(folder / "a.npz");
    CHECK(file.names() == std::vector<std::string>{"layer10", "layer9"});
    CHECK(file.has("layer9"));
    CHECK_FALSE(file.has("layer9.npy"));
    CHECK(file.header("layer9").type == "<i8");
    CHECK(file.header("layer9").shape == std::vector<std::size_t>{1});
    CHECK(file.read("layer10").to_unsigned() == std::vector<std::uint64_t>{10});
    CHECK_THROWS_WITH(file.read("bias"), Contains("a.npz") && Contains("'bias'") && Contains("layer10, layer9"));
}

TEST_CASE("npz: errors name file and array", "[base][npz]") {
    const TemporaryFolder folder;
    write_bytes(folder / "a.npz", zip_archive({{"w.npy", "x"}}));
    CHECK_THROWS_WITH(NpzFile(folder / "a.npz").read("w"), Contains("a.npz: 'w'"));
    write_bytes(folder / "b.npz", zip_archive({{"w.txt", "x"}}));
    CHECK_THROWS_WITH(NpzFile(folder / "b.npz"), Contains("'w.txt' is not an .npy array"));
    CHECK_THROWS_AS(NpzFile(folder / "none.npz"), IoError);
}

TEST_CASE("npz: an archive that SciPy wrote can be read", "[base][npz][reference]") {
    const NpzFile layer(home_reference() / "nnstd/permuted_second_layer2_scipy.npz");
    CHECK(layer.read("format").to_text() == "csr");
    CHECK(layer.read("shape").to_unsigned() == std::vector<std::uint64_t>{41, 10});
    CHECK(layer.read("data").to_finite_floats().size() == layer.read("indices").size());
    CHECK(layer.read("indptr").to_unsigned().back() == layer.read("indices").size());
}

TEST_CASE("npz: the published archives can be read", "[base][npz][reference]") {
    const auto reference = reference_folder();
    if (!reference) return skip("no reference folder");
    const NpzFile layer(*reference / "topologies/set_fashion/w0/epoch_000/layer0.npz");
    CHECK(layer.read("format").to_text() == "csr");
    CHECK(layer.read("shape").to_unsigned() == std::vector<std::uint64_t>{785, 784});
    CHECK(layer.read("data").to_finite_floats().size() == layer.read("indices").size());
    const NpzFile permutations(*reference / "nnstd_permutations.npz");
    CHECK(permutations.read("perm_layer0").shape() == std::vector<std::size_t>{81, 784});
}

}  // namespace espalier
