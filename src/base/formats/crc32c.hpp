#pragma once

#include <cstdint>
#include <string_view>

namespace espalier {

/// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), as iSCSI has it: 0xE3069283 of "123456789". O(bytes), one
/// table look-up each.
std::uint32_t crc32c(std::string_view bytes);

}  // namespace espalier
