#include <csetjmp>
#include <cstdio>
#include <vector>

#include <jerror.h>
#include <jpeglib.h>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/data/jpeg_image.hpp>

namespace espalier::data {
namespace {

/// The library's table of what to do with errors, and what ours needs for it.
struct JpegErrors {
    jpeg_error_mgr base;  ///< first: the library only knows a pointer to it
    std::jmp_buf back;
    char message[JMSG_LENGTH_MAX];
};

extern "C" {

[[noreturn]] static void note_jpeg_error(j_common_ptr state) {
    auto* errors = reinterpret_cast<JpegErrors*>(state->err);
    state->err->format_message(state, errors->message);
    std::longjmp(errors->back, 1);
}

/// Warnings are damage, but for bytes between markers, which some cameras write. Below are traces.
static void judge_jpeg_message(j_common_ptr state, int level) {
    if (level < 0 && state->err->msg_code != JWRN_EXTRANEOUS_DATA) note_jpeg_error(state);
}

static void ignore_jpeg_output(j_common_ptr) {}

/// A small file can ask for thousands of scans over a large image.
static void limit_jpeg_scans(j_common_ptr state) {
    constexpr int most_scans = 500;
    const auto* decoder = reinterpret_cast<j_decompress_ptr>(state);
    if (decoder->input_scan_number > most_scans) ERREXIT(state, JERR_BAD_PROGRESSION);
}
}

/// The library's state, freed on every way out. Its errors jump: see PngReader.
class JpegReader {
  public:
    JpegReader(std::span<const std::byte> bytes, const std::string& where) : where_(where), bytes_(bytes) {
        state_.err = jpeg_std_error(&errors_.base);
        errors_.base.error_exit = note_jpeg_error;
        errors_.base.emit_message = judge_jpeg_message;
        errors_.base.output_message = ignore_jpeg_output;
        errors_.message[0] = '\0';
        progress_.progress_monitor = limit_jpeg_scans;
        if (try_start()) return;
        jpeg_destroy_decompress(&state_);
        fail();
    }
    JpegReader(const JpegReader&) = delete;
    JpegReader& operator=(const JpegReader&) = delete;
    ~JpegReader() { jpeg_destroy_decompress(&state_); }

    ImageSize read_header() {
        if (!try_header()) fail();
        require_image_size(state_.image_height, state_.image_width, where_);
        const bool is_grey = state_.jpeg_color_space == JCS_GRAYSCALE;
        if (!is_grey && state_.jpeg_color_space != JCS_YCbCr && state_.jpeg_color_space != JCS_RGB) {
            throw FormatError(where_ + ": " + std::to_string(state_.num_components) +
                              " channels, of CMYK or an unknown kind; grey or colour images are needed, which 'convert "
                              "IN -colorspace sRGB OUT' (ImageMagick) makes of it");
        }
        state_.out_color_space = is_grey ? JCS_GRAYSCALE : JCS_RGB;
        return {is_grey ? 1U : 3U, state_.image_height, state_.image_width};
    }

    /// Pixels side by side.
    void decode(std::span<std::uint8_t> pixels, std::size_t row) {
        if (!try_decode(pixels.data(), row)) fail();
    }

  private:
    [[noreturn]] void fail() const { throw FormatError(where_ + ": damaged JPEG: " + excerpt(errors_.message)); }

    bool try_start() {
        if (setjmp(errors_.back) != 0) return false;
        jpeg_create_decompress(&state_);
        state_.progress = &progress_;
        jpeg_mem_src(&state_, reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size());
        return true;
    }
    bool try_header() {
        if (setjmp(errors_.back) != 0) return false;
        jpeg_read_header(&state_, TRUE);
        return true;
    }
    bool try_decode(std::uint8_t* pixels, std::size_t row) {
        if (setjmp(errors_.back) != 0) return false;
        jpeg_start_decompress(&state_);
        while (state_.output_scanline < state_.output_height) {
            JSAMPROW line = pixels + row * state_.output_scanline;
            jpeg_read_scanlines(&state_, &line, 1);
        }
        jpeg_finish_decompress(&state_);
        return true;
    }

    const std::string& where_;
    std::span<const std::byte> bytes_;
    JpegErrors errors_{};
    jpeg_progress_mgr progress_{};
    jpeg_decompress_struct state_{};
};

}  // namespace

ImageSize jpeg_size(std::span<const std::byte> bytes, const std::string& where) {
    return JpegReader(bytes, where).read_header();
}

void decode_jpeg(std::span<const std::byte> bytes, const std::string& where, const ImageSize& size,
                 std::span<std::uint8_t> planes) {
    JpegReader reader(bytes, where);
    if (reader.read_header() != size || planes.size() != size.bytes()) {
        throw FormatError(where + ": damaged JPEG: its size is not that of its header");
    }
    std::vector<std::uint8_t> pixels(size.bytes());
    reader.decode(pixels, size.width * size.channels);
    separate_channels(pixels.data(), size, planes.data());
}

}  // namespace espalier::data
