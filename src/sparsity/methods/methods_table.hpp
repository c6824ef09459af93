#pragma once

#include <string>

namespace espalier::sparsity {

/// The tables of docs/methods.md: methods with the pieces they are made of, and all pieces, from the registries.
std::string methods_markdown();

}  // namespace espalier::sparsity
