#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace espalier {

/// Text that no terminal takes for commands, whatever names from files put into it: control characters (C0, DEL, C1)
/// become `\u001b`, bytes that begin no UTF-8 character and could be C1 of an 8-bit terminal `\x9b`. In a JSON
/// document the first form means what stood there.
/// @param keep  control characters that stay, "\n" where lines are meant
std::string printable(std::string_view text, std::string_view keep = "");

/// The same for a message, which is one line whatever file names, libraries and plug-ins put into it: line ends become
/// spaces, and those at its end go.
std::string one_line(std::string text);

/// Text from outside for one line of a message: printable, "..." for what comes behind its first `longest` bytes, and
/// `\xff` for every byte that belongs to no UTF-8 character, so that it may stand in JSON.
std::string excerpt(std::string_view text, std::size_t longest = 80);

}  // namespace espalier
