#pragma once

#include <functional>

#include "faults/attempt.hpp"

namespace espalier::testing {

/// What a command has made, by name.
using Bits = std::map<std::string, std::vector<char>>;

/// A command that writes: how it is called in a folder of its own, and what is owed afterwards.
struct Work {
    std::string name;
    int kills;  ///< of 1000
    int cost;   ///< how many times as long it takes as `espalier run` does
    /// Puts what the command begins with into the folder; nothing where that is empty.
    std::function<void(const std::filesystem::path& folder)> prepare;
    /// The call that goes on with whatever lies in the folder.
    std::function<Words(const std::filesystem::path& folder)> call;
    /// "" where every file in the folder is whole, or refused by the command with a remedy; else what is wrong.
    std::function<std::string(const std::filesystem::path& folder)> trouble;
    /// What it has made. Times of the clock left out.
    std::function<Bits(const std::filesystem::path& folder)> bits;
    bool is_drawn_by_python = false;
};

/// Every command that writes files, training in one process on one thread.
const std::vector<Work>& works();

/// Matplotlib is there for the Python that `espalier plot` starts, and the Python module is built. Says what is not.
bool has_drawing_python();

/// Does the work in a new folder without a fault.
struct Reference {
    Bits bits;
    std::uint64_t calls = 0;
};
const Reference& reference(const Work& work);

/// What is wrong with a folder after the work was called again without a fault: it has to end well, with the bits of
/// the undisturbed one and nothing beside its files.
std::string trouble_after_going_on(const Work& work, const std::filesystem::path& folder);

}  // namespace espalier::testing
