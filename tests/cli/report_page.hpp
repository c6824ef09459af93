#pragma once

#include <filesystem>
#include <string>

#include <espalier/base/files/files.hpp>
#include <espalier/report/json.hpp>

namespace espalier::testing {

/// The data in a page that `espalier report` wrote.
inline report::Json data_of_page(const std::filesystem::path& file) {
    const std::string html = read_text(file);
    const std::string begin = "<script type=\"application/json\" id=\"data\">";
    const std::size_t from = html.find(begin) + begin.size();
    return report::Json::parse(html.substr(from, html.find("</script>", from) - from));
}

}  // namespace espalier::testing
