#pragma once

#include <span>
#include <vector>

#include <espalier/base/text/named.hpp>

namespace espalier::sparsity {

/// [out, in] or [out, in, kh, kw].
using Shape = std::vector<std::size_t>;

std::size_t positions(const Shape& shape);

/// How a global density is spread over layers: densities d_l with sum d_l N_l = D * sum N_l.
struct Distribution : Named {
    /// @param erk_power  exponent of erk's and erk_plus' ratio
    std::vector<double> (*formula)(std::span<const Shape>, double density, double erk_power);

    /// @throws ConfigError where no densities of layers give this one, naming the smallest that can be had
    std::vector<double> densities(std::span<const Shape> shapes, double density, double erk_power = 1.0) const {
        return formula(shapes, density, erk_power);
    }
};

/// dense, er, erk, erk_plus, uniform, uniform_plus.
const std::vector<Distribution>& distributions();

/// @throws ConfigError for an unknown name
const Distribution& distribution(std::string_view name);

/// Erdos-Renyi kernel: d_l proportional to ((sum of the dimensions) / (product of the dimensions))^power; layers that
/// would exceed 1 become dense and the rest share what is left, until none exceeds (the exact iteration of
/// definitions.md 2.4). Source: Evci et al., ICML 2020; Mocanu et al. 2018 for the linear case.
std::vector<double> erk_densities(std::span<const Shape> shapes, double density, double power = 1.0);

/// The same with the first two dimensions only in the ratio (definitions.md 2.3).
std::vector<double> er_densities(std::span<const Shape> shapes, double density);

/// erk for all layers but the last, which is dense and has its part of the budget.
/// Source: the published ImageNet runs of ITOP; definitions.md 2.5.
std::vector<double> erk_plus_densities(std::span<const Shape> shapes, double density, double power = 1.0);

/// The first layer dense, the last at 0.2 or more, one density for the others so that the total is met.
/// Source: Gale, Elsen and Hooker, "The state of sparsity in deep neural networks", 2019 (definitions.md 2.6). We
/// differ from Random_Pruning's program, which divides by all positions below 0.2 and leaves the density as it is
/// above.
std::vector<double> uniform_plus_densities(std::span<const Shape> shapes, double density);

/// SET's absolute form: epsilon * (in + out) / (in * out), at most 1.
std::vector<double> er_densities_by_epsilon(std::span<const Shape> shapes, double epsilon);

}  // namespace espalier::sparsity
