#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace espalier {

/// The whole file.
/// @throws IoError where it cannot be read; FormatError where it is larger than `limit_bytes`, before reading
std::vector<std::byte> read_file(const std::filesystem::path& path, std::size_t limit_bytes);
std::string read_text(const std::filesystem::path& path, std::size_t limit_bytes = 64UL << 20);

/// The one way the project replaces a file: `write` fills a temporary file in the same folder, which is then synced,
/// renamed over `target`, and the folder synced. At every moment `target` is the old or the new file, whole.
///
/// A symbolic link stays one (its target is replaced); mode bits of an existing file are kept; the temporary is removed
/// when anything fails. Unit of atomicity: one file.
/// @throws whatever `write` throws; IoError naming `target`
void replace_file(const std::filesystem::path& target,
                  const std::function<void(const std::filesystem::path& temporary)>& write);

/// replace_file with the bytes of another file, which stays as it is.
void publish_copy(const std::filesystem::path& source, const std::filesystem::path& target);

/// Removes what an earlier replace_file of this target left behind when its process was killed.
void remove_stale_temporaries(const std::filesystem::path& target);

/// Removes what any replace_file left behind in a folder when its process was killed. Only for who knows that nobody
/// is at work there.
void remove_all_stale_temporaries(const std::filesystem::path& folder);

/// Test hook: called before each system call of replace_file with its name ("open", "copy", "fsync", "rename");
/// a non-zero answer is taken for the errno of that call, which is then not made.
extern std::function<int(const std::string& operation)> inject_file_fault;

}  // namespace espalier
