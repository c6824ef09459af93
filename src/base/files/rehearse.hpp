#pragma once

#include <filesystem>
#include <functional>

namespace espalier {

/// Reads a file from outside in a child process first, for readers that a damaged file can crash or hang.
///
/// HDF5 1.10.8 crashes or hangs on about one in 2000 single flipped bits, before any check of ours is asked. The child
/// takes the blow; what it reads is thrown away, so reading costs twice. Where the child dies, or computes for longer
/// than 2 s and 1 s a 10 MB without saying rehearsal_goes_on(), the file is refused. So it is, in the child's words,
/// where `read` throws an error of ours there: the caller's process then never opens the file, and nothing of a damaged
/// one stays in its library, whose state all later files share. Other exceptions are left to the caller, who meets them
/// again. Threads do not survive a fork: parallel loops of `read` run on one (see ThreadPool). Where the system cannot
/// fork, nothing is tried.
/// @throws FormatError "<file>: damaged ..."; ConfigError, FormatError, IoError, NumericError as `read` does
void rehearse(const std::filesystem::path& file, const std::function<void()>& read);

/// Said between the many parts of what is read (snapshots): a rehearsal's time begins again, so that the limit grows
/// with the work and is still short for each part. Outside a rehearsal nothing.
void rehearsal_goes_on();

}  // namespace espalier
