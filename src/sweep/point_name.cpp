#include <algorithm>
#include <cctype>

#include <espalier/sweep/point_name.hpp>

namespace espalier::sweep {
namespace {

std::string leaf_of(const std::string& key) {
    return key.substr(key.rfind('.') + 1);
}

/// As short as it can be without two keys becoming one.
std::string short_name(const std::string& key, const GridValues& values) {
    const std::string leaf = leaf_of(key);
    const auto shares_leaf = [&](const auto& other) { return leaf_of(other.first) == leaf; };
    return std::ranges::count_if(values, shares_leaf) > 1 ? key : leaf;
}

bool is_kept(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string("._+-").find(c) != std::string::npos;
}

std::string safe(const std::string& text) {
    std::string kept;
    for (const char c : text) kept += is_kept(c) ? c : '_';
    return kept;
}

/// Lists lose brackets, quotes and spaces, and have 'x' between their items.
std::string safe(const config::Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return safe(*text);
    std::string text;
    for (const char c : plain_text(value)) {
        if (std::string("[] \"").find(c) == std::string::npos) text += c == ',' ? 'x' : c;
    }
    return safe(text);
}

}  // namespace

std::string plain_text(const config::Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    return config::toml_text(value);
}

std::string point_name(const std::string& variant, const GridValues& values, std::int64_t seed) {
    std::string name = variant.empty() ? "" : variant + "-";
    for (const auto& [key, value] : values) {
        const std::string text = safe(value);
        const bool runs_together = !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0;
        name += short_name(key, values) + (runs_together ? "_" : "") + text + "-";
    }
    return name + "s" + std::to_string(seed);
}

}  // namespace espalier::sweep
