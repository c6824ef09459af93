#include <espalier/topology/graph/degree.hpp>
#include <espalier/topology/structure/count_law.hpp>
#include <espalier/topology/structure/degree_law.hpp>
#include <espalier/topology/structure/power_law_bootstrap.hpp>

namespace espalier::topology {
namespace {

MetricValue fields_of(const LikelihoodRatio& comparison) {
    return MetricValue::Fields{{"ratio", comparison.ratio}, {"z", comparison.z}, {"p_value", comparison.p_value}};
}

struct Bootstrap {
    std::uint64_t replicates = 0;
    std::uint64_t seed = 0;
};

MetricValue p_value(const std::vector<DegreeCount>& counts, const PowerLaw& law, const PowerLawOptions& options,
                    const Bootstrap& bootstrap) {
    if (bootstrap.replicates == 0) return MetricValue::undefined("bootstrap is 0");
    return power_law_p_value(counts, law, options, bootstrap.replicates, bootstrap.seed);
}

/// @param opposite  neurons of the other side: the most edges a neuron can have
MetricValue side(const std::vector<std::uint32_t>& degrees, std::size_t opposite, const PowerLawOptions& options,
                 const Bootstrap& bootstrap) {
    const std::vector<DegreeCount> counts = degree_counts(degrees);
    if (counts.empty()) return MetricValue::undefined("no edges");
    if (counts.size() == 1) return MetricValue::undefined("all degrees above 0 are equal");
    const auto law = fit_power_law(counts, options);
    if (!law) return MetricValue::undefined("fewer neurons with edges than least_tail");
    const auto trials = static_cast<double>(opposite);
    return MetricValue::Fields{{"exponent", law->exponent},
                               {"d_min", static_cast<double>(law->d_min)},
                               {"ks", law->ks},
                               {"tail", static_cast<double>(law->tail)},
                               {"p_value", p_value(counts, *law, options, bootstrap)},
                               {"poisson", fields_of(compare_with(RandomLaw::poisson, trials, *law, counts))},
                               {"binomial", fields_of(compare_with(RandomLaw::binomial, trials, *law, counts))}};
}

}  // namespace

MetricValue power_law_metric(const Layer& layer, const Settings& settings) {
    const PowerLawOptions options{settings.text("estimator") == "exact", settings.count("least_tail", 2)};
    const Bootstrap bootstrap{settings.count("bootstrap"), settings.count("seed")};
    const Pattern& pattern = layer.pattern;
    return MetricValue::Fields{{"inputs", side(input_degrees(pattern), pattern.rows(), options, bootstrap)},
                               {"outputs", side(output_degrees(pattern), pattern.cols(), options, bootstrap)}};
}

}  // namespace espalier::topology
