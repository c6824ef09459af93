#include <nlohmann/json.hpp>

#include <espalier/base/formats/safetensors_header.hpp>
#include <espalier/base/formats/safetensors_writer.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier {
namespace {

using Json = nlohmann::ordered_json;

std::size_t bytes_of(const SafetensorsEntry& entry) {
    std::size_t bytes = safetensors_width(entry.type);
    for (const std::size_t side : entry.shape) bytes *= side;
    return bytes;
}

/// Padded so that the data begin at a multiple of 8 bytes.
std::string header_of(std::vector<SafetensorsEntry>& entries, const std::map<std::string, std::string>& metadata) {
    Json header = Json::object();
    if (!metadata.empty()) header["__metadata__"] = metadata;
    std::size_t at = 0;
    for (SafetensorsEntry& entry : entries) {
        entry.begin = at;
        entry.end = at += bytes_of(entry);
        header[entry.name] = {
            {"dtype", entry.type}, {"shape", entry.shape}, {"data_offsets", {entry.begin, entry.end}}};
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    return text;
}

}  // namespace

SafetensorsWriter::SafetensorsWriter(const std::filesystem::path& path, std::vector<SafetensorsEntry> entries,
                                     const std::map<std::string, std::string>& metadata)
    : path_(path.string()), stream_(path, std::ios::binary | std::ios::trunc) {
    if (!stream_) throw_errno("cannot create", path_);
    const std::string header = header_of(entries, metadata);
    const std::uint64_t length = header.size();
    write(std::as_bytes(std::span(&length, 1)));
    write(std::as_bytes(std::span(header)));
}

void SafetensorsWriter::write(std::span<const std::byte> bytes) {
    stream_.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!stream_) throw_errno("cannot write", path_);
}

void SafetensorsWriter::close() {
    stream_.close();
    if (!stream_) throw_errno("cannot write", path_);
}

}  // namespace espalier
