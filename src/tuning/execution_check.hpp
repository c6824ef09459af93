#pragma once

#include <vector>

#include <espalier/nn/execution/execution.hpp>
#include <espalier/tuning/measure_crossovers.hpp>

namespace espalier::tuning {

/// Square layers of these widths, each of these densities, with each of these lane counts.
struct CheckPlan {
    std::vector<std::size_t> widths;
    std::vector<std::size_t> lanes;
    std::vector<double> densities;
    double seconds = 0.0;  ///< for each product of each layer
};

/// Widths 256, 1024, 4096; 32, 128 and 512 lanes; densities from 0.01 to 0.9. Takes a minute and 600 MiB.
CheckPlan full_check();

struct CheckedProduct {
    nn::Product product;
    std::size_t width, lanes;
    double density;
    Seconds seconds;
    bool is_dense;  ///< what the execution chooses

    double chosen() const { return is_dense ? seconds.dense : seconds.sparse; }
    /// Time of the chosen way over that of the better one: 1 where the choice is right.
    double ratio() const;
};

/// Measures both ways of every product, with the threads in use, and what the execution takes of them.
std::vector<CheckedProduct> check_execution(const nn::Execution& execution, const CheckPlan& plan,
                                            const Report& report);

}  // namespace espalier::tuning
