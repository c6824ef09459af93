#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <string_view>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/layer_arrays.hpp>

namespace espalier::topology {
namespace {

using Places = std::vector<std::size_t>;

constexpr std::string_view separators = "._/:";

std::string sides_text(const std::vector<std::size_t>& shape) {
    std::vector<std::string> sides;
    for (const std::size_t side : shape) sides.push_back(std::to_string(side));
    return join(sides, "x");
}

bool is_mask_word(std::string_view word) {
    std::string lower(word);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower == "mask" || lower == "masks";
}

/// The name without its last word "mask" and the separator beside it; nothing where it has no such word.
std::optional<std::string> without_mask(const std::string& name) {
    std::size_t end = name.size();
    while (true) {
        const std::size_t before = end == 0 ? std::string::npos : name.find_last_of(separators, end - 1);
        const std::size_t begin = before == std::string::npos ? 0 : before + 1;
        if (is_mask_word(std::string_view(name).substr(begin, end - begin))) {
            if (before != std::string::npos) return name.substr(0, before) + name.substr(end);
            return end < name.size() ? std::optional(name.substr(end + 1)) : std::nullopt;
        }
        if (before == std::string::npos) return std::nullopt;
        end = before;
    }
}

/// Takes the ending off where more than it is left.
bool take_ending(std::string& name, std::string_view ending) {
    if (name.size() <= ending.size() || !name.ends_with(ending)) return false;
    name.resize(name.size() - ending.size());
    return true;
}

/// "fc1.weight" of torch.ao's "fc1.parametrizations.weight.original" and "fc1.parametrizations.weight.0.mask".
std::optional<std::string> parametrized(const std::string& name) {
    constexpr std::string_view word = "parametrizations.";
    const std::size_t at = name.rfind(word);
    if (at == std::string::npos || (at > 0 && name[at - 1] != '.')) return std::nullopt;
    const std::vector<std::string> rest = split(std::string_view(name).substr(at + word.size()), '.');
    const bool is_weight = rest.size() == 2 && rest[1] == "original";
    const bool is_mask = rest.size() == 3 && rest[2] == "mask";
    return is_weight || is_mask ? std::optional(name.substr(0, at) + rest[0]) : std::nullopt;
}

/// What weights and their mask have in common: "fc1" of "model.fc1.weight_orig".
std::string common_name(std::string name) {
    static constexpr std::array<std::string_view, 6> wrappers{"state_dict.", "model.",   "module.",
                                                              "params.",     "weights.", "net."};
    for (bool is_wrapped = true; is_wrapped;) {
        is_wrapped = std::ranges::any_of(wrappers, [&](std::string_view wrapper) {
            if (!name.starts_with(wrapper) || name.size() == wrapper.size()) return false;
            name.erase(0, wrapper.size());
            return true;
        });
    }
    take_ending(name, "_orig");
    for (const std::string_view ending : {".weight", "_weight", "/kernel:0", "/kernel", ".kernel"}) {
        if (take_ending(name, ending)) break;
    }
    return name;
}

/// What the layer of these weights is called.
std::string layer_name(const std::string& weight) {
    std::string name = parametrized(weight).value_or(weight);
    take_ending(name, "_orig");
    return name;
}

/// Masks and weights of one file on their way to each other.
class Pairing {
  public:
    Pairing(const std::vector<ArrayOutline>& arrays, std::string where, bool is_chosen)
        : arrays_(arrays), where_(std::move(where)), is_chosen_(is_chosen), mask_of_(arrays.size()) {}

    /// For each array the mask that belongs to it.
    std::vector<std::optional<std::size_t>> pairs() {
        for (std::size_t k = 0; k < arrays_.size(); ++k) {
            if (arrays_[k].shape.size() > 1 && !stem_of_mask(k)) weights_[stem(k)].push_back(k);
        }
        for (std::size_t k = 0; k < arrays_.size(); ++k) {
            if (arrays_[k].shape.size() > 1 && stem_of_mask(k)) give_away(k);
        }
        return mask_of_;
    }

  private:
    std::optional<std::string> stem_of_mask(std::size_t k) const {
        const std::string& name = arrays_[k].name;
        if (name.ends_with("_orig")) return std::nullopt;  // the weights of a layer called "..._mask"
        const std::optional<std::string> rest = without_mask(name);
        if (!rest) return std::nullopt;
        return common_name(parametrized(name).value_or(*rest));
    }
    std::string stem(std::size_t k) const {
        return common_name(parametrized(arrays_[k].name).value_or(arrays_[k].name));
    }

    void give_away(std::size_t mask) {
        const auto known = weights_.find(stem_of_mask(mask).value());
        if (known == weights_.end()) return;
        Places fitting = known->second;
        std::erase_if(fitting, [&](std::size_t k) { return arrays_[k].shape != arrays_[mask].shape; });
        if (fitting.size() == 1 && !mask_of_[fitting[0]]) {
            mask_of_[fitting[0]] = mask;
            return;
        }
        if (is_chosen_) return;
        if (fitting.empty()) refuse_shapes(mask, known->second[0]);
        if (fitting.size() == 1)
            refuse("masks '" + arrays_[*mask_of_[fitting[0]]].name + "' and", mask,
                   "both fit '" + arrays_[fitting[0]].name + "'");
        refuse("mask", mask, "fits '" + arrays_[fitting[0]].name + "' as well as '" + arrays_[fitting[1]].name + "'");
    }

    [[noreturn]] void refuse_shapes(std::size_t mask, std::size_t weight) const {
        throw FormatError(where_ + ": '" + arrays_[mask].name + "' has shape " + sides_text(arrays_[mask].shape) +
                          ", '" + arrays_[weight].name + "' beside it " + sides_text(arrays_[weight].shape) +
                          "; a mask has the shape of its weight (or choose arrays with --layers)");
    }
    [[noreturn]] void refuse(const std::string& what, std::size_t mask, const std::string& why) const {
        throw FormatError(where_ + ": " + what + " '" + arrays_[mask].name + "' " + why +
                          "; keep one of them, or choose arrays with --layers");
    }

    const std::vector<ArrayOutline>& arrays_;
    std::string where_;
    bool is_chosen_;
    std::vector<std::optional<std::size_t>> mask_of_;
    std::map<std::string, Places> weights_;
};

}  // namespace

ArrayKind kind_of(const std::string& type) {
    if (type == "|b1" || type == "BOOL" || type == "bool") return ArrayKind::booleans;
    if (type.starts_with("<U") || type.starts_with("|S")) return ArrayKind::other;
    const auto letter = std::ranges::find_if(type, [](unsigned char c) { return std::isalpha(c) != 0; });
    if (letter == type.end()) return ArrayKind::other;
    if (*letter == 'f' || *letter == 'F' || type == "bfloat16" || type == "BF16") return ArrayKind::floating;
    const bool is_integer = *letter == 'i' || *letter == 'I' || *letter == 'u' || *letter == 'U';
    return is_integer ? ArrayKind::integers : ArrayKind::other;
}

FoundLayers find_layers(const std::vector<ArrayOutline>& arrays, const std::string& where, bool is_chosen,
                        const std::function<bool(const std::string& name)>& holds_only_0_and_1) {
    const auto mask_of = Pairing(arrays, where, is_chosen).pairs();
    std::vector<bool> is_mask(arrays.size(), false);
    for (const auto& mask : mask_of) {
        if (mask) is_mask[*mask] = true;
    }
    const bool has_weights = std::ranges::any_of(arrays, [](const ArrayOutline& array) {
        return array.shape.size() > 1 && kind_of(array.type) == ArrayKind::floating;
    });
    FoundLayers found;
    for (std::size_t k = 0; k < arrays.size(); ++k) {
        const ArrayOutline& array = arrays[k];
        const bool is_doubtful = has_weights && !mask_of[k] && kind_of(array.type) == ArrayKind::integers;
        if (array.shape.size() < 2) {
            found.flat.push_back(array.name);
        } else if (is_mask[k]) {
            continue;
        } else if (mask_of[k]) {
            found.layers.push_back({layer_name(array.name), arrays[*mask_of[k]].name, array.name});
        } else if (is_doubtful && !holds_only_0_and_1(array.name)) {
            found.integers.push_back(array.name);
        } else {
            found.layers.push_back({array.name, array.name, ""});
        }
    }
    return found;
}

}  // namespace espalier::topology
