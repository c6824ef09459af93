#include <array>
#include <stdexcept>
#include <string_view>

#include <nlohmann/json.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/page/embedded_page.hpp>
#include <espalier/page/html.hpp>

namespace espalier::page {
namespace {

constexpr std::string_view title_mark = "%ESPALIER_TITLE%";
constexpr std::string_view data_mark = "%ESPALIER_DATA%";

/// "<" ends an element or begins a comment wherever it stands in a script; in JSON it may be written otherwise. JSON as
/// nlohmann writes it has it in texts alone.
std::string json_in_html(const Json& data) {
    constexpr int on_one_line = -1;
    std::string escaped;
    for (const char c : data.dump(on_one_line, ' ', false, Json::error_handler_t::replace)) {
        if (c == '<') {
            escaped += "\\u003c";
        } else {
            escaped += c;
        }
    }
    return escaped;
}

std::string text_in_html(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            default:
                escaped += c;
        }
    }
    return escaped;
}

/// What stands before a mark, which is taken off with it.
std::string_view take_until(std::string_view& rest, std::string_view mark) {
    const std::size_t place = rest.find(mark);
    if (place == std::string_view::npos) throw std::logic_error("the embedded page lacks " + std::string(mark));
    const std::string_view before = rest.substr(0, place);
    rest.remove_prefix(place + mark.size());
    return before;
}

}  // namespace

void require_page() {
    if (!embedded_page().empty()) return;
    throw ConfigError("this espalier was built without the report page: " + why_no_page());
}

std::string html_of(const Json& data, const std::string& title) {
    require_page();
    std::string_view rest = embedded_page();
    std::string page(take_until(rest, title_mark));
    page += text_in_html(title);
    page += take_until(rest, data_mark);
    page += json_in_html(data);
    page += rest;
    return page;
}

}  // namespace espalier::page
