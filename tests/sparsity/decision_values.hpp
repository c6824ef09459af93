#pragma once

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/base/patterns/pattern.hpp>

#include "home_reference.hpp"
#include "support.hpp"

namespace espalier::testing {

/// What the authors' programs decided about masks of convolutions: one or many cases, with all they had to decide on.
class DecisionValues {
  public:
    /// @param name  of a .npz and a .json
    DecisionValues(const std::filesystem::path& folder, const std::string& name, const char* section)
        : arrays_(open_tensor_file(folder / (name + ".npz"))) {
        std::ifstream text(folder / (name + ".json"));
        const nlohmann::ordered_json all = nlohmann::ordered_json::parse(text);
        cases_ = section == nullptr ? all : all.at(section);
    }

    /// Those that every clone has.
    static DecisionValues at_home() { return {home_reference(), "decisions", "cases"}; }
    /// All of them; only where the folder of reference values is.
    static std::optional<DecisionValues> outside() {
        const auto folder = reference_folder();
        if (!folder) return std::nullopt;
        return DecisionValues(*folder / "convnets", "methods", nullptr);
    }

    const nlohmann::ordered_json& cases() const { return cases_; }
    bool has(const std::string& name) const { return arrays_.has(name); }
    std::vector<double> numbers(const std::string& name) const { return arrays_.read(name).to_doubles(); }
    std::vector<std::size_t> shape(const std::string& name) const { return arrays_.read(name).shape(); }

    /// Names of the layers of a part, in the order of the file: "granet_event3/before/mask".
    std::vector<std::string> layers(const std::string& part) const {
        std::vector<std::string> names;
        for (const TensorEntry& entry : arrays_.entries()) {
            if (entry.name.starts_with(part + "/")) names.push_back(entry.name.substr(part.size() + 1));
        }
        return names;
    }

    Pattern mask(const std::string& name) const {
        const Tensor tensor = arrays_.read(name);
        const std::size_t rows = tensor.shape().front();
        std::vector<std::uint64_t> flat;
        for (std::size_t k = 0; k < tensor.size(); ++k) {
            if (tensor.number(k) != 0.0) flat.push_back(k);
        }
        return Pattern::from_flat(rows, tensor.size() / rows, flat);
    }

  private:
    TensorFile arrays_;
    nlohmann::ordered_json cases_;
};

/// Calls check with the values that every clone has, then with all where they are.
template <class Check>
void with_decision_values(const Check& check) {
    check(DecisionValues::at_home());
    if (const auto all = DecisionValues::outside()) return check(*all);
    skip("more values need the folder of reference values, ESPALIER_REFERENCE");
}

}  // namespace espalier::testing
