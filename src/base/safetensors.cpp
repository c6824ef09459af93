#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>

#include <espalier/base/error.hpp>
#include <espalier/base/npy.hpp>
#include <espalier/base/safetensors.hpp>
#include <espalier/base/safetensors_header.hpp>
#include <espalier/base/text.hpp>

namespace espalier {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are copied as they are");

constexpr std::uint64_t prefix = 8;
constexpr std::uint64_t longest_header = 100'000'000;  // as the reference implementation

std::string place(const std::string& path, const SafetensorsEntry& entry) {
    return path + ": '" + entry.name + "'";
}

std::ifstream opened(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw_errno("cannot open", path);
    return stream;
}

void read_exactly(std::ifstream& stream, void* to, std::uint64_t bytes, const std::string& path) {
    stream.read(static_cast<char*>(to), static_cast<std::streamsize>(bytes));
    if (!stream) throw IoError("cannot read " + path + ": it ends early");
}

std::uint64_t file_bytes(std::ifstream& stream, const std::string& path) {
    stream.seekg(0, std::ios::end);
    const std::streamoff end = stream.tellg();
    if (!stream || end < 0) throw IoError("cannot read " + path + ": not a regular file");
    stream.seekg(0);
    return static_cast<std::uint64_t>(end);
}

std::string read_header(std::ifstream& stream, std::uint64_t file, const std::string& path) {
    if (file < prefix + 2) throw FormatError(path + ": no .safetensors file: " + std::to_string(file) + " bytes");
    std::uint64_t length = 0;
    read_exactly(stream, &length, prefix, path);
    if (length > longest_header || length > file - prefix) {
        throw FormatError(path + ": a header of " + std::to_string(length) +
                          " bytes is announced; at most 100000000 within the file (" + std::to_string(file - prefix) +
                          ") are read");
    }
    if (stream.peek() != '{') throw FormatError(path + ": no .safetensors file: its header does not begin with '{'");
    std::string text(length, '\0');
    read_exactly(stream, text.data(), length, path);
    return text;
}

/// A known type, and as many bytes as shape and type need.
void check_size(const SafetensorsEntry& entry, std::uint64_t held, const std::string& where) {
    std::uint64_t bytes = safetensors_width(entry.type);
    if (bytes == 0) throw FormatError(where + ": unknown type '" + entry.type.substr(0, 40) + "'");
    for (const std::size_t side : entry.shape) {
        if (__builtin_mul_overflow(bytes, side, &bytes)) throw FormatError(where + ": its shape overflows");
    }
    if (entry.begin > entry.end || entry.end > held) {
        throw FormatError(where + ": bytes " + std::to_string(entry.begin) + " to " + std::to_string(entry.end) +
                          " are no range of the " + std::to_string(held) + " bytes of data");
    }
    if (bytes != entry.end - entry.begin) {
        throw FormatError(where + ": its shape needs " + std::to_string(bytes) + " bytes, its range has " +
                          std::to_string(entry.end - entry.begin));
    }
}

/// Side by side from the first byte to the last.
void check_ranges(const std::vector<SafetensorsEntry>& entries, std::uint64_t held, const std::string& path) {
    std::vector<const SafetensorsEntry*> order;
    order.reserve(entries.size());
    for (const SafetensorsEntry& entry : entries) order.push_back(&entry);
    std::ranges::sort(order, [](const SafetensorsEntry* a, const SafetensorsEntry* b) {
        return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
    });
    std::uint64_t next = 0;
    for (const SafetensorsEntry* entry : order) {
        if (entry->begin != next) {
            throw FormatError(place(path, *entry) + ": begins at byte " + std::to_string(entry->begin) +
                              (entry->begin < next ? ", within the tensor before it, which ends at "
                                                   : ", behind a hole after byte ") +
                              std::to_string(next));
        }
        next = entry->end;
    }
    if (next != held) {
        throw FormatError(path + ": " + std::to_string(held - next) + " bytes after the last tensor belong to none");
    }
}

template <class T>
T element(const std::vector<std::byte>& bytes, std::size_t k) {
    T value;
    std::memcpy(&value, bytes.data() + k * sizeof(T), sizeof(T));
    return value;
}

}  // namespace

float brain_to_float(std::uint16_t bits) {
    return std::bit_cast<float>(std::uint32_t{bits} << 16);
}

SafetensorsTensor::SafetensorsTensor(SafetensorsEntry entry, std::vector<std::byte> bytes, std::string where)
    : entry_(std::move(entry)), bytes_(std::move(bytes)), where_(std::move(where)) {
    width_ = safetensors_width(entry_.type);
    if (entry_.type == "BOOL") {
        kind_ = Kind::boolean;
    } else if (entry_.type == "F16") {
        kind_ = Kind::half;
    } else if (entry_.type == "BF16") {
        kind_ = Kind::brain;
    } else if (entry_.type == "F32") {
        kind_ = Kind::single;
    } else {
        throw FormatError(where_ + ": type " + entry_.type + " is not read; save F32, F16, BF16 or BOOL" +
                          " (or leave it out with --layers)");
    }
}

double SafetensorsTensor::number(std::size_t k) const {
    switch (kind_) {
        case Kind::boolean:
            return element<std::uint8_t>(bytes_, k) != 0 ? 1.0 : 0.0;
        case Kind::half:
            return half_to_double(element<std::uint16_t>(bytes_, k));
        case Kind::brain:
            return static_cast<double>(brain_to_float(element<std::uint16_t>(bytes_, k)));
        default:
            return static_cast<double>(element<float>(bytes_, k));
    }
}

float SafetensorsTensor::finite_float(std::size_t k) const {
    const auto value = static_cast<float>(number(k));
    if (!std::isfinite(value)) {
        throw FormatError(where_ + ": entry " + std::to_string(k) + " is " + (std::isnan(value) ? "NaN" : "infinite") +
                          ", not a finite number");
    }
    return value;
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : path_(path.string()) {
    std::ifstream stream = opened(path_);
    const std::uint64_t file = file_bytes(stream, path_);
    const std::string header = read_header(stream, file, path_);
    entries_ = parse_safetensors_header(header, path_);
    data_ = prefix + header.size();
    for (const SafetensorsEntry& entry : entries_) check_size(entry, file - data_, place(path_, entry));
    check_ranges(entries_, file - data_, path_);
    std::ranges::sort(entries_, [](const auto& a, const auto& b) { return natural_less(a.name, b.name); });
}

SafetensorsTensor SafetensorsFile::read(const SafetensorsEntry& entry) const {
    SafetensorsTensor readable(entry, {}, place(path_, entry));  // refuses its type before its bytes are read
    std::ifstream stream = opened(path_);
    std::vector<std::byte> bytes(entry.end - entry.begin);
    stream.seekg(static_cast<std::streamoff>(data_ + entry.begin));
    read_exactly(stream, bytes.data(), bytes.size(), path_);
    return {entry, std::move(bytes), readable.where()};
}

}  // namespace espalier
