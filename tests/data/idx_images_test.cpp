#include <espalier/base/error.hpp>
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
