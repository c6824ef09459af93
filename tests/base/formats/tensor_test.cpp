#include <cmath>
#include <limits>
#include <span>

#include <espalier/base/formats/tensor.hpp>
#include <espalier/base/text/error.hpp>

#include "safetensors_builder.hpp"
#include "support.hpp"

namespace espalier {
using namespace testing;

namespace {

Tensor tensor(ElementType type, const std::vector<std::size_t>& shape, const std::string& data) {
    const auto bytes = std::as_bytes(std::span(data));
    return {type, shape, {bytes.begin(), bytes.end()}, "m.npz: 'w'"};
}

}  // namespace

TEST_CASE("tensor: half precision at its edges", "[base][tensor]") {
    CHECK(half_to_double(0x0001) == std::ldexp(1.0, -24));
    CHECK(half_to_double(0x03ff) == 1023 * std::ldexp(1.0, -24));
    CHECK(half_to_double(0x0400) == std::ldexp(1.0, -14));
    CHECK(half_to_double(0x7bff) == 65504.0);
    CHECK(half_to_double(0xfc00) == -HUGE_VAL);
    CHECK(std::isnan(half_to_double(0x7e00)));
}

TEST_CASE("tensor: what its elements are decides what it is for", "[base][tensor]") {
    const Tensor mask = tensor({ElementKind::boolean, 1}, {3}, std::string("\0\1\2", 3));
    CHECK(mask.to_doubles() == std::vector<double>{0, 1, 1});
    CHECK_FALSE(mask.has_values());
    CHECK_FALSE(mask.is_integer());
    const Tensor brain = tensor({ElementKind::brain_floating, 2}, {2}, bytes_of<std::uint16_t>({0x3fc0, 0xc000}));
    CHECK(brain.to_finite_floats() == std::vector<float>{1.5F, -2});
    CHECK(brain.has_values());
    CHECK(brain.size() == 2);
    CHECK(brain.bytes().size() == 4);
    CHECK(tensor({ElementKind::unsigned_integer, 8}, {}, bytes_of<std::uint64_t>({7})).to_unsigned() ==
          std::vector<std::uint64_t>{7});
    CHECK(tensor({ElementKind::floating, 4}, {0, 3}, "").size() == 0);
}

TEST_CASE("tensor: an entry that is no finite float is named with what it is", "[base][tensor]") {
    const auto of = [](double value) { return tensor({ElementKind::floating, 8}, {2}, bytes_of<double>({1, value})); };
    CHECK(of(2).finite_float(1) == 2.0F);
    CHECK_THROWS_WITH(of(std::nan("")).finite_float(1), Contains("'w': entry 1 is NaN, not a finite"));
    CHECK_THROWS_WITH(of(-HUGE_VAL).to_finite_floats(), Contains("entry 1 is infinite, not a finite"));
    CHECK_THROWS_WITH(of(1e300).to_finite_floats(), Contains("entry 1 is too large, not a finite"));
}

TEST_CASE("tensor: bytes and shape belong together", "[base][tensor]") {
    CHECK_THROWS_WITH(tensor({ElementKind::floating, 4}, {2}, "abc"), Contains("does not fit its bytes"));
    CHECK(bytes_of_shape({3, 5}, 4, "w") == 60);
    CHECK(bytes_of_shape({}, 8, "w") == 8);
    CHECK_THROWS_WITH(bytes_of_shape({std::size_t{1} << 62}, 4, "w"), Contains("w: its shape overflows"));
}

}  // namespace espalier
