#pragma once

#include <string>

#include <espalier/cli/terminal/description.hpp>

/// What shells complete the program's command line by: scripts that hold all there is to know and start nothing.
namespace espalier::cli {

/// @param program  the program itself, with the words that options may have
std::string bash_completion(const CommandDescription& program);
std::string zsh_completion(const CommandDescription& program);
std::string fish_completion(const CommandDescription& program);

/// 'text' as these shells read it: in single quotes, those within it as '\''.
std::string shell_quoted(const std::string& text);

/// A script in which the program is called @NAME@, and @FUNCTION@ where a function's name holds no dash, of this
/// program.
std::string of_program(std::string script, const CommandDescription& program);

/// Words with a space between them.
std::string joined_words(const std::vector<std::string>& words);

}  // namespace espalier::cli
