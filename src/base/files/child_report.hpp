#pragma once

#include <functional>
#include <string>

/// How a child process tells its parent what became of its work: for isolate.cpp and rehearse.cpp.
namespace espalier::child_report {

/// First byte of a report: how the text after it is meant.
enum Kind : char { result = 'r', config = 'c', format = 'f', io = 'i', numeric = 'n', memory = 'm', other = 'o' };

/// What `work` returns or throws.
std::string of(const std::function<std::string()>& work);

/// Writes all of it; false where the other side is gone.
bool send(int to, const std::string& report);

/// All that comes until the other side closes.
std::string receive(int from);

/// True in a child of rehearse() or isolated(): what a file does to the process, it may do to this one.
bool& in_child();

/// The result of a report that is not empty.
/// @throws what the work threw: ConfigError, FormatError, IoError, NumericError, std::bad_alloc, for all others Error
std::string understood(const std::string& report);

}  // namespace espalier::child_report
