#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/data/standardise.hpp>

namespace espalier::training {

/// How a run makes inputs of its network out of a sample's values: whoever takes the network elsewhere needs it.
struct RunInputs {
    data::Standardisation standardisation;  ///< of the network's inputs
    std::vector<std::uint32_t> features;    ///< of the dataset, input by input; empty: all, in their order
    friend bool operator==(const RunInputs&, const RunInputs&) = default;
};

/// /model/inputs of a run file (docs/formats.md): datasets scale, shift and, where features were selected, features.
/// Written where the file has none: of a new run, or one begun before files held them.
/// @param model  the file's group /model
/// @throws ConfigError where the file has others: the data are not those that the run was begun with
void keep_inputs(hdf5::Group model, const RunInputs& inputs);

/// What a run file says of its inputs; nothing where it was written before files did.
/// @throws FormatError where the arrays are not equally long or hold what is not a finite number
std::optional<RunInputs> read_run_inputs(const std::filesystem::path& run_file);

}  // namespace espalier::training
