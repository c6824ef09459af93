#include <algorithm>
#include <array>
#include <cstring>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/data/image_file.hpp>
#include <espalier/data/jpeg_image.hpp>
#include <espalier/data/png_image.hpp>

namespace espalier::data {
namespace {

constexpr std::size_t largest_image_file = std::size_t{64} << 20;

bool begins_with(std::span<const std::byte> bytes, std::string_view magic) {
    return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

}  // namespace

void require_image_size(std::size_t height, std::size_t width, const std::string& where) {
    if (height > 0 && width > 0 && height <= largest_image_pixels / width) return;
    throw FormatError(where + ": an image of " + std::to_string(height) + "x" + std::to_string(width) +
                      " pixels; 1 to " + std::to_string(largest_image_pixels) + " are read");
}

void separate_channels(const std::uint8_t* interleaved, const ImageSize& size, std::uint8_t* planes) {
    const std::size_t pixels = size.height * size.width;
    for (std::size_t c = 0; c < size.channels; ++c) {
        for (std::size_t p = 0; p < pixels; ++p) planes[c * pixels + p] = interleaved[p * size.channels + c];
    }
}

bool is_image_name(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    std::ranges::transform(ending, ending.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return ending == ".png" || ending == ".jpg" || ending == ".jpeg";
}

ImageFile::ImageFile(const std::filesystem::path& path)
    : where_(path.string()), bytes_(read_file(path, largest_image_file)) {
    is_png_ = begins_with(bytes_, "\x89PNG\r\n\x1a\n");
    if (!is_png_ && !begins_with(bytes_, "\xff\xd8\xff")) {
        throw FormatError(where_ + ": neither a PNG nor a JPEG image, by its first bytes");
    }
    size_ = is_png_ ? png_size(bytes_, where_) : jpeg_size(bytes_, where_);
}

void ImageFile::decode(std::size_t channels, std::span<std::uint8_t> planes) const {
    const std::span own = planes.first(size_.bytes());
    if (is_png_) {
        decode_png(bytes_, where_, size_, own);
    } else {
        decode_jpeg(bytes_, where_, size_, own);
    }
    const std::size_t pixels = size_.height * size_.width;
    for (std::size_t c = size_.channels; c < channels; ++c) std::copy_n(planes.data(), pixels, &planes[c * pixels]);
}

}  // namespace espalier::data
