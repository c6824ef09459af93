#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/config/schema.hpp>
#include <espalier/sweep/slurm_settings.hpp>

namespace espalier::sweep {

/// One value that a sweep gives a key of the configuration.
struct Override {
    const config::Key* key = nullptr;
    config::Value value;  ///< as it is written
    config::Value shown;  ///< as the configuration holds it ("2ep" for 2); paths as they are written
    std::string place;    ///< "sweep.toml:7"
};

/// A key of the grid with its values, of which there is at least one.
struct Axis {
    const config::Key* key = nullptr;
    std::vector<Override> values;
    std::string place;
};

/// One entry of the list.
struct Variant {
    std::string name;
    std::vector<Override> overrides;
    std::string place;
};

/// What a sweep file says; docs/sweeps.md describes its form.
struct SweepFile {
    std::string name;
    std::filesystem::path base;       ///< the configuration that is varied
    std::vector<std::int64_t> seeds;  ///< empty: the base's own
    std::vector<Axis> grid;           ///< in the order of the file
    std::vector<Variant> variants;
    SlurmSettings slurm;           ///< for who submits it
    std::filesystem::path folder;  ///< where relative paths in it start
};

/// Reads a sweep file of at most 1 MiB. Each value is checked by itself; expand() checks what they make together.
/// @throws ConfigError "sweep.toml:3: seads is not a key of a sweep. Did you mean 'seeds'?"
/// @param others  keys at the top that somebody else reads
SweepFile read_sweep_file(const std::filesystem::path& file, const std::vector<std::string>& others = {});

/// Reads the text of one. `source` names it in messages.
SweepFile parse_sweep_file(std::string_view text, const std::string& source, const std::filesystem::path& folder = ".",
                           const std::vector<std::string>& others = {});

}  // namespace espalier::sweep
