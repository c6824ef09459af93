#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/base/text/error.hpp>

#include "npz_builder.hpp"
#include "safetensors_builder.hpp"
#include "support.hpp"

namespace espalier {
using namespace testing;

namespace {

using Names = std::vector<std::string>;

Names names_of(const TensorFile& file) {
    Names names;
    for (const TensorEntry& entry : file.entries()) names.push_back(entry.name);
    return names;
}

/// A file of these bytes under this name, opened.
TensorFile opened(const TemporaryFolder& folder, const std::string& name, const std::string& bytes) {
    write_bytes(folder / name, bytes);
    return open_tensor_file(folder / name);
}

const std::string some_npz = zip_archive(
    {{"fc10.npy", npy<float>("<f4", {2, 1}, {1, -2}), true}, {"fc2.npy", npy<std::uint8_t>("|b1", {3}, {0, 1, 1})}});
const std::string some_safetensors =
    safetensors_raw("{\"__metadata__\":{\"format\":\"pt\"}," + tensor_header("b", "BOOL", "1,4", "4,8") + "," +
                        tensor_header("a", "I32", "1", "0,4") + "}",
                    little_endian<std::int32_t>(-9) + std::string("\1\0\0\1", 4));

}  // namespace

TEST_CASE("tensor file: an .npz, an .npy and a .safetensors look alike", "[base][tensor_file]") {
    const TemporaryFolder folder;
    const TensorFile npz = opened(folder, "m.npz", some_npz);
    CHECK(npz.format() == ".npz");
    CHECK(npz.path() == (folder / "m.npz").string());
    CHECK(names_of(npz) == Names{"fc10", "fc2"});  // the order of the archive
    CHECK(npz.entries()[0].type == "<f4");
    CHECK(npz.entries()[0].shape == std::vector<std::size_t>{2, 1});
    CHECK(npz.read("fc10").to_doubles() == std::vector<double>{1, -2});
    CHECK(npz.read(npz.entries()[1]).where() == npz.path() + ": 'fc2'");

    const TensorFile npy = opened(folder, "mask.v2.npy", npy_ints({3, 0, 5}));
    CHECK(npy.format() == ".npy");
    CHECK(names_of(npy) == Names{"mask.v2"});
    CHECK(npy.read("mask.v2").to_unsigned() == std::vector<std::uint64_t>{3, 0, 5});

    const TensorFile safe = opened(folder, "m.safetensors", some_safetensors);
    CHECK(safe.format() == ".safetensors");
    CHECK(names_of(safe) == Names{"a", "b"});  // the order of the data
    CHECK(safe.entries()[1].type == "BOOL");
    CHECK(safe.read("a").to_doubles() == std::vector<double>{-9});
    CHECK(safe.metadata().at("format") == "pt");
    CHECK(safe.notices().empty());
}

TEST_CASE("tensor file: the content says what a file is, the name only where it does not", "[base][tensor_file]") {
    const TemporaryFolder folder;
    CHECK(opened(folder, "a.safetensors", some_npz).format() == ".npz");
    CHECK(opened(folder, "b.npz", some_safetensors).format() == ".safetensors");
    CHECK(opened(folder, "c", npy_ints({1})).format() == ".npy");
    CHECK_THROWS_WITH(opened(folder, "d.npz", "garbage"), Contains("d.npz: not a zip archive"));
    CHECK_THROWS_WITH(opened(folder, "d.npy", "garbage"), Contains("d.npy: not an .npy array"));
    CHECK_THROWS_WITH(opened(folder, "d.safetensors", "garbage"), Contains("no .safetensors file: 7 bytes"));
    CHECK_THROWS_WITH(opened(folder, "d.bin", "garbage"), Contains("d.bin: no file of arrays that is read"));
    CHECK_THROWS_WITH(opened(folder, "e.npz", ""), Contains("not a zip archive"));
    CHECK_THROWS_WITH(opened(folder, "e.npz", "\x89HDF\r\n\x1a\n........"), Contains("an HDF5 file"));
    CHECK_THROWS_WITH(opened(folder, "f.npz", "\x80\x04]."), Contains("a Python pickle"));
    CHECK_THROWS_AS(open_tensor_file(folder / "none.npz"), IoError);
    CHECK_THROWS_AS(open_tensor_file(folder.path()), IoError);
}

TEST_CASE("tensor file: a name that is not there is answered with those that are", "[base][tensor_file]") {
    const TemporaryFolder folder;
    const TensorFile file = opened(folder, "m.npz", some_npz);
    CHECK(file.has("fc2"));
    CHECK_FALSE(file.has("fc3"));
    CHECK(file.find("fc3") == nullptr);
    CHECK(file.find("fc2")->shape == std::vector<std::size_t>{3});
    CHECK_THROWS_WITH(file.read("fc3"), Contains("m.npz: there is no array 'fc3'") && Contains("It holds fc10, fc2"));
    std::vector<TensorBytes> many;
    for (int k = 0; k < 30; ++k) many.push_back({"t" + std::to_string(k), "BOOL", {1}, "x"});
    CHECK_THROWS_WITH(opened(folder, "many.safetensors", safetensors(many)).read("u"), Contains("t19 and 10 more"));
}

TEST_CASE("tensor file: an array of a type that is not read may be there until somebody reads it",
          "[base][tensor_file]") {
    const TemporaryFolder folder;
    const std::string objects = npy_raw("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "x");
    const TensorFile file = opened(folder, "m.npz", zip_archive({{"o.npy", objects}}));
    CHECK(file.entries()[0].type == "|O");
    CHECK_THROWS_WITH(file.read("o"), Contains("'o': holds Python objects, which are never read"));
    CHECK_THROWS_WITH(opened(folder, "n.npz", zip_archive({{"o.npy", "junk"}})), Contains("'o': not an .npy array"));
}

}  // namespace espalier
