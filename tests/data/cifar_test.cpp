#include <espalier/base/text/error.hpp>
#include <espalier/data/cifar.hpp>

#include "fixtures.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

/// A record whose pixels count up from `first`, modulo 251.
Bytes record(std::uint8_t label, std::size_t first) {
    Bytes bytes = {label};
    for (std::size_t p = 0; p < 3072; ++p) bytes.push_back(static_cast<std::uint8_t>((first + p) % 251));
    return bytes;
}

void write_small_cifar(const TemporaryFolder& folder) {
    for (std::uint8_t batch = 1; batch <= 5; ++batch) {
        Bytes bytes = record(batch, batch);
        const Bytes second = record(9, 100);
        bytes.insert(bytes.end(), second.begin(), second.end());
        write_bytes(folder / ("data_batch_" + std::to_string(batch) + ".bin"), bytes);
    }
    write_bytes(folder / "test_batch.bin", record(0, 7));
}

}  // namespace

TEST_CASE("load_cifar10: records of five batches in order", "[data][cifar]") {
    const TemporaryFolder folder;
    write_small_cifar(folder);
    const Dataset dataset = load_cifar10(folder.path());
    CHECK(dataset.shape == SampleShape{3, 32, 32});
    CHECK(dataset.train.count == 10);
    CHECK(dataset.test.count == 1);
    CHECK(dataset.train.labels == std::vector<std::uint32_t>{1, 9, 2, 9, 3, 9, 4, 9, 5, 9});
    const auto& values = std::get<Bytes>(dataset.train.values);
    REQUIRE(values.size() == 10 * 3072);
    CHECK(values[4 * 3072 + 10] == 13);              // first record of batch 3
    CHECK(values[9 * 3072 + 3071] == (3171 % 251));  // last pixel of all
}

TEST_CASE("load_cifar10 refuses broken records and labels above 9", "[data][cifar]") {
    const TemporaryFolder folder;
    write_small_cifar(folder);
    write_bytes(folder / "data_batch_3.bin", Bytes(3072));
    CHECK_THROWS_WITH(load_cifar10(folder.path()), Contains("data_batch_3.bin: 3072 bytes"));
    write_bytes(folder / "data_batch_3.bin", Bytes());
    CHECK_THROWS_AS(load_cifar10(folder.path()), FormatError);
    write_bytes(folder / "data_batch_3.bin", record(10, 0));
    CHECK_THROWS_WITH(load_cifar10(folder.path()), Contains("data_batch_3.bin: label 10 of example 0"));
    std::filesystem::remove(folder / "data_batch_3.bin");
    CHECK_THROWS_AS(load_cifar10(folder.path()), IoError);
}

TEST_CASE("load_cifar100: the first label byte is the coarse one", "[data][cifar]") {
    const TemporaryFolder folder;
    Bytes bytes = {19};
    const Bytes rest = record(99, 5);
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    write_bytes(folder / "train.bin", bytes);
    write_bytes(folder / "test.bin.gz", gzip(bytes));
    const Dataset fine = load_cifar100(folder.path(), "");
    CHECK(fine.classes == 100);
    CHECK(fine.train.labels == std::vector<std::uint32_t>{99});
    CHECK(std::get<Bytes>(fine.test.values)[3] == 8);
    const Dataset coarse = load_cifar100(folder.path(), "coarse");
    CHECK(coarse.classes == 20);
    CHECK(coarse.test.labels == std::vector<std::uint32_t>{19});
    bytes[0] = 20;
    write_bytes(folder / "test.bin.gz", gzip(bytes));
    CHECK_NOTHROW(load_cifar100(folder.path(), "fine"));
    CHECK_THROWS_WITH(load_cifar100(folder.path(), "coarse"), Contains("test.bin.gz: label 20 of example 0"));
    write_bytes(folder / "train.bin", Bytes(3073));
    CHECK_THROWS_WITH(load_cifar100(folder.path(), ""),
                      Contains("train.bin: 3073 bytes; CIFAR-100 records have 3074 each"));
}

}  // namespace espalier::data
