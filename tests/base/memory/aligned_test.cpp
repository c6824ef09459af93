#include <cstdint>
#include <numeric>

#include <espalier/base/memory/aligned.hpp>

#include "support.hpp"

namespace espalier {

TEST_CASE("aligned: arrays of every size start on a cache line and hold what is written", "[base]") {
    for (const std::size_t size : {1UL, 15UL, 1000UL, (1UL << 19) + 1, 3UL << 20}) {
        AlignedVector<float> array(size, 1.0F);
        CHECK(reinterpret_cast<std::uintptr_t>(array.data()) % alignment_bytes == 0);
        CHECK(std::accumulate(array.begin(), array.end(), 0.0) == static_cast<double>(size));
    }
}

}  // namespace espalier
