#include <cstdlib>

#include <espalier/base/text/error.hpp>
#include <espalier/data/image_file.hpp>

#include "damaged_files.hpp"
#include "image_fixtures.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

struct DecodedImage {
    ImageSize size;
    Bytes planes;
};

DecodedImage decoded_file(const std::filesystem::path& path, std::size_t channels = 0) {
    const ImageFile file(path);
    DecodedImage image{file.size(), {}};
    const std::size_t wanted = std::max(channels, image.size.channels);
    image.planes.resize(wanted * image.size.height * image.size.width);
    file.decode(wanted, image.planes);
    return image;
}

DecodedImage decoded(const Bytes& bytes, std::size_t channels = 0) {
    const TemporaryFolder folder;
    write_bytes(folder / "image", bytes);
    return decoded_file(folder / "image", channels);
}

void check_refused(const Bytes& bytes, const std::string& reason) {
    INFO(reason);
    CHECK_THROWS_AS(decoded(bytes), FormatError);
    CHECK_THROWS_WITH(decoded(bytes), Contains("/image: ") && Contains(reason));
}

/// The largest difference of two images' bytes.
int largest_difference(const Bytes& a, const Bytes& b) {
    REQUIRE(a.size() == b.size());
    int largest = 0;
    for (std::size_t k = 0; k < a.size(); ++k) largest = std::max(largest, std::abs(int{a[k]} - int{b[k]}));
    return largest;
}

/// A smooth image, samples side by side: JPEG keeps it nearly.
Bytes smooth(std::uint32_t width, std::uint32_t height, int channels) {
    Bytes samples;
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            for (int c = 0; c < channels; ++c)
                samples.push_back(static_cast<std::uint8_t>(20 + 5 * x + 3 * y + 30 * c));
        }
    }
    return samples;
}

Bytes planes_of(const Bytes& samples, std::size_t channels) {
    Bytes planes;
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t k = c; k < samples.size(); k += channels) planes.push_back(samples[k]);
    }
    return planes;
}

}  // namespace

TEST_CASE("image: PNG of grey and of colours, channel by channel", "[data][image]") {
    const Bytes colours = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    const DecodedImage colour = decoded(png({.rows = png_rows(colours, 6)}));
    CHECK(colour.size == ImageSize{3, 2, 2});
    CHECK(colour.planes == Bytes{1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12});
    const PngParts grey{.width = 3, .height = 1, .colour_type = 0, .rows = {0, 9, 0, 255}};
    CHECK(decoded(png(grey)).size == ImageSize{1, 1, 3});
    CHECK(decoded(png(grey)).planes == Bytes{9, 0, 255});
    CHECK(decoded(png(grey), 3).planes == Bytes{9, 0, 255, 9, 0, 255, 9, 0, 255});
}

TEST_CASE("image: PNG of few bits and palettes become bytes, and gamma changes nothing", "[data][image]") {
    const PngParts bits{.width = 4, .height = 1, .bits = 1, .colour_type = 0, .rows = {0, 0b10100000}};
    CHECK(decoded(png(bits)).planes == Bytes{255, 0, 255, 0});
    const PngParts four{.width = 2, .height = 1, .bits = 4, .colour_type = 0, .rows = {0, 0x3f}};
    CHECK(decoded(png(four)).planes == Bytes{51, 255});
    const PngParts palette{
        .width = 2, .height = 1, .colour_type = 3, .rows = {0, 1, 0}, .palette = {10, 20, 30, 40, 50, 60}};
    CHECK(decoded(png(palette)).size == ImageSize{3, 1, 2});
    CHECK(decoded(png(palette)).planes == Bytes{40, 10, 50, 20, 60, 30});
    const PngParts gamma{.width = 2, .height = 1, .colour_type = 0, .rows = {0, 100, 200}, .gamma = {0, 1, 0x86, 0xa0}};
    CHECK(decoded(png(gamma)).planes == Bytes{100, 200});
}

TEST_CASE("image: an alpha channel is dropped where it is opaque, else refused", "[data][image]") {
    PngParts alpha{.width = 2, .height = 1, .colour_type = 6, .rows = {0, 1, 2, 3, 255, 4, 5, 6, 255}};
    CHECK(decoded(png(alpha)).planes == Bytes{1, 4, 2, 5, 3, 6});
    alpha.rows.back() = 254;
    check_refused(png(alpha), "the pixel in row 0, column 1 (counted from 0) is transparent; images without alpha");
    const PngParts grey{.width = 2, .height = 1, .colour_type = 4, .rows = {0, 7, 255, 8, 255}};
    CHECK(decoded(png(grey)).planes == Bytes{7, 8});
    PngParts palette{.width = 2, .height = 1, .colour_type = 3, .rows = {0, 1, 0}, .palette = {1, 2, 3, 4, 5, 6}};
    palette.transparency = {255, 0};
    check_refused(png(palette), "row 0, column 0 (counted from 0) is transparent");
    PngParts one_colour{.width = 2, .height = 1, .colour_type = 0, .rows = {0, 7, 8}};
    one_colour.transparency = {0, 9};
    CHECK(decoded(png(one_colour)).planes == Bytes{7, 8});
    one_colour.transparency = {0, 8};
    check_refused(png(one_colour), "column 1");
}

TEST_CASE("image: JPEG of grey and of colours, plain and progressive", "[data][image]") {
    for (const int channels : {1, 3}) {
        for (const bool progressive : {false, true}) {
            CAPTURE(channels, progressive);
            const Bytes samples = smooth(17, 11, channels);
            const DecodedImage image = decoded(jpeg(samples, 17, 11, channels, progressive));
            CHECK(image.size == ImageSize{static_cast<std::size_t>(channels), 11, 17});
            CHECK(largest_difference(image.planes, planes_of(samples, static_cast<std::size_t>(channels))) <= 3);
        }
    }
}

TEST_CASE("image: what cannot become bytes of grey or colour is refused by name", "[data][image]") {
    check_refused(png({.width = 1, .height = 1, .bits = 16, .colour_type = 0, .rows = {0, 1, 2}}), "16 bits a channel");
    check_refused(jpeg(smooth(8, 8, 4), 8, 8, 4), "4 channels, of CMYK");
    check_refused({'G', 'I', 'F', '8'}, "neither a PNG nor a JPEG image");
    check_refused(Bytes(), "neither a PNG nor a JPEG image");
}

TEST_CASE("image: a size is refused before memory is asked for", "[data][image]") {
    check_refused(png({.width = 1 << 20, .height = 1 << 20, .rows = {0}}), "an image of 1048576x1048576 pixels");
    check_refused(png({.width = 0x7fffffff, .height = 1, .rows = {0}}), "1x2147483647 pixels; 1 to 16777216 are read");
    check_refused(png({.width = 0, .height = 1, .rows = {0}}), "damaged PNG");
    Bytes wide = jpeg(smooth(8, 8, 1), 8, 8, 1);
    const Bytes size = {0, 8, 0, 8, 1};  // height, width, components of the frame
    const auto at = std::ranges::search(wide, size).begin();
    REQUIRE(at != wide.end());
    for (const int k : {0, 2}) at[k] = 0xff;
    check_refused(wide, "an image of 65288x65288 pixels");
}

TEST_CASE("image: damage is an error where libraries would only warn", "[data][image]") {
    Bytes whole = png({.rows = png_rows(Bytes(12, 7), 6)});
    check_refused(Bytes(whole.begin(), whole.end() - 13), "damaged PNG: it ends early");
    whole[whole.size() - 14] ^= 1;
    check_refused(whole, "damaged PNG: IDAT: CRC error");
    check_refused(png({.rows = {0, 1, 2}}), "damaged PNG: Not enough image data");
    const Bytes photo = jpeg(smooth(40, 40, 3), 40, 40, 3);
    check_refused(Bytes(photo.begin(), photo.begin() + static_cast<std::ptrdiff_t>(photo.size() / 2)),
                  "damaged JPEG: Premature end of JPEG file");
    check_refused({0xff, 0xd8, 0xff}, "damaged JPEG");
}

TEST_CASE("image: cut and flipped bits are read or refused, never more", "[data][image]") {
    const TemporaryFolder folder;
    Stream stream = test_stream(5);
    INFO(seed_text());
    const Bytes noise = random_bytes(std::size_t{3} * 24 * 24, stream);
    const std::vector<Bytes> samples = {png({.width = 24, .height = 24, .rows = png_rows(noise, 72)}),
                                        png({.width = 24,
                                             .height = 24,
                                             .colour_type = 3,
                                             .rows = png_rows(Bytes(576, 1), 24),
                                             .palette = Bytes(768, 9)}),
                                        jpeg(noise, 24, 24, 3), jpeg(noise, 24, 24, 3, true),
                                        jpeg(smooth(24, 24, 1), 24, 24, 1)};
    for (const Bytes& sample : samples) {
        write_bytes(folder / "sample", sample);
        const DamageCount count = check_damaged(folder / "sample", 1000, [](const auto& path) { decoded_file(path); });
        CHECK(count.refused > 800);
    }
}

}  // namespace espalier::data
