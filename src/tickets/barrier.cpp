#include <algorithm>
#include <array>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/barrier.hpp>
#include <espalier/topology/superposition/combine.hpp>

namespace espalier::tickets {

Barrier barrier(const std::vector<LinePoint>& line) {
    const LinePoint& first = line.back();  // whose share is 1
    const LinePoint& second = line.front();
    Barrier found;
    double largest_error = 0.0;
    for (const LinePoint& point : line) {
        const double loss = point.loss - (point.share * first.loss + (1.0 - point.share) * second.loss);
        const double accuracy = point.share * first.accuracy + (1.0 - point.share) * second.accuracy - point.accuracy;
        if (loss > found.loss) {
            found.loss = loss;
            found.loss_at = point.share;
        }
        if (accuracy > found.accuracy) {
            found.accuracy = accuracy;
            found.accuracy_at = point.share;
        }
        largest_error = std::max(largest_error, 1.0 - point.accuracy);
    }
    found.error = largest_error - (1.0 - (first.accuracy + second.accuracy) / 2.0);
    return found;
}

std::vector<LinePoint> line_between(const topology::StoredNetwork& first, const topology::StoredNetwork& second,
                                    std::size_t points,
                                    const std::function<training::Score(const topology::StoredNetwork&)>& score) {
    if (points < 2) throw ConfigError("a line between two tickets needs at least both ends: 2 points");
    const std::array ends = {&first, &second};
    std::vector<LinePoint> line;
    for (std::size_t k = 0; k < points; ++k) {
        const double share = static_cast<double>(k) / static_cast<double>(points - 1);
        const training::Score found = score(topology::combine(ends, std::array{share, 1.0 - share}));
        line.push_back({share, found.loss, found.accuracy});
    }
    return line;
}

}  // namespace espalier::tickets
