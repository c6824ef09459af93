#include <algorithm>
#include <array>
#include <atomic>
#include <ctime>
#include <fstream>
#include <functional>
#include <thread>

#include <hdf5.h>

#include <espalier/base/files/rehearse.hpp>
#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/base/text/error.hpp>

#include "support.hpp"

namespace espalier::hdf5 {
using namespace testing;
namespace {

/// A file whose root holds what `fill` makes with the C library: what strangers may send.
std::filesystem::path foreign_file(const TemporaryFolder& folder, const std::function<void(hid_t file)>& fill) {
    const auto path = folder / "foreign.h5";
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    REQUIRE(file >= 0);
    fill(file);
    REQUIRE(H5Fclose(file) >= 0);
    return path;
}

/// When an object was made, in seconds since 1970; 0 if it does not say.
std::time_t birth_of(hid_t file, const char* path) {
    const hid_t object = H5Oopen(file, path, H5P_DEFAULT);
    REQUIRE(object >= 0);
#if H5_VERSION_GE(1, 12, 0)
    H5O_info2_t info{};
    REQUIRE(H5Oget_info3(object, &info, H5O_INFO_TIME) >= 0);
#else
    H5O_info_t info{};
    REQUIRE(H5Oget_info2(object, &info, H5O_INFO_TIME) >= 0);
#endif
    H5Oclose(object);
    return std::max({info.atime, info.mtime, info.ctime, info.btime});
}

/// A dataset "x" made with the given type, space and creation properties.
void make_dataset(hid_t file, hid_t type, const std::vector<hsize_t>& extent, hid_t plist = H5P_DEFAULT) {
    const hid_t space = H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr);
    const hid_t dataset = H5Dcreate2(file, "x", type, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    REQUIRE(dataset >= 0);
    H5Dclose(dataset);
    H5Sclose(space);
}

void open_x(const std::filesystem::path& path) {
    File::open(path).root().dataset("x");
}

}  // namespace

TEMPLATE_TEST_CASE("hdf5: arrays of every type come back from every kind of storage", "[base][hdf5]", std::uint8_t,
                   std::int32_t, std::int64_t, std::uint32_t, std::uint64_t, float, double) {
    const TemporaryFolder folder;
    for (const std::size_t count : {0UL, 1UL, 1000UL, 300'000UL}) {
        std::vector<TestType> values(count);
        for (std::size_t k = 0; k < count; ++k) values[k] = static_cast<TestType>(k * 7 + 3);
        File file = File::create(folder / "f.h5");
        file.root().write("plain", values, Storage::plain);
        file.root().write("compressed", values, Storage::compressed);
        file.close();
        const Group root = File::open(folder / "f.h5").root();
        CHECK(root.children() == std::vector<std::string>{"compressed", "plain"});
        for (const std::string& name : root.children()) CHECK(root.dataset(name).read<TestType>() == values);
    }
}

TEST_CASE("hdf5: columns grow, shrink and grow again, also after being opened anew", "[base][hdf5]") {
    const TemporaryFolder folder;
    File::create(folder / "f.h5").root().create_column("x", Type::i64);
    std::vector<std::int64_t> expected;
    for (int round = 0; round < 5; ++round) {
        const File file = File::open_for_writing(folder / "f.h5");
        Dataset column = file.root().dataset("x");
        std::vector<std::int64_t> block(700);
        for (std::size_t k = 0; k < block.size(); ++k) block[k] = static_cast<std::int64_t>(round * 1000 + k);
        column.append(block);
        expected.insert(expected.end(), block.begin(), block.end());
        expected.resize(expected.size() - 150);
        column.truncate(expected.size());
        CHECK(column.read<std::int64_t>() == expected);
    }
    CHECK(File::open(folder / "f.h5").root().dataset("x").read<std::int64_t>() == expected);
}

TEST_CASE("hdf5: text columns keep UTF-8 up to their width, longer text is refused", "[base][hdf5]") {
    const TemporaryFolder folder;
    const File file = File::create(folder / "f.h5");
    Dataset column = file.root().create_column("split", Type::text);
    const std::vector<std::string> texts = {"test", "", "größer", std::string(text_width, 'x')};
    column.append_text(texts);
    CHECK(column.read_text() == texts);
    CHECK_THROWS_WITH(column.append_text(std::vector<std::string>{std::string(text_width + 1, 'x')}),
                      Contains("/split") && Contains("64 bytes"));
}

TEST_CASE("hdf5: attributes of every kind, replaced and listed", "[base][hdf5]") {
    const TemporaryFolder folder;
    {
        const File file = File::create(folder / "f.h5");
        Group root = file.root();
        root.set_attribute("text", std::string("first"));
        root.set_attribute("text", std::string(40'000, 'x'));
        root.set_attribute("empty", std::string());
        root.set_attribute("integer", std::int64_t{-5});
        root.set_attribute("real", 0.1);
        root.set_attribute("list", std::vector<std::int64_t>{300, 784});
        root.set_attribute("gone", 1.0);
        root.remove_attribute("gone");
        root.remove_attribute("never there");
        CHECK_THROWS_WITH(root.set_attribute("long", std::string(attribute_limit + 1, 'x')), Contains("64 KB"));
    }
    const Group root = File::open(folder / "f.h5").root();
    CHECK(root.attribute_names() == std::vector<std::string>{"empty", "integer", "list", "real", "text"});
    CHECK(root.attribute_as<std::string>("text") == std::string(40'000, 'x'));
    CHECK(root.attribute_as<std::string>("empty").empty());
    CHECK(root.attribute_as<std::int64_t>("integer") == -5);
    CHECK(root.attribute_as<double>("real") == 0.1);
    CHECK(root.attribute_as<std::vector<std::int64_t>>("list") == std::vector<std::int64_t>{300, 784});
    CHECK_THROWS_WITH(root.attribute_as<std::string>("real"), Contains("f.h5") && Contains("'real'"));
    CHECK_THROWS_WITH(root.attribute("none"), Contains("'none'") && Contains("missing"));
}

TEST_CASE("hdf5: groups list their children in natural order and lose them", "[base][hdf5]") {
    const TemporaryFolder folder;
    const File file = File::create(folder / "f.h5");
    Group root = file.root();
    for (const char* name : {"10", "9", "b", "a"}) root.create_group(name);
    CHECK(root.children() == std::vector<std::string>{"9", "10", "a", "b"});
    root.unlink("10");
    CHECK_FALSE(root.exists("10"));
    CHECK_THROWS_WITH(root.group("10"), Contains("f.h5:/10") && Contains("missing"));
    CHECK_THROWS_WITH(root.create_group("a/b"), Contains("'a/b'"));
    CHECK_THROWS_WITH(root.dataset("a"), Contains("f.h5:/a") && Contains("no dataset"));
    root.write("x", std::vector<float>{1.0F});
    CHECK_THROWS_WITH(root.dataset("x").read<double>(), Contains("float32 instead of float64"));
    CHECK_THROWS_WITH(root.write("x", std::vector<float>{1.0F}), Contains("twice"));
}

TEST_CASE("hdf5: what is written does not tell when, so equal runs write equal files", "[base][hdf5]") {
    const TemporaryFolder folder;
    const auto path = folder / "t.h5";
    {
        const File file = File::create(path);
        Group group = file.root().create_group("group");
        group.create_group("inner").write("array", std::vector<float>{1, 2});
        group.write("large", std::vector<float>(100'000, 1.0F));
        group.create_column("column", Type::f32);
    }
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    REQUIRE(file >= 0);
    for (const char* object : {"/", "/group", "/group/inner", "/group/inner/array", "/group/large", "/group/column"}) {
        INFO(object);
        CHECK(birth_of(file, object) == 0);
    }
    H5Fclose(file);
}

TEST_CASE("hdf5: missing, foreign and damaged files are one line each", "[base][hdf5]") {
    const TemporaryFolder folder;
    std::ofstream(folder / "text") << "no HDF5 file at all";
    CHECK_THROWS_WITH(File::open(folder / "none"), Contains("none: No such file"));
    CHECK_THROWS_WITH(File::open(folder.path()), Contains("directory"));
    CHECK_THROWS_WITH(File::open(folder / "text"), Contains("text: cut short or not an HDF5 file"));
    const auto begins_with = [&](std::string_view bytes) {
        std::ofstream(folder / "begun", std::ios::binary) << bytes << "and more";
        return folder / "begun";
    };
    CHECK_THROWS_WITH(File::open(begins_with("PK\3\4")), Contains("begun: a zip archive, as torch.save"));
    CHECK_THROWS_WITH(File::open(begins_with("\x93NUMPY")), Contains("begun: an array of numpy.save"));
    CHECK_THROWS_WITH(File::open(begins_with("\x89HDF\r\n\x1a\n")), Contains("begun: an HDF5 file that was cut short"));
    CHECK_THROWS_AS(File::create(folder / "absent/f.h5"), IoError);
}

TEST_CASE("hdf5: hostile objects are refused by name before memory is asked for", "[base][hdf5]") {
    const TemporaryFolder folder;
    const auto refused = [&](const std::function<void(hid_t)>& fill, const std::string& reason) {
        CHECK_THROWS_WITH(open_x(foreign_file(folder, fill)), Contains("foreign.h5:/x") && Contains(reason));
    };
    refused([](hid_t file) { H5Lcreate_external("other.h5", "/x", file, "x", H5P_DEFAULT, H5P_DEFAULT); },
            "external link");
    refused([](hid_t file) { H5Lcreate_soft("/y", file, "x", H5P_DEFAULT, H5P_DEFAULT); }, "soft link");
    refused(
        [](hid_t file) {
            const hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
            H5Pset_external(plist, "/etc/passwd", 0, 80);
            make_dataset(file, H5T_STD_U8LE, {80}, plist);
        },
        "another file");
    refused(
        [](hid_t file) {
            const hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
            const hsize_t extent = 10;
            const hid_t space = H5Screate_simple(1, &extent, nullptr);
            H5Pset_virtual(plist, space, "other.h5", "/x", space);
            make_dataset(file, H5T_STD_I32LE, {10}, plist);
        },
        "virtual");
    refused([](hid_t file) { make_dataset(file, H5T_STD_I64LE, {hsize_t{1} << 40}); }, "claims 1099511627776");
    refused(
        [](hid_t file) {
            const hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
            const hsize_t chunk = 1000;
            H5Pset_chunk(plist, 1, &chunk);
            H5Pset_deflate(plist, 9);
            make_dataset(file, H5T_IEEE_F32LE, {hsize_t{1} << 50}, plist);
        },
        "0 bytes are stored");
    refused(
        [](hid_t file) {
            const hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
            const hsize_t chunk = hsize_t{1} << 28;
            H5Pset_chunk(plist, 1, &chunk);
            make_dataset(file, H5T_STD_U8LE, {chunk}, plist);
        },
        "64 MB");
    refused(
        [](hid_t file) {
            const hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
            const hsize_t chunk = 100;
            H5Pset_chunk(plist, 1, &chunk);
            H5Pset_scaleoffset(plist, H5Z_SO_INT, 4);
            make_dataset(file, H5T_STD_I32LE, {100}, plist);
        },
        "filter 6");
    refused([](hid_t file) { make_dataset(file, H5T_STD_I32BE, {4}); }, "type");
    refused([](hid_t file) { make_dataset(file, H5T_STD_I16LE, {4}); }, "type");
    refused([](hid_t file) { make_dataset(file, H5T_STD_REF_OBJ, {4}); }, "type");
    refused([](hid_t file) { make_dataset(file, H5T_STD_I32LE, {4, 4}); }, "2 dimensions");
    refused([](hid_t file) { H5Gclose(H5Gcreate2(file, "x", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)); }, "no dataset");
}

TEST_CASE("hdf5: hostile attributes are refused by name", "[base][hdf5]") {
    const TemporaryFolder folder;
    const auto attribute = [&](hid_t type, const std::vector<hsize_t>& extent) {
        const auto path = foreign_file(folder, [&](hid_t file) {
            const hid_t space = extent.empty()
                                    ? H5Screate(H5S_NULL)
                                    : H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr);
            const hid_t made = H5Acreate2(file, "a", type, space, H5P_DEFAULT, H5P_DEFAULT);
            REQUIRE(made >= 0);
            H5Aclose(made);
            H5Sclose(space);
        });
        return File::open(path).root().attribute("a");
    };
    CHECK_THROWS_WITH(attribute(H5T_STD_I64LE, {4, 4}), Contains("'a'") && Contains("list of integers"));
    CHECK_THROWS_WITH(attribute(H5T_STD_I64LE, {}), Contains("'a'"));
    CHECK_THROWS_WITH(attribute(H5T_STD_REF_OBJ, {1}), Contains("'a'"));
    CHECK_THROWS_WITH(attribute(H5T_IEEE_F64LE, {3}), Contains("'a'"));
    CHECK(std::get<std::vector<std::int64_t>>(attribute(H5T_STD_U8LE, {3})).size() == 3);
}

TEST_CASE("hdf5: texts are the same near the root and far from it, before and after a change", "[base][hdf5]") {
    const TemporaryFolder folder;
    const auto path = folder / "a:/texts.h5";  // as places end
    std::filesystem::create_directory(path.parent_path());
    {
        const File file = File::create(path);
        Group group = file.root();
        for (int depth = 0; depth < 6; ++depth) {
            group.set_attribute("text", "at depth " + std::to_string(depth));
            group.set_attribute("empty", std::string());
            Group next = group.create_group("g");
            group = std::move(next);
        }
        Group many = file.root().create_group("many");
        for (int k = 0; k < 200; ++k) many.create_group(std::to_string(k)).set_attribute("k", std::to_string(k));
    }
    {
        const File file = File::open(path);
        Group group = file.root();
        for (int depth = 0; depth < 6; ++depth) {
            CHECK(group.attribute_as<std::string>("text") == "at depth " + std::to_string(depth));
            CHECK(group.attribute_as<std::string>("empty").empty());
            Group next = group.group("g");
            group = std::move(next);
        }
        for (const int k : {0, 50, 199}) {
            const Group one = file.root().group("many").group(std::to_string(k));
            CHECK(one.attribute_as<std::string>("k") == std::to_string(k));
        }
    }
    File writing = File::open_for_writing(path);
    Group root = writing.root();
    CHECK(root.attribute_as<std::string>("text") == "at depth 0");
    root.group("g").set_attribute("text", std::string("new"));
    CHECK(root.group("g").attribute_as<std::string>("text") == "new");
    CHECK(root.attribute_as<std::string>("text") == "at depth 0");
    root.set_attribute("text", std::string("changed"));
    CHECK(root.attribute_as<std::string>("text") == "changed");
}

TEST_CASE("hdf5: children that try a file first do not wait for a lock that another thread had", "[base][hdf5]") {
    const TemporaryFolder folder;
    const auto path = folder / "numbers.h5";
    File::create(path).root().write("x", Values(std::vector<float>(1000, 1.0F)));
    const auto read = [&] { return File::open(path).root().dataset("x").read<float>().size(); };
    std::atomic<bool> is_done = false;
    std::vector<std::thread> others;
    for (int k = 0; k < 3; ++k) {
        others.emplace_back([&] {
            while (!is_done) read();
        });
    }
    for (int k = 0; k < 100; ++k) rehearse(path, [&] { read(); });
    is_done = true;
    for (std::thread& other : others) other.join();
    CHECK(read() == 1000);
}

}  // namespace espalier::hdf5
