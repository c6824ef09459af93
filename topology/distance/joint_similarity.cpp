#include <espalier/topology/distance/joint_similarity.hpp>
#include <espalier/topology/distance/matched_neurons.hpp>

namespace espalier::topology {

JointSimilarity::JointSimilarity(const Place& place)
    : own_(place.first, place.second, place.partner_before),
      next_second_(place.next_second),
      next_partner_(place.next_partner),
      fed_(place.next_first.transposed()),
      block_(place.first.rows() == 0 ? 1 : place.next_first.cols() / place.first.rows()) {
    const std::vector<std::size_t> shared = shared_inputs(place.next_first, next_second_, place.partner, next_partner_);
    const double scale = static_cast<double>(place.first.rows()) / static_cast<double>(shared.size());
    for (std::size_t o = 0; o < shared.size(); ++o) {
        const std::size_t both = place.next_first.row(o).size() + next_second_.row(next_partner_[o]).size();
        const auto either = static_cast<double>(both - shared[o]);
        gain_.push_back(either == 0 ? 0.0 : scale * static_cast<double>(both) / (either * either));
    }
}

void JointSimilarity::row(std::size_t a, std::span<double> similarity) const {
    own_.row(a, similarity);
    for (std::size_t place = 0; place < block_; ++place) {
        for (const std::uint32_t o : fed_.row(a * block_ + place)) {
            for (const std::uint32_t input : next_second_.row(next_partner_[o])) {
                if (block_ == 1) {
                    similarity[input] += gain_[o];
                } else if (input % block_ == place) {
                    similarity[input / block_] += gain_[o];
                }
            }
        }
    }
}

}  // namespace espalier::topology
