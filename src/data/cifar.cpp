#include <span>

#include <espalier/base/text/error.hpp>
#include <espalier/data/cifar.hpp>
#include <espalier/data/folder.hpp>
#include <espalier/data/gzip.hpp>

namespace espalier::data {
namespace {

/// A record of a binary version: label bytes, then pixels.
struct CifarRecord {
    const char* dataset;
    std::size_t label_bytes;
    std::size_t label;  ///< the byte that is the class
    std::uint32_t classes;

    std::size_t size() const { return label_bytes + cifar_shape.features(); }
};

void append_records(const std::filesystem::path& path, const CifarRecord& record, std::vector<std::uint8_t>& values,
                    std::vector<std::uint32_t>& all_labels) {
    const std::vector<std::uint8_t> bytes = read_inflated(path);
    if (bytes.empty() || bytes.size() % record.size() != 0) {
        throw FormatError(path.string() + ": " + std::to_string(bytes.size()) + " bytes; " + record.dataset +
                          " records have " + std::to_string(record.size()) + " each, and one at least is needed");
    }
    std::vector<std::uint32_t> labels;
    for (std::size_t begin = 0; begin < bytes.size(); begin += record.size()) {
        const auto image = std::span(bytes).subspan(begin + record.label_bytes, cifar_shape.features());
        labels.push_back(bytes[begin + record.label]);
        values.insert(values.end(), image.begin(), image.end());
    }
    require_labels_below(labels, record.classes, path.string());
    all_labels.insert(all_labels.end(), labels.begin(), labels.end());
}

Examples load_part_files(const std::filesystem::path& folder, const std::vector<std::string>& names,
                         const CifarReader& read) {
    Examples examples;
    examples.features = cifar_shape.features();
    std::vector<std::uint8_t> values;
    for (const std::string& name : names) {
        read(data_file(folder, name), values, examples.labels);
        if (&name == &names.front()) values.reserve(names.size() * values.size());
    }
    examples.count = examples.labels.size();
    examples.values = std::move(values);
    return examples;
}

CifarReader reader_of(const CifarRecord& record) {
    return [record](const auto& file, auto& values, auto& labels) { append_records(file, record, values, labels); };
}

}  // namespace

Dataset load_cifar_files(const std::filesystem::path& folder, const std::vector<std::string>& training,
                         const std::string& test, std::uint32_t classes, const CifarReader& read) {
    return {.name = "",
            .shape = cifar_shape,
            .classes = classes,
            .white = 255.0,
            .train = load_part_files(folder, training, read),
            .test = load_part_files(folder, {test}, read)};
}

Dataset load_cifar10(const std::filesystem::path& folder) {
    const CifarRecord record{.dataset = "CIFAR-10", .label_bytes = 1, .label = 0, .classes = 10};
    return load_cifar_files(
        folder, {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"},
        "test_batch.bin", record.classes, reader_of(record));
}

std::uint32_t cifar100_classes(const std::string& labels) {
    return labels == "coarse" ? 20 : 100;
}

Dataset load_cifar100(const std::filesystem::path& folder, const std::string& labels) {
    const CifarRecord record{.dataset = "CIFAR-100",
                             .label_bytes = 2,
                             .label = labels == "coarse" ? 0U : 1U,
                             .classes = cifar100_classes(labels)};
    return load_cifar_files(folder, {"train.bin"}, "test.bin", record.classes, reader_of(record));
}

}  // namespace espalier::data
