#pragma once

#include <filesystem>
#include <string>
#include <vector>

/// What `espalier inspect` prints, for each kind of file: as JSON or for people.
namespace espalier::cli {

struct TopologyOptions;

/// Layers, shapes, parameters (as if nothing were masked), kept weights, their density, and multiply-adds of a forward
/// pass of one sample, dense and of what is kept; the dataset is read for the numbers of inputs and classes.
std::string inspect_config(const std::filesystem::path& path, const std::vector<std::string>& assignments, bool json);

/// The same of a model of images by its name, for 3x32x32 pixels (LeNet-5: 1x28x28) and 10 classes, unless --set gives
/// data.
std::string inspect_model(const std::string& kind, const std::vector<std::string>& assignments, bool json);

std::string inspect_run(const std::filesystem::path& path, bool json);

/// Any TOPOLOGY argument; of a file of ours without "@" all that it holds.
std::string inspect_topologies(const std::string& argument, const TopologyOptions& reading, bool json);

}  // namespace espalier::cli
