#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/data/array_source.hpp>

namespace espalier::data {
namespace {

namespace fs = std::filesystem;

struct Spelling {
    std::string_view name;
    ArrayRole role;
};

// NumPy users, Keras' and MedMNIST's archives, scikit-learn.
constexpr std::array spellings = {
    Spelling{"x", ArrayRole::inputs},
    Spelling{"x_train", ArrayRole::inputs},
    Spelling{"train_x", ArrayRole::inputs},
    Spelling{"train_images", ArrayRole::inputs},
    Spelling{"images", ArrayRole::inputs},
    Spelling{"data", ArrayRole::inputs},
    Spelling{"y", ArrayRole::targets},
    Spelling{"y_train", ArrayRole::targets},
    Spelling{"train_y", ArrayRole::targets},
    Spelling{"train_labels", ArrayRole::targets},
    Spelling{"labels", ArrayRole::targets},
    Spelling{"target", ArrayRole::targets},
    Spelling{"x_test", ArrayRole::test_inputs},
    Spelling{"test_x", ArrayRole::test_inputs},
    Spelling{"test_images", ArrayRole::test_inputs},
    Spelling{"y_test", ArrayRole::test_targets},
    Spelling{"test_y", ArrayRole::test_targets},
    Spelling{"test_labels", ArrayRole::test_targets},
};

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return text;
}

std::optional<ArrayRole> role_of(const std::string& name) {
    const auto* found = std::ranges::find(spellings, lower(name), &Spelling::name);
    return found == spellings.end() ? std::nullopt : std::optional(found->role);
}

/// What stands before the spelling of inputs: "wine_" of "wine_x"; nothing where it does not end so.
std::optional<std::string> prefix_of_inputs(const std::string& stem) {
    std::optional<std::string> shortest;  // "my_train_x" is "my_" and "train_x", not "my_train_" and "x"
    for (const Spelling& spelling : spellings) {
        const bool fits = spelling.role == ArrayRole::inputs && lower(stem).ends_with(spelling.name);
        if (!fits) continue;
        const std::string prefix = stem.substr(0, stem.size() - spelling.name.size());
        const bool is_word = prefix.empty() || prefix.back() == '_' || prefix.back() == '-' || prefix.back() == '.';
        if (is_word && (!shortest || prefix.size() < shortest->size())) shortest = prefix;
    }
    return shortest;
}

/// Stems of the folder's .npy files, in natural order.
std::vector<std::string> npy_stems(const fs::path& folder) {
    std::vector<std::string> stems;
    std::error_code failed;
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
        std::error_code ignored;
        const bool fits = at->path().extension() == ".npy" && at->is_regular_file(ignored);
        if (fits) stems.push_back(at->path().stem().string());
    }
    if (failed) throw IoError("cannot read " + folder.string() + ": " + failed.message());
    std::ranges::sort(stems, natural_less);
    return stems;
}

}  // namespace

bool is_array_folder(const fs::path& folder) {
    return std::ranges::any_of(npy_stems(folder), [](const auto& stem) { return role_of(stem) == ArrayRole::inputs; });
}

ArraySource::ArraySource(const fs::path& path) : path_(path.string()) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
        open_npy(path, "");
    } else if (!fs::is_regular_file(path, ignored)) {
        throw ConfigError("dataset " + path_ + ": there is no such file");
    } else if (path.extension() == ".npz") {
        open_npz(path);
    } else {
        const std::optional<std::string> prefix = prefix_of_inputs(path.stem().string());
        if (!prefix) {
            throw ConfigError("dataset " + path_ +
                              ": an .npy holds one array; name the one of inputs, as x.npy or wine_x.npy, beside "
                              "y.npy or wine_y.npy, or put both into an .npz as x and y");
        }
        open_npy(path.parent_path().empty() ? fs::path(".") : path.parent_path(), *prefix);
    }
    deal_roles();
}

void ArraySource::open_npz(const fs::path& path) {
    const auto file = std::make_shared<const TensorFile>(open_tensor_file(path));
    for (const TensorEntry& entry : file->entries()) {
        members_.push_back({entry.name, [file, name = entry.name] { return file->read(name); }});
    }
}

void ArraySource::open_npy(const fs::path& folder, const std::string& prefix) {
    for (const std::string& stem : npy_stems(folder)) {
        if (!stem.starts_with(prefix)) continue;
        const fs::path path = folder / (stem + ".npy");
        members_.push_back({stem.substr(prefix.size()), [path, stem] { return open_tensor_file(path).read(stem); }});
    }
    // Of a prefix, only what has a role belongs to it; others may be any files of the folder.
    if (!prefix.empty()) std::erase_if(members_, [](const Member& member) { return !role_of(member.name); });
}

void ArraySource::deal_roles() {
    std::vector<std::string> names;
    for (Member& member : members_) {
        names.push_back(member.name);
        const std::optional<ArrayRole> role = role_of(member.name);
        if (!role) {
            others_.push_back(member.name);
        } else if (const Member* before = find(*role)) {
            throw FormatError(path_ + ": '" + before->name + "' and '" + member.name +
                              "' would be the same array to train on or test with; leave one out");
        }
        member.role = role;
    }
    if (has(ArrayRole::inputs) || has(ArrayRole::test_inputs)) return;
    throw FormatError(path_ +
                      ": no array of inputs; 'x' of [N, features], [N, C, L] or [N, C, H, W] and 'y' of [N] "
                      "are needed, and it holds " +
                      (names.empty() ? "no array" : join_some(names)));
}

const ArraySource::Member* ArraySource::find(ArrayRole role) const {
    const auto found = std::ranges::find(members_, std::optional(role), &Member::role);
    return found == members_.end() ? nullptr : &*found;
}

std::string ArraySource::name(ArrayRole role) const {
    const Member* member = find(role);
    return member == nullptr ? "" : member->name;
}

Tensor ArraySource::read(ArrayRole role) const {
    const Member* member = find(role);
    if (member != nullptr) return member->read();
    const auto* usual = std::ranges::find(spellings, role, &Spelling::role);
    throw FormatError(path_ + ": there is no array '" + std::string(usual->name) + "'");
}

}  // namespace espalier::data
