#include <espalier/sparsity/initial/structures.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("structures: any layer they fit gets exactly the weights asked for", "[sparsity][structures]") {
    const StructureNumbers numbers{2, 4};
    for (const Structure& structure : structures()) {
        for (const Shape& shape : {Shape{16, 24}, Shape{8, 4, 3, 3}, Shape{32, 16, 1, 1}}) {
            const std::size_t unit = structure.unit(shape, numbers);
            INFO(structure.name << ", " << shape[0] << " outputs, unit " << unit);
            REQUIRE(positions(shape) % unit == 0);
            const std::size_t kept = structure.density != nullptr ? unit : positions(shape) / unit / 3 * unit;
            Stream stream = test_stream();
            Stream same = test_stream();
            const Pattern mask = structure.draw(shape, kept, numbers, stream);
            CHECK(mask.edges() == kept);
            CHECK(mask.rows() == shape[0]);
            CHECK(mask.positions() == positions(shape));
            CHECK(mask == structure.draw(shape, kept, numbers, same));
        }
    }
}

TEST_CASE("structures: a block of a convolution spans the whole kernel", "[sparsity][structures]") {
    const Structure& block = find_named(structures(), "block:H,W", "structure");
    const Shape shape{4, 6, 3, 3};
    CHECK(block.unit(shape, {2, 3}) == 2 * 3 * 9);
    Stream stream = test_stream();
    const Pattern mask = block.draw(shape, 54, {2, 3}, stream);
    std::size_t whole = 0;
    for (std::size_t row = 0; row < 4; ++row) whole += mask.row(row).size() == 27 ? 1 : 0;
    CHECK(whole == 2);
}

TEST_CASE("structures: shapes that do not divide", "[sparsity][structures]") {
    const Structure& block = find_named(structures(), "block:H,W", "structure");
    CHECK_THROWS_WITH(block.unit({10, 16}, {8, 8}), Contains("heights of 8 do not divide its 10 outputs"));
    CHECK_THROWS_WITH(block.unit({16, 12, 3, 3}, {8, 8}), Contains("widths of 8 do not divide its 12 inputs"));
    const Structure& nm = find_named(structures(), "nm:N,M", "structure");
    CHECK_THROWS_WITH(nm.unit({10, 30}, {2, 4}), Contains("groups of 4 do not divide its 30 inputs"));
    CHECK(nm.unit({10, 4, 3, 3}, {2, 4}) == 180);  // 36 flat inputs
}

}  // namespace espalier::sparsity
