#pragma once

#include <functional>
#include <span>
#include <vector>

#include <espalier/base/named.hpp>

namespace espalier::sparsity {

/// [out, in] or [out, in, kh, kw].
using Shape = std::vector<std::size_t>;

std::size_t positions(const Shape& shape);

/// How a global density is spread over layers: densities d_l with sum d_l N_l = D * sum N_l.
struct Distribution : Named {
    std::function<std::vector<double>(std::span<const Shape>, double density)> densities;
};

/// dense, er, erk, uniform.
const std::vector<Distribution>& distributions();

/// Erdos-Renyi kernel: d_l proportional to ((sum of the dimensions) / (product of the dimensions))^power; layers that
/// would exceed 1 become dense and the rest share what is left, until none exceeds (the exact iteration of
/// methods.md 2.4). Source: Evci et al., ICML 2020; Mocanu et al. 2018 for the linear case.
std::vector<double> erk_densities(std::span<const Shape> shapes, double density, double power = 1.0);

/// The same with the first two dimensions only in the ratio (methods.md 2.3, budget form).
std::vector<double> er_densities(std::span<const Shape> shapes, double density);

/// SET's absolute form: epsilon * (in + out) / (in * out), at most 1.
std::vector<double> er_densities_by_epsilon(std::span<const Shape> shapes, double epsilon);

}  // namespace espalier::sparsity
