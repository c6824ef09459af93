#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/data/array_samples.hpp>

namespace espalier::data {
namespace {

using Shape = std::vector<std::size_t>;

/// "[60000, 28, 28]".
std::string text(const Shape& numbers) {
    std::vector<std::string> words;
    for (const std::size_t number : numbers) words.push_back(std::to_string(number));
    return std::string("[").append(join(words)).append("]");
}

/// "[3, 5]" of element 17 of an array of 4 columns.
std::string place(std::size_t element, const Shape& shape) {
    Shape index(shape.size());
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        index[axis] = element % shape[axis];
        element /= shape[axis];
    }
    return text(index);
}

std::string number_text(double value) {
    std::string digits = std::to_string(value);
    if (digits.find('.') != std::string::npos) digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.ends_with('.')) digits.pop_back();
    return digits;
}

SampleShape sample_shape(const Tensor& x) {
    const Shape& shape = x.shape();
    const bool holds_some = std::ranges::find(shape, 0U) == shape.end();
    if (shape.size() < 2 || shape.size() > 4 || !holds_some) {
        const char* remedy = shape.size() == 1 && holds_some ? "; one feature a sample is x[:, None]" : "";
        throw FormatError(x.where() + ": inputs of shape " + text(shape) +
                          "; [N, features], [N, C, L] or [N, C, H, W] is needed, none 0" + remedy);
    }
    if (shape.size() == 4) return {shape[1], shape[2], shape[3]};
    return {shape[1], 1, shape.size() == 3 ? shape[2] : 1};
}

/// Images in an order of axes that PyTorch does not have are read as they are, and said.
std::string remark_on_axes(const Tensor& x) {
    const Shape& shape = x.shape();
    const auto few = [](std::size_t channels) { return channels == 1 || channels == 3 || channels == 4; };
    if (shape.size() == 4 && few(shape[3]) && !few(shape[1])) {
        return x.where() + ": " + text(shape) + " is read as " + std::to_string(shape[1]) + " channels of " +
               std::to_string(shape[2]) + "x" + std::to_string(shape[3]) +
               " ([N, C, H, W]); images with their channels last are to be saved as x.transpose(0, 3, 1, 2)";
    }
    if (shape.size() == 3 && !few(shape[1]) && (x.type().width == 1 || shape[1] == shape[2])) {
        return x.where() + ": " + text(shape) + " is read as " + std::to_string(shape[1]) + " channels of length " +
               std::to_string(shape[2]) + " ([N, C, L]); grey images are to be saved as x[:, None]";
    }
    return "";
}

bool is_bytes(const Tensor& x) {
    return x.type().width == 1 &&
           (x.type().kind == ElementKind::unsigned_integer || x.type().kind == ElementKind::boolean);
}

std::vector<float> finite_floats(const Tensor& x) {
    std::vector<float> values(x.size());
    for (std::size_t k = 0; k < values.size(); ++k) {
        values[k] = static_cast<float>(x.number(k));
        if (std::isfinite(values[k])) continue;
        throw FormatError(x.where() + ": element " + place(k, x.shape()) + " (counted from 0) is " +
                          number_text(x.number(k)) + "; inputs are finite numbers in single precision");
    }
    return values;
}

/// Whether every number of y, floating-point, could be a class.
bool all_whole(const Tensor& y) {
    for (std::size_t k = 0; k < y.size(); ++k) {
        if (y.number(k) != std::floor(y.number(k)) || std::isinf(y.number(k))) return false;  // NaN differs, too
    }
    return true;
}

std::vector<std::uint32_t> classes_of(const Tensor& y) {
    std::vector<std::uint32_t> labels(y.size());
    for (std::size_t k = 0; k < labels.size(); ++k) {
        const double label = y.number(k);
        if (!(label >= 0.0 && label < most_classes)) {
            throw FormatError(y.where() + ": label " + number_text(label) + " of sample " + std::to_string(k) +
                              " (counted from 0); classes are 0 to 65535, and np.unique(y, return_inverse=True)[1] "
                              "numbers them so");
        }
        labels[k] = static_cast<std::uint32_t>(label);
    }
    return labels;
}

}  // namespace

ArrayInputs to_inputs(const Tensor& x) {
    x.require_numbers();
    ArrayInputs inputs{.count = 0, .shape = sample_shape(x), .values = {}, .remark = remark_on_axes(x)};
    inputs.count = x.shape()[0];
    if (!is_bytes(x)) {
        inputs.values = finite_floats(x);
        return inputs;
    }
    std::vector<std::uint8_t> bytes(x.size());
    for (std::size_t k = 0; k < bytes.size(); ++k) bytes[k] = static_cast<std::uint8_t>(x.number(k));
    inputs.values = std::move(bytes);
    return inputs;
}

ArrayTargets to_targets(const Tensor& y, std::size_t count) {
    if (y.is_text()) {
        throw FormatError(y.where() + ": labels are text; np.unique(y, return_inverse=True)[1] numbers the classes");
    }
    const Shape& shape = y.shape();
    if (shape.empty() || shape[0] != count) {
        throw FormatError(y.where() + ": labels of shape " + text(shape) + ", but there are " + std::to_string(count) +
                          " samples; one per sample is needed");
    }
    ArrayTargets targets;
    if (y.size() != count) {
        targets.unlabelled =
            y.where() + ": shape " + text(shape) +
            " is more than one number per sample; classes are one, which of one-hot rows y.argmax(1) is";
    } else if (y.has_values() && !all_whole(y)) {
        targets.unlabelled = y.where() + " holds targets of a regression (numbers that are not whole), not classes";
    }
    if (!targets.unlabelled.empty()) {
        targets.labels.assign(count, 0);
        return targets;
    }
    targets.labels = classes_of(y);
    if (y.has_values()) targets.remark = y.where() + ": its floating-point numbers are whole, and taken as classes";
    return targets;
}

}  // namespace espalier::data
