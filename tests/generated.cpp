#include "generated.hpp"
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <espalier/base/files/files.hpp>

#include "catch.hpp"

namespace espalier::testing {
namespace {

std::string existing(const std::filesystem::path& file) {
    return std::filesystem::exists(file) ? read_text(file) : "";
}

void check_whole(const std::filesystem::path& file, const std::string& text) {
    const bool update = std::getenv("ESPALIER_UPDATE_DOCS") != nullptr;
    if (update && existing(file) != text) {
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }
    INFO(file.string() << " is out of date: run this test with ESPALIER_UPDATE_DOCS=1 and commit the file");
    CHECK(existing(file) == text);
}

std::filesystem::path in_project(const std::string& path) {
    return std::filesystem::path(ESPALIER_SOURCE_DIR) / path;
}

}  // namespace

void check_generated(const std::string& path, const std::string& text) {
    check_whole(in_project(path), text);
}

void check_generated(const std::string& path, const std::string& begin, const std::string& end,
                     const std::string& text) {
    const std::string whole = existing(in_project(path));
    const std::size_t first = whole.find('\n', whole.find(begin));
    const std::size_t last = whole.rfind('\n', whole.find(end, first));
    INFO(path << " lacks the lines '" << begin << "' and '" << end << "' around what is generated");
    REQUIRE(whole.find(begin) != std::string::npos);
    REQUIRE(whole.find(end, first) != std::string::npos);
    check_whole(in_project(path), whole.substr(0, first + 1) + text + whole.substr(last + 1));
}

}  // namespace espalier::testing
