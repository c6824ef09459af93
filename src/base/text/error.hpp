#pragma once

#include <stdexcept>
#include <string>

namespace espalier {

/// Everything the library throws on purpose. The message is one line: what is wrong, where, and what would be right.
class Error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The command line or the configuration alone shows the mistake (exit status 2).
class ConfigError : public Error {
    using Error::Error;
};

/// A file or an argument has a form it must not have: wrong magic, shape, index range or order (exit status 1).
class FormatError : public Error {
    using Error::Error;
};

/// The system refused: no such file, no space, no permission (exit status 1).
class IoError : public Error {
    using Error::Error;
};

/// The arithmetic went wrong: a loss that is not finite, a score that is NaN (exit status 1).
class NumericError : public Error {
    using Error::Error;
};

/// Throws IoError "<doing> <path>: <text of errno>". Call it directly after the failing system call.
[[noreturn]] void throw_errno(const std::string& doing, const std::string& path);

}  // namespace espalier
