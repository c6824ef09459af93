#include <espalier/nn/layers/sum_layer.hpp>

#include "nn/gradient_check.hpp"

namespace espalier::nn {
using namespace testing;

TEST_CASE("sum layer: gradients over two and four inputs", "[nn]") {
    INFO(seed_text());
    for (const std::size_t terms : {2U, 4U}) {
        Sum<double> layer("sum", 7, terms);
        check_gradients(layer, 11, test_stream());
        CHECK(layer.arity() == terms);
    }
}

}  // namespace espalier::nn
