#include <cmath>
#include <map>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/near_names.hpp>
#include <espalier/nn/models/image_builder.hpp>
#include <espalier/nn/models/layer_list.hpp>

namespace espalier::nn {
namespace {

/// Puts the entries together, and keeps where each name is.
class ListedNetwork {
  public:
    ListedNetwork(const Sample& sample, std::size_t classes)
        : builder_(sample), is_sequence_(sample.image.height == 1), classes_(classes) {}

    void add(const LayerEntry& entry) {
        name_ = entry.name.empty() ? entry.kind + std::to_string(places_.size() + 1) : entry.name;
        if (places_.contains(name_)) refuse("there is a layer of that name before it");
        if (!entry.from.empty()) builder_.from(place_of(entry.from, "from"));
        const auto maker = makers().find(entry.kind);
        if (maker == makers().end()) refuse("kind '" + entry.kind + "'" + not_known(entry.kind, layer_kinds()));
        require_taken(entry.kind);
        (this->*maker->second)(entry);
        places_[name_] = builder_.last();
    }

    NetworkSpec take() { return builder_.take(); }

    using Maker = void (ListedNetwork::*)(const LayerEntry&);
    static const std::map<std::string, Maker>& makers() {
        static const std::map<std::string, Maker> table = {
            {"conv1d", &ListedNetwork::sequence_convolution},
            {"conv2d", &ListedNetwork::convolution},
            {"batch_norm", &ListedNetwork::batch_norm},
            {"group_norm", &ListedNetwork::group_norm},
            {"layer_norm", &ListedNetwork::layer_norm},
            {"relu", &ListedNetwork::relu},
            {"gelu", &ListedNetwork::gelu},
            {"pixel_linear", &ListedNetwork::pixel_linear},
            {"channel_scale", &ListedNetwork::channel_scale},
            {"drop_path", &ListedNetwork::drop_path},
            {"dropout", &ListedNetwork::dropout},
            {"max_pool", &ListedNetwork::pooling},
            {"avg_pool", &ListedNetwork::pooling},
            {"adaptive_avg_pool", &ListedNetwork::adaptive_pooling},
            {"adaptive_max_pool", &ListedNetwork::adaptive_pooling},
            {"zero_pad", &ListedNetwork::padding},
            {"replication_pad", &ListedNetwork::padding},
            {"reflection_pad", &ListedNetwork::padding},
            {"flatten", &ListedNetwork::flatten},
            {"linear", &ListedNetwork::linear},
            {"subsample", &ListedNetwork::subsample},
            {"sum", &ListedNetwork::sum},
        };
        return table;
    }

  private:
    [[noreturn]] void refuse(const std::string& why) const { throw ConfigError("layer " + name_ + ": " + why); }

    /// Whether the layer takes what comes before it: images or features.
    void require_taken(const std::string& kind) const {
        const bool takes_both =
            kind == "batch_norm" || kind == "relu" || kind == "gelu" || kind == "dropout" || kind == "sum";
        if (takes_both || builder_.gives_image() == (kind != "linear")) return;
        const kernels::Image image = builder_.image();
        if (kind == "linear") {
            refuse("takes features, and what comes before is an image of " + std::to_string(image.channels) + "x" +
                   std::to_string(image.height) + "x" + std::to_string(image.width) +
                   ": a flatten is missing between them");
        }
        refuse("takes images, and what comes before are " + std::to_string(image.channels) + " features");
    }

    std::size_t place_of(const std::string& name, const char* key) const {
        const auto place = places_.find(name);
        if (place != places_.end()) return place->second;
        std::vector<std::string> known;
        for (const auto& [known_name, number] : places_) known.push_back(known_name);
        refuse(std::string(key) + " = '" + name + "'" + not_known(name, known));
    }

    /// Of a layer of sequences, which one number says all of; rows of their own it cannot have.
    kernels::Axis no_rows(const LayerEntry& entry) const {
        const auto fits = [](std::size_t rows, std::size_t cols, std::size_t none) {
            return rows == cols || rows == none;
        };
        const auto [before, after] = std::pair{entry.padding_before, entry.padding_after};
        if (fits(entry.kernel[0], entry.kernel[1], 1) && fits(before[0], before[1], 0) && fits(after[0], after[1], 0))
            return {};
        refuse("the data are sequences, which have one row: kernel and padding are one number each");
    }

    kernels::Axis axis(const LayerEntry& entry, std::size_t which, std::size_t side, bool pools) const {
        if (which == 0 && is_sequence_ && entry.kind != "conv2d") return no_rows(entry);
        kernels::Axis axis{entry.kernel[which], entry.stride[which], entry.dilation[which], entry.padding_before[which],
                           entry.padding_after[which]};
        if (axis.kernel == 0 || axis.dilation == 0) refuse("kernel and dilation are 1 at least");
        if (axis.stride == 0) axis.stride = pools ? axis.kernel : 1;
        if (entry.tf_same) {
            const std::size_t windows = (side + axis.stride - 1) / axis.stride;
            const std::size_t covered = (windows - 1) * axis.stride + axis.reach();
            const std::size_t padding = covered > side ? covered - side : 0;
            axis.before = padding / 2;
            axis.after = padding - axis.before;
        }
        return axis;
    }

    WindowSpec window(const LayerEntry& entry, bool pools) const {
        const kernels::Image image = builder_.image();
        return {{axis(entry, 0, image.height, pools), axis(entry, 1, image.width, pools)},
                entry.groups,
                entry.ceil_mode,
                entry.count_padding};
    }

    void convolution(const LayerEntry& entry) {
        if (entry.channels == 0) refuse("a convolution needs channels");
        builder_.window(name_, entry.kind, entry.channels, window(entry, false), entry.bias, std::sqrt(2.0));
    }
    void sequence_convolution(const LayerEntry& entry) {
        if (!is_sequence_) refuse("conv1d is for sequences, and the data are images: choose conv2d");
        convolution(entry);
    }
    void pooling(const LayerEntry& entry) {
        if (entry.dilation != std::array<std::size_t, 2>{1, 1}) refuse("pooling has no dilation here");
        builder_.window(name_, entry.kind, 0, window(entry, true));
    }
    void adaptive_pooling(const LayerEntry& entry) {
        if (entry.size[0] == 0 || entry.size[1] == 0) refuse("size is 1 at least");
        builder_.adaptive_pool(name_, entry.kind, {is_sequence_ ? 1 : entry.size[0], entry.size[1]});
    }
    void padding(const LayerEntry& entry) {
        if (entry.tf_same) refuse("padding is a number, [height, width] or [left, right, top, bottom]");
        kernels::Window sides{{.before = entry.padding_before[0], .after = entry.padding_after[0]},
                              {.before = entry.padding_before[1], .after = entry.padding_after[1]}};
        if (is_sequence_) sides.rows = no_rows(entry);
        builder_.pad(name_, entry.kind, sides);
    }
    void batch_norm(const LayerEntry&) { builder_.batch_norm(name_); }
    void group_norm(const LayerEntry& entry) { builder_.group_norm(name_, entry.groups); }
    void layer_norm(const LayerEntry& entry) {
        require_epsilon(entry);
        builder_.layer_norm(name_, entry.epsilon);
    }
    void require_epsilon(const LayerEntry& entry) const {
        if (!(entry.epsilon > 0.0)) refuse("epsilon must be above 0");
    }
    void gelu(const LayerEntry&) { builder_.gelu(name_); }
    void pixel_linear(const LayerEntry& entry) {
        if (entry.channels == 0) refuse("a linear layer on pixels needs channels");
        builder_.pixel_linear(name_, entry.channels);
    }
    void channel_scale(const LayerEntry& entry) { builder_.channel_scale(name_, entry.start); }
    void drop_path(const LayerEntry& entry) {
        if (!(entry.rate > 0.0 && entry.rate < 1.0)) refuse("rate must be above 0 and below 1");
        builder_.drop_path(name_, entry.rate);
    }
    void relu(const LayerEntry&) { builder_.relu(name_); }
    void dropout(const LayerEntry& entry) {
        if (!(entry.rate > 0.0 && entry.rate < 1.0)) refuse("rate must be above 0 and below 1");
        builder_.dropout(name_, entry.rate);
    }
    void flatten(const LayerEntry&) { builder_.flatten(name_); }
    void linear(const LayerEntry& entry) {
        const bool is_last = entry.channels == 0;
        builder_.linear(name_, is_last ? classes_ : entry.channels, entry.bias, is_last ? 1.0 : std::sqrt(2.0));
    }
    void subsample(const LayerEntry& entry) {
        if (entry.channels < builder_.image().channels) refuse("channels cannot be fewer than those it takes");
        builder_.subsample(name_, entry.channels, std::max<std::size_t>(1, entry.stride[0]));
    }
    void sum(const LayerEntry& entry) {
        if (entry.with.empty()) refuse("a sum needs `with`, the other layer");
        builder_.sum(name_, place_of(entry.with, "with"));
    }

    ImageBuilder builder_;
    bool is_sequence_;
    std::size_t classes_;
    std::string name_;
    std::map<std::string, std::size_t> places_;
};

}  // namespace

const std::vector<std::string>& layer_kinds() {
    static const std::vector<std::string> kinds = [] {
        std::vector<std::string> names;
        for (const auto& [name, maker] : ListedNetwork::makers()) names.push_back(name);
        return names;
    }();
    return kinds;
}

NetworkSpec layer_list_spec(const std::vector<LayerEntry>& entries, const Sample& sample, std::size_t classes) {
    if (entries.empty()) throw ConfigError("model.kind = \"layers\" needs [[model.layers]], one for each layer");
    ListedNetwork network(sample, classes);
    for (const LayerEntry& entry : entries) network.add(entry);
    NetworkSpec spec = network.take();
    if (spec.nodes.back().outputs != classes || spec.nodes.back().image.channels != 0) {
        throw ConfigError("layer " + spec.nodes.back().name + ": the last layer gives " +
                          std::to_string(spec.nodes.back().outputs) + " numbers, and there are " +
                          std::to_string(classes) + " classes: end with flatten and linear");
    }
    return spec;
}

}  // namespace espalier::nn
