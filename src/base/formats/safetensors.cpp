#include <algorithm>
#include <bit>
#include <span>
#include <utility>

#include <espalier/base/formats/safetensors.hpp>
#include <espalier/base/formats/safetensors_header.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>

namespace espalier {
namespace {

static_assert(std::endian::native == std::endian::little, "lengths and elements are copied as they are");

constexpr std::uint64_t length_bytes = 8;
constexpr std::uint64_t longest_safetensors_header = 100'000'000;  // as the reference implementation

std::string place(const std::string& path, const SafetensorsEntry& entry) {
    return path + ": '" + entry.name + "'";
}

std::string read_header(const InputFile& file) {
    const std::string& path = file.path();
    if (file.size() < length_bytes + 2) {
        throw FormatError(path + ": no .safetensors file: " + std::to_string(file.size()) + " bytes");
    }
    std::uint64_t length = 0;
    file.read(0, std::as_writable_bytes(std::span(&length, 1)));
    const std::uint64_t held = file.size() - length_bytes;
    if (length > longest_safetensors_header || length > held) {
        throw FormatError(path + ": a header of " + std::to_string(length) +
                          " bytes is announced; at most 100000000 within the file (" + std::to_string(held) +
                          ") are read");
    }
    char first = 0;
    file.read(length_bytes, std::as_writable_bytes(std::span(&first, 1)));
    if (first != '{') throw FormatError(path + ": no .safetensors file: its header does not begin with '{'");
    std::string text(length, '\0');
    file.read(length_bytes, std::as_writable_bytes(std::span(text)));
    return text;
}

/// A known type, and as many bytes as shape and type need.
void check_size(const SafetensorsEntry& entry, std::uint64_t held, const std::string& where) {
    const std::size_t width = safetensors_width(entry.type);
    if (width == 0) throw FormatError(where + ": unknown type '" + excerpt(entry.type) + "'");
    const std::uint64_t bytes = bytes_of_shape(entry.shape, width, where);
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
    std::uint64_t next = 0;
    for (const SafetensorsEntry& entry : entries) {
        if (entry.begin != next) {
            throw FormatError(
                place(path, entry) + ": begins at byte " + std::to_string(entry.begin) +
                (entry.begin < next ? ", within the tensor before it, which ends at " : ", behind a hole after byte ") +
                std::to_string(next));
        }
        next = entry.end;
    }
    if (next != held) {
        throw FormatError(path + ": " + std::to_string(held - next) + " bytes after the last tensor belong to none");
    }
}

ElementType element_type(const std::string& type, const std::string& where) {
    const std::size_t width = safetensors_width(type);
    if (type == "BOOL") return {ElementKind::boolean, width};
    if (type == "BF16") return {ElementKind::brain_floating, width};
    const bool is_small_float = type.starts_with("F8");
    if (type.starts_with('I')) return {ElementKind::signed_integer, width};
    if (type.starts_with('U')) return {ElementKind::unsigned_integer, width};
    if (type.starts_with('F') && !is_small_float) return {ElementKind::floating, width};
    throw FormatError(where + ": type " + type + " is not read; save F32, F16, BF16, integers or BOOL" +
                      " (or leave it out with --layers)");
}

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : file_(path) {
    const std::string text = read_header(file_);
    SafetensorsHeader header = parse_safetensors_header(text, file_.path());
    entries_ = std::move(header.entries);
    metadata_ = std::move(header.metadata);
    data_ = length_bytes + text.size();
    const std::uint64_t held = file_.size() - data_;
    for (const SafetensorsEntry& entry : entries_) check_size(entry, held, place(file_.path(), entry));
    std::ranges::stable_sort(entries_, {}, [](const auto& entry) { return std::pair(entry.begin, entry.end); });
    check_ranges(entries_, held, file_.path());
}

Tensor SafetensorsFile::read(const SafetensorsEntry& entry) const {
    std::string where = place(file_.path(), entry);
    const ElementType type = element_type(entry.type, where);
    return {type, entry.shape, file_.read(data_ + entry.begin, entry.end - entry.begin), std::move(where)};
}

}  // namespace espalier
