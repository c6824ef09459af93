#pragma once

#include <string>

#include <espalier/page/numbers.hpp>

namespace espalier::page {

/// The page as one HTML file: what browser/ was bundled to, with the data in it. No text of the data can end the
/// element that holds it, and the page's policy lets no script run but its own.
/// @throws ConfigError where the program was built without the page: why, and how to get it
std::string html_of(const Json& data, const std::string& title);

/// Whether the program was built with the page; and why not.
/// @throws ConfigError as html_of
void require_page();

}  // namespace espalier::page
