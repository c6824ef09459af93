#pragma once

#include <functional>

#include <sys/types.h>

namespace espalier {

/// For libraries with a lock of their own, such as HDF5's: a child process must not begin while another thread holds
/// it, since in the child nobody would ever give it back. Forks are made within a call of `hold`, by which the forking
/// thread has the lock, in the child too.
void hold_while_forking(void (*hold)(const std::function<void()>& fork));

/// fork(), with that lock held. Other threads than the one that calls do not live in the child.
/// @param play  what the child does; it must not return
/// @return the child, or -1 where the system refuses, with errno
pid_t fork_child(const std::function<void()>& play);

}  // namespace espalier
