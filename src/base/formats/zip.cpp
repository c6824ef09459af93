#include <algorithm>
#include <array>
#include <new>

#include <zlib.h>

#include <espalier/base/formats/zip.hpp>
#include <espalier/base/formats/zip_directory.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier {

struct ZipStream::Inflation {
    z_stream state{};
    std::array<std::byte, 1 << 16> deflated{};
    bool is_ended = false;

    Inflation() {
        if (inflateInit2(&state, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
    }
    Inflation(const Inflation&) = delete;
    Inflation& operator=(const Inflation&) = delete;
    ~Inflation() { inflateEnd(&state); }
};

ZipStream::ZipStream(const ZipArchive& archive, const ZipMember& member)
    : archive_(archive), member_(member), inflation_(member.deflated ? std::make_unique<Inflation>() : nullptr) {}

ZipStream::~ZipStream() = default;

void ZipStream::fail(const std::string& what) const {
    throw FormatError(archive_.path() + ": member '" + member_.name + "' is damaged: " + what);
}

void ZipStream::read(std::span<std::byte> to) {
    if (to.size() > member_.size - given_) fail("it ends early");
    if (inflation_) {
        inflate_into(to);
    } else {
        archive_.file().read(member_.data + given_, to);
    }
    if (!to.empty()) {  // zlib takes no bytes at no address for a wish to begin anew
        crc_ = static_cast<std::uint32_t>(crc32_z(crc_, reinterpret_cast<const Bytef*>(to.data()), to.size()));
    }
    given_ += to.size();
    if (given_ == member_.size) check_end();
}

/// The next piece of what is deflated; nothing where all of it was taken.
void ZipStream::refill() {
    z_stream& z = inflation_->state;
    const std::uint64_t left = member_.stored - taken_;
    const auto piece = std::span(inflation_->deflated).first(std::min(left, inflation_->deflated.size()));
    archive_.file().read(member_.data + taken_, piece);
    taken_ += piece.size();
    z.next_in = reinterpret_cast<Bytef*>(piece.data());
    z.avail_in = static_cast<uInt>(piece.size());
}

void ZipStream::inflate_into(std::span<std::byte> to) {
    constexpr std::size_t most_at_once = std::size_t{1} << 30;  // zlib counts in 32 bits
    z_stream& z = inflation_->state;
    while (!to.empty()) {
        if (inflation_->is_ended) fail_size();
        if (z.avail_in == 0) refill();
        const std::size_t room = std::min(to.size(), most_at_once);
        z.next_out = reinterpret_cast<Bytef*>(to.data());
        z.avail_out = static_cast<uInt>(room);
        const int status = inflate(&z, Z_NO_FLUSH);
        inflation_->is_ended = status == Z_STREAM_END;
        if (status != Z_OK && status != Z_STREAM_END) fail_size();
        to = to.subspan(room - z.avail_out);
    }
}

void ZipStream::finish_inflating() {
    z_stream& z = inflation_->state;
    Bytef spare = 0;  // zlib wants somewhere to write even where nothing is to come
    while (!inflation_->is_ended) {
        if (z.avail_in == 0) refill();
        z.next_out = &spare;
        z.avail_out = 1;
        const int status = inflate(&z, Z_NO_FLUSH);
        inflation_->is_ended = status == Z_STREAM_END;
        if ((status != Z_OK && status != Z_STREAM_END) || z.avail_out == 0) fail_size();
    }
    if (z.avail_in != 0 || taken_ != member_.stored) fail_size();
}

void ZipStream::fail_size() const {
    fail("it does not inflate to the " + std::to_string(member_.size) + " bytes stated");
}

/// Nothing more to inflate, nothing left over, and the CRC is right.
void ZipStream::check_end() {
    if (inflation_) finish_inflating();
    if (crc_ != member_.crc) fail("its CRC does not match");
}

ZipArchive::ZipArchive(const std::filesystem::path& path, const ZipLimits& limits)
    : file_(path), members_(read_zip_directory(file_, limits)) {}

std::vector<std::byte> ZipArchive::read(const ZipMember& member) const {
    std::vector<std::byte> result(member.size);
    ZipStream(*this, member).read(result);
    return result;
}

}  // namespace espalier
