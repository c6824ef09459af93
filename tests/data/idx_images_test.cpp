#include <espalier/base/text/error.hpp>
#include <espalier/data/idx_images.hpp>

#include "fixtures.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;

TEST_CASE("load_idx_images: four small files, plain or packed", "[data][idx]") {
    const TemporaryFolder folder;
    for (const char* suffix : {"", ".gz"}) {
        const auto place = folder / (std::string("set") + suffix);
        write_small_mnist(place, 12, 3, suffix);
        const Dataset dataset = load_idx_images(place);
        CHECK(dataset.shape == SampleShape{1, 2, 3});
        CHECK(dataset.classes == 10);
        CHECK(dataset.train.count == 12);
        CHECK(dataset.test.count == 3);
        CHECK(dataset.train.features == 6);
        CHECK(std::get<Bytes>(dataset.train.values)[6 * 5 + 2] == 32);  // image 5, pixel 2
        CHECK(dataset.train.labels[11] == 1);
    }
}

TEST_CASE("load_idx_images: labels as integers, and as QMNIST's rows of eight", "[data][idx]") {
    const TemporaryFolder folder;
    write_small_mnist(folder.path(), 2, 1);
    const Bytes ints = {0, 0, 12, 1, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 1, 2};
    write_bytes(folder / "train-labels-idx1-ubyte", ints);
    const Dataset own = load_idx_images(folder.path(), mnist_files(), {});
    CHECK(own.classes == 259);
    CHECK(own.train.labels == std::vector<std::uint32_t>{7, 258});
    CHECK_THROWS_WITH(load_idx_images(folder.path()),
                      Contains("label 258 of example 1") && Contains("labels are 0 to 9"));

    Bytes rows = {0, 0, 12, 2, 0, 0, 0, 2, 0, 0, 0, 8};
    for (const std::uint8_t first : Bytes{3, 9}) {
        for (std::uint8_t column = 0; column < 8; ++column) {
            rows.insert(rows.end(), {0, 0, 0, column == 0 ? first : std::uint8_t{200}});
        }
    }
    write_bytes(folder / "train-labels-idx1-ubyte", rows);
    CHECK(load_idx_images(folder.path()).train.labels == std::vector<std::uint32_t>{3, 9});
    rows[11] = 4;  // columns
    rows[7] = 4;   // rows
    write_bytes(folder / "train-labels-idx1-ubyte", rows);
    CHECK_THROWS_WITH(load_idx_images(folder.path()), Contains("labels beside it have shape 4x4"));
}

TEST_CASE("load_idx_images: the first label becomes class 0, which is said", "[data][idx]") {
    const TemporaryFolder folder;
    write_small_mnist(folder.path(), 2, 1);
    write_bytes(folder / "train-labels-idx1-ubyte", idx({2}, {1, 26}));
    write_bytes(folder / "t10k-labels-idx1-ubyte", idx({1}, {2}));
    const Dataset letters = load_idx_images(folder.path(), mnist_files(), {.count = 26, .first = 1});
    CHECK(letters.classes == 26);
    CHECK(letters.train.labels == std::vector<std::uint32_t>{0, 25});
    CHECK(letters.test.labels == std::vector<std::uint32_t>{1});
    REQUIRE(letters.remarks.size() == 1);
    CHECK_THAT(letters.remarks[0], Contains("its labels 1 to 26 are the classes 0 to 25"));
    write_bytes(folder / "t10k-labels-idx1-ubyte", idx({1}, {0}));
    CHECK_THROWS_WITH(load_idx_images(folder.path(), mnist_files(), {.count = 26, .first = 1}),
                      Contains("label 0 of example 0") && Contains("labels are 1 to 26"));
}

TEST_CASE("load_idx_images: images of floating-point numbers, and names with a dot", "[data][idx]") {
    const TemporaryFolder folder;
    write_small_mnist(folder.path(), 1, 1);
    for (const char* part : {"train", "t10k"}) {
        std::filesystem::remove(folder / (std::string(part) + "-images-idx3-ubyte"));
        write_bytes(folder / (std::string(part) + "-images.idx3-ubyte.gz"),
                    gzip({0, 0, 13, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0x3F, 0, 0, 0, 0xBF, 0x80, 0, 0}));
    }
    const Dataset set = load_idx_images(folder.path());
    CHECK(set.white == 1.0);
    CHECK(set.shape == SampleShape{1, 1, 2});
    CHECK(std::get<std::vector<float>>(set.train.values) == std::vector<float>{0.5F, -1.0F});
    write_bytes(folder / "train-images.idx3-ubyte.gz",
                gzip({0, 0, 13, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0x3F, 0, 0, 0, 0x7F, 0x80, 0, 0}));
    CHECK_THROWS_WITH(load_idx_images(folder.path()), Contains("pixel 1 of image 0"));
}

TEST_CASE("load_idx_images: what does not fit together is refused by name", "[data][idx]") {
    const TemporaryFolder folder;
    const auto refused = [&](const std::string& file, const Bytes& bytes, const std::string& why) {
        write_small_mnist(folder.path(), 12, 3);
        write_bytes(folder / file, bytes);
        CHECK_THROWS_AS(load_idx_images(folder.path()), FormatError);
        CHECK_THROWS_WITH(load_idx_images(folder.path()), Contains(folder.path().string()) && Contains(why));
    };
    refused("train-labels-idx1-ubyte", idx({11}, Bytes(11)), "12x2x3, but the labels beside it have shape 11");
    refused("train-labels-idx1-ubyte", idx({12, 1}, Bytes(12)), "shape 12x1");
    refused("t10k-labels-idx1-ubyte", idx({3}, {0, 10, 2}), "label 10 of example 1");
    refused("train-images-idx3-ubyte", idx({12, 6}, Bytes(72)), "images x height x width");
    refused("train-images-idx3-ubyte", idx({0, 2, 3}, {}), "none 0");
    refused("t10k-images-idx3-ubyte", idx({3, 3, 2}, Bytes(18)), "sides differ");
    write_small_mnist(folder.path(), 12, 3);
    std::filesystem::remove(folder / "t10k-labels-idx1-ubyte");
    CHECK_THROWS_AS(load_idx_images(folder.path()), IoError);
}

TEST_CASE("load_idx_images: the real MNIST", "[data][idx]") {
    const auto folder = data_folder();
    if (!folder || !std::filesystem::exists(*folder / "mnist")) return skip("no mnist in the folder of test data");
    const Dataset mnist = load_idx_images(*folder / "mnist");
    CHECK(mnist.train.count == 60000);
    CHECK(mnist.test.count == 10000);
    CHECK(mnist.shape == SampleShape{1, 28, 28});
    // Its well-known numbers of each digit; copies of it differ in order.
    CHECK(per_class(mnist.train) ==
          std::vector<std::size_t>{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949});
    CHECK(per_class(mnist.test) == std::vector<std::size_t>{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009});
}

}  // namespace espalier::data
