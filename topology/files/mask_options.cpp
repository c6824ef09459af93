#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/layer_selection.hpp>
#include <espalier/topology/files/mask_options.hpp>

namespace espalier::topology {

Orientation parse_orientation(const std::string& text) {
    if (text == "out-in") return Orientation::out_in;
    if (text == "in-out") return Orientation::in_out;
    if (text == "transposed") return Orientation::transposed;
    throw ConfigError("orientation '" + text + "': 'out-in', 'in-out' or 'transposed' is needed, or LAYER=one of them");
}

void parse_orientations(const std::string& text, MaskFileOptions& options) {
    for (const std::string& part : split(text, ',')) {
        const std::size_t equals = part.rfind('=');
        if (equals == std::string::npos) {
            options.orientation = parse_orientation(part);
        } else {
            options.exceptions.push_back({part.substr(0, equals), parse_orientation(part.substr(equals + 1))});
        }
    }
}

MaskFileOptions options_for(const MaskFileOptions& options, const std::string& layer) {
    MaskFileOptions own{.orientation = options.orientation,
                        .drop_last_input = options.drop_last_input,
                        .weights = options.weights,
                        .notice = options.notice};
    for (const OrientationOf& exception : options.exceptions) {
        if (means_layer(exception.word, layer)) own.orientation = exception.orientation;
    }
    return own;
}

void require_exceptions_mean_layers(const MaskFileOptions& options, const std::vector<std::string>& names,
                                    const std::string& where) {
    for (const OrientationOf& exception : options.exceptions) {
        const auto is_meant = [&](const std::string& name) { return means_layer(exception.word, name); };
        if (std::ranges::none_of(names, is_meant)) refuse_word(exception.word, names, where + ": --orientation");
    }
}

}  // namespace espalier::topology
