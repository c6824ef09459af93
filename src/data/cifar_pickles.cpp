#include <span>

#include <espalier/base/formats/pickle_array.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/data/cifar.hpp>
#include <espalier/data/cifar_pickles.hpp>
#include <espalier/data/folder.hpp>
#include <espalier/data/gzip.hpp>

namespace espalier::data {
namespace {

const PickleValue& entry_of(const PickleValue& dict, const std::string& key, const std::string& where) {
    const PickleValue* value = dict.at(key);
    if (value == nullptr) {
        throw FormatError(where + ": holds no dict with '" + key + "', as CIFAR's Python version has it");
    }
    return *value;
}

std::vector<std::uint32_t> pickled_labels(const PickleValue& list, std::uint32_t classes, const std::string& where) {
    if (!list.is(PickleKind::list)) throw FormatError(where + ": its labels are no list of numbers");
    std::vector<std::uint32_t> labels;
    for (const PickleValue* label : list.items) {
        if (!label->is(PickleKind::integer) || label->integer < 0 || label->integer >= most_classes) {
            throw FormatError(where + ": label " + std::to_string(labels.size()) +
                              " (counted from 0) is no number from 0 to " + std::to_string(classes - 1));
        }
        labels.push_back(static_cast<std::uint32_t>(label->integer));
    }
    require_labels_below(labels, classes, where);
    return labels;
}

void append_pickle(const std::filesystem::path& path, const std::string& labels_key, std::uint32_t classes,
                   std::vector<std::uint8_t>& values, std::vector<std::uint32_t>& all_labels) {
    const std::string where = path.string();
    const std::vector<std::uint8_t> bytes = read_inflated(path);
    const Pickle pickle(std::as_bytes(std::span(bytes)), only_arrays(where), where);
    const PickledByteArray images = read_pickled_bytes(entry_of(pickle.value(), "data", where), where + ": 'data'");
    const std::vector<std::uint32_t> labels =
        pickled_labels(entry_of(pickle.value(), labels_key, where), classes, where + ": '" + labels_key + "'");
    const bool fits = images.shape.size() == 2 && images.shape[1] == cifar_shape.features() && !labels.empty() &&
                      images.shape[0] == labels.size();
    if (!fits) {
        throw FormatError(where + ": 'data' of shape " + shape_text(images.shape) + " beside " +
                          std::to_string(labels.size()) +
                          " labels; one row of 3072 bytes a label is needed, and one at "
                          "least");
    }
    values.insert(values.end(), images.bytes.begin(), images.bytes.end());
    all_labels.insert(all_labels.end(), labels.begin(), labels.end());
}

CifarReader reader_of_key(const std::string& labels_key, std::uint32_t classes) {
    return
        [=](const auto& file, auto& values, auto& labels) { append_pickle(file, labels_key, classes, values, labels); };
}

}  // namespace

Dataset load_cifar10_pickles(const std::filesystem::path& folder) {
    constexpr std::uint32_t classes = 10;
    return load_cifar_files(folder, {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"},
                            "test_batch", classes, reader_of_key("labels", classes));
}

Dataset load_cifar100_pickles(const std::filesystem::path& folder, const std::string& labels) {
    const std::string key = labels == "coarse" ? "coarse_labels" : "fine_labels";
    const std::uint32_t classes = cifar100_classes(labels);
    return load_cifar_files(folder, {"train"}, "test", classes, reader_of_key(key, classes));
}

}  // namespace espalier::data
