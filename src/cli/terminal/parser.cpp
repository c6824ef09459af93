#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include <espalier/cli/terminal/parser.hpp>

namespace espalier::cli {
namespace {

std::vector<std::string> names_of_all(const std::set<CLI::Option*>& options) {
    std::vector<std::string> names;
    for (const CLI::Option* option : options) names.push_back(option->get_name());
    std::ranges::sort(names);
    return names;
}

OptionDescription described(const CLI::Option& option) {
    OptionDescription found;
    found.is_positional = option.get_positional();
    for (const std::string& name : option.get_snames()) found.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) found.names.push_back("--" + name);
    if (found.is_positional) found.names = {option.get_name(true)};
    found.takes_value = option.get_items_expected_max() > 0;
    found.value = found.takes_value ? option.get_type_name() : "";
    found.help = option.get_description();
    found.words = named_values(found.value, found.help);
    found.excludes = names_of_all(option.get_excludes());
    found.needs = names_of_all(option.get_needs());
    found.is_required = option.get_required();
    found.is_repeated = option.get_expected_max() >= CLI::detail::expected_max_vector_size;
    return found;
}

}  // namespace

Option Option::required() const {
    option_->required();
    return *this;
}

Option Option::type_name(const std::string& name) const {
    option_->type_name(name);
    return *this;
}

Option Option::between(std::int64_t least, std::int64_t most) const {
    option_->check(CLI::Range(least, most).description(""));
    return *this;
}

Option Option::not_negative() const {
    option_->check(CLI::NonNegativeNumber.description(""));
    return *this;
}

Option Option::separated_by_commas() const {
    option_->delimiter(',')->allow_extra_args(false);
    return *this;
}

Option Option::one_each() const {
    option_->allow_extra_args(false);
    return *this;
}

Option Option::excludes(const Option& other) const {
    option_->excludes(other.option_);
    return *this;
}

Option Option::excludes(const std::string& other) const {
    option_->excludes(other);
    return *this;
}

Option Option::needs(const Option& other) const {
    option_->needs(other.option_);
    return *this;
}

template <class Target>
Option Parser::add_option(const std::string& name, Target& target, const std::string& help) {
    return Option(*app_->add_option(name, target, help));
}

Option Parser::add_flag(const std::string& name, bool& target, const std::string& help) {
    return Option(*app_->add_flag(name, target, help));
}

std::vector<OptionDescription> Parser::options() const {
    std::vector<OptionDescription> found;
    for (const CLI::Option* option : std::as_const(*app_).get_options()) found.push_back(described(*option));
    return found;
}

std::string Parser::usage() const {
    std::string name = app_->get_name();
    for (const CLI::App* above = app_->get_parent(); above != nullptr; above = above->get_parent()) {
        name = above->get_name() + " " + name;
    }
    const std::string text = CLI::Formatter().make_usage(app_, name);
    const std::string front = "Usage: ";
    const std::size_t begin = text.find(front) + front.size();
    return text.substr(begin, text.find_last_not_of('\n') + 1 - begin);
}

template Option Parser::add_option(const std::string&, std::string&, const std::string&);
template Option Parser::add_option(const std::string&, std::optional<std::string>&, const std::string&);
template Option Parser::add_option(const std::string&, std::vector<std::string>&, const std::string&);
template Option Parser::add_option(const std::string&, int&, const std::string&);
template Option Parser::add_option(const std::string&, std::int64_t&, const std::string&);
template Option Parser::add_option(const std::string&, std::size_t&, const std::string&);
template Option Parser::add_option(const std::string&, std::optional<std::size_t>&, const std::string&);
template Option Parser::add_option(const std::string&, double&, const std::string&);
template Option Parser::add_option(const std::string&, std::optional<double>&, const std::string&);
template Option Parser::add_option(const std::string&, std::vector<double>&, const std::string&);

}  // namespace espalier::cli
