#include <charconv>

#include <espalier/base/files/isolate.hpp>
#include <espalier/base/hdf5/hdf5_library.hpp>
#include <espalier/base/hdf5/hdf5_texts.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier::hdf5 {

using library::read_ok;

namespace {

constexpr int depth_read_ahead = 3;            // model/layers/<name>: deeper than that no file of ours has texts
constexpr std::size_t most_groups = 64;        // more of them would cost more than they save
constexpr std::size_t most_bytes = 1UL << 22;  // what lies behind is read one by one

bool is_variable_text(const Handle& attribute) {
    const Handle type(H5Aget_type(attribute.get()));
    const Handle space(H5Aget_space(attribute.get()));
    return H5Tget_class(type.get()) == H5T_STRING && H5Tis_variable_str(type.get()) > 0 &&
           H5Sget_simple_extent_type(space.get()) == H5S_SCALAR;
}

/// A text behind its length.
void pack(std::string& into, const std::string& text) {
    into += std::to_string(text.size()) + ":" + text;
}

std::string unpack(std::string_view& from) {
    std::size_t size = 0;
    const char* const colon = std::from_chars(from.data(), from.data() + from.size(), size).ptr;
    from.remove_prefix(static_cast<std::size_t>(colon - from.data()) + 1);
    std::string text(from.substr(0, size));
    from.remove_prefix(text.size());
    return text;
}

/// Place, name and text of each by turns. What cannot be read is left out: its error belongs to who asks for it.
void pack_texts(std::string& into, const Object& object, std::int64_t id) {
    for (const std::string& name : object.attribute_names()) {
        const Handle attribute(H5Aopen(id, name.c_str(), H5P_DEFAULT));
        if (attribute.get() < 0 || !is_variable_text(attribute)) continue;
        try {
            const std::string text = read_text_here(attribute, name);
            for (const std::string& part : {object.where(), name, text}) pack(into, part);
        } catch (const FormatError&) {
            continue;
        }
    }
}

std::size_t links_of(std::int64_t group) {
    H5G_info_t info{};
    return H5Gget_info(group, &info) < 0 ? 0 : static_cast<std::size_t>(info.nlinks);
}

}  // namespace

std::string read_text_here(const Handle& attribute, const std::string& place) {
    const Handle memory(read_ok(H5Aget_type(attribute.get()), place));
    char* pointer = nullptr;
    read_ok(H5Aread(attribute.get(), memory.get(), static_cast<void*>(&pointer)), place);
    std::string text = pointer == nullptr ? "" : pointer;
    const Handle space(read_ok(H5Aget_space(attribute.get()), place));
    H5Dvlen_reclaim(memory.get(), space.get(), H5P_DEFAULT, static_cast<void*>(&pointer));
    if (text.size() > attribute_limit) throw FormatError(place + ": text of more than 64 KB");
    return text;
}

std::string IsolatedTexts::read_near_root(const Object& object) const {
    const Handle file(read_ok(H5Iget_file_id(object.id()), object.where()));
    Group root(Handle(read_ok(H5Gopen2(file.get(), "/", H5P_DEFAULT), root_)), root_, nullptr);
    std::vector<Group> level;
    level.push_back(std::move(root));
    std::string found;
    std::size_t groups = 0;
    for (int depth = 0; depth <= depth_read_ahead; ++depth) {
        std::vector<Group> next;
        for (const Group& group : level) {
            if (found.size() > most_bytes || ++groups > most_groups) return found;
            pack_texts(found, group, group.id());
            if (depth == depth_read_ahead || links_of(group.id()) > most_groups) continue;
            for (const std::string& name : group.children()) {
                try {
                    next.push_back(group.group(name));
                } catch (const FormatError&) {
                    continue;  // an array, or nothing that is ours
                }
            }
        }
        level = std::move(next);
    }
    return found;
}

std::optional<std::string> IsolatedTexts::find(const Object& object, const std::string& name) {
    if (!reads_ahead_) return std::nullopt;
    if (!texts_) {
        texts_.emplace();
        std::string packed;
        try {
            packed = isolated(object.where(), {}, [&] { return read_near_root(object); });
        } catch (
            const FormatError&) {  // one text is enough for that; each is read alone then, and the sound ones are found
        }
        for (std::string_view left = packed; !left.empty();) {
            std::string where = unpack(left);
            std::string attribute = unpack(left);
            texts_->emplace(Key{std::move(where), std::move(attribute)}, unpack(left));
        }
    }
    const auto found = texts_->find({object.where(), name});
    return found == texts_->end() ? std::nullopt : std::optional(found->second);
}

}  // namespace espalier::hdf5
