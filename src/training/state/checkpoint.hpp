#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier::training {

/// "checkpoint.h5" beside the run file.
std::filesystem::path checkpoint_file(const std::filesystem::path& run_file);

/// Named arrays, scalars and texts of a checkpoint being written. Names are unique and without '/'.
class CheckpointWriter {
  public:
    /// Any contiguous range of float, double, uint8, int32, uint32, int64 or uint64.
    void put(const std::string& name, const hdf5::Values& values);
    template <hdf5::Element T>
    void put_scalar(const std::string& name, T value) {
        put(name, std::span<const T>(&value, 1));
    }
    void put_text(const std::string& name, const std::string& text);

    /// The configuration of the run, resolved TOML of at most 64 KB: says whose checkpoint it is.
    void put_config(const std::string& config);

  private:
    friend void write_checkpoint(const std::filesystem::path&, const std::function<void(CheckpointWriter&)>&);
    explicit CheckpointWriter(hdf5::Group entries) : entries_(std::move(entries)) {}
    hdf5::Group entries_;
};

/// Replaces the checkpoint atomically by what `fill` puts in: at every moment the file is the old or the new one,
/// whole. Uncompressed; each entry carries its CRC-32, since HDF5 has no checksum on what says where the data lie.
/// @throws IoError naming the file; the old one is then still there
void write_checkpoint(const std::filesystem::path& path, const std::function<void(CheckpointWriter&)>& fill);

/// Reads what write_checkpoint() wrote. Where an entry is missing or of another type or size, the checkpoint belongs to
/// another configuration or version, or is damaged: a FormatError names file and entry and says to start again with
/// --force.
class CheckpointReader {
  public:
    /// @throws IoError where there is no such file, FormatError where it is no checkpoint
    explicit CheckpointReader(const std::filesystem::path& path);

    bool has(const std::string& name) const;

    template <hdf5::Element T>
    std::vector<T> get(const std::string& name) const {
        return guarded([&] {
            const hdf5::Dataset entry = entries_.dataset(name);
            std::vector<T> values = entry.read<T>();
            require_checksum(entry, values);
            return values;
        });
    }
    /// Fills `values`, whose size must be the entry's.
    template <hdf5::Element T>
    void get_into(const std::string& name, std::span<T> values) const {
        guarded([&] {
            const hdf5::Dataset entry = entries_.dataset(name);
            entry.read_into(values);
            require_checksum(entry, values);
        });
    }
    template <hdf5::Element T>
    T scalar(const std::string& name) const {
        T value{};
        get_into(name, std::span<T>(&value, 1));
        return value;
    }
    std::string text(const std::string& name) const;

    /// What put_config() stored; "" where nothing was.
    std::string config() const;

  private:
    /// Adds the remedy to a FormatError.
    template <class Read>
    static auto guarded(const Read& read) {
        try {
            return read();
        } catch (const FormatError& error) {
            throw FormatError(std::string(error.what()) +
                              "; this checkpoint cannot be resumed, start again with --force");
        }
    }
    static void require_checksum(const hdf5::Dataset& entry, const hdf5::Values& values);
    static hdf5::Group open_entries(const std::filesystem::path& path);

    hdf5::Group entries_;
};

}  // namespace espalier::training
