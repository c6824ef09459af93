#include <algorithm>
#include <vector>

#include <espalier/base/threads/threads.hpp>
#include <espalier/nn/parameters/pieces.hpp>

#include "support.hpp"

namespace espalier::nn {

TEST_CASE("pieces: every element of every parameter once, none longer than a piece, on any number of threads", "[nn]") {
    std::vector<Parameter<double>> owned;
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, piece_elements, piece_elements + 1, 30 * piece_elements})
        owned.emplace_back("x", Role::weight, size);
    std::vector<Parameter<double>*> all;
    for (Parameter<double>& parameter : owned) all.push_back(&parameter);
    for (const int workers : {1, 3}) {
        for (const std::size_t arrays : {0U, 4U}) {  // none are worth threads, four are
            for (Parameter<double>& parameter : owned) std::ranges::fill(parameter.values, 0.0);
            set_threads(workers);
            for_pieces<double>(all, arrays, [](const Piece<double>& piece) {
                const bool fits = piece.size() > 0 && piece.size() <= piece_elements;
                for (std::size_t k = piece.begin; k < piece.end; ++k) piece.parameter->values[k] += fits ? 1.0 : 9.0;
            });
            set_threads(1);
            for (const Parameter<double>& parameter : owned)
                CHECK(std::ranges::count(parameter.values, 1.0) ==
                      static_cast<std::ptrdiff_t>(parameter.values.size()));
        }
    }
}

}  // namespace espalier::nn
