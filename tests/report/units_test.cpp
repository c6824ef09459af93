#include <cmath>

#include <espalier/report/units.hpp>

#include "support.hpp"

namespace espalier::report {

TEST_CASE("units: times as people read them", "[cli][units]") {
    CHECK(duration_text(0.1234) == "0.12 s");
    CHECK(duration_text(4.75) == "4.75 s");
    CHECK(duration_text(9.999) == "10.0 s");
    CHECK(duration_text(59.94) == "59.9 s");
    CHECK(duration_text(59.96) == "1m 00s");
    CHECK(duration_text(92.4) == "1m 32s");
    CHECK(duration_text(3599.6) == "1h 00m");
    CHECK(duration_text(7500.0) == "2h 05m");
    CHECK(duration_text(std::nan("")) == "-");
}

TEST_CASE("units: bytes as people read them", "[cli][units]") {
    CHECK(bytes_text(0.0) == "0 B");
    CHECK(bytes_text(1023.0) == "1023 B");
    CHECK(bytes_text(1024.0) == "1.00 KiB");
    CHECK(bytes_text(98672640.0) == "94.1 MiB");
    CHECK(bytes_text(1024.0 * 1024.0 * 1023.99) == "1.00 GiB");
    CHECK(bytes_text(std::nan("")) == "-");
}

TEST_CASE("units: FLOPs as people read them", "[cli][units]") {
    CHECK(flops_text(646.0) == "646 FLOPs");
    CHECK(flops_text(9999.0) == "9999 FLOPs");
    CHECK(flops_text(12345.0) == "12.3 kFLOPs");
    CHECK(flops_text(30.07e6) == "30.1 MFLOPs");
    CHECK(flops_text(1.2e22) == "12000.0 EFLOPs");
    CHECK(flops_text(std::nan("")) == "-");
}

}  // namespace espalier::report
