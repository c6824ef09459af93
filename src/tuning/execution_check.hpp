#pragma once

#include <string>
#include <vector>

#include <espalier/nn/execution/execution.hpp>
#include <espalier/tuning/measure_crossovers.hpp>

namespace espalier::tuning {

/// Square layers of these widths, each of these densities, with each of these lane counts; and convolutions of as many
/// channels in as out.
struct CheckPlan {
    std::vector<std::size_t> widths;
    std::vector<std::size_t> lanes;
    nn::ConvolutionCrossovers::Grid convolutions;
    std::vector<double> densities;
    double seconds = 0.0;  ///< for each product of each layer
};

/// Widths 256, 1024, 4096; 32, 128 and 512 lanes; convolutions of 16 to 256 channels, images of 4x4 to 32x32; densities
/// from 0.01 to 0.9. Takes a minute or two and 600 MiB.
CheckPlan full_check();

struct CheckedProduct {
    std::string product;
    std::size_t width, lanes;  ///< of a convolution its channels and the pixels of its images
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
