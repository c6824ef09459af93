#include <espalier/base/pattern_update.hpp>

namespace espalier {

PatternUpdate PatternUpdate::between(const Pattern& from, Pattern to) {
    require_equal_shape(from, to, "topology update");
    PatternUpdate update;
    update.source.reserve(to.edges());
    for (std::size_t r = 0; r < to.rows(); ++r) {
        const auto before = from.row(r);
        std::size_t k = 0;
        for (const std::uint32_t col : to.row(r)) {
            while (k < before.size() && before[k] < col) ++k;
            const bool survives = k < before.size() && before[k] == col;
            update.source.push_back(survives ? from.row_begin(r) + k : grown_here);
            update.grown += survives ? 0 : 1;
        }
    }
    update.dropped = from.edges() - (to.edges() - update.grown);
    update.pattern = std::move(to);
    return update;
}

}  // namespace espalier
