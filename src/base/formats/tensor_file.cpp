#include <algorithm>
#include <memory>

#include <espalier/base/formats/npz.hpp>
#include <espalier/base/formats/safetensors.hpp>
#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/base/formats/torch_file.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier {
namespace {

namespace fs = std::filesystem;

TensorFile open_npz(const fs::path& path) {
    const auto file = std::make_shared<const NpzFile>(path);
    TensorFile::Contents contents{.format = ".npz"};
    for (const std::string& name : file->names()) {
        NpyHeader header = file->header(name);
        contents.entries.push_back({name, excerpt(header.type), std::move(header.shape), file->member(name).deflated});
    }
    contents.read = [file](std::size_t k) { return file->read(file->names()[k]); };
    contents.stream = [file](std::size_t k) { return file->stream(file->names()[k]); };
    return {path.string(), std::move(contents)};
}

ByteSource source_of(const InputFile& file) {
    return [&file, at = std::uint64_t{0}](std::span<std::byte> to) mutable {
        file.read(at, to);
        at += to.size();
    };
}

TensorFile open_npy(const fs::path& path) {
    const auto file = std::make_shared<const InputFile>(path);
    NpyHeader header = read_npy_prefix(source_of(*file), file->size(), path.string()).header;
    TensorFile::Contents contents{.format = ".npy"};
    contents.entries.push_back({path.stem().string(), excerpt(header.type), std::move(header.shape)});
    contents.read = [file](std::size_t) { return read_npy(source_of(*file), file->size(), file->path()); };
    return {path.string(), std::move(contents)};
}

TensorFile open_safetensors(const fs::path& path) {
    const auto file = std::make_shared<const SafetensorsFile>(path);
    TensorFile::Contents contents{.format = ".safetensors", .metadata = file->metadata()};
    for (const SafetensorsEntry& entry : file->entries()) {
        contents.entries.push_back({entry.name, entry.type, entry.shape});
    }
    contents.read = [file](std::size_t k) { return file->read(file->entries()[k]); };
    return {path.string(), std::move(contents)};
}

/// The first bytes; fewer where the file is shorter.
std::string first_bytes(const InputFile& file) {
    std::string bytes(std::min<std::uint64_t>(file.size(), 16), '\0');
    file.read(0, std::as_writable_bytes(std::span(bytes)));
    return bytes;
}

/// The first byte of a pickle of protocol 2 or later, which is followed by the protocol.
bool is_pickle(const std::string& head) {
    return head.size() > 1 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5;
}

/// A pickle of the number 0x1950a86a20f9469cfc6c, with which torch.save() began before version 1.6.
constexpr std::string_view old_torch_magic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 14);

[[noreturn]] void refuse(const std::string& path, const std::string& head) {
    if (head.starts_with("\x89HDF\r\n\x1a\n")) {
        throw FormatError(path +
                          ": an HDF5 file (as Keras writes them, too), no file of named arrays; save its arrays "
                          "with np.savez");
    }
    if (head.starts_with(old_torch_magic)) refuse_old_torch_file(path);
    if (is_pickle(head)) throw FormatError(path + ": a Python pickle, which is never read; save arrays with np.savez");
    throw FormatError(path + ": no file of arrays that is read: .npz, .npy, .safetensors and .pt are");
}

}  // namespace

TensorFile::TensorFile(std::string path, Contents contents) : path_(std::move(path)), contents_(std::move(contents)) {
    places_.reserve(contents_.entries.size());
    for (const TensorEntry& entry : contents_.entries) places_.emplace(entry.name, places_.size());
}

const TensorEntry* TensorFile::find(const std::string& name) const {
    const auto place = places_.find(name);
    return place == places_.end() ? nullptr : &contents_.entries[place->second];
}

std::size_t TensorFile::place_of(const std::string& name) const {
    const auto place = places_.find(name);
    if (place != places_.end()) return place->second;
    std::vector<std::string> names;
    for (const TensorEntry& entry : entries()) names.push_back(entry.name);
    throw FormatError(path_ + ": there is no array '" + name + "'." + did_you_mean(name, names) + " It holds " +
                      join_some(names));
}

Tensor TensorFile::read(const std::string& name) const {
    return contents_.read(place_of(name));
}

std::optional<ElementStream> TensorFile::stream(const std::string& name) const {
    const std::size_t place = place_of(name);
    const bool any_packed = std::ranges::any_of(contents_.entries, &TensorEntry::is_packed);
    if (!contents_.stream || !any_packed) return std::nullopt;
    return contents_.stream(place);
}

TensorPlace tensor_place(const std::string& argument) {
    std::error_code ignored;
    const std::size_t colon = argument.rfind(':');
    if (colon == std::string::npos || fs::exists(argument, ignored)) return {argument, ""};
    if (!fs::exists(argument.substr(0, colon), ignored)) return {argument, ""};
    return {argument.substr(0, colon), argument.substr(colon + 1)};
}

TensorFile open_tensor_file(const fs::path& argument) {
    const auto [path, key] = tensor_place(argument.string());
    const std::string head = first_bytes(InputFile(path));
    if (head.starts_with("PK\x03\x04") && is_torch_archive(ZipArchive(path))) return open_torch_file(path, key);
    if (!key.empty()) {
        throw FormatError(argument.string() + ": ':' chooses a dict of a PyTorch file, which " + path.string() +
                          " is not");
    }
    if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06")) return open_npz(path);
    if (head.starts_with("\x93NUMPY")) return open_npy(path);
    if (head.size() > 8 && head[8] == '{') return open_safetensors(path);
    if (head.starts_with("\x89HDF") || is_pickle(head)) refuse(path.string(), head);
    const fs::path extension = path.extension();
    if (extension == ".npz") return open_npz(path);
    if (extension == ".npy") return open_npy(path);
    if (extension == ".safetensors") return open_safetensors(path);
    refuse(path.string(), head);
}

}  // namespace espalier
