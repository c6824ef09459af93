#include <algorithm>

#include <espalier/base/error.hpp>
#include <espalier/base/npz.hpp>
#include <espalier/base/text.hpp>

namespace espalier {
namespace {
constexpr std::string_view suffix = ".npy";
}  // namespace

NpzFile::NpzFile(const std::filesystem::path& path, const ZipLimits& limits)
    : path_(path.string()), archive_(path, limits) {
    for (const ZipMember& member : archive_.members()) {
        if (!member.name.ends_with(suffix)) {
            throw FormatError(path_ + ": member '" + member.name + "' is not an .npy array");
        }
        names_.push_back(member.name.substr(0, member.name.size() - suffix.size()));
    }
    std::ranges::sort(names_, natural_less);
}

bool NpzFile::has(const std::string& name) const {
    return std::ranges::find(names_, name) != names_.end();
}

NpyArray NpzFile::read(const std::string& name) const {
    const auto member = std::ranges::find(archive_.members(), name + std::string(suffix), &ZipMember::name);
    if (member == archive_.members().end()) {
        throw FormatError(path_ + ": there is no array '" + name + "'; it holds " + join(names_));
    }
    return NpyArray::parse(archive_.read(*member), path_ + ": '" + name + "'");
}

}  // namespace espalier
