#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/sweep/agenda.hpp>

/// Some runs of a sweep that one job of a batch system works off: an element of an array. All that it knows is in a
/// folder: `elements.txt`, whose line k (from 0) names the runs' folders, separated by tabs and relative to it; and
/// `replace.txt`, which runs may be lost.
namespace espalier::sweep {

/// Writes which runs each element has.
/// @param elements  folders of runs, at least one each
void write_elements(const std::filesystem::path& folder,
                    const std::vector<std::vector<std::filesystem::path>>& elements);

/// All of them, as elements.txt has them, relative to the current folder or absolute as `folder` is.
/// @throws ConfigError where there is no such file
std::vector<std::vector<std::filesystem::path>> read_elements(const std::filesystem::path& folder);

/// The runs of one element.
/// @throws ConfigError where there is no such element
std::vector<std::filesystem::path> element_runs(const std::filesystem::path& folder, std::size_t index);

/// Writes which runs on the disk are to be replaced, not resumed: these and no later ones in the same folders, so that
/// an element which is started again does not begin anew what it has begun.
/// @param items  those with Step::replace count
void write_replaced(const std::filesystem::path& folder, const std::vector<Item>& items);

/// Of runs as they are on the disk, where `step` is what a sweep does without being asked to replace anything: those
/// that may be lost get Step::replace.
void mark_replaced(const std::filesystem::path& folder, std::vector<Item>& items);

/// A run as its folder's run.toml describes it.
/// @throws ConfigError where there is none
Point prepared_point(const std::filesystem::path& run);

/// What an element has to do: a run that is there and not finished is resumed, one that is not there started. Who
/// writes one of them now is not waited for.
std::vector<Item> element_agenda(const std::filesystem::path& folder, std::size_t index);

}  // namespace espalier::sweep
