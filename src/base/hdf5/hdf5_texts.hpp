#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include <espalier/base/hdf5/hdf5.hpp>

namespace espalier::hdf5 {

/// The texts of variable length among a file's attributes, read by a child process.
///
/// HDF5 1.10.8 takes index and size of such a text in the file's heap as they stand there, and damaged ones make it
/// write over memory that is not its own. Often nothing comes of it until much later, so that a rehearsal is not enough
/// (rehearse.hpp). A process costs more than the texts of a run: one reads those of all groups near the root.
class IsolatedTexts {
  public:
    /// @param root  where() of the file's root
    explicit IsolatedTexts(std::string root) : root_(std::move(root)) {}

    /// The text of an object of an open file; nothing where it is not among those, because it is damaged or far from
    /// the root.
    std::optional<std::string> find(const Object& object, const std::string& name);
    /// After a change: nothing known holds any longer, and what changes is not read ahead again.
    void forget() { reads_ahead_ = false; }

  private:
    using Key = std::pair<std::string, std::string>;  ///< Object::where(), attribute

    std::string read_near_root(const Object& object) const;

    std::string root_;
    std::optional<std::map<Key, std::string>> texts_;
    bool reads_ahead_ = true;
};

/// A text of variable length, by this process.
std::string read_text_here(const Handle& attribute, const std::string& place);

}  // namespace espalier::hdf5
