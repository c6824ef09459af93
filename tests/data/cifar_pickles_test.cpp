#include <espalier/base/text/error.hpp>
#include <espalier/data/cifar_pickles.hpp>

#include "damaged_files.hpp"
#include "fixtures.hpp"
#include "pickle_builder.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

/// Images whose pixels count up from the label, modulo 251.
std::string images_of(const std::vector<std::int64_t>& labels) {
    std::string pixels;
    for (const std::int64_t label : labels) {
        for (std::int64_t p = 0; p < 3072; ++p) pixels += static_cast<char>((label + p) % 251);
    }
    return pixels;
}

std::string pickled_images(const std::vector<std::int64_t>& labels) {
    return pickled_array({{static_cast<std::int64_t>(labels.size()), 3072}, images_of(labels)});
}

/// Two images of classes `first` and 9.
std::string cifar10_batch(std::int64_t first) {
    const std::vector<std::int64_t> labels = {first, 9};
    return pickled(pickled_dict({{"batch_label", pickled_string("training batch 1 of 5")},
                                 {"labels", pickled_list(labels)},
                                 {"data", pickled_images(labels)},
                                 {"filenames", "]"}}));
}

void write_cifar10_pickles(const TemporaryFolder& folder) {
    for (std::int64_t batch = 1; batch <= 5; ++batch) {
        write_text(folder / ("data_batch_" + std::to_string(batch)), cifar10_batch(batch));
    }
    write_text(folder / "test_batch", cifar10_batch(0));
}

}  // namespace

TEST_CASE("load_cifar10_pickles: images and labels of five batches in order", "[data][cifar]") {
    const TemporaryFolder folder;
    write_cifar10_pickles(folder);
    const Dataset dataset = load_cifar10_pickles(folder.path());
    CHECK(dataset.shape == SampleShape{3, 32, 32});
    CHECK(dataset.classes == 10);
    CHECK(dataset.white == 255.0);
    CHECK(dataset.train.labels == std::vector<std::uint32_t>{1, 9, 2, 9, 3, 9, 4, 9, 5, 9});
    CHECK(dataset.test.labels == std::vector<std::uint32_t>{0, 9});
    const auto& values = std::get<Bytes>(dataset.train.values);
    REQUIRE(values.size() == 10 * 3072);
    CHECK(values[4 * 3072 + 10] == 13);
    CHECK(values[9 * 3072 + 3071] == (9 + 3071) % 251);
}

TEST_CASE("load_cifar100_pickles: fine and coarse labels", "[data][cifar]") {
    const TemporaryFolder folder;
    const std::vector<std::int64_t> fine = {99, 3};
    for (const char* name : {"train", "test"}) {
        write_text(folder / name, pickled(pickled_dict({{"fine_labels", pickled_list(fine)},
                                                        {"coarse_labels", pickled_list({19, 0})},
                                                        {"data", pickled_images(fine)}})));
    }
    for (const char* label : {"", "fine"}) {
        const Dataset dataset = load_cifar100_pickles(folder.path(), label);
        CHECK(dataset.classes == 100);
        CHECK(dataset.train.labels == std::vector<std::uint32_t>{99, 3});
    }
    const Dataset coarse = load_cifar100_pickles(folder.path(), "coarse");
    CHECK(coarse.classes == 20);
    CHECK(coarse.test.labels == std::vector<std::uint32_t>{19, 0});
}

TEST_CASE("load_cifar10_pickles: one line names the file and what would be right", "[data][cifar]") {
    const TemporaryFolder folder;
    write_cifar10_pickles(folder);
    const auto refused = [&](const std::string& object, const std::string& reason) {
        INFO(reason);
        write_text(folder / "data_batch_3", pickled(object));
        CHECK_THROWS_AS(load_cifar10_pickles(folder.path()), FormatError);
        CHECK_THROWS_WITH(load_cifar10_pickles(folder.path()),
                          Contains((folder / "data_batch_3").string()) && Contains(reason));
    };
    refused("]", "no dict with 'data'");
    refused(pickled_dict({{"data", pickled_images({1})}}), "no dict with 'labels'");
    refused(pickled_dict({{"data", pickled_images({1})}, {"labels", pickled_list({1, 2})}}),
            "of shape 1x3072 beside 2 labels; one row of 3072 bytes a label");
    refused(pickled_dict({{"data", pickled_array({{2, 2}, "abcd"})}, {"labels", pickled_list({1, 2})}}), "3072 bytes");
    refused(pickled_dict({{"data", pickled_array({{0, 3072}, ""})}, {"labels", "]"}}), "one at least");
    refused(pickled_dict({{"data", pickled_images({1})}, {"labels", pickled_list({10})}}), "label 10 of example 0");
    refused(pickled_dict({{"data", pickled_images({1})}, {"labels", pickled_list({-1})}}), "no number from 0 to 9");
    refused(pickled_dict({{"data", pickled_images({1})}, {"labels", "](Ne"}}), "no number from 0 to 9");
    refused(pickled_dict({{"data", pickled_images({1})}, {"labels", pickled_images({1})}}), "no list of numbers");
    refused(pickled_call("os", "system", ")"), "asks for os.system");
    write_text(folder / "data_batch_3", "no pickle");
    CHECK_THROWS_WITH(load_cifar10_pickles(folder.path()), Contains("data_batch_3: bad pickle at byte 0"));
    std::filesystem::remove(folder / "data_batch_3");
    CHECK_THROWS_AS(load_cifar10_pickles(folder.path()), IoError);
}

TEST_CASE("load_cifar10_pickles: damaged files are read or refused", "[data][cifar]") {
    const TemporaryFolder folder;
    write_cifar10_pickles(folder);
    write_text(folder / "sample", cifar10_batch(4));
    const DamageCount count = check_damaged(folder / "sample", 300, [&](const std::filesystem::path& damaged) {
        std::filesystem::copy_file(damaged, folder / "test_batch", std::filesystem::copy_options::overwrite_existing);
        load_cifar10_pickles(folder.path());
    });
    CHECK(count.refused > 300);
}

}  // namespace espalier::data
