#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>
#include <zlib.h>

#include "image_fixtures.hpp"

namespace espalier::testing {
namespace {

void append_number(Bytes& bytes, std::uint32_t number) {
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<std::uint8_t>(number >> shift));
}

void append_chunk(Bytes& file, const std::string& type, const Bytes& content) {
    append_number(file, static_cast<std::uint32_t>(content.size()));
    Bytes checked(type.begin(), type.end());
    checked.insert(checked.end(), content.begin(), content.end());
    file.insert(file.end(), checked.begin(), checked.end());
    append_number(file, static_cast<std::uint32_t>(crc32(0, checked.data(), static_cast<uInt>(checked.size()))));
}

Bytes deflated(const Bytes& content) {
    uLongf size = compressBound(content.size());
    Bytes packed(size);
    compress(packed.data(), &size, content.data(), content.size());
    packed.resize(size);
    return packed;
}

}  // namespace

Bytes png(const PngParts& parts) {
    Bytes file = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    Bytes header;
    append_number(header, parts.width);
    append_number(header, parts.height);
    for (const std::uint8_t byte : {parts.bits, parts.colour_type}) header.push_back(byte);
    header.insert(header.end(), 3, 0);  // compression, filter, interlacing
    append_chunk(file, "IHDR", header);
    if (!parts.gamma.empty()) append_chunk(file, "gAMA", parts.gamma);
    if (!parts.palette.empty()) append_chunk(file, "PLTE", parts.palette);
    if (!parts.transparency.empty()) append_chunk(file, "tRNS", parts.transparency);
    append_chunk(file, "IDAT", deflated(parts.rows));
    append_chunk(file, "IEND", {});
    return file;
}

Bytes png_rows(const Bytes& samples, std::size_t bytes_a_row) {
    Bytes rows;
    for (std::size_t k = 0; k < samples.size(); ++k) {
        if (k % bytes_a_row == 0) rows.push_back(0);
        rows.push_back(samples[k]);
    }
    return rows;
}

Bytes jpeg(const Bytes& samples, std::uint32_t width, std::uint32_t height, int channels, bool progressive) {
    jpeg_compress_struct state{};
    jpeg_error_mgr errors{};
    state.err = jpeg_std_error(&errors);
    jpeg_create_compress(&state);
    unsigned char* memory = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&state, &memory, &size);
    state.image_width = width;
    state.image_height = height;
    state.input_components = channels;
    state.in_color_space = channels == 1 ? JCS_GRAYSCALE : channels == 3 ? JCS_RGB : JCS_CMYK;
    jpeg_set_defaults(&state);
    jpeg_set_quality(&state, 100, TRUE);
    for (int c = 0; c < state.num_components; ++c)
        state.comp_info[c].h_samp_factor = state.comp_info[c].v_samp_factor = 1;
    if (progressive) jpeg_simple_progression(&state);
    jpeg_start_compress(&state, TRUE);
    while (state.next_scanline < height) {
        auto* row =
            const_cast<JSAMPROW>(samples.data() + std::size_t{state.next_scanline} * width * state.input_components);
        jpeg_write_scanlines(&state, &row, 1);
    }
    jpeg_finish_compress(&state);
    Bytes file(memory, memory + size);
    jpeg_destroy_compress(&state);
    std::free(memory);
    return file;
}

}  // namespace espalier::testing
