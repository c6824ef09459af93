#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

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

void load_plugins(int argc, char** argv) {
    if (const char* list = std::getenv(variable)) load_listed(list);
    constexpr std::string_view option = "--plugin";
    for (int k = 1; k < argc; ++k) {
        const std::string_view word = argv[k];
        if (word == "--") break;
        if (word == option && k + 1 < argc) plugin::load(argv[++k]);
        if (word.starts_with("--plugin=")) plugin::load(word.substr(option.size() + 1));
    }
    std::string all;
    for (const auto& file : plugin::loaded()) all += (all.empty() ? "" : ":") + file.string();
    if (!all.empty()) setenv(variable, all.c_str(), 1);
}

}  // namespace espalier::cli
