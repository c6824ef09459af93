#pragma once

#include <filesystem>
#include <vector>

#include <espalier/tickets/levels.hpp>
#include <espalier/topology/files/stored_network.hpp>

namespace espalier::tickets {

/// What a level begins with: the mask that its parent's last weights give, and what retrain or the control puts onto
/// it. A function of the files of parent and level 0 alone.
/// @param out  the lottery's folder
/// @throws FormatError, ConfigError where these files do not hold what is needed
topology::StoredNetwork level_ticket(const Finding& finding, const std::vector<Level>& levels, std::size_t place,
                                     const std::filesystem::path& out);

/// Equal masks, weights and other parameters, bit for bit; labels do not matter.
bool same_network(const topology::StoredNetwork& a, const topology::StoredNetwork& b);

/// The file beside the level's run.
std::filesystem::path ticket_file(const Level& level, const std::filesystem::path& out);

/// Whether that file holds this ticket.
bool holds_ticket(const std::filesystem::path& file, const topology::StoredNetwork& ticket);

/// Writes it with the configuration of the level's run. Makes the folder.
void write_ticket(const Level& level, const topology::StoredNetwork& ticket, const std::filesystem::path& out);

}  // namespace espalier::tickets
