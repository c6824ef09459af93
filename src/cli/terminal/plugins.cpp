#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <espalier/base/text/error.hpp>
#include <espalier/cli/terminal/plugins.hpp>
#include <espalier/plugin/load.hpp>

namespace espalier::cli {
namespace {

constexpr const char* variable = "ESPALIER_PLUGINS";

void load_listed(const char* list) {
    std::istringstream files(list);
    for (std::string file; std::getline(files, file, ':');) {
        if (!file.empty()) plugin::load(file);
    }
}

}  // namespace

void load_plugins(const std::vector<std::string>& words) {
    if (const char* list = std::getenv(variable)) load_listed(list);
    const std::string option = "--plugin";
    for (auto word = words.begin(); word != words.end() && *word != "--"; ++word) {
        if (word->starts_with(option + "=")) plugin::load(word->substr(option.size() + 1));
        if (*word == option && word + 1 != words.end()) plugin::load(*++word);
    }
    std::string all;
    for (const auto& file : plugin::loaded()) all += (all.empty() ? "" : ":") + file.string();
    if (!all.empty()) setenv(variable, all.c_str(), 1);
}

}  // namespace espalier::cli
