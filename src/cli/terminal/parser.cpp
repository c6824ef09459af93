#include <optional>
#include <vector>

#include <CLI/CLI.hpp>

#include <espalier/cli/terminal/parser.hpp>

namespace espalier::cli {

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
