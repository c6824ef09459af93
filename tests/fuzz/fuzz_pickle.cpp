#include <espalier/base/formats/pickle_array.hpp>

#include "fuzz_file.hpp"

/// The input is a pickled dict with an array, as of CIFAR's Python version.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const std::string where = "input";
    try {
        const Pickle pickle(std::as_bytes(std::span(data, size)), only_arrays(where), where);
        const PickleValue* array = pickle.value().at("data");
        if (array != nullptr) read_pickled_bytes(*array, where);
    } catch (const Error& error) {
        if (std::string_view(error.what()).find('\n') != std::string_view::npos) std::terminate();
    }
    return 0;
}
