#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <espalier/cli/terminal/description.hpp>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace espalier::cli {

/// One option of a command; each call returns it, so that they chain.
class Option {
  public:
    explicit Option(CLI::Option& option) : option_(&option) {}

    Option required() const;
    Option type_name(const std::string& name) const;              ///< what --help shows as its value; "" for nothing
    Option between(std::int64_t least, std::int64_t most) const;  ///< other values are refused
    Option not_negative() const;
    Option separated_by_commas() const;  ///< one word is a list; the next word belongs to nobody
    Option one_each() const;             ///< of a list: each occurrence takes one word
    Option excludes(const Option& other) const;
    Option excludes(const std::string& other) const;
    Option needs(const Option& other) const;

  private:
    CLI::Option* option_;
};

/// The options of one command. CLI11 stays behind it, because a source that sees CLI11 takes twelve seconds to compile:
/// only parser.cpp and app.cpp do.
class Parser {
  public:
    explicit Parser(CLI::App& app) : app_(&app) {}

    /// A value that `target` gets where it is given; a name without dashes is positional. Lines "name: help" behind the
    /// first line of `help`, and a type_name "auto|bar|none", are values that shells complete.
    /// `Target` is one of those at the end of parser.cpp.
    template <class Target>
    Option add_option(const std::string& name, Target& target, const std::string& help);
    Option add_flag(const std::string& name, bool& target, const std::string& help);

    /// All there are, in the order they were added.
    std::vector<OptionDescription> options() const;
    /// "Usage: espalier run [OPTIONS] [CONFIG]", without "Usage: ".
    std::string usage() const;

  private:
    CLI::App* app_;
};

}  // namespace espalier::cli
