#include <espalier/kernels/add.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;

TEST_CASE("add: element by element, in place too, tails stay zero", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const std::size_t lanes : awkward_lanes) {
        const auto a = random_activations<float>(5, lanes, stream);
        auto b = random_activations<float>(5, lanes, stream);
        Activations<float> out(5, lanes);
        add<float>(a.view(), std::as_const(b).view(), out.view());
        add<float>(a.view(), std::as_const(b).view(), b.view());
        CHECK((bytes_of(b) == bytes_of(out)));
        CHECK(tails_are_zero(out));
    }
    Activations<double> one(1, 2);
    one.view().row(0)[0] = 1.5;
    one.view().row(0)[1] = -2.0;
    add<double>(one.view(), one.view(), one.view());
    CHECK(one.view().row(0)[0] == 3.0);
    CHECK(one.view().row(0)[1] == -4.0);
}

}  // namespace espalier::kernels
