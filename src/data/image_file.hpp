#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace espalier::data {

/// What an image file says of itself. Channels are 1 (grey) or 3 (red, green, blue), a byte each.
struct ImageSize {
    std::size_t channels = 0;
    std::size_t height = 0;
    std::size_t width = 0;
    std::size_t bytes() const { return channels * height * width; }
    friend bool operator==(const ImageSize&, const ImageSize&) = default;
};

/// Larger ones are refused before memory is asked for: a file of a few bytes may announce any size.
inline constexpr std::size_t largest_image_pixels = std::size_t{1} << 24;

/// @throws FormatError for an image without pixels or with more than largest_image_pixels
void require_image_size(std::size_t height, std::size_t width, const std::string& where);

/// Samples of pixels side by side, [height x width x channels], to [channels x height x width].
void separate_channels(const std::uint8_t* interleaved, const ImageSize& size, std::uint8_t* planes);

/// Whether a file's name ends in .png, .jpg or .jpeg, in any case.
bool is_image_name(const std::filesystem::path& path);

/// The content of an image file, PNG or JPEG by its first bytes, whatever its name.
class ImageFile {
  public:
    /// Reads the file and its header.
    /// @throws IoError; FormatError for another format, and as the decoders say
    explicit ImageFile(const std::filesystem::path& path);

    const ImageSize& size() const { return size_; }
    /// The pixels, [channels x height x width]; a grey image has three equal channels where three are asked for.
    /// @param planes  of channels x height x width bytes
    void decode(std::size_t channels, std::span<std::uint8_t> planes) const;

  private:
    std::string where_;
    std::vector<std::byte> bytes_;
    bool is_png_ = false;
    ImageSize size_;
};

}  // namespace espalier::data
