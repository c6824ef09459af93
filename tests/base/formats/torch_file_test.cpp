#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/base/text/error.hpp>

#include "pickle_builder.hpp"
#include "safetensors_builder.hpp"
#include "support.hpp"

namespace espalier {
using namespace testing;

namespace {

using Numbers = std::vector<double>;
using Names = std::vector<std::string>;

const std::string six = bytes_of<float>({0, 1, 2, 3, 4, 5});

TensorFile opened_archive(const TemporaryFolder& folder, const std::string& bytes, const std::string& key = "") {
    write_bytes(folder / "m.pt", bytes);
    return open_tensor_file((folder / "m.pt").string() + (key.empty() ? "" : ":" + key));
}

/// The one tensor "w" of a file that has it as a view of a storage of six floats.
Tensor view(const PickledTensor& tensor) {
    const TemporaryFolder folder;
    return opened_archive(folder, torch_archive(pickled_dict({{"w", pickled_tensor(tensor)}}), {{"0", six}})).read("w");
}

void refused(const std::string& bytes, const std::string& reason, const std::string& key = "") {
    const TemporaryFolder folder;
    INFO(reason);
    CHECK_THROWS_WITH(opened_archive(folder, bytes, key), Contains("m.pt") && Contains(reason) && !Contains("\n"));
}

void object_refused(const std::string& object, const std::string& reason, const std::string& key = "") {
    refused(torch_archive(object, {{"0", six}}), reason, key);
}

Names archived_names(const TensorFile& file) {
    Names names;
    for (const TensorEntry& entry : file.entries()) names.push_back(entry.name);
    return names;
}

}  // namespace

TEST_CASE("torch file: a state dict is its tensors in its order", "[base][torch_file]") {
    const TemporaryFolder folder;
    const std::string dict = pickled_call("collections", "OrderedDict", ")") + "(" + pickled_text("fc2.weight") +
                             pickled_tensor() + pickled_text("fc1.bias") +
                             pickled_tensor({.key = "1", .elements = 2, .shape = {2}, .strides = {1}}) + "u" + "}" +
                             pickled_text("_metadata") + "}sb";  // the versions that state_dict() adds
    const TensorFile file = opened_archive(folder, torch_archive(dict, {{"0", six}, {"1", bytes_of<float>({-1, 7})}}));
    CHECK(file.format() == ".pt");
    CHECK(archived_names(file) == Names{"fc2.weight", "fc1.bias"});
    CHECK(file.entries()[0].type == "float32");
    CHECK(file.entries()[0].shape == std::vector<std::size_t>{2, 3});
    CHECK(file.read("fc2.weight").to_doubles() == Numbers{0, 1, 2, 3, 4, 5});
    CHECK(file.read("fc1.bias").to_doubles() == Numbers{-1, 7});
    CHECK(file.notices().empty());
}

TEST_CASE("torch file: every element type", "[base][torch_file]") {
    const TemporaryFolder folder;
    const auto one = [&](const std::string& storage, const std::string& bytes, std::int64_t elements) {
        const PickledTensor tensor{.elements = elements, .shape = {elements}, .strides = {1}, .storage = storage};
        return opened_archive(folder, torch_archive(pickled_dict({{"w", pickled_tensor(tensor)}}), {{"0", bytes}}))
            .read("w");
    };
    CHECK(one("DoubleStorage", bytes_of<double>({0.1, -2}), 2).to_doubles() == Numbers{0.1, -2});
    CHECK(one("HalfStorage", bytes_of<std::uint16_t>({0x3e00}), 1).to_doubles() == Numbers{1.5});
    CHECK(one("BFloat16Storage", bytes_of<std::uint16_t>({0x3fc0}), 1).to_doubles() == Numbers{1.5});
    CHECK(one("LongStorage", bytes_of<std::int64_t>({-5}), 1).to_doubles() == Numbers{-5});
    CHECK(one("IntStorage", bytes_of<std::int32_t>({-6}), 1).to_doubles() == Numbers{-6});
    CHECK(one("ShortStorage", bytes_of<std::int16_t>({-7}), 1).to_doubles() == Numbers{-7});
    CHECK(one("CharStorage", bytes_of<std::int8_t>({-8}), 1).to_doubles() == Numbers{-8});
    CHECK(one("ByteStorage", bytes_of<std::uint8_t>({200}), 1).to_doubles() == Numbers{200});
    CHECK(one("BoolStorage", std::string("\0\1", 2), 2).to_doubles() == Numbers{0, 1});
    CHECK_FALSE(one("BoolStorage", std::string("\0\1", 2), 2).has_values());
    CHECK_THROWS_WITH(one("ComplexFloatStorage", std::string(8, '\0'), 1), Contains("type complex64 is not read"));
    const PickledTensor two{.elements = 4, .storage = "UntypedStorage"};  // uint16 has no storage class of its own
    const std::string v3 =
        pickled_call("torch._utils", "_rebuild_tensor_v3",
                     pickled_tuple({pickled_storage(two), pickled_int(0), pickled_sizes({2}), pickled_sizes({1}),
                                    "\x89", "}", pickled_global("torch", "uint16")}));
    CHECK(opened_archive(folder, torch_archive(pickled_dict({{"w", v3}}), {{"0", bytes_of<std::uint16_t>({1, 65535})}}))
              .read("w")
              .to_doubles() == Numbers{1, 65535});
}

TEST_CASE("torch file: views of storages are gathered", "[base][torch_file]") {
    CHECK(view({.shape = {3, 2}, .strides = {1, 3}}).to_doubles() == Numbers{0, 3, 1, 4, 2, 5});  // .t()
    CHECK(view({.shape = {2}, .strides = {1}, .offset = 4}).to_doubles() == Numbers{4, 5});
    CHECK(view({.shape = {2, 2}, .strides = {3, 2}}).to_doubles() == Numbers{0, 2, 3, 5});
    CHECK(view({.shape = {2, 3}, .strides = {0, 1}, .offset = 3}).to_doubles() == Numbers{3, 4, 5, 3, 4, 5});  // expand
    CHECK(view({.shape = {}, .strides = {}, .offset = 5}).to_doubles() == Numbers{5});
    CHECK(view({.shape = {0, 3}, .strides = {3, 1}, .offset = 6}).size() == 0);
    CHECK(view({.shape = {1, 6}, .strides = {9999, 1}}).to_doubles() == Numbers{0, 1, 2, 3, 4, 5});
}

TEST_CASE("torch file: a view beyond its storage is refused", "[base][torch_file]") {
    const auto view_refused = [](const PickledTensor& tensor, const std::string& reason) {
        object_refused(pickled_dict({{"w", pickled_tensor(tensor)}}), reason);
    };
    const std::int64_t most = std::int64_t{1} << 62;
    view_refused({.shape = {2, 4}}, "reaches to element 6 of a storage of 6");
    view_refused({.offset = 1}, "reaches to element 6");
    view_refused({.shape = {0}, .strides = {1}, .offset = 7}, "reaches to element 7");
    view_refused({.strides = {-3, 1}}, "its stride is negative (-3)");
    view_refused({.shape = {-2, 3}}, "its size is negative");
    view_refused({.offset = -1}, "its offset is negative");
    view_refused({.elements = -1}, "number of elements is negative");
    view_refused({.strides = {1}}, "not as many strides as sizes");
    view_refused({.shape = {most, 8}, .strides = {0, 0}}, "its shape overflows");
    view_refused({.shape = {5, 5}, .strides = {most, most}}, "its strides overflow");
    view_refused({.shape = {1 << 20, 1 << 20}, .strides = {0, 0}}, "expands 6 elements to 1099511627776");
    view_refused({.shape = std::vector<std::int64_t>(65, 1), .strides = std::vector<std::int64_t>(65, 1)}, "64 dim");
    view_refused({.elements = 7}, "its storage of 7 elements of 4 bytes has 24 bytes");
    view_refused({.key = "9"}, "no storage '9'");
    view_refused({.key = "../version\n"}, "no storage '../version\\u000a'");
    view_refused({.storage = "UntypedStorage"}, "has no element type");
}

TEST_CASE("torch file: what is no tensor as torch.save writes it is refused", "[base][torch_file]") {
    const auto tensor_refused = [](const std::string& arguments, const std::string& reason) {
        object_refused(pickled_dict({{"w", pickled_call("torch._utils", "_rebuild_tensor_v2", arguments)}}), reason);
    };
    const std::string storage = pickled_storage({});
    tensor_refused(")", "made of what is no storage");
    tensor_refused(pickled_tuple({"N", "K\x01", ")", ")"}), "is not ('storage'");
    tensor_refused(pickled_tuple({"NQ", "K\x01", ")", ")"}), "is not ('storage'");
    tensor_refused(pickled_tuple({pickled_tuple({pickled_text("x"), "N", "N", "N", "N"}) + "Q", "K\x01", ")", ")"}),
                   "is not ('storage'");
    tensor_refused(pickled_tuple({storage, "N", ")", ")"}), "its offset is no number");
    tensor_refused(pickled_tuple({storage, "K\x01", "N", ")"}), "its size is no tuple");
    tensor_refused(pickled_tuple({storage, "K\x01", pickled_tuple({"N"}), ")"}), "its size is no number");
    std::string nested = pickled_tensor();
    for (int k = 0; k < 10; ++k) nested = pickled_call("torch._utils", "_rebuild_parameter", pickled_tuple({nested}));
    object_refused(pickled_dict({{"w", nested}}), "parameters within parameters");
    object_refused(pickled_dict({{"w", pickled_call("torch._utils", "_rebuild_parameter", ")")}}), "no tensor");
}

TEST_CASE("torch file: parameters and tensors with attributes are their tensors", "[base][torch_file]") {
    const TemporaryFolder folder;
    const std::string parameter =
        pickled_call("torch._utils", "_rebuild_parameter", pickled_tuple({pickled_tensor(), "\x88", "}"}));
    const std::string arguments =
        pickled_tuple({pickled_storage({}), "K\x03", pickled_sizes({3}), pickled_sizes({1}), "\x89", "}"});
    const std::string typed = pickled_call("torch._tensor", "_rebuild_from_type_v2",
                                           pickled_tuple({pickled_global("torch._utils", "_rebuild_tensor_v2"),
                                                          pickled_global("torch", "Tensor"), arguments, "}"}));
    const TensorFile file =
        opened_archive(folder, torch_archive(pickled_dict({{"p", parameter}, {"t", typed}}), {{"0", six}}));
    CHECK(file.read("p").to_doubles() == Numbers{0, 1, 2, 3, 4, 5});
    CHECK(file.read("t").to_doubles() == Numbers{3, 4, 5});
}

TEST_CASE("torch file: the one dict of tensors within a checkpoint is taken, and what is left out is said",
          "[base][torch_file]") {
    const TemporaryFolder folder;
    const std::string state = pickled_dict({{"module.fc.weight", pickled_tensor()}, {"module.n", pickled_tensor()}});
    const std::string vector = pickled_tensor({.shape = {6}, .strides = {1}});
    const std::string optimizer = pickled_dict(
        {{"state", pickled_dict({{"0", pickled_dict({{"exp_avg", pickled_tensor()}})}})}, {"param_groups", "]"}});
    const TensorFile file = opened_archive(
        folder,
        torch_archive(
            pickled_dict({{"epoch", "K\x03"}, {"state_dict", state}, {"rng", vector}, {"optimizer", optimizer}}),
            {{"0", six}}));
    CHECK(archived_names(file) == Names{"fc.weight", "n"});
    CHECK(file.notices() ==
          Names{file.path() + ": the tensors of ['state_dict'] are read; left out: epoch, rng, optimizer",
                file.path() + ": 'module.' is taken off the names"});
    CHECK(file.read("n").where() == file.path() + ": 'n'");
    const std::string deep = pickled_dict({{"model", pickled_dict({{"net", state}, {"step", "K\x01"}})}});
    CHECK(opened_archive(folder, torch_archive(deep, {{"0", six}})).notices()[0] ==
          file.path() + ": the tensors of ['model']['net'] are read; left out: step");
    const std::string mixed = pickled_dict({{"w", pickled_tensor()}, {"version", "K\x01"}});
    CHECK(opened_archive(folder, torch_archive(mixed, {{"0", six}})).notices() ==
          Names{file.path() + ": left out: version"});
}

TEST_CASE("torch file: of several dicts one is chosen by its key", "[base][torch_file]") {
    const TemporaryFolder folder;
    const std::string weights = pickled_dict({{"fc", pickled_tensor()}});
    const std::string masks = pickled_dict({{"fc", pickled_tensor({.shape = {3, 2}, .strides = {1, 3}})}});
    const std::string two = pickled_dict({{"model", weights}, {"masks", masks}, {"own", pickled_tensor()}});
    object_refused(two, "several dicts of tensors: ., model, masks; choose one: ");
    const std::string bytes = torch_archive(two, {{"0", six}});
    CHECK(opened_archive(folder, bytes, "model").entries()[0].shape == std::vector<std::size_t>{2, 3});
    CHECK(opened_archive(folder, bytes, "masks").entries()[0].shape == std::vector<std::size_t>{3, 2});
    CHECK(archived_names(opened_archive(folder, bytes, ".")) == Names{"own"});
    object_refused(two, "no dict of tensors 'net'; there are: ., model, masks", "net");
    object_refused(pickled_tensor(), "holds no dict, so ':x' chooses nothing", "x");
    write_bytes(folder / "a.npy", npy_ints({1}));
    CHECK_THROWS_WITH(open_tensor_file((folder / "a.npy").string() + ":x"),
                      Contains("chooses a dict of a PyTorch file"));
    CHECK_THROWS_AS(open_tensor_file((folder / "none.pt").string() + ":x"), IoError);
    write_bytes(folder / "m.pt:model", npy_ints({1}));  // a path that exists wins
    CHECK(open_tensor_file(folder / "m.pt:model").format() == ".npy");
}

TEST_CASE("torch file: one tensor, and a list of them", "[base][torch_file]") {
    const TemporaryFolder folder;
    CHECK(archived_names(opened_archive(folder, torch_archive(pickled_tensor(), {{"0", six}}))) == Names{"m"});
    const std::string list = "](" + pickled_tensor() + pickled_tensor() + "e";
    CHECK(archived_names(opened_archive(folder, torch_archive(list, {{"0", six}}))) == Names{"0", "1"});
}

TEST_CASE("torch file: names are there once, and are names", "[base][torch_file]") {
    object_refused(pickled_dict({{"w", pickled_tensor()}, {"w", pickled_tensor()}}), "'w' is there twice");
    object_refused(pickled_dict({{"", pickled_tensor()}}), "a tensor's name is empty");
    object_refused(pickled_dict({{"a\nb", pickled_tensor()}}), "control characters");
    object_refused("}N" + pickled_tensor() + "s", "a tensor's name is empty, too long, no text");
}

TEST_CASE("torch file: what is no weights is refused with the lines that export them", "[base][torch_file]") {
    object_refused(pickled_call("__main__", "Net", ")"),
                   "a whole pickled object ('__main__.Net'), which is never read");
    object_refused(pickled_call("__main__", "Net", ")"), ".state_dict(), \"weights.pt\")");
    object_refused(pickled_call("torch.optim.sgd", "SGD", ")"), "a pickled optimizer ('torch.optim.sgd.SGD')");
    object_refused(pickled_dict({{"x", pickled_call("posix", "system", ")")}}), "global 'posix.system' is not read");
    object_refused(pickled_dict({{"x", pickled_global("torch._utils", "_rebuild_sparse_tensor")}}), "v.to_dense()");
    object_refused("}" + pickled_text("a\n") + pickled_text("b\nc") + "\x93",
                   "global 'a\\u000a.b\\u000ac' is not read");
    object_refused(pickled_dict({{"state", "}"}, {"param_groups", "]"}}), "the state of an optimizer");
    object_refused(pickled_dict({{"epoch", "K\x01"}}), "no dict of tensors (its keys: epoch)");
    object_refused("]", "no dict of tensors; save");
    object_refused("K\x01", "no dict of tensors; save");
    const std::string state = pickled_dict({{"w", pickled_tensor()}});
    refused(torch_archive(state, {{"0", six}}, {{"m/constants.pkl", "x"}}), "torch.jit.load(");
    refused(torch_archive(state, {{"0", six}}, {{"m/byteorder", "big"}}), "big-endian");
    refused(std::string("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15), "PyTorch's old format");
}

TEST_CASE("torch file: what NumPy and argparse leave beside the weights does not matter", "[base][torch_file]") {
    const TemporaryFolder folder;
    const std::string scalar = pickled_call(
        "numpy.core.multiarray", "scalar",
        pickled_tuple({pickled_call("numpy", "dtype", pickled_tuple({pickled_text("f8")})) + "Nb", "C\x01x"}));
    const std::string arguments = pickled_global("argparse", "Namespace") + ")\x81" + pickled_dict({{"lr", "N"}}) + "b";
    const std::string file = pickled_dict({{"w", pickled_tensor()}, {"best", scalar}, {"args", arguments}});
    CHECK(archived_names(opened_archive(folder, torch_archive(file, {{"0", six}}))) == Names{"w"});
}

TEST_CASE("torch file: an object within itself ends", "[base][torch_file]") {
    const TemporaryFolder folder;
    const std::string loop = "}q\x01(" + pickled_text("self") + "h\x01" + pickled_text("w") + pickled_tensor() + "u";
    CHECK(archived_names(opened_archive(folder, torch_archive(loop, {{"0", six}}))) == Names{"w"});
}

TEST_CASE("torch file: a damaged storage is refused when it is read", "[base][torch_file]") {
    const TemporaryFolder folder;
    const std::string state =
        pickled_dict({{"w", pickled_tensor()}, {"v", pickled_tensor({.shape = {3}, .strides = {1}})}});
    ZipEntry storage{"m/data/0", six};
    storage.crc_flip = 1;
    write_bytes(folder / "m.pt", zip_archive({{"m/data.pkl", pickled(state)}, storage}));
    const TensorFile file = open_tensor_file(folder / "m.pt");
    CHECK_THROWS_WITH(file.read("w"), Contains("'m/data/0' is damaged: its CRC does not match"));
    CHECK_THROWS_WITH(file.read("v"), Contains("'m/data/0' is damaged: its CRC does not match"));
}

TEST_CASE("torch file: no cut and no flipped bit does harm", "[base][torch_file]") {
    const TemporaryFolder folder;
    const std::string whole = torch_archive(
        pickled_dict({{"state_dict", pickled_dict({{"w", pickled_tensor()}})}, {"epoch", "K\x01"}}), {{"0", six}});
    const auto read_all = [&](const std::string& bytes) {
        const TensorFile file = opened_archive(folder, bytes);
        for (const TensorEntry& entry : file.entries()) file.read(entry).to_doubles();
    };
    read_all(whole);
    for (std::size_t length = 0; length < whole.size(); length += 3) {
        CHECK_THROWS_AS(read_all(whole.substr(0, length)), Error);
    }
    for (std::size_t bit = 0; bit < 8 * whole.size(); bit += 5) {
        std::string flipped = whole;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        try {
            read_all(flipped);
        } catch (const Error& error) {
            CHECK(std::string(error.what()).find('\n') == std::string::npos);
        }
    }
}

}  // namespace espalier
