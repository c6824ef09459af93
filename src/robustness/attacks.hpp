#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <espalier/base/random/random.hpp>

namespace espalier::robustness {

/// Which changes an adversary may make to the pixels of an image, all in [0, 1] before and after.
enum class Norm : std::uint8_t {
    linf,  ///< none by more than epsilon
    l2,    ///< together no farther than epsilon, as the crow flies
};

/// An attack by the gradient of the loss at the pixels. definitions.md 9.5.
struct Attack {
    std::string name;
    Norm norm = Norm::linf;
    double epsilon = 0.0;
    double step = 0.0;  ///< how far each step goes, in the same norm
    std::size_t steps = 1;
    bool starts_random = false;  ///< uniform within the ball; of linf alone
};

/// FGSM (Goodfellow et al. 2015) and PGD in both norms (Madry et al. 2018).
struct AttackSettings {
    double epsilon = 8.0 / 255.0;
    double epsilon_l2 = 0.5;
    std::size_t steps = 20;
};
/// fgsm; pgd_linf with steps of a quarter and pgd_l2 with steps of a fifth of epsilon.
std::vector<Attack> attacks(const AttackSettings& settings);

/// The gradient of each sample's loss at its pixels, both [samples x features]; its length within a sample does not
/// matter.
using PixelGradient = std::function<void(std::span<const double> pixels, std::span<double> gradient)>;

/// The images that the last step leaves; each lies in its ball and in [0, 1].
/// @param pixels  [samples x features], in [0, 1]
/// @param start   added before the first step, [samples x features]; empty: nothing
std::vector<double> attacked(const Attack& attack, std::span<const double> pixels, std::size_t features,
                             std::span<const double> start, const PixelGradient& gradient);

/// The random start of one sample's attack.
void draw_start(const Attack& attack, Stream stream, std::span<double> start);

}  // namespace espalier::robustness
