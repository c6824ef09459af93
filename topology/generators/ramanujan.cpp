#include <espalier/topology/generators/biregular.hpp>
#include <espalier/topology/generators/ramanujan.hpp>
#include <espalier/topology/spectral/leading_pair.hpp>

namespace espalier::topology {

double ramanujan_gap(const Pattern& pattern) {
    const LeadingPair pair = leading_pair(Biadjacency(pattern));
    return pair.ramanujan_bound() - pair.sigma_2;
}

bool has_ramanujan_bound(std::size_t rows, std::size_t cols, std::size_t edges) {
    return rows > 0 && cols > 0 && edges >= 3 * rows && edges >= 3 * cols;
}

Pattern ramanujan(std::size_t rows, std::size_t cols, std::size_t edges, Stream& stream) {
    Pattern best = biregular(rows, cols, edges, stream);
    if (best.is_full() || !has_ramanujan_bound(rows, cols, edges)) return best;
    double largest = ramanujan_gap(best);
    for (std::size_t draw = 1; draw < most_ramanujan_draws && largest < 0.0; ++draw) {
        Pattern next = biregular(rows, cols, edges, stream);
        const double gap = ramanujan_gap(next);
        if (gap <= largest) continue;
        largest = gap;
        best = std::move(next);
    }
    return best;
}

}  // namespace espalier::topology
