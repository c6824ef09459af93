#include <optional>
#include <vector>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/topology/files/topology_file.hpp>

#include "fuzz_file.hpp"

namespace {

using namespace espalier;

/// Takes small decisions from the input's bytes; zeros behind its end.
class Choices {
  public:
    explicit Choices(std::string_view bytes) : bytes_(bytes) {}
    bool is_over() const { return at_ >= bytes_.size(); }
    unsigned next() { return is_over() ? 0 : static_cast<unsigned char>(bytes_[at_++]); }
    /// Small ones, and now and then one that is absurd.
    std::int64_t number() {
        const unsigned byte = next();
        if (byte < 200) return byte % 8;
        return byte < 228 ? -static_cast<std::int64_t>(byte - 199) : std::int64_t{1} << (byte - 192);
    }
    std::string name() {
        const std::vector<std::string> names = {"indptr", "indices", "values", "bias",  "shape",
                                                "fed_by", "001_fc2", "groups", "image", "window"};
        const unsigned byte = next();
        return byte < 7 * 32 ? names[byte % names.size()] : std::string(1 + byte % 3, static_cast<char>(byte));
    }

  private:
    std::string_view bytes_;
    std::size_t at_ = 0;
};

template <class T>
std::vector<T> numbers(Choices& choices) {
    std::vector<T> values(choices.next() % 9);
    for (T& value : values) value = static_cast<T>(choices.number());
    return values;
}

void put_array(hdf5::Group& layer, Choices& choices) {
    const std::string name = choices.name();
    switch (choices.next() % 6) {
        case 0:
            return static_cast<void>(layer.write(name, numbers<float>(choices)));
        case 1:
            return static_cast<void>(layer.write(name, numbers<std::int64_t>(choices)));
        case 2:
            return static_cast<void>(layer.write(name, numbers<std::uint8_t>(choices)));
        case 3:
            return static_cast<void>(layer.write(name, numbers<double>(choices)));
        case 4:
            return static_cast<void>(layer.write(name, numbers<std::uint32_t>(choices)));
        default:
            return static_cast<void>(layer.write(name, numbers<std::uint64_t>(choices)));
    }
}

void put_attribute(hdf5::Group& layer, Choices& choices) {
    const std::string name = choices.name();
    switch (choices.next() % 3) {
        case 0:
            return layer.set_attribute(name, numbers<std::int64_t>(choices));
        case 1:
            return layer.set_attribute(name, choices.name() + "\n" + choices.name());
        default:
            return layer.set_attribute(name, choices.number());
    }
}

/// A file that HDF5 itself finds nothing wrong with: one snapshot, whose layers hold what the input says.
void write_file(const std::filesystem::path& path, Choices choices) {
    hdf5::File file = hdf5::File::create(path);
    hdf5::Group root = file.root();
    root.set_attribute("format", std::string("espalier.topology"));
    root.set_attribute("format_version", std::int64_t{1});
    hdf5::Group snapshot = root.create_group("snapshots").create_group("a");
    std::optional<hdf5::Group> layer = snapshot.create_group("000_fc1");
    while (!choices.is_over()) {
        testing::read_or_refuse([&] {
            const unsigned what = choices.next() % 8;
            if (what == 0) layer.emplace(snapshot.create_group(choices.name()));
            if (what == 1 || what == 2) put_attribute(*layer, choices);
            if (what > 2) put_array(*layer, choices);
        });
    }
    layer.reset();
    file.close();
}

}  // namespace

/// The input says what stands in a topology file, which is then read without a rehearsal: what is wrong in it is ours
/// to find.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const testing::NamedFile place("", "file.h5");
    testing::read_or_refuse([&] { write_file(place.path(), Choices(testing::text_of(data, size))); });
    testing::read_or_refuse([&] {
        const topology::SnapshotFile file(place.path());
        testing::read_or_refuse([&] { file.read("a"); });
        testing::read_or_refuse([&] { file.parameters("a"); });
    });
    return 0;
}
