#pragma once

#include <string>
#include <string_view>

namespace espalier::page {

/// The page without data, one HTML file that src/page/browser/ was bundled to; empty where it was built without.
std::string_view embedded_page();

/// Why the program was built without the page, and what to do; empty where it has it.
std::string why_no_page();

}  // namespace espalier::page
