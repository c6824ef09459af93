#pragma once

#include <array>
#include <string>

#include <espalier/nn/models/heads_spec.hpp>

namespace espalier::nn {

/// How a convolution is asked for; the rest follows from where it stands.
struct ConvolutionChoice {
    std::size_t channels = 1;
    std::size_t kernel = 3;
    std::size_t stride = 1;
    std::size_t padding = 0;
    std::size_t groups = 1;
    bool bias = false;
    double gain = 1.0;  ///< of the activation behind it
    PublishedInit published = PublishedInit::torch;
};

/// Puts together a network that takes images, node by node: each takes what the last one gives, and its shape follows.
/// Names are PyTorch's paths of modules. What does not fit is refused by the layer's name.
class ImageBuilder {
  public:
    /// @throws ConfigError where the sample is no image
    explicit ImageBuilder(const Sample& sample);

    std::size_t last() const { return last_; }  ///< number of the node that the next one takes
    kernels::Image image() const;               ///< what it gives
    bool gives_image() const;                   ///< else features
    /// The next node takes this one's output instead.
    ImageBuilder& from(std::size_t node) {
        last_ = node;
        return *this;
    }

    ImageBuilder& conv(const std::string& name, const ConvolutionChoice& choice);
    /// A convolution or pooling layer of any window. kind: "conv2d", "conv1d", "max_pool", "avg_pool"
    ImageBuilder& window(const std::string& name, const std::string& kind, std::size_t channels, WindowSpec how,
                         bool bias = false, double gain = 1.0, PublishedInit published = PublishedInit::torch);
    ImageBuilder& batch_norm(const std::string& name);
    /// Of so many groups of channels over all pixels of a sample.
    ImageBuilder& group_norm(const std::string& name, std::size_t groups);
    /// Of the channels of each pixel.
    ImageBuilder& layer_norm(const std::string& name, double epsilon = 1e-5);
    ImageBuilder& relu(const std::string& name);
    ImageBuilder& gelu(const std::string& name);
    /// A linear layer over the channels of each pixel, its weight [outputs, channels].
    ImageBuilder& pixel_linear(const std::string& name, std::size_t channels,
                               PublishedInit published = PublishedInit::torch);
    /// Each channel times a trained number.
    ImageBuilder& channel_scale(const std::string& name, double start);
    /// Whole samples are dropped in training; nothing where the rate is 0.
    ImageBuilder& drop_path(const std::string& name, double rate);
    ImageBuilder& dropout(const std::string& name, double rate);
    ImageBuilder& max_pool(const std::string& name, std::size_t kernel);
    ImageBuilder& average_pool(const std::string& name, std::size_t kernel);
    /// The mean of each channel, or of each of side x side parts of it.
    ImageBuilder& adaptive_pool(const std::string& name, std::size_t side);
    /// kind: "adaptive_avg_pool", "adaptive_max_pool". @param size  {height, width} of what it gives
    ImageBuilder& adaptive_pool(const std::string& name, const std::string& kind, std::array<std::size_t, 2> size);
    /// Rows and columns around the image, `before` and `after` of both axes.
    /// kind: "zero_pad", "replication_pad", "reflection_pad"
    ImageBuilder& pad(const std::string& name, const std::string& kind, const kernels::Window& window);
    /// Every second row and column, and channels of zeros up to so many (option A of He et al. 2016).
    ImageBuilder& subsample(const std::string& name, std::size_t channels, std::size_t step);
    /// This node's output and the last one's.
    ImageBuilder& sum(const std::string& name, std::size_t other);
    /// One more use of the batch normalisation at node `first`, with its arrays.
    ImageBuilder& shared_batch_norm(const std::string& name, std::size_t first);
    /// The classifiers at these nodes as heads: "heads", then "head_mean", what evaluation makes of them.
    ImageBuilder& heads(const std::vector<std::size_t>& classifiers, HeadMerge how);
    ImageBuilder& flatten(const std::string& name);
    ImageBuilder& linear(const std::string& name, std::size_t outputs, bool bias = true, double gain = 1.0,
                         PublishedInit published = PublishedInit::torch);

    NetworkSpec take() { return std::move(spec_); }

  private:
    ImageBuilder& add(NodeSpec node);
    kernels::Image from_image(std::size_t node) const;

    NetworkSpec spec_;
    std::size_t last_ = network_input;
};

}  // namespace espalier::nn
