#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <espalier/base/formats/npy.hpp>
#include <espalier/base/formats/tensor.hpp>

namespace espalier {

/// What a file says of one of its arrays.
struct TensorEntry {
    std::string name;
    std::string type;  ///< as the file writes it: "<f4", "F32", "float32"
    std::vector<std::size_t> shape;
    bool is_packed = false;  ///< takes fewer bytes in the file than in memory: stream() reads it without all of them
};

/// A file of named arrays, of whatever format: one interface for all who read weights and masks of other tools.
/// Opening reads names, types and shapes; each array is read when it is asked for, and no file is read whole.
class TensorFile {
  public:
    /// What a reader of one format fills in.
    struct Contents {
        std::string format;                         ///< ".npz", ".npy", ".safetensors", ".pt"
        std::vector<TensorEntry> entries;           ///< names are unique
        std::function<Tensor(std::size_t k)> read;  ///< entry k
        /// Entry k piece by piece; none where the format has no use for it.
        std::function<ElementStream(std::size_t k)> stream;
        std::map<std::string, std::string> metadata;  ///< what the file says of itself
        std::vector<std::string> notices;             ///< what was left out or done otherwise, a line each
    };

    /// @param path      as the user wrote it, for messages
    /// @param contents  of a file that its format's reader has opened
    TensorFile(std::string path, Contents contents);

    /// As the user wrote it.
    const std::string& path() const { return path_; }
    /// ".npz", ".npy", ".safetensors" or ".pt", whatever the file is called.
    const std::string& format() const { return contents_.format; }
    /// In the file's own order: of the archive (.npz), of the data (.safetensors), of the dict (.pt).
    const std::vector<TensorEntry>& entries() const { return contents_.entries; }
    /// What the file says of itself; empty for formats that cannot.
    const std::map<std::string, std::string>& metadata() const { return contents_.metadata; }
    /// For the user: whoever opens a file prints them.
    const std::vector<std::string>& notices() const { return contents_.notices; }

    /// The entry of this name; null where there is none.
    const TensorEntry* find(const std::string& name) const;
    /// Whether there is an array of this name.
    bool has(const std::string& name) const { return find(name) != nullptr; }

    /// @throws FormatError naming file and array where it is not there (with the names there are), damaged or of a type
    ///         that is not read; IoError
    Tensor read(const std::string& name) const;
    /// The elements of an array piece by piece, while this file lives; nothing where read() is as good. There is one
    /// for every array of a file in which one is packed.
    /// @throws as read()
    std::optional<ElementStream> stream(const std::string& name) const;
    /// @param entry  one of entries()
    Tensor read(const TensorEntry& entry) const { return read(entry.name); }

  private:
    std::size_t place_of(const std::string& name) const;

    std::string path_;
    Contents contents_;
    std::unordered_map<std::string, std::size_t> places_;
};

/// What a user may write for a file: its path, or FILE.pt:KEY, which chooses one of several dicts of tensors.
struct TensorPlace {
    std::filesystem::path file;
    std::string key;  ///< "state_dict", "model.state_dict"; empty: none chosen
};

/// A path that exists as it is written wins over a path with ':'.
TensorPlace tensor_place(const std::string& argument);

/// Opens a file by what its first bytes say it is; its name counts where they do not:
///     .npz           NumPy's archive
///     .npy           one array, named as the file is without its extension
///     .safetensors
///     .pt, .pth      what torch.save() writes, see torch_file.hpp; read as data, nothing in it is executed
/// @param argument  a path or FILE.pt:KEY
/// @throws FormatError naming the file, what it is instead (HDF5, a pickle, ...) and the remedy; IoError
TensorFile open_tensor_file(const std::filesystem::path& argument);

}  // namespace espalier
