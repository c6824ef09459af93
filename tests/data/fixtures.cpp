#include "fixtures.hpp"
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include <zlib.h>

namespace espalier::testing {

void write_bytes(const std::filesystem::path& path, const Bytes& bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

void write_text(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

Bytes gzip(const Bytes& content) {
    z_stream state{};
    if (deflateInit2(&state, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) throw std::runtime_error("zlib");
    Bytes packed(deflateBound(&state, content.size()));
    state.next_in = const_cast<Bytef*>(content.data());
    state.avail_in = static_cast<uInt>(content.size());
    state.next_out = packed.data();
    state.avail_out = static_cast<uInt>(packed.size());
    deflate(&state, Z_FINISH);
    packed.resize(state.total_out);
    deflateEnd(&state);
    return packed;
}

Bytes idx(const std::vector<std::uint32_t>& dimensions, const Bytes& values) {
    Bytes bytes = {0, 0, 8, static_cast<std::uint8_t>(dimensions.size())};
    for (const std::uint32_t dimension : dimensions) {
        for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<std::uint8_t>(dimension >> shift));
    }
    bytes.insert(bytes.end(), values.begin(), values.end());
    return bytes;
}

Bytes random_bytes(std::size_t count, Stream& stream) {
    Bytes bytes(count);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(stream());
    return bytes;
}

void write_small_mnist(const std::filesystem::path& folder, std::size_t train, std::size_t test,
                       const std::string& suffix) {
    std::filesystem::create_directories(folder);
    const auto write = [&](const std::string& name, const Bytes& bytes) {
        write_bytes(folder / (name + suffix), suffix.empty() ? bytes : gzip(bytes));
    };
    const auto write_part = [&](const std::string& prefix, std::size_t count) {
        Bytes pixels;
        Bytes labels;
        for (std::size_t p = 0; p < 6 * count; ++p) pixels.push_back(static_cast<std::uint8_t>(p));
        for (std::size_t n = 0; n < count; ++n) labels.push_back(static_cast<std::uint8_t>(n % 10));
        const auto images = static_cast<std::uint32_t>(count);
        write(prefix + "-images-idx3-ubyte", idx({images, 2, 3}, pixels));
        write(prefix + "-labels-idx1-ubyte", idx({images}, labels));
    };
    write_part("train", train);
    write_part("t10k", test);
}

data::Dataset random_byte_dataset(std::size_t count, data::SampleShape shape, Stream& stream) {
    const auto examples = [&] {
        std::vector<std::uint32_t> labels(count);
        for (std::uint32_t& label : labels) label = static_cast<std::uint32_t>(stream.below(10));
        return data::Examples{count, shape.features(), random_bytes(count * shape.features(), stream), labels};
    };
    data::Dataset dataset{.name = "random", .shape = shape, .classes = 10, .white = 255.0, .train = {}, .test = {}};
    dataset.train = examples();
    dataset.test = examples();
    return dataset;
}

std::vector<std::size_t> per_class(const data::Examples& examples) {
    std::vector<std::size_t> counts(10);
    for (const std::uint32_t label : examples.labels) ++counts.at(label);
    return counts;
}

DataVariable::DataVariable(const std::string& value) {
    const char* before = std::getenv("ESPALIER_DATA");
    before_ = before == nullptr ? "" : before;
    ::setenv("ESPALIER_DATA", value.c_str(), 1);
}

DataVariable::~DataVariable() {
    ::setenv("ESPALIER_DATA", before_.c_str(), 1);  // empty means the same as unset
}

}  // namespace espalier::testing
