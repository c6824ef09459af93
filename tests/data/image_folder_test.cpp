#include <sys/stat.h>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/data/image_folder.hpp>
#include <espalier/data/lookup.hpp>

#include "image_fixtures.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

namespace fs = std::filesystem;

/// A grey image of 2x2 pixels of one value.
Bytes grey_image(std::uint8_t value) {
    return png({.colour_type = 0, .rows = png_rows(Bytes(4, value), 2)});
}

void write_image(const fs::path& path, const Bytes& bytes) {
    fs::create_directories(path.parent_path());
    write_bytes(path, bytes);
}

/// First pixels of all images.
std::vector<int> first_pixels(const Examples& examples) {
    std::vector<int> pixels;
    const Bytes& values = std::get<Bytes>(examples.values);
    for (std::size_t k = 0; k < examples.count; ++k) pixels.push_back(values[k * examples.features]);
    return pixels;
}

void check_folder_refused(const fs::path& folder, const std::string& reason) {
    INFO(reason);
    CHECK_THROWS_WITH(load_image_folder(folder), Contains(folder.string()) && Contains(reason));
}

}  // namespace

TEST_CASE("image folder: classes are sorted names, spread evenly over the order", "[data][image]") {
    const TemporaryFolder folder;
    for (const int k : {0, 1, 2, 3}) {
        write_image(folder / ("train/cat/" + std::to_string(k) + ".PNG"), grey_image(static_cast<std::uint8_t>(k)));
    }
    write_image(folder / "train/10/a.png", grey_image(100));
    write_image(folder / "train/10/b.png", grey_image(101));
    write_image(folder / "train/9/a.png", grey_image(200));
    write_image(folder / "val/cat/x.png", grey_image(50));
    const Dataset dataset = load_dataset(folder.path().string() + "/", "");
    CHECK(dataset.classes == 3);
    CHECK(dataset.shape == SampleShape{1, 2, 2});
    CHECK(dataset.white == 255.0);
    // Places: cat 1/8 3/8 5/8 7/8, "10" 1/4 3/4, "9" 1/2; by bytes "10" comes before "9".
    CHECK(first_pixels(dataset.train) == std::vector<int>{0, 100, 1, 200, 2, 101, 3});
    CHECK(dataset.train.labels == std::vector<std::uint32_t>{2, 0, 2, 1, 2, 0, 2});
    CHECK(dataset.test.labels == std::vector<std::uint32_t>{2});
    REQUIRE(dataset.remarks.size() == 1);
    CHECK_THAT(dataset.remarks[0], Contains("numbered: 10 = 0, 9 = 1, cat = 2"));
    CHECK(dataset.class_names == std::vector<std::string>{"10", "9", "cat"});
}

TEST_CASE("image folder: classes alone have no test set; what is no image is named", "[data][image]") {
    const TemporaryFolder folder;
    write_image(folder / "a/1.png", grey_image(1));
    write_image(folder / "b/1.png", grey_image(2));
    write_image(folder / "b/.hidden.png", {});
    write_image(folder / "b/notes.txt", {});
    write_image(folder / "labels.csv", {});
    const Dataset dataset = load_dataset(folder.path().string(), "");
    CHECK(dataset.name == folder.path().string());
    CHECK(dataset.test.count == 0);
    CHECK(dataset.train.labels == std::vector<std::uint32_t>{0, 1});
    REQUIRE(dataset.remarks.size() == 2);
    CHECK_THAT(dataset.remarks[1], Contains("not read") && Contains("b/notes.txt"));
    CHECK_THROWS_WITH(load_dataset(folder.path().string(), "", "a"), Contains("data.label"));
}

TEST_CASE("image folder: grey images among colours get three equal channels, in the test set too", "[data][image]") {
    const TemporaryFolder folder;
    write_image(folder / "train/a/1.png", grey_image(1));
    write_image(folder / "train/b/1.jpg", jpeg(Bytes(12, 128), 2, 2, 3));
    write_image(folder / "test/a/1.png", grey_image(3));
    write_image(folder / "val/a/1.png", grey_image(4));
    const Dataset dataset = load_image_folder(folder.path());
    CHECK(dataset.shape == SampleShape{3, 2, 2});
    CHECK(first_pixels(dataset.train) == std::vector<int>{1, 128});
    CHECK(std::get<Bytes>(dataset.test.values) == Bytes(12, 3));
    CHECK_THAT(dataset.remarks.back(), Contains("val: not read"));
    write_image(folder / "test/a/1.png", png({.rows = png_rows(Bytes(12, 3), 6)}));
    write_image(folder / "train/b/1.jpg", grey_image(2));  // a PNG by its first bytes
    const Dataset other = load_image_folder(folder.path());
    CHECK(other.shape == SampleShape{3, 2, 2});
    CHECK(std::get<Bytes>(other.train.values)[12] == 2);
}

TEST_CASE("image folder: the same bytes for any number of threads, and the lowest error", "[data][image]") {
    const TemporaryFolder folder;
    for (int k = 10; k < 60; ++k) {
        write_image(folder / ("a/" + std::to_string(k) + ".png"), grey_image(static_cast<std::uint8_t>(k)));
    }
    const Dataset alone = load_image_folder(folder.path());
    set_threads(3);
    CHECK(std::get<Bytes>(load_image_folder(folder.path()).train.values) == std::get<Bytes>(alone.train.values));
    for (const char* name : {"a/20.png", "a/50.png"}) write_bytes(folder / name, Bytes{1});
    CHECK_THROWS_WITH(load_image_folder(folder.path()), Contains("a/20.png: neither a PNG"));
    set_threads(1);
}

TEST_CASE("image folder: what does not fit is refused, naming it", "[data][image]") {
    const TemporaryFolder folder;
    fs::create_directories(folder / "train");
    check_folder_refused(folder.path(), "train: 0 folders; one a class is needed");
    fs::create_directories(folder / "train/a");
    check_folder_refused(folder.path(), "train/a: the folder of a class holds no file that ends in .png");
    write_image(folder / "train/a/1.png", grey_image(1));
    write_image(folder / "train/a/2.png", png({.width = 1, .height = 2, .colour_type = 0, .rows = {0, 1, 0, 2}}));
    check_folder_refused(folder.path(), "2.png: 2x1 pixels, but " + (folder / "train/a/1.png").string() +
                                            " has 2x2; all need one size, which 'mogrify -resize 2x2! FILES'");
    fs::remove(folder / "train/a/2.png");
    fs::create_directories(folder / "test");
    write_image(folder / "test/7.png", grey_image(1));
    check_folder_refused(folder.path(), "test: the folder to test on holds no folder of a class");
    write_image(folder / "test/b/1.png", grey_image(1));
    check_folder_refused(folder.path(), "test/b: no class to train on has this name; those are a");
    fs::rename(folder / "test/b", folder / "test/a");
    CHECK(load_image_folder(folder.path()).test.count == 1);
    write_bytes(folder / "train/a/1.png", Bytes{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    check_folder_refused(folder.path(), "train/a/1.png: damaged PNG");
}

TEST_CASE("image folder: links are followed; pipes and dangling links are errors, not waited for", "[data][image]") {
    const TemporaryFolder folder;
    const TemporaryFolder elsewhere;
    write_image(elsewhere / "1.png", grey_image(8));
    fs::create_directories(folder / "a");
    fs::create_symlink(elsewhere / "1.png", folder / "a/1.png");
    fs::create_directory_symlink(elsewhere.path(), folder / "b");
    CHECK(first_pixels(load_image_folder(folder.path()).train) == std::vector<int>{8, 8});
    fs::create_symlink(folder / "nothing", folder / "a/2.png");
    CHECK_THROWS_AS(load_image_folder(folder.path()), IoError);
    fs::remove(folder / "a/2.png");
    REQUIRE(::mkfifo((folder / "a/2.png").c_str(), 0600) == 0);
    CHECK_THROWS_WITH(load_image_folder(folder.path()), Contains("a/2.png: it is a FIFO"));
    fs::remove(folder / "a/2.png");
    fs::create_directories(folder / "a/2.png");
    CHECK_THROWS_WITH(load_image_folder(folder.path()), Contains("a/2.png: it is a directory"));
}

}  // namespace espalier::data
