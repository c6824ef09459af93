#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace espalier::data {

/// No dataset file of ours comes near it; it stops a small hostile file from filling the memory.
inline constexpr std::size_t largest_file_bytes = std::size_t{1} << 30;

/// The content of one gzip member, its checksum and length verified.
///
/// Memory grows with what is really there: the length that the file claims is believed only as far as deflate could
/// reach it (1032 : 1).
/// @param where  what to call the data in errors
/// @throws FormatError for truncated or damaged data, a wrong checksum, anything behind the end, or content larger than
///         `limit_bytes`
std::vector<std::uint8_t> inflate_gzip(std::span<const std::uint8_t> packed, const std::string& where,
                                       std::size_t limit_bytes = largest_file_bytes);

/// The content of a file, inflated where it begins like gzip, whatever its name.
/// @throws IoError, FormatError
std::vector<std::uint8_t> read_inflated(const std::filesystem::path& path,
                                        std::size_t limit_bytes = largest_file_bytes);

}  // namespace espalier::data
