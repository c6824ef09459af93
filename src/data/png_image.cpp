#include <csetjmp>
#include <cstring>
#include <vector>

#include <png.h>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/data/png_image.hpp>

namespace espalier::data {
namespace {

/// The bytes that libpng takes from, and what it says went wrong.
struct PngInput {
    const std::byte* bytes;
    std::size_t size;
    std::size_t at;
    char message[160];
};

extern "C" {

static void take_png_bytes(png_structp png, png_bytep to, std::size_t count) {
    auto* input = static_cast<PngInput*>(png_get_io_ptr(png));
    if (count > input->size - input->at) png_error(png, "it ends early");
    std::memcpy(to, input->bytes + input->at, count);
    input->at += count;
}

[[noreturn]] static void note_png_error(png_structp png, png_const_charp message) {
    auto* input = static_cast<PngInput*>(png_get_error_ptr(png));
    std::strncpy(input->message, message, sizeof(input->message) - 1);
    png_longjmp(png, 1);
}

static void ignore_png_warning(png_structp, png_const_charp) {}
}

/// libpng's state, freed on every way out.
///
/// Its errors jump (longjmp) to the last setjmp, so the functions that call it under one have no objects whose
/// destructors a jump would leave out: they answer false, and the caller throws.
class PngReader {
  public:
    PngReader(std::span<const std::byte> bytes, const std::string& where)
        : where_(where), input_{bytes.data(), bytes.size(), 0, {}} {
        png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &input_, note_png_error, ignore_png_warning);
        info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
        if (info_ != nullptr) return;
        png_destroy_read_struct(&png_, &info_, nullptr);
        throw Error("libpng does not start");
    }
    PngReader(const PngReader&) = delete;
    PngReader& operator=(const PngReader&) = delete;
    ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }

    void read_header() {
        if (!try_header()) fail();
        require_image_size(png_get_image_height(png_, info_), png_get_image_width(png_, info_), where_);
        if (png_get_bit_depth(png_, info_) > 8) {
            throw FormatError(where_ +
                              ": 16 bits a channel; images of 8 are needed, which 'convert IN -depth 8 OUT' "
                              "(ImageMagick) makes of it");
        }
    }
    ImageSize size() const {
        const bool is_colour = (png_get_color_type(png_, info_) & PNG_COLOR_MASK_COLOR) != 0;
        return {is_colour ? 3U : 1U, png_get_image_height(png_, info_), png_get_image_width(png_, info_)};
    }
    /// Bytes a pixel of what decode() gives: those of size(), and alpha.
    std::size_t prepare() {
        if (!try_prepare()) fail();
        return png_get_channels(png_, info_);
    }
    void decode(png_bytepp rows) {
        if (!try_decode(rows)) fail();
    }

  private:
    [[noreturn]] void fail() const { throw FormatError(where_ + ": damaged PNG: " + excerpt(input_.message)); }

    bool try_header() {
        if (setjmp(png_jmpbuf(png_)) != 0) return false;
        png_set_read_fn(png_, &input_, take_png_bytes);
        png_set_user_limits(png_, 0x7fffffff, 0x7fffffff);  // the product is limited by whoever asks for memory
        png_read_info(png_, info_);
        return true;
    }
    bool try_prepare() {
        if (setjmp(png_jmpbuf(png_)) != 0) return false;
        png_set_expand(png_);  // palettes to colours, few bits to eight, transparent colours to alpha
        png_set_interlace_handling(png_);
        png_read_update_info(png_, info_);
        return true;
    }
    bool try_decode(png_bytepp rows) {
        if (setjmp(png_jmpbuf(png_)) != 0) return false;
        png_read_image(png_, rows);
        png_read_end(png_, nullptr);
        return true;
    }

    const std::string& where_;
    PngInput input_;
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
};

/// Takes the last channel away from pixels that are opaque.
void drop_alpha(std::vector<std::uint8_t>& pixels, const ImageSize& size, const std::string& where) {
    const std::size_t given = size.channels + 1;
    for (std::size_t p = 0; p < size.height * size.width; ++p) {
        if (pixels[p * given + size.channels] != 255) {
            throw FormatError(where + ": the pixel in row " + std::to_string(p / size.width) + ", column " +
                              std::to_string(p % size.width) +
                              " (counted from 0) is transparent; images without alpha are needed, which 'convert IN "
                              "-background black -alpha remove -alpha off OUT' (ImageMagick) makes of it");
        }
        std::memmove(&pixels[p * size.channels], &pixels[p * given], size.channels);
    }
}

}  // namespace

ImageSize png_size(std::span<const std::byte> bytes, const std::string& where) {
    PngReader reader(bytes, where);
    reader.read_header();
    return reader.size();
}

void decode_png(std::span<const std::byte> bytes, const std::string& where, const ImageSize& size,
                std::span<std::uint8_t> planes) {
    PngReader reader(bytes, where);
    reader.read_header();
    const std::size_t channels = reader.prepare();
    const bool fits = reader.size() == size && planes.size() == size.bytes() &&
                      (channels == size.channels || channels == size.channels + 1);
    if (!fits)
        throw FormatError(where + ": damaged PNG: its channels are none of grey or colour, with or without alpha");
    std::vector<std::uint8_t> pixels(size.height * size.width * channels);
    std::vector<png_bytep> rows;
    for (std::size_t y = 0; y < size.height; ++y) rows.push_back(&pixels[y * size.width * channels]);
    reader.decode(rows.data());
    if (channels > size.channels) drop_alpha(pixels, size, where);
    separate_channels(pixels.data(), size, planes.data());
}

}  // namespace espalier::data
