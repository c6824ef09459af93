#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <jpeglib.h>

#include <espalier/base/text/error.hpp>
#include <espalier/data/jpeg_image.hpp>
#include <espalier/robustness/images/jpeg_round_trip.hpp>

namespace espalier::robustness {
namespace {

/// The library's errors jump: its C code is no place for exceptions to pass.
struct WriterErrors {
    jpeg_error_mgr base;  ///< first: the library only knows a pointer to it
    std::jmp_buf back;
    char message[JMSG_LENGTH_MAX];
};

extern "C" [[noreturn]] void jump_out_of_jpeg_writer(j_common_ptr state) {
    auto* errors = reinterpret_cast<WriterErrors*>(state->err);
    state->err->format_message(state, errors->message);
    std::longjmp(errors->back, 1);
}

class JpegWriter {
  public:
    JpegWriter() {
        state_.err = jpeg_std_error(&errors_.base);
        errors_.base.error_exit = jump_out_of_jpeg_writer;
        errors_.message[0] = '\0';
    }
    JpegWriter(const JpegWriter&) = delete;
    JpegWriter& operator=(const JpegWriter&) = delete;
    ~JpegWriter() {
        jpeg_destroy_compress(&state_);
        std::free(file_);
    }

    /// @param pixels  [height x width x channels]
    std::span<const std::byte> write(std::vector<std::uint8_t>& pixels, const data::ImageSize& size, int quality) {
        if (!try_write(pixels.data(), size, quality)) throw Error(std::string("JPEG: ") + errors_.message);
        return std::as_bytes(std::span(file_, bytes_));
    }

  private:
    bool try_write(std::uint8_t* pixels, const data::ImageSize& size, int quality) {
        if (setjmp(errors_.back) != 0) return false;
        jpeg_create_compress(&state_);
        jpeg_mem_dest(&state_, &file_, &bytes_);
        state_.image_width = static_cast<JDIMENSION>(size.width);
        state_.image_height = static_cast<JDIMENSION>(size.height);
        state_.input_components = static_cast<int>(size.channels);
        state_.in_color_space = size.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
        jpeg_set_defaults(&state_);
        jpeg_set_quality(&state_, quality, TRUE);
        jpeg_start_compress(&state_, TRUE);
        while (state_.next_scanline < state_.image_height) {
            JSAMPROW line = pixels + std::size_t{state_.next_scanline} * size.width * size.channels;
            jpeg_write_scanlines(&state_, &line, 1);
        }
        jpeg_finish_compress(&state_);
        return true;
    }

    WriterErrors errors_{};
    jpeg_compress_struct state_{};
    unsigned char* file_ = nullptr;
    unsigned long bytes_ = 0;
};

}  // namespace

void jpeg_round_trip(PixelImage& image, int quality) {
    const data::ImageSize size{image.channels, image.height, image.width};
    std::vector<std::uint8_t> pixels(size.bytes());
    for (std::size_t c = 0; c < image.channels; ++c) {
        for (std::size_t pixel = 0; pixel < image.pixels(); ++pixel) {
            const double level = std::nearbyint(std::clamp(image.plane(c)[pixel], 0.0, 1.0) * 255.0);
            pixels[pixel * image.channels + c] = static_cast<std::uint8_t>(level);
        }
    }
    JpegWriter writer;
    const std::span<const std::byte> file = writer.write(pixels, size, quality);
    std::vector<std::uint8_t> planes(size.bytes());
    data::decode_jpeg(file, "a JPEG in memory", size, planes);
    for (std::size_t k = 0; k < planes.size(); ++k) image.values[k] = planes[k] / 255.0;
}

}  // namespace espalier::robustness
