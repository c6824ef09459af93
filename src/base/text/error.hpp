#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

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

/// A function that a plug-in brought has thrown (exit status 1): "<who>: <trouble>; <remedy>".
class PluginError : public Error {
  public:
    /// @param who     "drop rule 'mine'"
    /// @param cause   what the function threw; null where it says no more than the trouble
    /// @param remedy  what can be done now; empty: nothing is known of that here
    PluginError(const std::string& who, const std::string& trouble, std::exception_ptr cause,
                const std::string& remedy = "")
        : Error(who + ": " + trouble + (remedy.empty() ? "" : "; " + remedy)),
          who_(who),
          trouble_(trouble),
          remedy_(remedy),
          cause_(std::move(cause)) {}

    /// The same with what can be done now.
    PluginError with(const std::string& remedy) const { return {who_, trouble_, cause_, remedy}; }

    /// Which function: "drop rule 'mine'".
    const std::string& who() const { return who_; }
    /// What can be done now; empty where nothing is known of that.
    const std::string& remedy() const { return remedy_; }
    /// What the function threw, or null.
    const std::exception_ptr& cause() const { return cause_; }

  private:
    std::string who_;
    std::string trouble_;
    std::string remedy_;
    std::exception_ptr cause_;
};

/// Throws IoError "<doing> <path>: <text of errno>". Call it directly after the failing system call.
[[noreturn]] void throw_errno(const std::string& doing, const std::string& path);

}  // namespace espalier
