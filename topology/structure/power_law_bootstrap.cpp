#include <algorithm>
#include <cmath>

#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/structure/hurwitz_zeta.hpp>
#include <espalier/topology/structure/power_law_bootstrap.hpp>

namespace espalier::topology {
namespace {

double uniform(Stream& stream) {
    return static_cast<double>(stream.below(std::uint64_t{1} << 53)) * 0x1p-53;
}

/// The degrees below d_min, one entry per neuron.
std::vector<std::uint32_t> body_of(std::span<const DegreeCount> counts, std::uint32_t d_min) {
    std::vector<std::uint32_t> body;
    for (const auto& [degree, count] : counts) {
        if (degree < d_min) body.insert(body.end(), count, degree);
    }
    return body;
}

}  // namespace

PowerLawSampler::PowerLawSampler(double exponent, std::uint32_t d_min) : exponent_(exponent), d_min_(d_min) {
    const double log_all = log_hurwitz_zeta(exponent, d_min);
    double sum = 0;
    for (std::uint32_t k = 0; k < 4096; ++k) {
        sum += std::exp(-exponent * std::log(static_cast<double>(d_min) + k) - log_all);
        below_.push_back(std::min(sum, 1.0));
    }
}

std::uint32_t PowerLawSampler::operator()(Stream& stream) const {
    const double u = uniform(stream);
    const auto found = std::ranges::upper_bound(below_, u);
    if (found != below_.end()) return d_min_ + static_cast<std::uint32_t>(found - below_.begin());
    const double start = static_cast<double>(d_min_) + static_cast<double>(below_.size());
    const double share = (1 - u) / (1 - below_.back());
    const double drawn = (start - 0.5) * std::pow(share, -1 / (exponent_ - 1)) + 0.5;
    return static_cast<std::uint32_t>(std::min(drawn, 4294967295.0));
}

double power_law_p_value(std::span<const DegreeCount> counts, const PowerLaw& law, const PowerLawOptions& options,
                         std::uint64_t replicates, std::uint64_t seed) {
    const PowerLawSampler sampler(law.exponent, law.d_min);
    const std::vector<std::uint32_t> body = body_of(counts, law.d_min);
    const std::uint64_t all = body.size() + law.tail;
    std::vector<char> is_farther(replicates, 0);
    parallel_for(replicates, [&](std::size_t replicate) {
        Stream stream(seed, Purpose::metric_sample, 0, replicate);
        std::vector<std::uint32_t> drawn(all);
        for (std::uint32_t& degree : drawn) {
            const std::uint64_t place = stream.below(all);
            degree = place < body.size() ? body[place] : sampler(stream);
        }
        const auto fitted = fit_power_law(degree_counts(drawn), options);
        is_farther[replicate] = fitted && fitted->ks >= law.ks ? 1 : 0;
    });
    return static_cast<double>(std::ranges::count(is_farther, 1)) / static_cast<double>(replicates);
}

}  // namespace espalier::topology
