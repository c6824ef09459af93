#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/data/array_samples.hpp>
#include <espalier/data/array_source.hpp>
#include <espalier/data/arrays.hpp>

namespace espalier::data {
namespace {

Samples read(const ArraySource& source, ArrayRole inputs_role, ArrayRole targets_role) {
    const Tensor x = source.read(inputs_role);
    ArrayInputs inputs = to_inputs(x);
    Samples samples{.shape = inputs.shape, .examples = {}, .unlabelled = {}, .remarks = {}};
    samples.examples = {inputs.count, inputs.shape.features(), std::move(inputs.values), {}};
    if (!inputs.remark.empty()) samples.remarks.push_back(inputs.remark);
    if (!source.has(targets_role)) {
        samples.unlabelled = x.where() + " has no labels beside it: they would be the array 'y'";
        samples.examples.labels.assign(inputs.count, 0);
        return samples;
    }
    ArrayTargets targets = to_targets(source.read(targets_role), inputs.count);
    samples.examples.labels = std::move(targets.labels);
    samples.unlabelled = targets.unlabelled;
    if (!targets.remark.empty()) samples.remarks.push_back(targets.remark);
    return samples;
}

void note_unused(const std::string& path, const std::vector<std::string>& names, std::vector<std::string>& remarks) {
    if (!names.empty()) remarks.push_back(path + ": not used: " + join(names));
}

std::string text(const SampleShape& shape) {
    return std::to_string(shape.channels) + "x" + std::to_string(shape.height) + "x" + std::to_string(shape.width);
}

void add_test(const ArraySource& source, const std::string& path, Dataset& dataset) {
    if (!source.has(ArrayRole::test_inputs)) {
        if (!source.has(ArrayRole::test_targets)) return;
        throw FormatError(path + ": '" + source.name(ArrayRole::test_targets) +
                          "' labels a test set of which there are no inputs: add 'x_test' or leave it out");
    }
    Samples test = read(source, ArrayRole::test_inputs, ArrayRole::test_targets);
    if (test.shape != dataset.shape) {
        throw FormatError(path + ": samples of '" + source.name(ArrayRole::test_inputs) + "' have shape " +
                          text(test.shape) + ", those to train on " + text(dataset.shape));
    }
    if (dataset.unlabelled.empty() && !test.unlabelled.empty()) throw FormatError(test.unlabelled);
    if (dataset.unlabelled.empty()) {
        require_labels_below(test.examples.labels, dataset.classes,
                             path + ": '" + source.name(ArrayRole::test_targets) + "'");
    } else {
        std::ranges::fill(test.examples.labels, 0);
    }
    dataset.test = std::move(test.examples);
}

}  // namespace

Samples read_array_samples(const std::filesystem::path& path) {
    const ArraySource source(path);
    if (!source.has(ArrayRole::inputs)) return read(source, ArrayRole::test_inputs, ArrayRole::test_targets);
    Samples samples = read(source, ArrayRole::inputs, ArrayRole::targets);
    std::vector<std::string> unused = source.others();
    for (const ArrayRole role : {ArrayRole::test_inputs, ArrayRole::test_targets}) {
        if (source.has(role)) unused.push_back(source.name(role));
    }
    note_unused(path.string(), unused, samples.remarks);
    return samples;
}

Dataset load_arrays(const std::filesystem::path& path) {
    const ArraySource source(path);
    Samples train = read(source, ArrayRole::inputs, ArrayRole::targets);
    Dataset dataset{.name = path.string(), .shape = train.shape, .train = {}, .test = {}};
    dataset.classes = std::ranges::max(train.examples.labels) + 1;
    dataset.unlabelled = std::move(train.unlabelled);
    dataset.train = std::move(train.examples);
    dataset.remarks = std::move(train.remarks);
    add_test(source, path.string(), dataset);
    note_unused(path.string(), source.others(), dataset.remarks);
    return dataset;
}

}  // namespace espalier::data
