#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <optional>
#include <sstream>
#include <unordered_map>

#include <espalier/base/files/files.hpp>
#include <espalier/base/files/glob.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/layer_selection.hpp>

namespace espalier::topology {
namespace {

using Positions = std::vector<std::size_t>;

constexpr std::string_view weight_suffix = ".weight";

std::string_view without_weight(std::string_view name) {
    if (name.size() > weight_suffix.size() && name.ends_with(weight_suffix)) name.remove_suffix(weight_suffix.size());
    return name;
}

/// Our own files number their layers: "fc1" of "000_fc1".
std::string_view behind_number(std::string_view name) {
    const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
    const bool is_numbered = digits > 0 && digits + 1 < name.size() && name[digits] == '_';
    return is_numbered ? name.substr(digits + 1) : name;
}

/// What the layer of this name may be called, the nearest first.
std::array<std::string_view, 4> callings(std::string_view name) {
    return {name, without_weight(name), behind_number(name), without_weight(behind_number(name))};
}

/// The layers by what they may be called, the nearest calling first.
class Callings {
  public:
    explicit Callings(const std::vector<std::string>& names) {
        for (std::size_t k = 0; k < names.size(); ++k) {
            const auto all = callings(names[k]);
            for (std::size_t rank = 0; rank < all.size(); ++rank) positions_[rank][all[rank]].push_back(k);
        }
    }

    /// Those that are called so in the nearest way in which any is.
    Positions of(std::string_view word) const {
        for (const auto& by_calling : positions_) {
            const auto found = by_calling.find(word);
            if (found != by_calling.end()) return found->second;
        }
        return {};
    }

  private:
    std::array<std::unordered_map<std::string_view, Positions>, 4> positions_;
};

std::optional<std::size_t> as_position(const std::string& word, std::size_t count) {
    std::size_t position = 0;
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, position);
    const bool is_position = error == std::errc() && stop == end && position < count;
    return is_position ? std::optional(position) : std::nullopt;
}

/// The layers that one word means, all of them where it is a pattern.
Positions meant(const Callings& called, const std::vector<std::string>& names, const std::string& word,
                const std::string& where) {
    const Positions found = called.of(word);
    if (found.size() > 1) {
        throw ConfigError(where + ": '" + word + "' is layer '" + names[found[0]] + "' as well as '" + names[found[1]] +
                          "'; write the whole name");
    }
    if (!found.empty()) return found;
    if (const auto position = as_position(word, names.size())) return {*position};
    Positions matched;
    for (std::size_t k = 0; is_glob(word) && k < names.size(); ++k) {
        if (means_layer(word, names[k])) matched.push_back(k);
    }
    if (matched.empty()) refuse_word(word, names, where);
    return matched;
}

void add_lines(const std::string& path, std::vector<std::string>& words) {
    constexpr std::uintmax_t most_bytes = 16U << 20;
    require_regular_file(path, "--layers: cannot read");
    if (std::filesystem::file_size(path) > most_bytes) {
        throw ConfigError("--layers: " + path + " is no list of names: it has over 16 MiB");
    }
    std::istringstream file(read_text(path, most_bytes));
    const std::size_t before = words.size();
    for (std::string line; std::getline(file, line);) {
        if (line.ends_with('\r')) line.pop_back();
        if (!line.empty()) words.push_back(line);
    }
    if (words.size() == before) throw ConfigError("--layers: " + path + " holds no name; one per line is needed");
}

}  // namespace

std::vector<std::string> layer_words(const std::string& text) {
    std::vector<std::string> words;
    if (text.empty()) return words;
    for (const std::string& word : split(text, ',')) {
        if (word.size() > 1 && word.front() == '@') {
            add_lines(word.substr(1), words);
        } else {
            words.push_back(word);
        }
    }
    return words;
}

bool means_layer(std::string_view word, const std::string& name) {
    return std::ranges::any_of(callings(name), [&](std::string_view calling) {
        return calling == word || (is_glob(word) && matches_glob(word, calling));
    });
}

Positions selected_layers(const std::vector<std::string>& names, const std::vector<std::string>& words,
                          const std::string& where) {
    Positions positions;
    std::vector<bool> is_taken(names.size(), false);
    const Callings called(names);
    for (const std::string& word : words) {
        const Positions found = meant(called, names, word, where);
        const std::size_t before = positions.size();
        for (const std::size_t k : found) {
            if (!is_taken[k]) positions.push_back(k);
            is_taken[k] = true;
        }
        if (positions.size() == before) {
            throw ConfigError(where + ": layer '" + names[found.front()] + "' is selected twice");
        }
    }
    for (std::size_t k = 0; words.empty() && k < names.size(); ++k) positions.push_back(k);
    return positions;
}

void refuse_word(const std::string& word, const std::vector<std::string>& names, const std::string& where) {
    std::string letters = word;  // of a pattern
    std::erase_if(letters, [](char c) { return c == '*' || c == '?'; });
    const std::string what =
        is_glob(word) ? "no layer is called as '" + word + "' says" : "there is no layer '" + word + "'";
    throw ConfigError(where + ": " + what + "." + did_you_mean(letters, names) + " It has: " + join_some(names));
}

}  // namespace espalier::topology
