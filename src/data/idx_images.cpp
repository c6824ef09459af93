#include <espalier/base/error.hpp>
#include <espalier/data/folder.hpp>
#include <espalier/data/idx_images.hpp>

namespace espalier::data {
namespace {

constexpr std::uint32_t classes = 10;

struct Part {
    SampleShape shape;
    Examples examples;
};

Part load_part(const std::filesystem::path& folder, const std::string& prefix) {
    const auto path = plain_or_gzip(folder, prefix + "-images-idx3-ubyte");
    IdxTensor images = read_idx(path);
    IdxTensor labels = read_idx(plain_or_gzip(folder, prefix + "-labels-idx1-ubyte"));
    const std::vector<std::size_t> dimensions = images.dimensions;
    Examples examples = labelled_images(std::move(images), std::move(labels), path.string());
    return {{1, dimensions[1], dimensions[2]}, std::move(examples)};
}

}  // namespace

Examples labelled_images(IdxTensor images, IdxTensor labels, const std::string& where) {
    if (images.dimensions.size() != 3 || images.values.empty()) {
        throw FormatError(where + ": shape " + images.shape_text() + "; images x height x width is needed, none 0");
    }
    if (labels.dimensions.size() != 1 || labels.dimensions[0] != images.dimensions[0]) {
        throw FormatError(where + ": shape " + images.shape_text() + ", but the labels beside it have shape " +
                          labels.shape_text() + "; one label an image is needed");
    }
    Examples examples;
    examples.count = images.dimensions[0];
    examples.features = images.dimensions[1] * images.dimensions[2];
    examples.values = std::move(images.values);
    examples.labels.assign(labels.values.begin(), labels.values.end());
    require_labels_below(examples.labels, classes, where);
    return examples;
}

Dataset load_idx_images(const std::filesystem::path& folder) {
    Part train = load_part(folder, "train");
    Part test = load_part(folder, "t10k");
    if (train.shape != test.shape) {
        throw FormatError(folder.string() + ": training images have " + std::to_string(train.examples.features) +
                          " pixels, test images " + std::to_string(test.examples.features) + ", or their sides differ");
    }
    return {.name = "",
            .shape = train.shape,
            .classes = classes,
            .white = 255.0,
            .train = std::move(train.examples),
            .test = std::move(test.examples)};
}

}  // namespace espalier::data
