#include <algorithm>
#include <charconv>
#include <set>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/data/selected_features.hpp>

namespace espalier::data {
namespace {

std::string without_spaces(const std::string& line) {
    constexpr const char* spaces = " \t\r";
    const std::size_t first = line.find_first_not_of(spaces);
    if (first == std::string::npos) return "";
    return line.substr(first, line.find_last_not_of(spaces) - first + 1);
}

/// For a message, which is one line.
std::string shown(std::string text) {
    constexpr std::size_t most = 40;
    if (text.size() > most) text.resize(most);
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

std::uint32_t parse_number(const std::string& text, const std::string& place) {
    std::uint32_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data(), end, number);
    if (failed != std::errc{} || stop != end) {
        throw ConfigError(place + ": " + "'" + shown(text) + "'" + " is no number of a feature; one per line, from 0");
    }
    return number;
}

Examples selected(const Examples& all, std::span<const std::uint32_t> features) {
    Examples picked{.count = all.count, .features = features.size(), .values = {}, .labels = all.labels};
    const auto copy = [&](const auto& values) {
        std::decay_t<decltype(values)> kept;
        kept.reserve(all.count * features.size());
        for (std::size_t sample = 0; sample < all.count; ++sample) {
            for (const std::uint32_t f : features) kept.push_back(values[sample * all.features + f]);
        }
        picked.values = std::move(kept);
    };
    std::visit(copy, all.values);
    return picked;
}

}  // namespace

std::vector<std::uint32_t> read_feature_numbers(const std::filesystem::path& file) {
    std::vector<std::uint32_t> features;
    std::set<std::uint32_t> seen;
    std::size_t number = 0;
    for (const std::string& line : split(read_text(file), '\n')) {
        ++number;
        const std::string text = without_spaces(line);
        if (text.empty()) continue;
        const std::string place = file.string() + ":" + std::to_string(number);
        features.push_back(parse_number(text, place));
        if (!seen.insert(features.back()).second) {
            throw ConfigError(place + ": feature " + text + " came before; each may be there once");
        }
    }
    if (features.empty()) throw ConfigError(file.string() + ": no features; numbers are needed, one per line");
    return features;
}

Dataset select_features(const Dataset& dataset, std::span<const std::uint32_t> features, const std::string& where) {
    for (const std::uint32_t f : features) {
        if (f < dataset.train.features) continue;
        throw ConfigError(where + ": feature " + std::to_string(f) + ", but dataset " + dataset.name + " has " +
                          std::to_string(dataset.train.features) + ", counted from 0");
    }
    const bool one_channel = dataset.shape.channels == 1;
    Dataset picked{.name = dataset.name,
                   .shape = {.channels = one_channel ? 1 : features.size(),
                             .height = 1,
                             .width = one_channel ? features.size() : 1},
                   .classes = dataset.classes,
                   .white = dataset.white,
                   .selected = {features.begin(), features.end()},
                   .train = selected(dataset.train, features),
                   .test = selected(dataset.test, features),
                   .unlabelled = dataset.unlabelled,
                   .labels_from = dataset.labels_from,
                   .test_missing = dataset.test_missing,
                   .remarks = dataset.remarks};
    return picked;
}

}  // namespace espalier::data
