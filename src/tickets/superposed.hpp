#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <espalier/tickets/selection.hpp>

namespace espalier::tickets {

/// A ticket that went into a superposition. Numbers that are not known are NaN.
struct SuperposedMember {
    std::string label;
    double coefficient = 0.0;  ///< its part, where it has a fixed one
    bool accepted = true;      ///< whether it has any
    double density = 0.0;
    double validation_accuracy = 0.0;
    double test_accuracy = 0.0;
    std::int64_t moved_units = 0;  ///< hidden units that alignment put elsewhere
};

/// How many tickets became one, and how good it is: what the file says beside masks and weights.
struct Superposed {
    std::string method;
    /// Options by name as the command line has them, without dashes: {"average", "cia"}.
    std::vector<std::pair<std::string, std::string>> options;
    std::string target;  ///< label of the member whose configuration and number of weights it has
    std::vector<SuperposedMember> members;
    std::vector<Trial> trials;
    double density = 0.0;
    double validation_accuracy = 0.0;  ///< NaN where no example is held out
    double test_accuracy = 0.0;
    double test_loss = 0.0;

    /// The member best on validation, of equal ones the first; none where no example is held out.
    std::optional<std::size_t> best_member() const;
    double mean_member_test_accuracy() const;
    /// Of all, as the test set sees it: to be reported, never to be chosen by.
    double highest_member_test_accuracy() const;
};

/// A topology file with the one snapshot "superposed", and beside it (docs/formats.md)
///
///     /          attributes method, target, the options, config, and the numbers
///     /members   attribute labels (one per line); columns coefficient, accepted, density, validation_accuracy,
///                test_accuracy, moved_units
///     /trials    columns member, coefficient, validation_accuracy, accepted; of methods that select
///
/// @param config  resolved, of the target: the file can be a ticket again, and start a run
void write_superposed(const std::filesystem::path& file, topology::StoredNetwork network, const Superposed& facts,
                      const std::string& config);

/// What write_superposed() has written; nothing for another topology file.
/// @throws FormatError where columns are missing or not equally long
std::optional<Superposed> read_superposed(const std::filesystem::path& file);

}  // namespace espalier::tickets
