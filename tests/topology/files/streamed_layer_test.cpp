#include <limits>

#include <espalier/base/files/isolate.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/mask_files.hpp>

#include "npz_builder.hpp"
#include "support.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

/// An .npy array of any order and byte order; `bytes` are its elements in the file's order.
std::string npy_of(const std::string& type, bool is_fortran, const std::vector<std::size_t>& shape,
                   const std::string& bytes) {
    return npy_raw("{'descr': '" + type + "', 'fortran_order': " + (is_fortran ? "True" : "False") +
                       ", 'shape': " + npy_shape(shape) + ", }",
                   bytes);
}

std::string big_endian(float value) {
    const std::string bytes = little_endian(value);
    return {bytes.rbegin(), bytes.rend()};
}

/// Elements of which most are 0, one of them -0.
std::string drawn_bytes(const std::string& type, std::size_t count, Stream& stream) {
    std::string bytes;
    for (std::size_t k = 0; k < count; ++k) {
        const bool is_kept = stream.below(300) == 0 || k + 1 == count;
        const float value = is_kept ? static_cast<float>(1 + stream.below(100)) : k % 97 == 3 ? -0.0F : 0.0F;
        if (type == "|b1") bytes += is_kept ? '\1' : '\0';
        if (type == "<i2") bytes += little_endian(static_cast<std::int16_t>(value));
        if (type == "<f2") bytes += little_endian(static_cast<std::uint16_t>(is_kept ? 0x3c00 : 0x8000));
        if (type == "<f4") bytes += little_endian(value);
        if (type == ">f4") bytes += big_endian(value);
        if (type == "<f8") bytes += little_endian(static_cast<double>(value));
    }
    return bytes;
}

Layer read_from(const std::filesystem::path& path, std::vector<ZipEntry> entries, bool deflated,
                const MaskFileOptions& options) {
    for (ZipEntry& entry : entries) entry.deflated = deflated;
    write_bytes(path, zip_archive(entries));
    Topology network = read_mask_files(path, options);
    REQUIRE(network.layers.size() == 1);
    return network.layers[0];
}

/// Stored arrays are read whole, deflated ones piece by piece: the layers are the same.
void check_like_whole(const std::vector<ZipEntry>& entries, const MaskFileOptions& options) {
    const TemporaryFolder folder;
    const Layer whole = read_from(folder / "a.npz", entries, false, options);
    const Layer streamed = read_from(folder / "a.npz", entries, true, options);
    CHECK(streamed.name == whole.name);
    CHECK(streamed.shape == whole.shape);
    CHECK(streamed.pattern == whole.pattern);
    CHECK(streamed.values == whole.values);
}

}  // namespace

TEST_CASE("streamed layer: the same as of an array that is read whole", "[topology][streamed_layer]") {
    Stream stream = test_stream();
    INFO(seed_text());
    for (const std::string type : {"|b1", "<i2", "<f2", "<f4", ">f4", "<f8"}) {
        const std::string bytes = drawn_bytes(type, std::size_t{613} * 471, stream);
        for (const bool is_fortran : {false, true}) {
            for (const Orientation orientation : {Orientation::out_in, Orientation::in_out, Orientation::transposed}) {
                for (const bool drop : {false, true}) {
                    INFO(type << (is_fortran ? ", Fortran" : ", C") << ", orientation " << static_cast<int>(orientation)
                              << (drop ? ", last input dropped" : ""));
                    const MaskFileOptions options{orientation, drop, {}};
                    check_like_whole({{"fc.npy", npy_of(type, is_fortran, {613, 471}, bytes)}}, options);
                }
            }
        }
    }
}

TEST_CASE("streamed layer: a mask and its weights, each in its own order", "[topology][streamed_layer]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const std::string mask = drawn_bytes("|b1", std::size_t{300} * 500, stream);
    const std::string weight = drawn_bytes("<f4", std::size_t{300} * 500, stream);
    for (const int orders : {0, 1, 2, 3}) {
        for (const Orientation orientation : {Orientation::out_in, Orientation::in_out}) {
            INFO("orders " << orders << ", orientation " << static_cast<int>(orientation));
            check_like_whole({{"fc.weight.npy", npy_of("<f4", orders % 2 == 1, {300, 500}, weight)},
                              {"fc.weight_mask.npy", npy_of("|b1", orders / 2 == 1, {300, 500}, mask)}},
                             {orientation, false, {}});
        }
    }
}

TEST_CASE("streamed layer: convolutions, full and empty arrays", "[topology][streamed_layer]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const std::string kernel = drawn_bytes("<f4", std::size_t{20} * 30 * 3 * 5, stream);
    for (const bool is_fortran : {false, true}) {
        for (const Orientation orientation : {Orientation::out_in, Orientation::in_out, Orientation::transposed}) {
            check_like_whole({{"conv.npy", npy_of("<f4", is_fortran, {20, 30, 3, 5}, kernel)}},
                             {orientation, false, {}});
        }
        check_like_whole({{"full.npy", npy_of("|b1", is_fortran, {40, 30}, std::string(1200, '\1'))}}, {});
        check_like_whole({{"none.npy", npy_of("|b1", is_fortran, {40, 30}, std::string(1200, '\0'))}}, {});
        check_like_whole({{"flat.npy", npy_of("|b1", is_fortran, {0, 30}, "")}}, {});
    }
}

TEST_CASE("streamed layer: what is not finite, not as large as stated or damaged is refused",
          "[topology][streamed_layer]") {
    const TemporaryFolder folder;
    const auto refused = [&](ZipEntry entry, const std::string& why) {
        entry.deflated = true;
        write_bytes(folder / "a.npz", zip_archive({entry}));
        CHECK_THROWS_WITH(read_mask_files(folder / "a.npz", {}), Contains("a.npz") && Contains(why));
    };
    std::string bytes(4 * 6, '\0');
    bytes.replace(4 * 4, 4, little_endian(std::numeric_limits<float>::quiet_NaN()));
    refused({"w.npy", npy_of("<f4", false, {2, 3}, bytes)}, "entry 4 is NaN");
    refused({"w.npy", npy_of("<f4", true, {2, 3}, bytes)}, "entry 2 is NaN");  // the third column's first
    refused({"w.npy", npy_of("<f4", false, {2, 4}, bytes)}, "needs 32 bytes, the file holds 24");
    refused({.name = "w.npy", .content = npy_of("<f4", false, {2, 3}, std::string(24, '\0')), .crc_flip = 1}, "CRC");
    refused({"w.npy", npy_of("|S2", false, {2, 3}, std::string(12, 'x'))}, "not strings");
}

#if !defined(__SANITIZE_ADDRESS__)  // it reserves its shadow beforehand
TEST_CASE("streamed layer: a mask far larger than the memory there is is read where little of it is kept",
          "[topology][streamed_layer]") {
    const TemporaryFolder folder;
    const std::size_t side = 8192;  // 64 MiB
    std::string bytes(side * side, '\0');
    for (std::size_t k = 0; k < bytes.size(); k += 100'003) bytes[k] = '\1';
    const std::size_t kept = (bytes.size() + 100'002) / 100'003;
    for (const bool is_fortran : {false, true}) {
        const auto path = folder / (is_fortran ? "fortran.npz" : "c.npz");
        write_bytes(path, zip_archive({{"w.npy", npy_of("|b1", is_fortran, {side, side}, bytes), true}}));
        const std::string edges = isolated("the mask", {.bytes = 16UL << 20}, [&] {
            return std::to_string(read_mask_files(path, {}).layers.at(0).pattern.edges());
        });
        CHECK(edges == std::to_string(kept));
    }
}
#endif

}  // namespace espalier::topology
