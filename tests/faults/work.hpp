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
    bool is_slow = false;  ///< seconds of a processor each time: for long tests alone
};

/// Every command that writes files, training in one process on one thread.
const std::vector<Work>& works();

/// Those of them that begin other processes: sweeps here, prepared and in Slurm, and lotteries (sweep_work.cpp).
std::vector<Work> sweep_works();

/// The command has no part in this test run: it takes too long, or what it needs is not here.
bool is_left_out(const Work& work);

/// A folder with what commands read, made once and never written again: two finished runs "0" and "1", their settings
/// (base.toml; plain.toml without sparsity), masks of other tools (masks.npz).
const std::filesystem::path& inputs();

/// "" where every run file below the folder is read by our reader.
std::string trouble_with_runs(const std::filesystem::path& folder);

/// All runs below the folder.
Bits bits_of_runs(const std::filesystem::path& folder);

std::vector<char> bytes_of(const std::filesystem::path& file);

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
