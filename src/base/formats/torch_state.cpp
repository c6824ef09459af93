#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include <espalier/base/formats/torch_state.hpp>
#include <espalier/base/formats/torch_tensor.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier {
namespace {

constexpr std::size_t deepest = 4;
constexpr std::size_t longest_tensor_name = 1000;
constexpr std::string_view own = ".";

/// A dict that holds tensors.
struct Candidate {
    std::string key;  ///< "model.state_dict", "." for the file's own
    std::vector<std::string> parts;
    const PickleValue* dict = nullptr;
    bool has_matrix = false;
};

/// A key as it is called in names and messages; "" for keys that are neither texts nor numbers.
std::string key_text(const PickleValue& key) {
    if (key.is(PickleKind::text)) return key.text;
    return key.is(PickleKind::integer) ? std::to_string(key.integer) : "";
}

/// The same for messages.
std::string shown_key(const PickleValue& key) {
    const std::string text = key_text(key);
    return text.empty() ? "?" : excerpt(text);
}

bool is_optimizer(const PickleValue& dict) {
    return dict.at("param_groups") != nullptr && dict.at("state") != nullptr;
}

bool is_matrix(const PickleValue& value, const std::string& where) {
    return is_torch_tensor(value) && read_torch_tensor(value, where).shape.size() > 1;
}

class Search {
  public:
    explicit Search(const std::string& path) : path_(path) {}

    /// The dicts with tensors in and below this one, each once.
    void visit(const PickleValue& dict, const std::vector<std::string>& parts) {
        if (is_optimizer(dict) || !seen_.insert(&dict).second) return;
        Candidate candidate{.key = parts.empty() ? std::string(own) : join(parts, "."), .parts = parts, .dict = &dict};
        bool has_tensor = false;
        for (std::size_t k = 1; k < dict.items.size(); k += 2) {
            const PickleValue& value = *dict.items[k];
            has_tensor = has_tensor || is_torch_tensor(value);
            candidate.has_matrix = candidate.has_matrix || is_matrix(value, place(*dict.items[k - 1]));
        }
        if (has_tensor) found.push_back(std::move(candidate));
        for (std::size_t k = 1; parts.size() < deepest && k < dict.items.size(); k += 2) {
            if (!dict.items[k]->is(PickleKind::dict)) continue;
            std::vector<std::string> below = parts;
            below.push_back(shown_key(*dict.items[k - 1]));
            visit(*dict.items[k], below);
        }
    }

    std::vector<Candidate> found;

  private:
    std::string place(const PickleValue& key) const { return path_ + ": '" + shown_key(key) + "'"; }

    const std::string& path_;
    std::set<const PickleValue*> seen_;
};

std::vector<std::string> keys_of(const std::vector<Candidate>& candidates) {
    std::vector<std::string> keys;
    for (const Candidate& candidate : candidates) keys.push_back(candidate.key);
    return keys;
}

Candidate choose(std::vector<Candidate> candidates, const std::string& key, const std::string& path) {
    if (!key.empty()) {
        const auto chosen = std::ranges::find(candidates, key, &Candidate::key);
        if (chosen != candidates.end()) return *chosen;
        throw FormatError(path + ": no dict of tensors '" + key + "'; there are: " + join_some(keys_of(candidates)));
    }
    if (std::ranges::any_of(candidates, &Candidate::has_matrix)) {
        std::erase_if(candidates, [](const Candidate& candidate) { return !candidate.has_matrix; });
    }
    if (candidates.size() == 1) return candidates.front();
    throw FormatError(path + ": holds several dicts of tensors: " + join_some(keys_of(candidates)) +
                      "; choose one: " + path + ":" + candidates.front().key);
}

/// What stands beside the path to the chosen dict, and in it without being a tensor.
std::vector<std::string> left_out(const PickleValue& file, const Candidate& chosen) {
    std::vector<std::string> names;
    const PickleValue* dict = &file;
    for (std::size_t depth = 0; depth <= chosen.parts.size(); ++depth) {
        const PickleValue* next = nullptr;
        for (std::size_t k = 1; k < dict->items.size(); k += 2) {
            const std::string name = shown_key(*dict->items[k - 1]);
            const bool is_way = depth < chosen.parts.size() && name == chosen.parts[depth];
            const bool is_taken = depth == chosen.parts.size() && is_torch_tensor(*dict->items[k]);
            if (is_way) next = dict->items[k];
            if (!is_way && !is_taken) names.push_back(name);
        }
        if (next != nullptr) dict = next;
    }
    return names;
}

void note_choice(const PickleValue& file, const Candidate& chosen, const std::string& path, TorchState& state) {
    const std::vector<std::string> names = left_out(file, chosen);
    if (chosen.parts.empty() && names.empty()) return;
    std::string notice = path + ": ";
    if (!chosen.parts.empty()) {
        notice += "the tensors of ";
        for (const std::string& part : chosen.parts) notice += "['" + part + "']";
        notice += " are read";
    }
    if (!names.empty()) notice += (chosen.parts.empty() ? "left out: " : "; left out: ") + join_some(names);
    state.notices.push_back(notice);
}

void take_prefix_off(TorchState& state, std::string_view prefix, const std::string& path) {
    const auto has_it = [&](const auto& named) {
        return named.first.size() > prefix.size() && named.first.starts_with(prefix);
    };
    if (state.tensors.empty() || !std::ranges::all_of(state.tensors, has_it)) return;
    for (auto& [name, value] : state.tensors) name.erase(0, prefix.size());
    state.notices.push_back(path + ": '" + std::string(prefix) + "' is taken off the names");
}

void check_names(const TorchState& state, const std::string& path) {
    std::set<std::string_view> seen;
    for (const auto& [name, value] : state.tensors) {
        const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
        if (name.empty() || name.size() > longest_tensor_name || std::ranges::any_of(name, is_control)) {
            throw FormatError(path + ": a tensor's name is empty, too long, no text or has control characters");
        }
        if (!seen.insert(name).second) throw FormatError(path + ": '" + name + "' is there twice");
    }
}

[[noreturn]] void refuse(const PickleValue& file, const std::string& path) {
    const std::string remedy = "; save torch.save(model.state_dict(), \"weights.pt\")";
    if (file.is(PickleKind::dict) && is_optimizer(file)) {
        throw FormatError(path + ": the state of an optimizer, no weights" + remedy);
    }
    std::vector<std::string> keys;
    for (std::size_t k = 0; file.is(PickleKind::dict) && k < file.items.size(); k += 2) {
        keys.push_back(shown_key(*file.items[k]));
    }
    throw FormatError(path + ": holds no dict of tensors" +
                      (keys.empty() ? "" : " (its keys: " + join_some(keys) + ")") + remedy);
}

TorchState from_dict(const PickleValue& file, const std::string& key, const std::string& path) {
    Search search(path);
    search.visit(file, {});
    if (search.found.empty()) refuse(file, path);
    const Candidate chosen = choose(std::move(search.found), key, path);
    TorchState state;
    for (std::size_t k = 1; k < chosen.dict->items.size(); k += 2) {
        const PickleValue& value = *chosen.dict->items[k];
        if (is_torch_tensor(value)) state.tensors.emplace_back(key_text(*chosen.dict->items[k - 1]), &value);
    }
    note_choice(file, chosen, path, state);
    for (const std::string_view prefix : {"_orig_mod.", "module.", "_orig_mod."}) take_prefix_off(state, prefix, path);
    check_names(state, path);
    return state;
}

}  // namespace

TorchState find_torch_state(const PickleValue& file, const std::string& key, const std::string& stem,
                            const std::string& path) {
    if (file.is(PickleKind::dict)) return from_dict(file, key, path);
    if (!key.empty()) throw FormatError(path + ": holds no dict, so ':" + key + "' chooses nothing");
    TorchState state;
    if (is_torch_tensor(file)) state.tensors.emplace_back(stem, &file);
    const bool is_list = file.is(PickleKind::list) || file.is(PickleKind::tuple);
    if (is_list && std::ranges::all_of(file.items, [](const PickleValue* item) { return is_torch_tensor(*item); })) {
        for (std::size_t k = 0; k < file.items.size(); ++k)
            state.tensors.emplace_back(std::to_string(k), file.items[k]);
    }
    if (state.tensors.empty()) refuse(file, path);
    return state;
}

}  // namespace espalier
