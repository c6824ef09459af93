#pragma once

#include <espalier/robustness/scorer.hpp>
#include <espalier/robustness/suite.hpp>

/// The parts of a suite that change images; suite.cpp asks for them.
namespace espalier::robustness {

/// Told after each piece of work: a share of the part.
using TellPart = std::function<void(double done, const std::string& what)>;

/// @param scale  of images; else only what is missing is said, as by all three
CorruptionsResult corruptions_part(const SuiteInput& input, const PixelScale& scale, Scorer& scorer,
                                   const SuiteOptions& options, const TellPart& tell);
AttacksResult attacks_part(const SuiteInput& input, const PixelScale& scale, std::size_t batch,
                           const SuiteOptions& options, const TellPart& tell);
FrequencyResult frequency_part(const SuiteInput& input, const PixelScale& scale, Scorer& scorer, const TellPart& tell);

/// The share of the energy of the first layer's filters above half the highest frequency along an axis.
double first_layer_energy(const SuiteInput& input, std::string& missing);

}  // namespace espalier::robustness
