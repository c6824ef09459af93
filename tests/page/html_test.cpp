#include <nlohmann/json.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/page/embedded_page.hpp>
#include <espalier/page/html.hpp>

#include "support.hpp"

namespace espalier::page {
using namespace testing;
namespace {

std::size_t count_of(const std::string& text, const std::string& what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
    return count;
}

/// Between the element's tags.
std::string data_in(const std::string& html) {
    const std::string begin = "<script type=\"application/json\" id=\"data\">";
    const std::size_t from = html.find(begin) + begin.size();
    return html.substr(from, html.find("</script>", from) - from);
}

}  // namespace

TEST_CASE("html: no text of the data ends its element, and all of it is read back", "[page][html]") {
    const Json data = {{"title", "</script><script>alert(1)</script><!--"}, {"label", "\"a\", 'b'\n\xe2\x80\xa8&amp;"}};
    if (embedded_page().empty()) {
        CHECK_THROWS_WITH(html_of(data, "t"), Contains("built without the report page") && Contains("npm"));
        return;
    }
    const std::string html = html_of(data, "<b>&</b>%ESPALIER_DATA%");
    CHECK(Json::parse(data_in(html)) == data);
    CHECK_THAT(html, Contains("<title>&lt;b&gt;&amp;&lt;/b&gt;%ESPALIER_DATA%</title>"));
    CHECK(count_of(html, "<script") == count_of(html_of(Json::object(), "t"), "<script"));
    CHECK_THAT(html, Contains("default-src 'none'") && Contains("Apache License"));
    CHECK(html.find("%ESPALIER_TITLE%") == std::string::npos);
}

TEST_CASE("html: bytes that are no UTF-8 do not end the report", "[page][html]") {
    if (embedded_page().empty()) return;
    const std::string html = html_of(Json{{"label", "run \xff"}}, "t");
    CHECK(Json::parse(data_in(html))["label"] == "run \xef\xbf\xbd");
}

}  // namespace espalier::page
