#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace espalier::testing {

/// Two seeds, two levels rewound to step 30, both controls at the second: ten runs.
inline const std::string two_levels = R"(seeds = [0, 1]
[find]
levels = 2
fraction = 0.5
rewind = "30it"
controls = ["random_reinit", "random_mask"]
control_every = 2
)";

/// `espalier tickets find` of these lines on the embedded digits into folder/out, with lottery.toml and base.toml
/// written into the folder. Most of its time goes into files, as in small_run.hpp.
inline std::vector<std::string> small_lottery(const std::filesystem::path& folder, const std::string& lines,
                                              const std::vector<std::string>& more = {}) {
    std::ofstream(folder / "base.toml") << R"([data]
dataset = "digits"
[model]
hidden = [32, 16]
dropout = 0.1
[optimizer]
learning_rate = 0.05
[training]
epochs = 6
batch_size = 64
evaluate_every = "5it"
checkpoint_every = "5it"
[snapshots]
every = "21it"
)";
    std::ofstream(folder / "lottery.toml") << "name = \"small\"\nbase = \"base.toml\"\n" << lines;
    std::vector<std::string> arguments = {"tickets", "find", (folder / "lottery.toml").string(), "--out",
                                          (folder / "out").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

}  // namespace espalier::testing
