#pragma once

#include <atomic>

namespace espalier {

/// What cancellation_point() throws: the work is given up. No error of the work, hence none of the family of Error;
/// only who has made the CancellationScope catches it.
struct Cancelled {};

/// Long work that somebody else may end: a Python session on Ctrl-C, a server on a closed connection. While it lives,
/// this thread, and those that parallel_for() gives its items to, end at their next cancellation_point() once the flag
/// is set. Work that writes files or goes on afterwards (a run) has ways of its own to stop, and none of these.
class CancellationScope {
  public:
    /// @param is_cancelled  the flag, which outlives the scope
    explicit CancellationScope(const std::atomic<bool>* is_cancelled);
    ~CancellationScope();
    CancellationScope(const CancellationScope&) = delete;
    CancellationScope& operator=(const CancellationScope&) = delete;

    /// The flag this thread looks at; null where nobody can cancel.
    static const std::atomic<bool>* current();

  private:
    const std::atomic<bool>* before_;
};

/// Costs a load where nobody cancels. parallel_for() has one before each item; loops that take seconds without it have
/// their own.
/// @throws Cancelled
void cancellation_point();

}  // namespace espalier
