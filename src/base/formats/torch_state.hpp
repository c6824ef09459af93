#pragma once

#include <string>
#include <utility>
#include <vector>

#include <espalier/base/formats/pickle.hpp>

namespace espalier {

/// The named tensors of what torch.save() wrote.
struct TorchState {
    std::vector<std::pair<std::string, const PickleValue*>> tensors;  ///< in the order of the dict
    std::vector<std::string> notices;  ///< which dict was taken, what was left out, prefixes taken off
};

/// Finds the one dict of tensors in a file: the file's own or one within it (["state_dict"], ["model"], ...), as deep
/// as four dicts. A dict counts where it holds a tensor of two or more dimensions, or, where none does, any tensor;
/// states of optimizers do not. A single tensor is called `stem`, those of a list or tuple are called by their
/// positions. "module." (DataParallel) and "_orig_mod." (torch.compile) before every name are taken off.
/// @param key   chooses a dict: "state_dict", "model.state_dict", "." for the file's own; "" where there is one
/// @param path  of the file, for errors and notices
/// @throws FormatError where there is none, or several and no key, naming them; where a name is empty, is there twice
///         or has control characters
TorchState find_torch_state(const PickleValue& file, const std::string& key, const std::string& stem,
                            const std::string& path);

}  // namespace espalier
