#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <espalier/cli/commands/tickets.hpp>
#include <espalier/cli/terminal/parser.hpp>
#include <espalier/tickets/aligning.hpp>
#include <espalier/tickets/superposing.hpp>

namespace espalier::cli {

/// What `espalier tickets superpose` was asked for.
struct SuperposeArguments {
    TicketArguments tickets;
    std::string method;
    std::string out;
    std::string target;  ///< label or number; empty: the first
    std::optional<double> density;
    bool layerwise = false;
    bool align = false;
    std::optional<std::string> align_by;
    std::optional<std::string> align_to;
    std::string recalibrate = "batches";
    // Of some methods:
    std::optional<std::string> average;
    std::optional<double> gamma;
    std::optional<std::string> prune;
    bool without_pretrained = false;
    std::vector<double> coefficients;
    std::optional<std::size_t> candidates;
    std::optional<std::string> values;
    std::optional<double> share;
    bool force = false;
    int threads = 0;
    bool json = false;
};

void add_superpose(Parser& app, SuperposeArguments& arguments);

/// @throws ConfigError naming an option that the method has no use for
void require_used(const SuperposeArguments& arguments, const tickets::SuperposeMethod& method);

/// What hidden units are aligned by; nothing where they stay in their places.
/// @throws ConfigError where --align-by or --align-to is not known, or stands without --align
std::optional<tickets::AlignBy> align_by(const SuperposeArguments& arguments);

/// The number of the ticket that --target names.
/// @throws ConfigError naming the tickets there are
std::size_t target_of(const SuperposeArguments& arguments, const std::vector<tickets::Ticket>& tickets);

/// As the library wants it; members are the tickets' networks, aligned where that was asked for.
/// @throws ConfigError where a name is not known or a number out of range
tickets::SuperposeOptions superpose_options(const SuperposeArguments& arguments, const tickets::SuperposeMethod& method,
                                            topology::Members members, std::size_t target);

/// The options that make a difference, as the file records them.
std::vector<std::pair<std::string, std::string>> recorded_options(const SuperposeArguments& arguments,
                                                                  const tickets::SuperposeMethod& method);

}  // namespace espalier::cli
