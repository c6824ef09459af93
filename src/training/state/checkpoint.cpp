#include <algorithm>
#include <array>

#include <zlib.h>

#include <espalier/base/files/files.hpp>
#include <espalier/base/files/rehearse.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/training/state/checkpoint.hpp>

namespace espalier::training {
namespace {

const std::array<std::string, 1> checkpoint_format = {"espalier.checkpoint"};

std::int64_t checksum(const hdf5::Values& values) {
    const uLong start = crc32_z(0, nullptr, 0);
    return static_cast<std::int64_t>(crc32_z(start, static_cast<const Bytef*>(values.data), values.bytes));
}

}  // namespace

std::filesystem::path checkpoint_file(const std::filesystem::path& run_file) {
    return run_file.parent_path() / "checkpoint.h5";
}

void CheckpointWriter::put(const std::string& name, const hdf5::Values& values) {
    entries_.write(name, values, hdf5::Storage::plain).set_attribute("crc32", checksum(values));
}

void CheckpointWriter::put_text(const std::string& name, const std::string& text) {
    put(name, std::vector<std::uint8_t>(text.begin(), text.end()));
}

void CheckpointWriter::put_config(const std::string& config) {
    entries_.set_attribute("config", config);
}

void write_checkpoint(const std::filesystem::path& path, const std::function<void(CheckpointWriter&)>& fill) {
    replace_file(path, [&](const std::filesystem::path& temporary) {
        hdf5::File file = hdf5::File::create(temporary);
        {
            hdf5::Group root = file.root();
            root.set_attribute("format", checkpoint_format[0]);
            root.set_attribute("format_version", std::int64_t{1});
            CheckpointWriter writer(root.create_group("entries"));
            fill(writer);
        }
        file.flush();
        file.close();
    });
}

void CheckpointReader::require_checksum(const hdf5::Dataset& entry, const hdf5::Values& values) {
    if (entry.attribute_as<std::int64_t>("crc32") == checksum(values)) return;
    throw FormatError(entry.where() + ": damaged (its checksum differs)");
}

hdf5::Group CheckpointReader::open_entries(const std::filesystem::path& path) {
    const auto open = [&] {
        const hdf5::Group root = hdf5::File::open(path).root();
        topology::require_format(root, checkpoint_format);
        return root.group("entries");
    };
    rehearse(path, [&] {
        const hdf5::Group entries = open();
        for (const std::string& name : entries.children()) entries.dataset(name).verify();
    });
    return open();
}

CheckpointReader::CheckpointReader(const std::filesystem::path& path)
    : entries_(guarded([&] { return open_entries(path); })) {}

bool CheckpointReader::has(const std::string& name) const {
    return entries_.exists(name);
}

std::string CheckpointReader::text(const std::string& name) const {
    const std::vector<std::uint8_t> bytes = get<std::uint8_t>(name);
    return {bytes.begin(), bytes.end()};
}

std::string CheckpointReader::config() const {
    return guarded([&] {
        const std::vector<std::string> names = entries_.attribute_names();
        const bool is_there = std::find(names.begin(), names.end(), "config") != names.end();
        return is_there ? entries_.attribute_as<std::string>("config") : std::string();
    });
}

}  // namespace espalier::training
