#include <span>

#include <espalier/base/text/error.hpp>
#include <espalier/data/cifar.hpp>
#include <espalier/data/folder.hpp>
#include <espalier/data/gzip.hpp>

namespace espalier::data {
namespace {

constexpr std::uint32_t all_classes = 10;
constexpr SampleShape shape{3, 32, 32};
constexpr std::size_t image_pixels = 3 * 32 * 32;
constexpr std::size_t record = 1 + image_pixels;

void append_batch(const std::filesystem::path& path, std::vector<std::uint8_t>& values, Examples& examples) {
    const std::vector<std::uint8_t> bytes = read_inflated(path);
    if (bytes.empty() || bytes.size() % record != 0) {
        throw FormatError(path.string() + ": " + std::to_string(bytes.size()) +
                          " bytes; CIFAR-10 records have 3073 each, and one at least is needed");
    }
    std::vector<std::uint32_t> labels;
    for (std::size_t begin = 0; begin < bytes.size(); begin += record) {
        const auto image = std::span(bytes).subspan(begin + 1, image_pixels);
        labels.push_back(bytes[begin]);
        values.insert(values.end(), image.begin(), image.end());
    }
    require_labels_below(labels, all_classes, path.string());
    examples.labels.insert(examples.labels.end(), labels.begin(), labels.end());
}

Examples load_batches(const std::filesystem::path& folder, const std::vector<std::string>& names) {
    Examples examples;
    examples.features = image_pixels;
    std::vector<std::uint8_t> values;
    for (const std::string& name : names) {
        append_batch(data_file(folder, name), values, examples);
        if (&name == &names.front()) values.reserve(names.size() * values.size());
    }
    examples.count = examples.labels.size();
    examples.values = std::move(values);
    return examples;
}

}  // namespace

Dataset load_cifar10(const std::filesystem::path& folder) {
    return {.name = "",
            .shape = shape,
            .classes = all_classes,
            .white = 255.0,
            .train = load_batches(folder, {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                                           "data_batch_4.bin", "data_batch_5.bin"}),
            .test = load_batches(folder, {"test_batch.bin"})};
}

}  // namespace espalier::data
