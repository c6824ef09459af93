#include <espalier/base/formats/pickle_array.hpp>
#include <espalier/base/text/error.hpp>

#include "pickle_builder.hpp"
#include "support.hpp"

namespace espalier {
using namespace testing;
namespace {

struct ReadArray {
    std::vector<std::size_t> shape;
    std::string bytes;
};

ReadArray read_array(const std::string& object) {
    const std::string bytes = pickled(object);
    const Pickle pickle(std::as_bytes(std::span(bytes)), only_arrays("a file"), "a file");
    const PickledByteArray array = read_pickled_bytes(pickle.value(), "a file: 'data'");
    return {array.shape, std::string(array.bytes)};
}

}  // namespace

TEST_CASE("pickle array: bytes as Python 2 wrote them", "[base][pickle]") {
    const std::string content("\xff\0ab\x80z", 6);
    const ReadArray array = read_array(pickled_array({{2, 3}, content}));
    CHECK(array.shape == std::vector<std::size_t>{2, 3});
    CHECK(array.bytes == content);
    CHECK(read_array(pickled_array({{0, 3}, ""})).bytes.empty());
}

TEST_CASE("pickle array: protocol 5 holds the content before it", "[base][pickle]") {
    const auto object = [](const std::string& module, const std::string& order) {
        const std::string type = pickled_call("numpy", "dtype", pickled_tuple({pickled_text("u1"), "\x89", "\x88"}));
        return pickled_call(module, "_frombuffer",
                            pickled_tuple({"C\x04wxyz", type, pickled_sizes({2, 2}), pickled_text(order)}));
    };
    for (const char* module : {"numpy.core.numeric", "numpy._core.numeric"}) {
        CHECK(read_array(object(module, "C")).bytes == "wxyz");
    }
    CHECK_THROWS_WITH(read_array(object("numpy.core.numeric", "F")), Contains("Fortran order"));
}

TEST_CASE("pickle array: what is no array of bytes is refused with what it is", "[base][pickle]") {
    const auto refused = [](const std::string& object, const std::string& reason) {
        INFO(reason);
        CHECK_THROWS_AS(read_array(object), FormatError);
        CHECK_THROWS_WITH(read_array(object), Contains("a file") && Contains(reason));
    };
    refused("K\x01", "no array; a NumPy array of uint8 in C order is needed");
    refused(pickled_array({{2}, "abc"}), "shape 2 of 2 bytes, but 3 are there");
    refused(pickled_array({{2}, std::string(16, 'a'), "f8"}), "dtype 'f8'");
    refused(pickled_array({{2}, "ab", "u1", true}), "Fortran order");
    refused(pickled_array({{-2}, "ab"}), "no whole numbers");
    refused(pickled_array({{std::int64_t{1} << 62, 8}, "ab"}), "overflows");
    refused(pickled_array({std::vector<std::int64_t>(33, 1), "a"}), "its shape is no tuple");
    refused(pickled_call("numpy.core.multiarray", "_reconstruct", ")"), "without its content");
    refused(pickled_call("posix", "system", pickled_text("rm -rf /") + "\x85"), "asks for posix.system, which is not");
    refused(pickled_call("builtins", "eval", ")"), "asks for builtins.eval");
    refused(pickled_call("numpy.core.numeric", "_frombuffer", pickled_tuple({"N", "N", "N", "N"})), "Fortran order");
    refused(pickled_call(
                "numpy.core.numeric", "_frombuffer",
                pickled_tuple({"C\x01z", pickled_call("numpy", "dtype", ")"), pickled_sizes({1}), pickled_text("C")})),
            "its dtype cannot be read");
}

}  // namespace espalier
