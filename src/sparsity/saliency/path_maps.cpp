#include <algorithm>
#include <cmath>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/images/pooling.hpp>
#include <espalier/sparsity/saliency/path_maps.hpp>

namespace espalier::sparsity {
namespace {

using Numbers = std::vector<double>;

void divide_by_largest(Numbers& numbers, double& log_scale) {
    const double largest = *std::ranges::max_element(numbers);
    if (largest <= 0.0) return;
    for (double& number : numbers) number /= largest;
    log_scale += std::log(largest);
}

/// Calls add(output pixel, input pixel) for each output pixel at which a place of the kernel meets the image.
template <class Add>
void for_meetings(const kernels::Window& window, const kernels::Image& in, const kernels::Image& out, std::size_t tap,
                  const Add& add) {
    const auto place = [](const kernels::Axis& axis, std::size_t at, std::size_t tap_of_axis, std::size_t side) {
        const std::size_t padded = at * axis.stride + tap_of_axis * axis.dilation;
        return padded < axis.before || padded - axis.before >= side ? side : padded - axis.before;
    };
    for (std::size_t y = 0; y < out.height; ++y) {
        const std::size_t row = place(window.rows, y, tap / window.cols.kernel, in.height);
        if (row == in.height) continue;
        for (std::size_t x = 0; x < out.width; ++x) {
            const std::size_t col = place(window.cols, x, tap % window.cols.kernel, in.width);
            if (col != in.width) add(y * out.width + x, row * in.width + col);
        }
    }
}

Numbers through_convolution(const nn::NodeSpec& node, const kernels::Image& in, const Pattern& mask,
                            const Numbers& from) {
    const kernels::Image out = node.output();
    const std::size_t taps = node.window->window.positions();
    const std::size_t outputs_a_group = out.channels / node.window->groups;
    const std::size_t inputs_a_group = in.channels / node.window->groups;
    Numbers to(out.features(), 0.0);
    for (std::size_t o = 0; o < mask.rows(); ++o) {
        for (const std::uint32_t col : mask.row(o)) {
            const std::size_t channel = o / outputs_a_group * inputs_a_group + col / taps;
            for_meetings(node.window->window, in, out, col % taps, [&](std::size_t there, std::size_t here) {
                to[o * out.pixels() + there] += from[channel * in.pixels() + here];
            });
        }
    }
    return to;
}

Numbers through_pooling(const nn::NodeSpec& node, const kernels::Image& in, const Numbers& from) {
    const kernels::Image out = node.output();
    const auto spans = [&](const kernels::Axis* axis, std::size_t side, std::size_t windows) {
        if (axis == nullptr) return kernels::adaptive_spans(side, windows);
        return kernels::pooling_spans(*axis, side, node.window->ceil_mode, node.window->count_padding);
    };
    const bool is_adaptive = !node.window;
    const auto rows = spans(is_adaptive ? nullptr : &node.window->window.rows, in.height, out.height);
    const auto cols = spans(is_adaptive ? nullptr : &node.window->window.cols, in.width, out.width);
    Numbers to;
    for (std::size_t c = 0; c < in.channels; ++c) {
        for (const kernels::Span& row : rows) {
            for (const kernels::Span& col : cols) {
                double sum = 0.0;
                for (std::size_t y = row.begin; y < row.end; ++y) {
                    for (std::size_t x = col.begin; x < col.end; ++x) sum += from[(c * in.height + y) * in.width + x];
                }
                to.push_back(sum);
            }
        }
    }
    return to;
}

Numbers subsampled(const nn::NodeSpec& node, const kernels::Image& in, const Numbers& from) {
    const kernels::Image out = node.output();
    const std::size_t step = node.window->window.rows.stride;
    const std::size_t before = (out.channels - in.channels) / 2;
    Numbers to(out.features(), 0.0);
    for (std::size_t c = 0; c < in.channels; ++c) {
        for (std::size_t y = 0; y < out.height; ++y) {
            for (std::size_t x = 0; x < out.width; ++x)
                to[((c + before) * out.height + y) * out.width + x] =
                    from[(c * in.height + y * step) * in.width + x * step];
        }
    }
    return to;
}

}  // namespace

PathMaps::Shared PathMaps::summed(std::size_t node) {
    std::vector<Shared> parts;
    double scale = -HUGE_VAL;
    for (std::size_t i = 0; i < spec_.nodes[node].inputs.size(); ++i) {
        parts.push_back(input_of(node, i));
        scale = std::max(scale, parts.back()->log_scale);
    }
    Map sum{Numbers(parts.front()->numbers.size(), 0.0), scale};
    for (const Shared& part : parts) {
        const double factor = std::exp(part->log_scale - scale);
        for (std::size_t k = 0; k < sum.numbers.size(); ++k) sum.numbers[k] += factor * part->numbers[k];
    }
    return std::make_shared<const Map>(std::move(sum));
}

PathMaps::Shared PathMaps::made(std::size_t node) {
    const nn::NodeSpec& what = spec_.nodes[node];
    if (what.weight) throw Error("paths through " + what.name + " are asked for before its mask is known");
    if (what.inputs.size() > 1) return summed(node);
    const Shared in = input_of(node);
    const kernels::Image image = spec_.input_of(node);
    if (what.kind == "subsample")
        return std::make_shared<const Map>(Map{subsampled(what, image, in->numbers), in->log_scale});
    if (what.kind.ends_with("pool"))
        return std::make_shared<const Map>(Map{through_pooling(what, image, in->numbers), in->log_scale});
    return in;  // activations, normalisations, flattening: unit by unit
}

PathMaps::Shared PathMaps::input_of(std::size_t node, std::size_t which) {
    const std::size_t input = spec_.nodes[node].inputs[which];
    if (input == nn::network_input) {
        if (ones_ == nullptr) ones_ = std::make_shared<const Map>(Map{Numbers(spec_.inputs, 1.0)});
        return ones_;
    }
    if (maps_[input] == nullptr) maps_[input] = made(input);
    return maps_[input];
}

std::vector<double> PathMaps::arriving(std::size_t node) {
    const Numbers& numbers = input_of(node)->numbers;
    const std::size_t pixels = spec_.nodes[node].window ? spec_.input_of(node).pixels() : 1;
    Numbers units(numbers.size() / pixels, 0.0);
    for (std::size_t f = 0; f < numbers.size(); ++f) units[f / pixels] += numbers[f];
    double unused = 0.0;
    divide_by_largest(units, unused);
    return units;
}

void PathMaps::pass(std::size_t node, const Pattern& mask) {
    const nn::NodeSpec& what = spec_.nodes[node];
    const Shared in = input_of(node);
    Map out{{}, in->log_scale};
    if (what.window) {
        out.numbers = through_convolution(what, spec_.input_of(node), mask, in->numbers);
    } else {
        out.numbers.assign(mask.rows(), 0.0);
        for (std::size_t row = 0; row < mask.rows(); ++row) {
            for (const std::uint32_t col : mask.row(row)) out.numbers[row] += in->numbers[col];
        }
    }
    divide_by_largest(out.numbers, out.log_scale);
    maps_[node] = std::make_shared<const Map>(std::move(out));
}

}  // namespace espalier::sparsity
