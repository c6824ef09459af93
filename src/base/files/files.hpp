#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace espalier {

/// Refuses what is no regular file: a FIFO would be waited for, a device may never end. Links are followed.
/// @throws IoError "cannot read PATH: it is a FIFO"; also where there is nothing
void require_regular_file(const std::filesystem::path& path, const std::string& doing = "cannot read");

/// A regular file, opened at its beginning.
/// @throws IoError where it is none, or cannot be read
std::ifstream open_to_read(const std::filesystem::path& path);

/// The whole of a regular file.
/// @throws IoError where it cannot be read; FormatError where it is larger than `limit_bytes`, before reading
std::vector<std::byte> read_file(const std::filesystem::path& path, std::size_t limit_bytes);
/// The same as text.
std::string read_text(const std::filesystem::path& path, std::size_t limit_bytes = 64UL << 20);

/// The one way the project replaces a file: `write` fills a temporary file in the same folder, which is then synced,
/// renamed over `target`, and the folder synced. At every moment `target` is the old or the new file, whole.
///
/// A symbolic link stays one (its target is replaced); mode bits of an existing file are kept; the temporary is removed
/// when anything fails, and so is what earlier calls for this target left on this machine that were killed. Unit of
/// atomicity: one file. Only a regular file is replaced, never a FIFO or a device. The temporary,
/// `target`.tmp-PROCESS-MACHINE, is made by this call alone and never through a link; `write` finds it empty.
/// @throws whatever `write` throws; IoError naming `target`
void replace_file(const std::filesystem::path& target,
                  const std::function<void(const std::filesystem::path& temporary)>& write);

/// replace_file with the bytes of another file, which stays as it is.
void publish_copy(const std::filesystem::path& source, const std::filesystem::path& target);

/// replace_file by a second name for a file of ours: nothing is written. The name it has stays until it is removed, and
/// nothing may be written under it any more. Where the file system cannot do that, its bytes are copied.
void publish_linked(const std::filesystem::path& source, const std::filesystem::path& target);

/// Where a temporary was made. Locks tell the living from the dead on one machine; on some network file systems they
/// end at its border.
enum class MadeOn {
    this_machine,
    any,  ///< for who knows that nobody else writes the target, on any machine (OwnerFile)
};

/// Removes what an earlier replace_file of this target left behind when its process was killed: regular files named as
/// it names them, whose lock says that no living process works on them. replace_file does so itself for this machine.
void remove_stale_temporaries(const std::filesystem::path& target, MadeOn machine);

/// Test hook: called before each system call of replace_file and RecordLog with its name ("open", "copy", "write",
/// "truncate", "fsync", "link", "rename"); a non-zero answer is taken for the errno of that call, which is then not
/// made.
extern std::function<int(const std::string& operation)> inject_file_fault;

/// For who makes such calls: true where the test hook wants this one to fail; errno is then set.
bool file_fault(const std::string& operation);

/// Bytes that this process has put into files by replace_file and RecordLog so far: what a test of cost counts.
std::uint64_t file_bytes_written();
/// For who writes such bytes.
void count_file_bytes(std::uint64_t bytes);

}  // namespace espalier
