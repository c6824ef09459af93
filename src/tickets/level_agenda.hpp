#pragma once

#include <filesystem>
#include <vector>

#include <espalier/sweep/agenda.hpp>
#include <espalier/tickets/levels.hpp>

namespace espalier::tickets {

/// What is to be done about each level, in their order: as for any sweep, and besides, a run whose ticket.h5 is no
/// longer what its parents' files give is another run than the one that is wanted. Reads the files of finished levels.
std::vector<sweep::Item> level_agenda(const Finding& finding, const std::vector<Level>& levels,
                                      const std::filesystem::path& out, const sweep::Policy& policy);

/// The items that have to be run and can be, as indices: level by level of all chains, tickets before controls. What
/// comes from a run that has failed and is left so cannot.
std::vector<std::size_t> level_order(const std::vector<Level>& levels, const std::vector<sweep::Item>& agenda);

/// Their jobs, each after those that its ticket is made of.
std::vector<sweep::Job> level_jobs(const std::vector<Level>& levels, const std::vector<sweep::Item>& agenda,
                                   const std::vector<std::size_t>& order);

/// Writes what a level's run reads: ticket.h5 and run.toml.
void prepare_level(const Finding& finding, const std::vector<Level>& levels, const std::vector<sweep::Item>& agenda,
                   std::size_t place, const std::filesystem::path& out);

}  // namespace espalier::tickets
