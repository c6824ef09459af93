#include <string>

#include <espalier/base/formats/crc32c.hpp>

#include "support.hpp"

namespace espalier {

TEST_CASE("crc32c: the sums that RFC 3720 lists", "[base][crc32c]") {
    CHECK(crc32c("") == 0);
    CHECK(crc32c("123456789") == 0xE3069283U);
    CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AAU);
    CHECK(crc32c(std::string(32, '\xff')) == 0x62A8AB43U);
    std::string ascending;
    for (char c = 0; c < 32; ++c) ascending += c;
    CHECK(crc32c(ascending) == 0x46DD794EU);
}

}  // namespace espalier
