#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace espalier {

/// A folder in which a long work is kept part by part, so that it goes on after a stop and processes can share it:
///
///     plan.txt               a line for all that the parts depend on
///     part-000012.<suffix>   the twelfth part, whole or not there
///
/// Two processes that work on one part write the same: the later one replaces the earlier.
class WorkFolder {
  public:
    /// Nothing is touched yet.
    /// @param plan    one line each, without line ends
    /// @param suffix  of the parts' files, without a point
    WorkFolder(std::filesystem::path folder, const std::vector<std::string>& plan, std::string suffix);

    /// Makes the folder with its plan, or finds that it holds this very plan. One process of those that share the work
    /// does it before any looks for parts.
    /// @throws ConfigError where the folder holds another plan, naming the first line that differs, or anything else;
    ///         IoError
    void begin() const;

    /// Whether a part is there, whole.
    bool has(std::size_t part) const;
    /// Puts a part there, or in the place of what is there, once `fill` has filled the file that it is given.
    /// @throws whatever `fill` throws; IoError
    void write(std::size_t part, const std::function<void(const std::filesystem::path& temporary)>& fill) const;
    /// Where the file of a part is, or will be.
    std::filesystem::path file_of(std::size_t part) const;

    /// Its lines as plan.txt has them.
    const std::string& plan() const { return plan_; }

  private:
    std::filesystem::path folder_;
    std::string plan_;
    std::string suffix_;
};

/// "4096 bytes of 1717171717171717171": size and time of change (nanoseconds) of a file, of a folder those of its files
/// together. What a plan says of an input, so that work on another one is not taken for work on this.
/// @throws IoError where there is none
std::string file_mark(const std::filesystem::path& path);

}  // namespace espalier
