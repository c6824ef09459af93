#include <algorithm>
#include <cstdint>

#include <espalier/base/memory/large_vector.hpp>

#include "support.hpp"

namespace espalier {

TEST_CASE("large vector: zeros of every size, below a large page, at one and above", "[base]") {
    const std::size_t page = large_page_bytes / sizeof(std::uint32_t);
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, page - 1, page, 2 * page + 3}) {
        const std::vector<std::uint32_t> numbers = large_vector<std::uint32_t>(size);
        CHECK(numbers.size() == size);
        CHECK(std::ranges::all_of(numbers, [](std::uint32_t number) { return number == 0; }));
    }
}

}  // namespace espalier
