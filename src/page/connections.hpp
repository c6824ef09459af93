#pragma once

#include <string>

#include <espalier/page/course.hpp>
#include <espalier/page/numbers.hpp>

namespace espalier::page {

/// Connections of a layer that are drawn, at most; and of all layers of all runs together.
inline constexpr std::size_t most_drawn = 600;
inline constexpr std::size_t most_drawn_in_all = 24'000;

/// A layer as it is drawn: the connections of largest weight; of a convolution its kernels, each from channel to
/// channel, by the L1 norm of its weights.
struct DrawnLayer {
    std::string name;
    bool is_convolution = false;
    bool has_weights = false;  ///< else connections are an even choice, all alike
    std::size_t inputs = 0;
    std::size_t outputs = 0;
    std::size_t connections = 0;                        ///< there are
    double weight_share = 0.0;                          ///< of the sum of all absolute weights that is drawn
    std::vector<std::uint32_t> from, to;                ///< of those drawn, the largest first
    std::vector<double> weights;                        ///< of those drawn; of a kernel its L1 norm
    std::vector<std::uint32_t> kept;                    ///< of kernels: weights kept in each; else empty
    std::vector<std::uint32_t> from_degree, to_degree;  ///< of each drawn connection's ends, over all connections
    std::size_t places = 1;                             ///< weights of a kernel
};

/// @param most  connections to draw
DrawnLayer drawn_layer(const topology::Layer& layer, std::size_t most);

/// What is seen of it: how much of it is drawn, signs, and of kernels how full they are.
std::string connections_sentence(const DrawnLayer& layer);

/// The layers of the chosen runs at the last moment.
/// @param chosen  places in Course::runs
Json connections_json(const Course& course, const std::vector<std::size_t>& chosen);

}  // namespace espalier::page
