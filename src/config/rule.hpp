#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <espalier/config/value.hpp>

namespace espalier::config {

/// What a key's value must satisfy, in words and as code.
struct Rule {
    std::string allowed;  ///< completes "must be ..."; empty where every value of the type will do

    /// The value as the key's member holds it, in the type of `like`.
    /// @throws ConfigError with what completes "<key> = <value> ..."
    std::function<Value(const Value& given, const Value& like)> read;

    bool by_method = false;  ///< the default is the method's own; "" asks for it

    /// Where the value can be a path: the value with relative paths started at this folder. Otherwise empty.
    std::function<std::string(const std::string& value, const std::filesystem::path& folder)> absolute{};
};

/// Limits of numbers, for each item where the value is a list. What is not finite is never allowed.
struct Range {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool without_low = false;
    bool without_high = false;
};

Rule anything();
Rule within(const Range& range);
Rule at_least(double low);
Rule above(double low);
/// Whole: 1, 2, 4, 8, ...
Rule power_of_two(std::int64_t most);

/// One of these names.
Rule one_of(const std::vector<std::string>& names);

/// One of these names, which are asked for whenever a value is: plug-ins bring some.
Rule one_of_those_known(const std::function<std::vector<std::string>()>& names);

/// A list of such names, each at most once.
Rule list_of_those_known(const std::function<std::vector<std::string>()>& names);

/// One of these names, in which each '#' stands for a number from 1 on.
Rule one_of_forms(const std::vector<std::string>& forms);

/// A list of some of these names, each at most once.
Rule some_of(const std::vector<std::string>& names);

/// One of these names, or a path.
/// @param paths   what completes "one of ..., or "
Rule one_of_or_path(const std::vector<std::string>& names, const std::string& paths,
                    std::function<bool(const std::string& value)> is_path);

/// A Duration as text ("5ep", "400it") or a bare number of epochs.
Rule length();
Rule positive_length();
/// A list of them, as texts.
Rule lengths();
Rule positive_length_or(const std::string& word);

/// Something that can name a folder: not empty, no '/', no control characters, no '.' ("..", what is hidden) and no '-'
/// (an option) in front, at most 200 bytes.
Rule file_name();

/// Text that passes a check, which throws ConfigError with what completes "<key> = <value> ...".
Rule text_that(const std::string& allowed, std::function<void(const std::string& text)> check);

/// The same, where what stands behind `marker` ("file:") is a path.
Rule with_path_behind(const std::string& marker, Rule rule);

/// Folders, separated by ':'; may be empty.
Rule folders();

/// A file, or "" for none. Whether it is there is found out when it is read.
Rule file_path();

/// The rule, with "" standing for the default of the method.
Rule by_method(Rule rule);

}  // namespace espalier::config
