#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <espalier/base/files/work_folder.hpp>
#include <espalier/report/measurement.hpp>

namespace espalier::report {

/// The forms in which measurements are told; see measurement_text.hpp.
enum class MetricsForm : std::uint8_t { words, json, csv };

/// Of several topologies, told one by one: each is measured, put into words and forgotten.
class MetricsText {
  public:
    explicit MetricsText(MetricsForm form) : form_(form) {}

    /// The next topology's, as form_of() has it.
    void add(const std::string& one);
    /// What `espalier metrics` prints.
    std::string text() const;

  private:
    MetricsForm form_;
    std::string text_;
};

/// One topology's measurements, as it would be printed alone.
std::string form_of(const Measured& measured, MetricsForm form);

/// Measurements of topologies that are kept one by one in a folder, in all forms, so that the work can go on after a
/// stop and processes share it.
class MetricsParts {
  public:
    /// @param plan  all that the results depend on, see WorkFolder
    /// @param size  number of topologies
    MetricsParts(const std::filesystem::path& folder, const std::vector<std::string>& plan, std::size_t size);

    /// Makes or checks the folder, see WorkFolder::begin().
    void begin() const { words_.begin(); }
    std::size_t size() const { return size_; }
    bool has(std::size_t part) const;
    /// @throws IoError
    void write(std::size_t part, const Measured& measured) const;
    /// All of them, once they are there.
    /// @throws FormatError, IoError naming the file that is damaged or missing
    std::string text(MetricsForm form) const;

  private:
    const WorkFolder& folder(MetricsForm form) const;

    std::size_t size_;
    WorkFolder words_;
    WorkFolder json_;
    WorkFolder csv_;
};

}  // namespace espalier::report
