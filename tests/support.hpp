#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>

#include "catch.hpp"

namespace espalier::testing {

/// A pattern drawn as rows of 0 and 1.
Pattern pattern(std::initializer_list<std::initializer_list<int>> rows);

/// Each position kept with probability `density`.
Pattern random_pattern(std::size_t rows, std::size_t cols, double density, Stream& stream);

/// `count` pairs of random patterns of equal shape, sides 1 to `largest`, densities from empty to full.
std::vector<std::pair<Pattern, Pattern>> random_pattern_pairs(std::size_t count, std::size_t largest);

/// dense(p)[row][col] is 0 or 1.
std::vector<std::vector<int>> dense(const Pattern& pattern);

/// Uniform in [-1, 1].
std::vector<double> random_values(std::size_t count, Stream& stream);

/// A stream for this test run; the seed is ESPALIER_TEST_SEED or 1 and is printed with every failure:
///     Stream stream = test_stream(); INFO(seed_text());
Stream test_stream(std::uint32_t number = 0);
std::string seed_text();

/// A folder of its own, removed with all it holds at the end of the scope.
class TemporaryFolder {
  public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

std::size_t entries_in(const std::filesystem::path& folder);

/// The folder of reference values (ESPALIER_REFERENCE, else ../shared/reference beside the project), where it exists.
/// A test that needs it and gets nothing calls skip().
std::optional<std::filesystem::path> reference_folder();

/// The folder of datasets that no package ships (ESPALIER_TEST_DATA, else ../shared/data beside the project).
std::optional<std::filesystem::path> data_folder();

/// Says why a test did nothing; the run goes on.
void skip(const std::string& why);

}  // namespace espalier::testing
