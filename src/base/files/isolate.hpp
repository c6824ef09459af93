#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace espalier {

/// What a child process may use beyond what its parent has already.
struct IsolationLimits {
    std::size_t bytes = std::size_t{1} << 30;  ///< of address space
    unsigned seconds = 60;                     ///< on the clock, and of processor time
};

/// Does `work` in a child process under limits and returns the text it returned.
///
/// The last line of defence when files come from strangers: whatever a damaged or hostile file does to the libraries
/// that read it, it does to the child, and the parent never reads the file. Where rehearse() reads twice, here all the
/// work is the child's, the files it writes included. Errors of `work` are thrown again here, of the same kind. Threads
/// do not survive a fork: parallel loops of `work` run on one (see ThreadPool).
/// @param what  what errors call the work: the file
/// @throws FormatError where the child dies, exceeds a limit or runs out of memory; IoError where there can be no
/// child;
///         what `work` throws
std::string isolated(const std::string& what, const IsolationLimits& limits, const std::function<std::string()>& work);

}  // namespace espalier
