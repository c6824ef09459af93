#include <memory>

#include <espalier/base/formats/npz.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier {
namespace {

constexpr std::string_view suffix = ".npy";

ByteSource source_of(ZipStream& stream) {
    return [&stream](std::span<std::byte> to) { stream.read(to); };
}

}  // namespace

NpzFile::NpzFile(const std::filesystem::path& path, const ZipLimits& limits) : archive_(path, limits) {
    for (const ZipMember& member : archive_.members()) {
        if (!member.name.ends_with(suffix)) {
            throw FormatError(archive_.path() + ": member '" + member.name + "' is not an .npy array");
        }
        names_.push_back(member.name.substr(0, member.name.size() - suffix.size()));
        places_.emplace(names_.back(), places_.size());
    }
}

std::string NpzFile::where(const std::string& name) const {
    return path() + ": '" + name + "'";
}

const ZipMember& NpzFile::member(const std::string& name) const {
    const auto place = places_.find(name);
    if (place == places_.end()) {
        throw FormatError(path() + ": there is no array '" + name + "'; it holds " + join_some(names_));
    }
    return archive_.members()[place->second];
}

NpyHeader NpzFile::header(const std::string& name) const {
    const ZipMember& found = member(name);
    ZipStream stream(archive_, found);
    return read_npy_prefix(source_of(stream), found.size, where(name)).header;
}

ElementStream NpzFile::stream(const std::string& name) const {
    const ZipMember& found = member(name);
    const auto source = std::make_shared<ZipStream>(archive_, found);
    return stream_npy([source](std::span<std::byte> to) { source->read(to); }, found.size, where(name));
}

Tensor NpzFile::read(const std::string& name) const {
    const ZipMember& found = member(name);
    ZipStream stream(archive_, found);
    return read_npy(source_of(stream), found.size, where(name));
}

}  // namespace espalier
