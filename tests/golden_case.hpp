#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <espalier/base/formats/tensor_file.hpp>

namespace espalier::testing {

/// One layer, loss, optimizer or schedule that PyTorch computed in double: settings, and arrays by name.
struct GoldenCase {
    const TensorFile& file;
    std::string name;
    nlohmann::json settings;

    std::string op() const { return settings["op"]; }
    bool has(const std::string& array) const { return file.has(name + "/" + array); }
    std::vector<double> numbers(const std::string& array) const { return file.read(name + "/" + array).to_doubles(); }
    std::vector<std::size_t> shape(const std::string& array) const { return file.read(name + "/" + array).shape(); }
};

/// The cases of a folder: layers.json says what each is, layers.npz has the numbers as "case/array".
class GoldenCases {
  public:
    explicit GoldenCases(const std::filesystem::path& folder)
        : file_(open_tensor_file(folder / "layers.npz")),
          settings_(nlohmann::json::parse(std::ifstream(folder / "layers.json"))) {}

    std::vector<GoldenCase> all() const {
        std::vector<GoldenCase> cases;
        for (const auto& [name, about] : settings_.items()) cases.push_back({file_, name, about});
        return cases;
    }

  private:
    TensorFile file_;
    nlohmann::json settings_;
};

}  // namespace espalier::testing
