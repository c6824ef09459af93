#include <espalier/base/formats/pickle_array.hpp>

#include "fuzz_file.hpp"

/// The input is a pickled dict with an array, as of CIFAR's Python version.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const std::string where = "input";
    testing::read_or_refuse([&] {
        const Pickle pickle(std::as_bytes(std::span(data, size)), only_arrays(where), where);
        const PickleValue* array = pickle.value().at("data");
        if (array != nullptr) read_pickled_bytes(*array, where);
    });
    return 0;
}
