#include <cmath>

#include <espalier/page/spectra.hpp>

#include "support.hpp"

namespace espalier::page {

TEST_CASE("spectra: the second singular value against the bound", "[page][spectra]") {
    CHECK(
        spectrum_sentence({{10.3, 5.34, 1.0}, 4.98, 5.34}, "fc1") ==
        "The largest singular value of fc1 is 10.3; the second, 5.34, lies 0.36 above the Ramanujan bound of 4.98: no "
        "Ramanujan graph.");
    CHECK(spectrum_sentence({{10.3, 4.5, 1.0}, 5.0, 4.5}, "fc1") ==
          "The largest singular value of fc1 is 10.3; the second, 4.5, lies 0.5 below the Ramanujan bound of 5: as a "
          "Ramanujan graph has it.");
}

TEST_CASE("spectra: what is not defined says why", "[page][spectra]") {
    const double none = std::nan("");
    CHECK(spectrum_sentence({{2.0}, none, none, "mean degree of the inputs below 3"}, "fc1") ==
          "The largest singular value of fc1 is 2; no Ramanujan bound: mean degree of the inputs below 3.");
    CHECK(spectrum_sentence({{}, none, none, "the decomposition would take too long"}, "fc1") ==
          "No singular values of fc1: the decomposition would take too long.");
}

}  // namespace espalier::page
