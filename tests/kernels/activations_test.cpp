#include <espalier/kernels/activations.hpp>

#include "support.hpp"

namespace espalier::kernels {

TEST_CASE("activations: whatever shapes a buffer has had, its tail lanes are zero", "[kernels]") {
    Activations<float> buffer;
    const std::size_t shapes[][2] = {{3, 20}, {9, 5}, {2, 33}, {4, 16}, {7, 31}, {40, 50}, {1, 1}, {3, 20}};
    for (const auto& [features, lanes] : shapes) {
        buffer.resize(features, lanes);
        const View<float> view = buffer.view();
        CHECK(view.features == features);
        CHECK(view.lanes == lanes);
        CHECK(view.stride % lane_padding == 0);
        for (std::size_t f = 0; f < features; ++f) {
            for (std::size_t lane = lanes; lane < view.stride; ++lane) CHECK(view.row(f)[lane] == 0.0F);
            for (std::size_t lane = 0; lane < lanes; ++lane) view.row(f)[lane] = 7.0F;  // for the next shape to find
        }
    }
}

TEST_CASE("activations: what keeps its shape keeps its content", "[kernels]") {
    Activations<float> buffer(2, 3);
    buffer.view().row(1)[2] = 5.0F;
    buffer.resize(2, 3);
    CHECK(buffer.view().row(1)[2] == 5.0F);
}

}  // namespace espalier::kernels
