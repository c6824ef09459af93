#pragma once

#include <functional>
#include <string>
#include <vector>

namespace espalier::topology {

/// What the sides of an array from another tool count.
///
///     out_in      [out, in], kernels [out, in, kh, kw]: PyTorch
///     in_out      [in, out], kernels [kh, kw, in, out]: TensorFlow, Keras, JAX
///     transposed  [in, out], kernels [in, out, kh, kw]: PyTorch's ConvTranspose
enum class Orientation { out_in, in_out, transposed };

/// @throws ConfigError for anything but "out-in", "in-out" and "transposed"
Orientation parse_orientation(const std::string& text);

/// An orientation of its own for the layers that a word means, see means_layer().
struct OrientationOf {
    std::string word;
    Orientation orientation = Orientation::out_in;
};

/// What becomes of weights in run and topology files that are no finite numbers.
enum class WeightCheck {
    refuse,  ///< the reader fails, naming layer and place: for all that ranks or writes weights
    report,  ///< a notice says so: for what looks at masks, or checks weights itself where it uses them
};

/// How to read topologies: files that say nothing of themselves, and what is wanted of all.
struct MaskFileOptions {
    Orientation orientation = Orientation::out_in;
    bool drop_last_input = false;                ///< the last input is the bias, which is no neuron
    std::vector<std::string> layers = {};        ///< words as selected_layers() takes them; empty: all
    std::vector<OrientationOf> exceptions = {};  ///< the last that means a layer counts
    WeightCheck weights = WeightCheck::refuse;
    bool keeps_flat = false;  ///< what has fewer than two dimensions is kept beside the layers: nothing to notice
    /// read_network() gives the weights that training goes on from, of a run that evaluates averages of them.
    bool unaveraged = false;
    /// Gets a line for each thing that was left out, guessed or done otherwise; unset: nobody is told.
    std::function<void(const std::string&)> notice = {};

    /// Gives a line to whoever wants notices.
    void say(const std::string& text) const {
        if (notice) notice(text);
    }
};

/// "in-out", or by layers "in-out,fc*=out-in,conv1=transposed", into orientation and exceptions.
/// @throws ConfigError naming the part that is no orientation
void parse_orientations(const std::string& text, MaskFileOptions& options);

/// The options for this layer alone: with its orientation, without exceptions and selection.
MaskFileOptions options_for(const MaskFileOptions& options, const std::string& layer);

/// @throws ConfigError naming an exception that means none of these layers
void require_exceptions_mean_layers(const MaskFileOptions& options, const std::vector<std::string>& names,
                                    const std::string& where);

}  // namespace espalier::topology
