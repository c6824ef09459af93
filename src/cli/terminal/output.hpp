#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace espalier::cli {

/// Writes a command's result, the only thing that goes to stdout: lines, in which other control characters are escaped
/// (printable.hpp). A reader that has gone away (a closed pipe) is fine.
/// @throws IoError where the system refuses for another reason, such as a full disk
void write_stdout(std::string_view text);

/// Replaces a file by a text, or leaves it as it was.
/// @throws IoError naming the file
void replace_with_text(const std::filesystem::path& file, const std::string& text);

/// One line of stderr, "espalier: note: <text>": what a user should know of a result that stands all the same.
void write_note(const std::string& text);

/// Lets a closed pipe and a file size limit be errors of write() instead of the end of the process. For main.
void let_writes_fail();

}  // namespace espalier::cli
