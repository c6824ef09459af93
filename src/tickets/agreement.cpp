#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/agreement.hpp>

namespace espalier::tickets {

Agreement agreement(const Predictions& a, const Predictions& b) {
    if (a.labels != b.labels || a.classes != b.classes) {
        throw FormatError("agreement: the networks predict different examples");
    }
    double same = 0.0;
    double divergence = 0.0;
    for (std::size_t k = 0; k < a.examples(); ++k) {
        same += a.predicted(k) == b.predicted(k) ? 1.0 : 0.0;
        const auto p = a.of(k);
        const auto q = b.of(k);
        // KL(p || q) + KL(q || p) = sum of (p - q) (log p - log q), every term of which is positive.
        for (std::size_t c = 0; c < a.classes; ++c) divergence += (std::exp(p[c]) - std::exp(q[c])) * (p[c] - q[c]);
    }
    const auto count = static_cast<double>(a.examples());
    return {same / count, divergence / 2.0 / count};
}

Diversity diversity(const std::vector<Predictions>& members) {
    Diversity mean;
    double pairs = 0.0;
    for (std::size_t i = 0; i < members.size(); ++i) {
        for (std::size_t j = i + 1; j < members.size(); ++j) {
            const Agreement found = agreement(members[i], members[j]);
            mean.disagreement += 1.0 - found.agreement;
            mean.divergence += found.divergence;
            pairs += 1.0;
        }
    }
    return {mean.disagreement / pairs, mean.divergence / pairs};
}

}  // namespace espalier::tickets
