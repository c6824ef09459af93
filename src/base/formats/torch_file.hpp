#pragma once

#include <filesystem>
#include <string>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/base/formats/zip.hpp>

namespace espalier {

/// Whether a zip archive is one of PyTorch's: it holds a pickle `<name>/data.pkl`.
bool is_torch_archive(const ZipArchive& archive);

/// What torch.save() wrote since PyTorch 1.6: a zip archive with the pickle of a state dict (or what holds one) and a
/// member a storage. The pickle is read as data, nothing in it is executed (pickle.hpp); storages are the sizes their
/// tensors say, and their CRCs are checked when they are read.
/// @param key  which dict of tensors, see find_torch_state; "" where there is one
/// @throws FormatError naming file and what is wrong: TorchScript, another byte order, globals and opcodes that plain
///         data do not need, tensors beyond their storage
TensorFile open_torch_file(const std::filesystem::path& path, const std::string& key = "");

/// The error of files that older versions of torch.save wrote, with the lines that convert them.
[[noreturn]] void refuse_old_torch_file(const std::string& path);

}  // namespace espalier
