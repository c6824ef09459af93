#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/data/folder.hpp>
#include <espalier/data/idx_images.hpp>

namespace espalier::data {
namespace {

constexpr std::size_t qmnist_columns = 8;  // class, series, writer, ...: Yadav and Bottou, arXiv 1905.10498

struct Part {
    SampleShape shape;
    Examples examples;
};

Part load_part(const std::filesystem::path& folder, const std::string& images_file, const std::string& labels_file,
               const IdxClasses& classes) {
    const auto path = data_file(folder, images_file);
    IdxTensor images = read_idx(path);
    const IdxTensor labels = read_idx(data_file(folder, labels_file));
    const std::vector<std::size_t> dimensions = images.dimensions;
    Examples examples = labelled_images(std::move(images), labels, classes, path.string());
    return {{1, dimensions[1], dimensions[2]}, std::move(examples)};
}

std::vector<float> finite_floats(const IdxTensor& images, const std::string& where) {
    std::vector<float> values(images.size());
    for (std::size_t k = 0; k < values.size(); ++k) {
        values[k] = static_cast<float>(images.number(k));
        if (std::isfinite(values[k])) continue;
        const std::size_t pixels = images.dimensions[1] * images.dimensions[2];
        throw FormatError(where + ": pixel " + std::to_string(k % pixels) + " of image " + std::to_string(k / pixels) +
                          " (counted from 0) is not a finite number in single precision");
    }
    return values;
}

/// Labels in a row of their own: 1, or QMNIST's 8 of which the first counts; 0 where they fit no `images`.
std::size_t columns(const IdxTensor& labels, std::size_t images) {
    const std::vector<std::size_t>& d = labels.dimensions;
    if (!labels.is_integer() || d[0] != images) return 0;
    if (d.size() == 1) return 1;
    return d.size() == 2 && d[1] == qmnist_columns && labels.type == IdxType::ints ? qmnist_columns : 0;
}

/// Labels as classes, which begin at 0.
std::vector<std::uint32_t> classes_of(const IdxTensor& labels, std::size_t columns, const IdxClasses& classes,
                                      const std::string& where) {
    const std::uint32_t end = classes.first + (classes.count > 0 ? classes.count : most_classes);
    std::vector<std::uint32_t> all;
    all.reserve(labels.dimensions[0]);
    for (std::size_t k = 0; k < labels.dimensions[0]; ++k) {
        const double label = labels.number(k * columns);
        if (!(label >= classes.first && label < end)) {
            throw FormatError(where + ": label " + std::to_string(static_cast<std::int64_t>(label)) + " of example " +
                              std::to_string(k) + " (counted from 0); labels are " + std::to_string(classes.first) +
                              " to " + std::to_string(end - 1));
        }
        all.push_back(static_cast<std::uint32_t>(label) - classes.first);
    }
    return all;
}

}  // namespace

Examples labelled_images(IdxTensor images, const IdxTensor& labels, const IdxClasses& classes,
                         const std::string& where) {
    if (images.dimensions.size() != 3 || images.values.empty()) {
        throw FormatError(where + ": shape " + images.shape_text() + "; images x height x width is needed, none 0");
    }
    const std::size_t label_columns = columns(labels, images.dimensions[0]);
    if (label_columns == 0) {
        throw FormatError(where + ": shape " + images.shape_text() + ", but the labels beside it have shape " +
                          labels.shape_text() + "; one integer an image is needed");
    }
    Examples examples;
    examples.count = images.dimensions[0];
    examples.features = images.dimensions[1] * images.dimensions[2];
    examples.labels = classes_of(labels, label_columns, classes, where);
    if (images.type == IdxType::unsigned_bytes) {
        examples.values = std::move(images.values);
    } else {
        examples.values = finite_floats(images, where);
    }
    return examples;
}

const std::vector<std::string>& mnist_files() {
    static const std::vector<std::string> files = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                                   "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};
    return files;
}

Dataset load_idx_images(const std::filesystem::path& folder, const std::vector<std::string>& files,
                        const IdxClasses& classes) {
    Part train = load_part(folder, files.at(0), files.at(1), classes);
    Part test = load_part(folder, files.at(2), files.at(3), classes);
    if (train.shape != test.shape) {
        throw FormatError(folder.string() + ": training images have " + std::to_string(train.examples.features) +
                          " pixels, test images " + std::to_string(test.examples.features) + ", or their sides differ");
    }
    if (train.examples.values.index() != test.examples.values.index()) {
        throw FormatError(folder.string() + ": of training and test images, only one are bytes");
    }
    const bool is_bytes = train.examples.values.index() == 0;
    Dataset dataset{.name = "",
                    .shape = train.shape,
                    .classes = classes.count > 0 ? classes.count : std::ranges::max(train.examples.labels) + 1,
                    .white = is_bytes ? 255.0 : 1.0,
                    .train = std::move(train.examples),
                    .test = std::move(test.examples)};
    require_labels_below(dataset.test.labels, dataset.classes, folder.string());
    if (classes.first > 0) {
        dataset.remarks.push_back(folder.string() + ": its labels " + std::to_string(classes.first) + " to " +
                                  std::to_string(classes.first + dataset.classes - 1) + " are the classes 0 to " +
                                  std::to_string(dataset.classes - 1));
    }
    return dataset;
}

}  // namespace espalier::data
