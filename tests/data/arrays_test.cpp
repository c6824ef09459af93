#include <limits>

#include <espalier/base/text/error.hpp>
#include <espalier/data/array_samples.hpp>
#include <espalier/data/arrays.hpp>

#include "fixtures.hpp"
#include "npz_builder.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

using Members = std::vector<std::pair<std::string, std::string>>;
using Labels = std::vector<std::uint32_t>;

std::filesystem::path write_npz(const TemporaryFolder& folder, const Members& members) {
    std::vector<ZipEntry> entries;
    for (const auto& [name, content] : members) entries.push_back({name + ".npy", content, true});
    write_text(folder / "own.npz", zip_archive(entries));
    return folder / "own.npz";
}

Dataset loaded(const Members& members) {
    const TemporaryFolder folder;
    return load_arrays(write_npz(folder, members));
}

std::string floats(const std::vector<std::size_t>& shape, const std::vector<float>& values) {
    return npy("<f4", shape, values);
}
std::string bytes(const std::vector<std::size_t>& shape, const Bytes& values) {
    return npy("|u1", shape, values);
}

void refused(const Members& members, const std::string& why) {
    INFO(why);
    CHECK_THROWS_AS(loaded(members), FormatError);
    CHECK_THROWS_WITH(loaded(members), Contains("own.npz") && Contains(why));
}

const std::string two_by_two = floats({2, 2}, {1, 2, 3, 4});
const std::string zero_one = npy_ints({0, 1});

}  // namespace

TEST_CASE("arrays: x, y, x_test, y_test of an .npz", "[data][arrays]") {
    const Dataset set = loaded({{"x", floats({3, 2}, {1, 2.5, -3, 4, 5, 6})},
                                {"y", npy_ints({0, 2, 1})},
                                {"x_test", floats({1, 2}, {7, 8})},
                                {"y_test", npy_ints({2})}});
    CHECK(set.shape == SampleShape{2, 1, 1});
    CHECK(set.classes == 3);
    CHECK(set.white == 1.0);
    CHECK(set.train.count == 3);
    CHECK(set.train.features == 2);
    CHECK(std::get<std::vector<float>>(set.train.values) == std::vector<float>{1, 2.5, -3, 4, 5, 6});
    CHECK(set.train.labels == Labels{0, 2, 1});
    CHECK(std::get<std::vector<float>>(set.test.values) == std::vector<float>{7, 8});
    CHECK(set.test.labels == Labels{2});
    CHECK(set.unlabelled.empty());
    CHECK(set.remarks.empty());
}

TEST_CASE("arrays: images keep their shape, bytes stay bytes", "[data][arrays]") {
    const Dataset images =
        loaded({{"x", bytes({2, 3, 1, 2}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255})}, {"y", zero_one}});
    CHECK(images.shape == SampleShape{3, 1, 2});
    CHECK(std::get<Bytes>(images.train.values) == Bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255});
    CHECK(images.test.count == 0);
    const Dataset signals = loaded({{"x", floats({2, 1, 3}, {1, 2, 3, 4, 5, 6})}, {"y", zero_one}});
    CHECK(signals.shape == SampleShape{1, 1, 3});
    CHECK(signals.remarks.empty());
}

TEST_CASE("arrays: numbers of every type", "[data][arrays]") {
    const auto values = [](const std::string& x) {
        return std::get<std::vector<float>>(loaded({{"x", x}, {"y", zero_one}}).train.values);
    };
    CHECK(values(npy<double>("<f8", {2, 1}, {0.5, -2})) == std::vector<float>{0.5, -2});
    CHECK(values(npy<std::uint16_t>("<f2", {2, 1}, {0x3C00, 0xC000})) == std::vector<float>{1, -2});
    CHECK(values(npy<std::int8_t>("|i1", {2, 1}, {-128, 127})) == std::vector<float>{-128, 127});
    CHECK(values(npy<std::int64_t>("<i8", {2, 1}, {-3, 70000})) == std::vector<float>{-3, 70000});
    const Dataset bools = loaded({{"x", npy<char>("|b1", {2, 1}, {1, 0})}, {"y", npy<char>("|b1", {2, 1}, {1, 0})}});
    CHECK(std::get<Bytes>(bools.train.values) == Bytes{1, 0});
    CHECK(bools.train.labels == Labels{1, 0});
    // Columns first, as Fortran and pandas have them.
    const std::string columns =
        npy_raw("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }",
                little_endian(1.0F) + little_endian(3.0F) + little_endian(2.0F) + little_endian(4.0F));
    CHECK(values(columns) == std::vector<float>{1, 2, 3, 4});
}

TEST_CASE("arrays: other spellings, and what is not used is said", "[data][arrays]") {
    const Dataset keras =
        loaded({{"x_train", two_by_two}, {"y_train", zero_one}, {"x_test", two_by_two}, {"y_test", zero_one}});
    CHECK(keras.test.count == 2);
    const Dataset upper = loaded({{"X", two_by_two}, {"Y", zero_one}});
    CHECK(upper.train.labels == Labels{0, 1});
    const Dataset medical = loaded({{"train_images", two_by_two},
                                    {"train_labels", npy<std::uint8_t>("|u1", {2, 1}, {0, 1})},
                                    {"val_images", two_by_two},
                                    {"test_images", two_by_two},
                                    {"test_labels", zero_one}});
    CHECK(medical.train.labels == Labels{0, 1});
    REQUIRE(medical.remarks.size() == 1);
    CHECK_THAT(medical.remarks[0], Contains("own.npz: not used: val_images"));
    refused({{"x", two_by_two}, {"X", two_by_two}, {"y", zero_one}}, "'x' and 'X' would be the same array");
}

TEST_CASE("arrays: labels that are no classes leave the set unlabelled, with the reason", "[data][arrays]") {
    const auto reason = [](const Members& members) {
        const Dataset set = loaded(members);
        CHECK(set.classes == 1);
        CHECK(set.train.labels == Labels{0, 0});
        return set.unlabelled;
    };
    CHECK_THAT(reason({{"x", two_by_two}, {"y", floats({2}, {0.5, 1})}}), Contains("targets of a regression"));
    CHECK_THAT(reason({{"x", two_by_two}, {"y", floats({2}, {1, std::numeric_limits<float>::quiet_NaN()})}}),
               Contains("targets of a regression"));
    CHECK_THAT(reason({{"x", two_by_two}, {"y", npy<std::int64_t>("<i8", {2, 2}, {0, 1, 1, 0})}}),
               Contains("y.argmax(1)"));
    CHECK_THAT(reason({{"x", two_by_two}}), Contains("no labels beside it"));
    CHECK(
        loaded({{"x", two_by_two}, {"y", floats({2}, {0.5, 1})}, {"x_test", two_by_two}, {"y_test", npy_ints({5, 6})}})
            .test.labels == Labels{0, 0});
    const Dataset whole = loaded({{"x", two_by_two}, {"y", floats({2}, {3, 0})}});
    CHECK(whole.train.labels == Labels{3, 0});
    REQUIRE(whole.remarks.size() == 1);
    CHECK_THAT(whole.remarks[0], Contains("'y'") && Contains("taken as classes"));
}

TEST_CASE("arrays: what does not fit is refused by array, element and remedy", "[data][arrays]") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    refused({{"x", floats({2, 3}, {1, 2, 3, 4, 5, nan})}, {"y", zero_one}},
            "'x': element [1, 2] (counted from 0) is nan");
    refused({{"x", floats({1, 2, 1, 2}, {1, 2, -std::numeric_limits<float>::infinity(), 4})}, {"y", npy_ints({0})}},
            "element [0, 1, 0, 0] (counted from 0) is -inf");
    refused({{"x", npy<double>("<f8", {1, 1}, {1e39})}, {"y", npy_ints({0})}}, "element [0, 0]");
    refused({{"x", floats({2}, {1, 2})}, {"y", zero_one}}, "shape [2]; [N, features]");
    refused({{"x", floats({0, 2}, {})}, {"y", npy_ints({})}}, "none 0");
    refused({{"x", floats({1, 1, 1, 1, 1}, {1})}, {"y", npy_ints({0})}}, "[1, 1, 1, 1, 1]");
    refused({{"x", npy_text("ab")}, {"y", zero_one}}, "not strings");
    refused({{"x", two_by_two}, {"y", npy_ints({0, -1})}}, "label -1 of sample 1");
    refused({{"x", two_by_two}, {"y", npy_ints({0, 65536})}}, "label 65536 of sample 1");
    refused({{"x", two_by_two}, {"y", npy_ints({0, 1, 1})}}, "labels of shape [3], but there are 2 samples");
    refused({{"x", two_by_two}, {"y", npy_text("a")}}, "labels are text; np.unique");
    refused({{"x", two_by_two}, {"y", zero_one}, {"y_test", zero_one}}, "'y_test' labels a test set");
    refused({{"x", two_by_two}, {"y", zero_one}, {"x_test", two_by_two}}, "no labels beside it");
    refused({{"x", two_by_two}, {"y", zero_one}, {"x_test", floats({1, 3}, {1, 2, 3})}, {"y_test", npy_ints({0})}},
            "'x_test' have shape 3x1x1, those to train on 2x1x1");
    refused({{"x", two_by_two}, {"y", zero_one}, {"x_test", two_by_two}, {"y_test", npy_ints({0, 2})}},
            "'y_test': label 2 of example 1");
    refused({{"a", two_by_two}, {"b", zero_one}}, "no array of inputs; 'x'");
    refused({{"x_test", two_by_two}, {"y_test", zero_one}}, "there is no array 'x'");
    refused({}, "no array of inputs");
}

TEST_CASE("arrays: images in another order of axes are said", "[data][arrays]") {
    const auto remark = [](const std::string& x) {
        const Dataset set = loaded({{"x", x}, {"y", npy_ints({0})}});
        return set.remarks.empty() ? "" : set.remarks[0];
    };
    CHECK_THAT(remark(bytes({1, 2, 2, 3}, Bytes(12))), Contains("x.transpose(0, 3, 1, 2)"));
    CHECK(remark(bytes({1, 3, 2, 3}, Bytes(18))).empty());
    CHECK_THAT(remark(bytes({1, 2, 2}, Bytes(4))), Contains("2 channels of length 2") && Contains("x[:, None]"));
}

TEST_CASE("arrays: .npy files side by side", "[data][arrays]") {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder / "own");
    write_text(folder / "own/x.npy", two_by_two);
    write_text(folder / "own/y.npy", zero_one);
    write_text(folder / "own/x_test.npy", floats({1, 2}, {5, 6}));
    write_text(folder / "own/y_test.npy", npy_ints({1}));
    write_text(folder / "own/wine_X.npy", floats({1, 1}, {9}));
    write_text(folder / "own/wine_y.npy", npy_ints({3}));
    for (const char* place : {"own", "own/x.npy"}) {
        const Dataset set = load_arrays(folder / place);
        CHECK(set.train.labels == Labels{0, 1});
        CHECK(set.test.labels == Labels{1});
        CHECK(set.remarks.size() == 1);  // the wine is not used
    }
    const Dataset wine = load_arrays(folder / "own/wine_X.npy");
    CHECK(wine.train.labels == Labels{3});
    CHECK(wine.remarks.empty());
    CHECK_THROWS_AS(load_arrays(folder / "own/y.npy"), ConfigError);
    CHECK_THROWS_WITH(load_arrays(folder / "own/y.npy"), Contains("an .npy holds one array"));
    CHECK_THROWS_WITH(load_arrays(folder / "none.npz"), Contains("none.npz: there is no such file"));
}

TEST_CASE("arrays: samples of a file, to be scored", "[data][arrays]") {
    const TemporaryFolder folder;
    const Samples both =
        read_array_samples(write_npz(folder, {{"x", two_by_two}, {"y", zero_one}, {"x_test", two_by_two}}));
    CHECK(both.examples.count == 2);
    CHECK(both.examples.labels == Labels{0, 1});
    REQUIRE(both.remarks.size() == 1);
    CHECK_THAT(both.remarks[0], Contains("not used: x_test"));
    const Samples test = read_array_samples(write_npz(folder, {{"x_test", two_by_two}, {"y_test", npy_ints({4, 5})}}));
    CHECK(test.examples.labels == Labels{4, 5});
    CHECK_FALSE(read_array_samples(write_npz(folder, {{"x", two_by_two}})).unlabelled.empty());
}

}  // namespace espalier::data
