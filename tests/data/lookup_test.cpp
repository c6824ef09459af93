#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/data/lookup.hpp>
#include <espalier/data/split.hpp>

#include "fixtures.hpp"
#include "npz_builder.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

DatasetStatus status_of(const std::string& name, const std::string& root) {
    const std::vector<DatasetStatus> all = dataset_status(root);
    return *std::ranges::find_if(all, [&](const DatasetStatus& one) { return one.name == name; });
}

}  // namespace

TEST_CASE("lookup: data.root first, then ESPALIER_DATA, subfolder before folder", "[data][lookup]") {
    const TemporaryFolder folder;
    write_small_mnist(folder / "flat", 1, 1);
    write_small_mnist(folder / "named/mnist", 2, 1, ".gz");
    write_small_mnist(folder / "both", 3, 1);
    write_small_mnist(folder / "both/mnist", 4, 1);
    const std::string flat = (folder / "flat").string();
    const std::string named = (folder / "named").string();
    const std::string both = (folder / "both").string();
    const std::string none = (folder / "none").string();
    const auto count = [](const std::string& root) { return load_dataset("mnist", root).train.count; };

    const DataVariable variable(none + ":" + named);
    CHECK(count("") == 2);
    CHECK(count(none) == 2);
    CHECK(count(flat) == 1);
    CHECK(count(":" + none + "::" + flat + ":" + named) == 1);
    CHECK(count(both) == 4);
    CHECK(count(both + "/mnist/") == 4);
    CHECK(load_dataset("mnist", flat).name == "mnist");
}

TEST_CASE("lookup: a folder named after another dataset is not taken for this one", "[data][lookup]") {
    const TemporaryFolder folder;
    const DataVariable variable("");
    write_small_mnist(folder / "fashion-mnist", 1, 1);
    for (const std::string end : {"/fashion-mnist", "/fashion-mnist/"}) {
        CHECK_FALSE(status_of("mnist", folder.path().string() + end).present);
        CHECK(status_of("fashion-mnist", folder.path().string() + end).place == folder.path().string() + end);
    }
}

TEST_CASE("lookup: not found says where it looked and how to get it", "[data][lookup]") {
    const TemporaryFolder folder;
    const DataVariable variable((folder / "env").string());
    write_small_mnist(folder / "env/mnist", 1, 1);
    std::filesystem::remove(folder / "env/mnist/t10k-labels-idx1-ubyte");
    const std::string root = (folder / "root").string();
    CHECK_THROWS_AS(load_dataset("mnist", root), ConfigError);
    CHECK_THROWS_WITH(load_dataset("mnist", root),
                      Contains(root + "/mnist, " + root + ", ") &&
                          Contains((folder / "env/mnist").string() + " (only a part of its files)") &&
                          Contains("download") && Contains("data.root or ESPALIER_DATA"));
    CHECK_THROWS_WITH(load_dataset("cifar10", root), Contains(root + "/cifar10/cifar-10-batches-bin, "));
}

TEST_CASE("lookup: not found where no folder is named", "[data][lookup]") {
    const DataVariable variable("");
    CHECK_THROWS_WITH(load_dataset("mnist", ""), Contains("neither data.root nor ESPALIER_DATA is set"));
}

TEST_CASE("lookup: an unknown name gets the nearest known", "[data][lookup]") {
    CHECK_THROWS_AS(load_dataset("fashion_mnist", ""), ConfigError);
    CHECK_THROWS_WITH(load_dataset("fashion_mnist", ""), Contains("Did you mean 'fashion-mnist'?"));
}

TEST_CASE("lookup: CIFAR-10 in the folder of its archive or beside it", "[data][lookup]") {
    const TemporaryFolder folder;
    const DataVariable variable("");
    const auto write = [&](const std::filesystem::path& place) {
        std::filesystem::create_directories(place);
        for (const char* name :
             {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"}) {
            write_bytes(place / (std::string(name) + ".bin"), Bytes(3073));
        }
        return status_of("cifar10", folder.path().string()).place;
    };
    CHECK(write(folder.path()) == folder.path());
    CHECK(write(folder / "cifar-10-batches-bin") == folder / "cifar-10-batches-bin");
    CHECK(write(folder / "cifar10") == folder / "cifar10");
    CHECK(write(folder / "cifar10/cifar-10-batches-bin") == folder / "cifar10/cifar-10-batches-bin");
    CHECK(load_dataset("cifar10", folder.path().string()).train.count == 5);
}

TEST_CASE("lookup: CIFAR-100 in both forms, by both labels", "[data][lookup]") {
    const TemporaryFolder folder;
    const DataVariable variable("");
    const std::string root = folder.path().string();
    const auto binary = folder / "cifar-100-binary";
    std::filesystem::create_directories(binary);
    for (const char* name : {"train.bin", "test.bin"}) write_bytes(binary / name, Bytes(3074, 7));
    CHECK(status_of("cifar100", root).place == binary);
    CHECK(load_dataset("cifar100", root).classes == 100);
    CHECK(load_dataset("cifar100", root, "coarse").classes == 20);
    CHECK(load_dataset(binary.string(), "", "coarse").name == binary.string());
    CHECK_THROWS_WITH(load_dataset("cifar100", root, "course"),
                      Contains("data.label = \"course\": the labels of dataset cifar100 are fine or coarse"));
    CHECK_THROWS_WITH(load_dataset(binary.string(), "", "7"), Contains("are fine or coarse"));
    std::filesystem::remove_all(binary);
    const auto python = folder / "cifar-100-python";
    std::filesystem::create_directories(python / "train");  // a folder is none of its files
    write_text(python / "test", "");
    CHECK_FALSE(status_of("cifar100", root).present);
    std::filesystem::remove(python / "train");
    write_text(python / "train", "no pickle");
    CHECK_THROWS_WITH(load_dataset("cifar100", root), Contains((python / "train").string() + ": bad pickle"));
}

TEST_CASE("lookup: digits are always there, and a path ending in .csv is a table", "[data][lookup]") {
    const TemporaryFolder folder;
    CHECK(status_of("digits", "").present);
    CHECK(load_dataset("digits", "/nowhere").train.count == 1437);
    write_text(folder / "train.csv", "1,2,0\n3,4,2\n");
    write_text(folder / "test.csv", "1,2,0\n");
    CHECK(load_dataset((folder / "train.csv").string(), "").classes == 3);
    CHECK_THROWS_AS(load_dataset("none.csv", ""), ConfigError);
}

TEST_CASE("lookup: a path is a file of arrays or a folder", "[data][lookup]") {
    const TemporaryFolder folder;
    CHECK(is_dataset_path("a.npz"));
    CHECK(is_dataset_path("own/"));
    CHECK_FALSE(is_dataset_path("digits"));
    const auto make = [&](const std::string& name) {
        std::filesystem::create_directories(folder / name);
        return folder / name;
    };
    const auto arrays = make("arrays");
    write_text(arrays / "x.npy", npy<float>("<f4", {2, 1}, {1, 2}));
    write_text(arrays / "y.npy", npy_ints({1, 0}));
    CHECK(load_dataset(arrays.string(), "").classes == 2);
    CHECK(load_dataset((arrays / "x.npy").string(), "").classes == 2);
    write_small_mnist(folder / "images", 3, 1);
    const Dataset images = load_dataset((folder / "images").string(), "");
    CHECK(images.name == (folder / "images").string());
    CHECK(images.classes == 3);
    const auto table = make("table");
    write_text(table / "train.csv", "y,a\n0,5\n1,6\n");
    write_text(table / "test.csv", "y,a\n1,7\n");
    CHECK(load_dataset(table.string(), "", "y").train.labels == std::vector<std::uint32_t>{0, 1});
    CHECK_THROWS_WITH(load_dataset(make("empty").string(), ""), Contains("the folder holds no dataset; it may hold"));
    CHECK_THROWS_WITH(load_dataset((arrays / "y.txt").string(), ""), Contains("y.txt: no such file"));
    write_text(arrays / "y.txt", "");
    CHECK_THROWS_WITH(load_dataset((arrays / "y.txt").string(), ""), Contains(".csv, .npz, .npy"));
    CHECK_THROWS_AS(load_dataset(arrays.string(), "", "y"), ConfigError);
    CHECK_THROWS_WITH(load_dataset("digits", "", "y"), Contains("data.label = \"y\" names a column of a .csv"));
}

TEST_CASE("lookup: QMNIST's and EMNIST's own names", "[data][lookup]") {
    const TemporaryFolder folder;
    const DataVariable variable("");
    const auto letters = folder / "gzip";
    std::filesystem::create_directories(letters);
    for (const char* part : {"train", "test"}) {
        const std::string prefix = std::string("emnist-letters-") + part;
        write_bytes(letters / (prefix + "-images-idx3-ubyte.gz"), gzip(idx({1, 2, 3}, Bytes(6))));
        write_bytes(letters / (prefix + "-labels-idx1-ubyte.gz"), gzip(idx({1}, {26})));
    }
    const Dataset set = load_dataset("emnist-letters", folder.path().string());
    CHECK(set.classes == 26);
    CHECK(set.test.labels == std::vector<std::uint32_t>{25});
    CHECK(load_dataset(letters.string(), "").classes == 26);
    CHECK_FALSE(status_of("qmnist", folder.path().string()).present);
}

TEST_CASE("lookup: the packaged Fashion-MNIST splits into 48000 and 12000 at 0.2", "[data][lookup]") {
    const DataVariable variable("");
    if (!status_of("fashion-mnist", "").present) return skip("dataset-fashion-mnist is not installed");
    const Dataset dataset = load_dataset("fashion-mnist", "");
    CHECK(dataset.shape == SampleShape{1, 28, 28});
    CHECK(dataset.test.count == 10000);
    const Split split = split_off_validation(dataset.train.count, 0.2);
    CHECK(split.training == Range{0, 48000});
    CHECK(split.validation == Range{48000, 60000});
}

}  // namespace espalier::data
