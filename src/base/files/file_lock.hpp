#pragma once

#include <filesystem>
#include <string>

#include <sys/types.h>

namespace espalier {

/// Whole-file locks (flock), which the system drops with the last process that has the file open, however it ends. They
/// need no process numbers, which are used again, and survive no reboot. Nothing here waits.
enum class Lock {
    taken,    ///< ours now
    refused,  ///< another opening of the file has it
    unknown,  ///< the file system has no such locks
};

/// @param exclusive  else shared with others that share it
Lock try_lock(int descriptor, bool exclusive);

/// The process that took the exclusive lock; 0 where there is none, or the system does not say (another machine,
/// another container).
pid_t lock_holder(int descriptor);

/// "another process (4711)", or "another process" of 0.
std::string another_process(pid_t holder);

/// False where another process has removed or replaced the file since it was opened.
bool is_still(const std::filesystem::path& path, int descriptor);

}  // namespace espalier
