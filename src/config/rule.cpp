#include <algorithm>
#include <bit>
#include <cmath>

#include <espalier/base/text/duration.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/near_names.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/config/rule.hpp>

namespace espalier::config {
namespace {

namespace fs = std::filesystem;

constexpr const char* length_words = "a length of time: \"5ep\", \"400it\" or a number of epochs";

/// "1" and "0.5": limits read better without the point that TOML wants.
std::string limit(double value) {
    const bool whole = std::isfinite(value) && value == std::floor(value) && std::abs(value) < 1e15;
    return whole ? std::to_string(static_cast<std::int64_t>(value)) : toml_text(value);
}

std::string in_words(const Range& range) {
    const std::string low = limit(range.low);
    const std::string high = limit(range.high);
    std::string words;
    if (std::isfinite(range.low)) words = (range.without_low ? "above " : "at least ") + low;
    if (!std::isfinite(range.high)) return words.empty() ? "finite" : words;
    if (!words.empty()) words += " and ";
    return words + (range.without_high ? "below " : "at most ") + high;
}

bool contains(const Range& range, double value) {
    const bool above_low = range.without_low ? value > range.low : value >= range.low;
    const bool below_high = range.without_high ? value < range.high : value <= range.high;
    return std::isfinite(value) && above_low && below_high;
}

bool every_number(const Value& value, const Range& range) {
    return std::visit(
        [&](const auto& held) {
            using Held = std::decay_t<decltype(held)>;
            if constexpr (std::is_arithmetic_v<Held>) {
                return contains(range, static_cast<double>(held));
            } else if constexpr (std::is_same_v<Held, std::string> || std::is_same_v<Held, std::vector<std::string>>) {
                return false;
            } else {
                return std::ranges::all_of(held, [&](auto item) { return contains(range, static_cast<double>(item)); });
            }
        },
        value);
}

/// A rule whose value keeps its type and only has to pass a test.
Rule passing(const std::string& allowed, std::function<bool(const Value&)> accepts) {
    return {.allowed = allowed, .read = [allowed, accepts = std::move(accepts)](const Value& given, const Value& like) {
                Value value = converted(given, like);
                if (!accepts(value)) throw ConfigError("must be " + allowed);
                return value;
            }};
}

Duration duration_of(const Value& given) {
    try {
        if (const auto* text = std::get_if<std::string>(&given)) return Duration::parse(*text);
        return Duration::parse(toml_text(std::get<double>(converted(given, Value(0.0)))));
    } catch (const ConfigError&) {
        throw ConfigError(std::string("must be ") + length_words);
    }
}

std::string absolute_path(const std::string& path, const fs::path& folder) {
    return path.empty() ? path : fs::absolute(folder / path).lexically_normal().string();
}

std::string absolute_list(const std::string& paths, const fs::path& folder) {
    std::vector<std::string> parts = split(paths, ':');
    for (std::string& part : parts) part = absolute_path(part, folder);
    return join(parts, ":");
}

}  // namespace

Rule anything() {
    return {.allowed = "", .read = converted};
}

Rule within(const Range& range) {
    return passing(in_words(range), [range](const Value& value) { return every_number(value, range); });
}

Rule at_least(double low) {
    return within({.low = low});
}

Rule above(double low) {
    return within({.low = low, .without_low = true});
}

Rule power_of_two(std::int64_t most) {
    return passing("a power of two from 1 to " + std::to_string(most), [most](const Value& value) {
        const auto number = std::get<std::int64_t>(value);
        return number >= 1 && number <= most && std::has_single_bit(static_cast<std::uint64_t>(number));
    });
}

Rule one_of(const std::vector<std::string>& names) {
    return {.allowed = "one of " + join(names), .read = [names](const Value& given, const Value& like) {
                Value value = converted(given, like);
                const std::string& name = std::get<std::string>(value);
                if (std::ranges::find(names, name) == names.end()) {
                    throw ConfigError(not_known(name, names).substr(1));
                }
                return value;
            }};
}

namespace {

std::string unknown_here(const std::string& name, const std::vector<std::string>& known) {
    return not_known(name, known).substr(1) + "; a plug-in's name needs --plugin FILE";
}

}  // namespace

Rule one_of_those_known(const std::function<std::vector<std::string>()>& names) {
    return {.allowed = "one of " + join(names()) + ", or what a plug-in brings",
            .read = [names](const Value& given, const Value& like) {
                Value value = converted(given, like);
                const std::string& name = std::get<std::string>(value);
                const std::vector<std::string> known = names();
                if (std::ranges::find(known, name) == known.end()) throw ConfigError(unknown_here(name, known));
                return value;
            }};
}

namespace {

/// Whether the value is the form with numbers in the places of '#'.
bool has_form(std::string_view value, std::string_view form) {
    while (!form.empty()) {
        if (value.empty()) return false;
        if (form.front() != '#') {
            if (value.front() != form.front()) return false;
            value.remove_prefix(1);
        } else {
            if (value.front() < '1' || value.front() > '9') return false;
            while (!value.empty() && value.front() >= '0' && value.front() <= '9') value.remove_prefix(1);
        }
        form.remove_prefix(1);
    }
    return value.empty();
}

}  // namespace

Rule one_of_forms(const std::vector<std::string>& forms) {
    return {.allowed = "one of " + join(forms), .read = [forms](const Value& given, const Value& like) {
                Value value = converted(given, like);
                const std::string& name = std::get<std::string>(value);
                if (std::ranges::none_of(forms, [&](const std::string& form) { return has_form(name, form); })) {
                    throw ConfigError(not_known(name, forms).substr(1));
                }
                return value;
            }};
}

Rule some_of(const std::vector<std::string>& names) {
    const std::string known = join(names);
    return {.allowed = "each one of " + known, .read = [names, known](const Value& given, const Value& like) {
                Value value = converted(given, like);
                const auto& asked = std::get<std::vector<std::string>>(value);
                for (auto name = asked.begin(); name != asked.end(); ++name) {
                    if (std::ranges::find(names, *name) == names.end()) {
                        throw ConfigError("has '" + excerpt(*name) + "', which is not known; known: " + known + "." +
                                          did_you_mean(*name, names));
                    }
                    if (std::find(asked.begin(), name, *name) != name) {
                        throw ConfigError("has '" + *name + "' twice");
                    }
                }
                return value;
            }};
}

Rule list_of_those_known(const std::function<std::vector<std::string>()>& names) {
    return {.allowed = "names that plug-ins bring", .read = [names](const Value& given, const Value& like) {
                Value value = converted(given, like);
                const auto& asked = std::get<std::vector<std::string>>(value);
                const std::vector<std::string> known = names();
                for (auto name = asked.begin(); name != asked.end(); ++name) {
                    if (std::ranges::find(known, *name) == known.end())
                        throw ConfigError("has '" + excerpt(*name) + "', which " + unknown_here(*name, known));
                    if (std::find(asked.begin(), name, *name) != name) throw ConfigError("has '" + *name + "' twice");
                }
                return value;
            }};
}

Rule one_of_or_path(const std::vector<std::string>& names, const std::string& paths,
                    std::function<bool(const std::string& value)> is_path) {
    Rule rule = one_of(names);
    rule.allowed += ", or " + paths;
    rule.read = [is_path, otherwise = rule.read](const Value& given, const Value& like) {
        const auto* path = std::get_if<std::string>(&given);
        return path != nullptr && is_path(*path) ? given : otherwise(given, like);
    };
    rule.absolute = [is_path](const std::string& value, const fs::path& folder) {
        return is_path(value) ? absolute_path(value, folder) : value;
    };
    return rule;
}

Rule length() {
    return {.allowed = length_words,
            .read = [](const Value& given, const Value&) { return Value(duration_of(given).text()); }};
}

Rule lengths() {
    return {.allowed = std::string("each ").append(length_words), .read = [](const Value& given, const Value& like) {
                auto texts = std::get<std::vector<std::string>>(converted(given, like));
                for (std::string& text : texts) text = duration_of(text).text();
                return Value(texts);
            }};
}

Rule positive_length() {
    return {.allowed = std::string("longer than 0 and ").append(length_words),
            .read = [](const Value& given, const Value&) {
                const Duration duration = duration_of(given);
                if (duration.is_zero()) throw ConfigError("must be longer than 0");
                return Value(duration.text());
            }};
}

Rule positive_length_or(const std::string& word) {
    Rule rule = positive_length();
    rule.allowed = "\"" + word + "\", or " + rule.allowed;
    rule.read = [word, otherwise = rule.read](const Value& given, const Value& like) {
        return given == Value(word) ? given : otherwise(given, like);
    };
    return rule;
}

Rule file_name() {
    return passing(
        "a name for a file: not empty, without '/' and control characters, not beginning with '.' or '-', at most 200 "
        "bytes",
        [](const Value& value) {
            const std::string& name = std::get<std::string>(value);
            const bool plain =
                std::ranges::none_of(name, [](unsigned char c) { return c == '/' || c < 0x20 || c == 0x7f; });
            return plain && !name.empty() && name[0] != '.' && name[0] != '-' && name.size() <= 200;
        });
}

Rule text_that(const std::string& allowed, std::function<void(const std::string& text)> check) {
    return {.allowed = allowed, .read = [check = std::move(check)](const Value& given, const Value& like) {
                Value value = converted(given, like);
                check(std::get<std::string>(value));
                return value;
            }};
}

Rule with_path_behind(const std::string& marker, Rule rule) {
    rule.absolute = [marker](const std::string& value, const fs::path& folder) {
        const std::size_t at = value.find(marker);
        if (at == std::string::npos) return value;
        const std::size_t path = at + marker.size();
        return value.substr(0, path) + absolute_path(value.substr(path), folder);
    };
    return rule;
}

Rule folders() {
    return {.allowed = "folders separated by ':'", .read = converted, .absolute = absolute_list};
}

Rule file_path() {
    return {.allowed = "a path, or \"\"", .read = converted, .absolute = absolute_path};
}

Rule by_method(Rule rule) {
    rule.by_method = true;
    rule.read = [otherwise = rule.read](const Value& given, const Value& like) {
        const bool unset = std::holds_alternative<std::string>(like) && given == Value(std::string());
        return unset ? given : otherwise(given, like);
    };
    return rule;
}

}  // namespace espalier::config
