#include <espalier/base/text/printable.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;

TEST_CASE("printable: control characters are escaped, all other text stays", "[base][printable]") {
    CHECK(printable("fc1.weight") == "fc1.weight");
    CHECK(printable("größe 神経") == "größe 神経");
    CHECK(printable("a\x1b[31mred\x07") == "a\\u001b[31mred\\u0007");
    CHECK(printable(std::string_view("a\0b", 3)) == "a\\u0000b");
    CHECK(printable("a\nb\tc\x7f") == "a\\u000ab\\u0009c\\u007f");
    CHECK(printable("a\nb\t", "\n") == "a\nb\\u0009");
    CHECK(printable("\xc2\x9b"
                    "31m") == "\\u009b31m");  // CSI as one character
    CHECK(printable("\xc2\xa0\xc3\x9b") == "\xc2\xa0\xc3\x9b");
    CHECK(printable("") == "");
}

TEST_CASE("printable: bytes that are no UTF-8 stay, but for those that are controls of 8-bit terminals",
          "[base][printable]") {
    CHECK(printable("\x9b"
                    "31m") == "\\x9b31m");
    CHECK(printable("\xff\xe9t") == "\xff\xe9t");
    CHECK(printable("\xc2") == "\xc2");
    CHECK(printable("\xe2\x9b") == "\xe2\\x9b");  // a character that was cut off
}

TEST_CASE("one_line: a message of several lines is one", "[base][printable]") {
    CHECK(one_line("") == "");
    CHECK(one_line("a\nb\t\r\n") == "a b");
    CHECK(one_line("\n\n") == "");
    CHECK(one_line("a\rb") == "a\\u000db");
}

TEST_CASE("excerpt: what comes from outside fits a line, and is UTF-8 whatever it was", "[base][printable]") {
    CHECK(excerpt("") == "");
    CHECK(excerpt("a\nb\x7f") == "a\\u000ab\\u007f");
    CHECK(excerpt("gr\xc3\xb6\xc3\x9f"
                  "e") ==
          "gr\xc3\xb6\xc3\x9f"
          "e");
    CHECK(excerpt("\xc3(\xff") == "\\xc3(\\xff");
    CHECK(excerpt("\xe0\x80\x80") == "\\xe0\\x80\\x80");  // longer than it need be
    CHECK(excerpt("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // half of a pair of UTF-16
    CHECK(excerpt(std::string(80, 'x')) == std::string(80, 'x'));
    CHECK(excerpt(std::string(500, 'x')) == std::string(80, 'x') + "...");
    CHECK(excerpt(std::string(79, 'x') + "\xc3\xb6") == std::string(79, 'x') + "...");  // no half character
    CHECK(excerpt(std::string(500, 'x'), 200) == std::string(200, 'x') + "...");
}

}  // namespace espalier
