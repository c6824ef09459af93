#include <algorithm>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/images/pooling.hpp>
#include <espalier/nn/models/image_builder.hpp>

namespace espalier::nn {
namespace {

std::string image_text(const kernels::Image& image) {
    return std::to_string(image.channels) + "x" + std::to_string(image.height) + "x" + std::to_string(image.width);
}

kernels::Axis even_axis(std::size_t kernel, std::size_t stride, std::size_t padding) {
    return {kernel, stride, 1, padding, padding};
}

}  // namespace

ImageBuilder::ImageBuilder(const Sample& sample) {
    if (sample.image.pixels() < 2) {
        throw ConfigError("the model takes images, but the data are tables of " +
                          std::to_string(sample.image.channels) + " columns: choose a model of features, such as mlp");
    }
    spec_.inputs = sample.image.features();
    spec_.image = sample.image;
}

kernels::Image ImageBuilder::image() const {
    return last_ == network_input ? spec_.image : spec_.nodes[last_].output();
}

bool ImageBuilder::gives_image() const {
    return last_ == network_input || spec_.nodes[last_].image.channels != 0;
}

ImageBuilder& ImageBuilder::add(NodeSpec node) {
    last_ = spec_.add(std::move(node), {last_});
    return *this;
}

ImageBuilder& ImageBuilder::conv(const std::string& name, const ConvolutionChoice& choice) {
    const kernels::Axis axis = even_axis(choice.kernel, choice.stride, choice.padding);
    return window(name, "conv2d", choice.channels, {{axis, axis}, choice.groups}, choice.bias, choice.gain,
                  choice.published);
}

ImageBuilder& ImageBuilder::window(const std::string& name, const std::string& kind, std::size_t channels,
                                   WindowSpec how, bool bias, double gain, PublishedInit published) {
    const kernels::Image in = image();
    const kernels::Axis& rows = how.window.rows;
    const kernels::Axis& cols = how.window.cols;
    const auto refuse = [&](const std::string& why) { throw ConfigError("layer " + name + ": " + why); };
    const auto size = [](std::size_t height, std::size_t width) {
        return std::to_string(height) + "x" + std::to_string(width);
    };
    NodeSpec node{.name = name, .kind = kind};
    const bool convolves = kind == "conv2d" || kind == "conv1d" || kind == "pixel_linear";
    if (convolves) {
        node.image = {channels, rows.windows(in.height), cols.windows(in.width)};
        if (how.groups == 0 || in.channels % how.groups != 0 || channels % how.groups != 0) {
            refuse(std::to_string(in.channels) + " input and " + std::to_string(channels) +
                   " output channels cannot be cut into " + std::to_string(how.groups) + " groups");
        }
        node.weight = WeightSpec{
            {channels, in.channels / how.groups, rows.kernel, cols.kernel}, gain, published, node.image.pixels()};
        if (kind == "conv1d") node.weight->shape.erase(node.weight->shape.begin() + 2);
        if (kind == "pixel_linear") node.weight->shape.resize(2);
        node.others = bias ? channels : 0;
    } else {
        const auto spans = [&](const kernels::Axis& axis, std::size_t side) {
            if (2 * axis.before > axis.kernel || 2 * axis.after > axis.kernel)
                refuse("padding of more than half its window of " + size(rows.kernel, cols.kernel));
            return kernels::pooling_spans(axis, side, how.ceil_mode, how.count_padding).size();
        };
        node.image = {in.channels, spans(rows, in.height), spans(cols, in.width)};
    }
    if (node.image.pixels() == 0) {
        refuse("a window of " + size(rows.reach(), cols.reach()) + " does not fit its input of " +
               size(in.height, in.width) + " with padding " + size(rows.before + rows.after, cols.before + cols.after) +
               ": the images are too small for this model");
    }
    node.outputs = node.image.features();
    node.window = std::move(how);
    return add(std::move(node));
}

ImageBuilder& ImageBuilder::batch_norm(const std::string& name) {
    const kernels::Image in = image();
    return add({.name = name,
                .kind = "batch_norm",
                .outputs = in.features(),
                .others = 2 * in.channels,
                .image = gives_image() ? in : kernels::Image{0, 0, 0}});
}

ImageBuilder& ImageBuilder::shared_batch_norm(const std::string& name, std::size_t first) {
    NodeSpec node{.name = name, .kind = "shared_batch_norm", .outputs = image().features(), .shares = first};
    if (gives_image()) node.image = image();
    return add(std::move(node));
}

ImageBuilder& ImageBuilder::heads(const std::vector<std::size_t>& classifiers, HeadMerge how) {
    add_heads(spec_, classifiers, how);
    last_ = spec_.nodes.size() - 1;
    return *this;
}

ImageBuilder& ImageBuilder::group_norm(const std::string& name, std::size_t groups) {
    const kernels::Image in = image();
    if (groups == 0 || in.channels % groups != 0) {
        throw ConfigError("layer " + name + ": " + std::to_string(in.channels) + " channels cannot be cut into " +
                          std::to_string(groups) + " groups");
    }
    return add({.name = name,
                .kind = "group_norm",
                .outputs = in.features(),
                .others = 2 * in.channels,
                .image = in,
                .window = WindowSpec{.groups = groups}});
}

ImageBuilder& ImageBuilder::layer_norm(const std::string& name, double epsilon) {
    const kernels::Image in = image();
    return add({.name = name,
                .kind = "layer_norm",
                .outputs = in.features(),
                .others = 2 * in.channels,
                .epsilon = epsilon,
                .image = in});
}

ImageBuilder& ImageBuilder::gelu(const std::string& name) {
    NodeSpec node{.name = name, .kind = "gelu", .outputs = image().features()};
    if (gives_image()) node.image = image();
    return add(std::move(node));
}

ImageBuilder& ImageBuilder::pixel_linear(const std::string& name, std::size_t channels, PublishedInit published) {
    return window(name, "pixel_linear", channels, {}, true, 1.0, published);
}

ImageBuilder& ImageBuilder::channel_scale(const std::string& name, double start) {
    const kernels::Image in = image();
    return add({.name = name,
                .kind = "channel_scale",
                .outputs = in.features(),
                .others = in.channels,
                .start = start,
                .image = in});
}

ImageBuilder& ImageBuilder::drop_path(const std::string& name, double rate) {
    if (rate == 0.0) return *this;
    return add({.name = name, .kind = "drop_path", .outputs = image().features(), .rate = rate, .image = image()});
}

ImageBuilder& ImageBuilder::relu(const std::string& name) {
    NodeSpec node{.name = name, .kind = "relu", .outputs = image().features()};
    if (gives_image()) node.image = image();
    return add(std::move(node));
}

ImageBuilder& ImageBuilder::dropout(const std::string& name, double rate) {
    if (rate == 0.0) return *this;
    NodeSpec node{.name = name, .kind = "dropout", .outputs = image().features(), .rate = rate};
    if (gives_image()) node.image = image();
    return add(std::move(node));
}

ImageBuilder& ImageBuilder::max_pool(const std::string& name, std::size_t kernel) {
    const kernels::Axis axis = even_axis(kernel, kernel, 0);
    return window(name, "max_pool", 0, {{axis, axis}});
}

ImageBuilder& ImageBuilder::average_pool(const std::string& name, std::size_t kernel) {
    const kernels::Axis axis = even_axis(kernel, kernel, 0);
    return window(name, "avg_pool", 0, {{axis, axis}});
}

ImageBuilder& ImageBuilder::adaptive_pool(const std::string& name, std::size_t side) {
    return adaptive_pool(name, "adaptive_avg_pool", {side, side});
}

ImageBuilder& ImageBuilder::adaptive_pool(const std::string& name, const std::string& kind,
                                          std::array<std::size_t, 2> size) {
    const kernels::Image out{image().channels, size[0], size[1]};
    return add({.name = name, .kind = kind, .outputs = out.features(), .image = out});
}

ImageBuilder& ImageBuilder::pad(const std::string& name, const std::string& kind, const kernels::Window& window) {
    const kernels::Image in = image();
    const auto padded = [&](const kernels::Axis& axis, std::size_t side) {
        if (kind == "reflection_pad" && std::max(axis.before, axis.after) >= side) {
            throw ConfigError("layer " + name + ": a reflection of " +
                              std::to_string(std::max(axis.before, axis.after)) + " needs a larger side than " +
                              std::to_string(side) + " of its input of " + image_text(in));
        }
        return axis.before + side + axis.after;
    };
    const kernels::Image out{in.channels, padded(window.rows, in.height), padded(window.cols, in.width)};
    return add({.name = name, .kind = kind, .outputs = out.features(), .image = out, .window = WindowSpec{window}});
}

ImageBuilder& ImageBuilder::subsample(const std::string& name, std::size_t channels, std::size_t step) {
    const kernels::Image in = image();
    const kernels::Image out{channels, (in.height + step - 1) / step, (in.width + step - 1) / step};
    const kernels::Axis axis{1, step, 1, 0, 0};
    return add({.name = name,
                .kind = "subsample",
                .outputs = out.features(),
                .image = out,
                .window = WindowSpec{{axis, axis}}});
}

ImageBuilder& ImageBuilder::sum(const std::string& name, std::size_t other) {
    const kernels::Image a = image();
    const kernels::Image b = from_image(other);
    if (!(a == b)) {
        throw ConfigError("layer " + name + ": cannot add images of " + image_text(a) + " and " + image_text(b));
    }
    last_ = spec_.add({.name = name, .kind = "sum", .outputs = a.features(), .image = a}, {last_, other});
    return *this;
}

kernels::Image ImageBuilder::from_image(std::size_t node) const {
    return node == network_input ? spec_.image : spec_.nodes[node].output();
}

ImageBuilder& ImageBuilder::flatten(const std::string& name) {
    return add({.name = name, .kind = "flatten", .outputs = image().features()});
}

ImageBuilder& ImageBuilder::linear(const std::string& name, std::size_t outputs, bool bias, double gain,
                                   PublishedInit published) {
    const std::size_t inputs = image().features();
    return add({.name = name,
                .kind = "linear",
                .outputs = outputs,
                .weight = WeightSpec{{outputs, inputs}, gain, published},
                .others = bias ? outputs : 0});
}

}  // namespace espalier::nn
