#include <algorithm>
#include <functional>
#include <numeric>
#include <variant>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/data/remarks.hpp>

namespace espalier::data {
namespace {

using Counts = std::vector<std::size_t>;  // [classes]

Counts per_class(const Examples& examples, Range range, std::uint32_t classes) {
    Counts counts(classes, 0);
    for (std::size_t k = range.begin; k < range.end; ++k) ++counts.at(examples.labels[k]);
    return counts;
}

std::size_t present(const Counts& counts) {
    return static_cast<std::size_t>(std::ranges::count_if(counts, [](std::size_t n) { return n > 0; }));
}

/// "class 3", "classes 3, 4, 7"; of many, the first ten and how many more.
std::string names(const std::vector<std::uint32_t>& classes) {
    constexpr std::size_t most = 10;
    std::vector<std::string> words;
    for (std::size_t k = 0; k < std::min(most, classes.size()); ++k) words.push_back(std::to_string(classes[k]));
    const std::string more = classes.size() > most ? " and " + std::to_string(classes.size() - most) + " more" : "";
    return (classes.size() == 1 ? "class " : "classes ") + join(words) + more;
}

/// Those without a sample in `lacking` of which `having` has some.
std::vector<std::uint32_t> missing(const Counts& lacking, const Counts& having) {
    std::vector<std::uint32_t> classes;
    for (std::uint32_t c = 0; c < lacking.size(); ++c) {
        if (lacking[c] == 0 && having[c] > 0) classes.push_back(c);
    }
    return classes;
}

Counts sum(Counts a, const Counts& b) {
    std::ranges::transform(a, b, a.begin(), std::plus<>());
    return a;
}

void remark_on_classes(const Dataset& dataset, const Split& split, std::vector<std::string>& lines) {
    const Counts training = per_class(dataset.train, split.training, dataset.classes);
    const Counts validation = per_class(dataset.train, split.validation, dataset.classes);
    const Counts test = per_class(dataset.test, {0, dataset.test.count}, dataset.classes);
    const auto add = [&](const std::vector<std::uint32_t>& classes, const char* what) {
        if (!classes.empty()) lines.push_back("dataset " + dataset.name + ": " + names(classes) + " " + what);
    };
    add(missing(training, sum(validation, test)),
        "without a sample to train on, though there are some to validate or test on: nothing of them can be learned");
    if (split.validation.size() > 0) add(missing(validation, training), "without a sample to validate on");
    const Counts all = sum(sum(training, validation), test);
    add(missing(all, Counts(all.size(), 1)), "without any sample; the network has an output for each nevertheless");
    if (split.training.size() < present(all)) {
        lines.push_back("dataset " + dataset.name + ": " + std::to_string(split.training.size()) +
                        " samples to train on, fewer than its " + std::to_string(present(all)) + " classes");
    }
}

/// How many features are the same in all samples of a range.
template <class Value>
std::size_t constant_features(const std::vector<Value>& values, std::size_t features, Range rows) {
    std::vector<std::uint32_t> constant(features);
    std::iota(constant.begin(), constant.end(), 0U);
    const Value* first = values.data() + rows.begin * features;
    for (std::size_t row = rows.begin + 1; row < rows.end && !constant.empty(); ++row) {
        const Value* sample = values.data() + row * features;
        std::erase_if(constant, [&](std::uint32_t f) { return sample[f] != first[f]; });
    }
    return constant.size();
}

void remark_on_inputs(const Dataset& dataset, Range training, std::vector<std::string>& lines) {
    if (training.size() < 2) return;
    const std::size_t features = dataset.train.features;
    const std::size_t constant = std::visit(
        [&](const auto& values) { return constant_features(values, features, training); }, dataset.train.values);
    const bool is_table = dataset.shape.height * dataset.shape.width == 1;  // images have borders
    if (constant == features) {
        lines.push_back("dataset " + dataset.name + ": all samples to train on have the same inputs");
    } else if (is_table && constant > 0) {
        lines.push_back("dataset " + dataset.name + ": " + std::to_string(constant) + " of its " +
                        std::to_string(features) + " inputs are the same in all samples to train on");
    }
}

}  // namespace

void require_classes(const Dataset& dataset, const Split& split) {
    const std::string where = "dataset " + dataset.name + ": ";
    if (!dataset.unlabelled.empty()) {
        throw FormatError(where + "there are no classes to learn, only an autoencoder does without (model.kind): " +
                          dataset.unlabelled);
    }
    const Counts training = per_class(dataset.train, split.training, dataset.classes);
    if (present(training) != 1) return;
    const auto only = std::ranges::find_if(training, [](std::size_t n) { return n > 0; }) - training.begin();
    const bool split_off = present(per_class(dataset.train, {0, dataset.train.count}, dataset.classes)) > 1;
    throw FormatError(where + "all " + std::to_string(split.training.size()) + " samples to train on are of class " +
                      std::to_string(only) + ", so there is nothing to tell apart" +
                      (split_off ? "; the others are all among those that data.validation holds out, from the end of "
                                   "the file: mix the samples"
                                 : dataset.labels_from));
}

std::vector<std::string> remarks(const Dataset& dataset, const Split& split, double validation, bool by_class) {
    std::vector<std::string> lines = dataset.remarks;
    if (dataset.test.count == 0) {
        lines.push_back("dataset " + dataset.name +
                        ": no test set, so nothing is tested; data.test = 0.2 would hold out a fifth of the samples");
    }
    if (validation > 0.0 && split.validation.size() == 0) {
        lines.push_back("dataset " + dataset.name + ": data.validation = " + std::to_string(validation) + " of " +
                        std::to_string(dataset.train.count) + " samples holds none out, so nothing is validated");
    }
    if (by_class) remark_on_classes(dataset, split, lines);
    remark_on_inputs(dataset, split.training, lines);
    return lines;
}

}  // namespace espalier::data
