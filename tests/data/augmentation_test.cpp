#include <cmath>
#include <map>
#include <set>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/data/augmentation.hpp>
#include <espalier/data/gather.hpp>

#include "fixtures.hpp"
#include "home_reference.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

Dataset images(std::size_t count, SampleShape shape, Stream& stream) {
    return random_byte_dataset(count, shape, stream);
}

Standardisation scaled(std::size_t features, float scale, float shift) {
    return {std::vector<float>(features, scale), std::vector<float>(features, shift)};
}

/// The batch [features x lanes], without the tail lanes.
std::vector<float> changed_batch(const Examples& examples, const std::vector<std::uint32_t>& samples,
                                 const Standardisation& how, const ImageChanges& changes) {
    kernels::Activations<float> inputs(examples.features, samples.size());
    std::vector<std::uint32_t> labels(samples.size());
    gather_changed(examples, samples, how, changes, inputs.view(), labels);
    std::vector<float> values;
    for (std::size_t f = 0; f < examples.features; ++f) {
        for (std::size_t lane = 0; lane < samples.size(); ++lane) values.push_back(inputs.view().row(f)[lane]);
    }
    return values;
}

/// Pixel by pixel, from the words of the definition: pad, crop, flip, standardise, cut out.
float by_definition(const Examples& examples, std::uint32_t sample, const Standardisation& how,
                    const ImageChanges& changes, const ImageChange& change, std::size_t f) {
    const SampleShape& shape = changes.shape;
    const auto height = static_cast<int>(shape.height);
    const auto width = static_cast<int>(shape.width);
    const int y = static_cast<int>(f) / width % height;
    const int x = static_cast<int>(f) % width;
    const int cut = static_cast<int>(changes.augmentation.cutout);
    const int top = static_cast<int>(change.cut_row) - cut / 2;
    const int left = static_cast<int>(change.cut_column) - cut / 2;
    if (y >= top && y < top + cut && x >= left && x < left + cut) return 0.0F;
    int row = y + change.row;
    int column = (change.flip ? width - 1 - x : x) + change.column;
    const bool is_inside = row >= 0 && row < height && column >= 0 && column < width;
    float value = 0.0F;
    if (is_inside || changes.augmentation.crop_fill == CropFill::reflect) {
        while (row < 0 || row >= height) row = row < 0 ? -row : 2 * (height - 1) - row;
        while (column < 0 || column >= width) column = column < 0 ? -column : 2 * (width - 1) - column;
        const std::size_t channel = f / (shape.height * shape.width);
        const std::size_t at = sample * examples.features +
                               (channel * shape.height + static_cast<std::size_t>(row)) * shape.width +
                               static_cast<std::size_t>(column);
        value = std::visit([&](const auto& values) { return static_cast<float>(values[at]); }, examples.values);
    }
    return value * how.scale[f] + how.shift[f];
}

}  // namespace

TEST_CASE("augmentation: crops and flips as NumPy and PyTorch make them", "[data][augmentation]") {
    const TensorFile file = open_tensor_file(home_reference() / "augmentation.npz");
    const Tensor stored = file.read("images");
    const auto count = stored.shape()[0];
    const SampleShape shape{stored.shape()[1], stored.shape()[2], stored.shape()[3]};
    Dataset dataset{.name = "reference", .shape = shape, .white = 255.0, .train = {}, .test = {}};
    Bytes bytes;
    for (std::size_t k = 0; k < stored.size(); ++k) bytes.push_back(static_cast<std::uint8_t>(stored.number(k)));
    dataset.train = {count, shape.features(), std::move(bytes), std::vector<std::uint32_t>(count)};
    const Standardisation how = standardisation(dataset, {0, count}, Standardise::constants,
                                                {{0.4914, 0.4822, 0.4465}, {0.2023, 0.1994, 0.2010}});
    constexpr int padding = 4;
    const std::vector<double> offsets = file.read("offsets").to_doubles();
    const std::vector<double> flips = file.read("flip").to_doubles();
    std::vector<ImageChange> changes;
    std::vector<std::uint32_t> samples;
    for (std::size_t k = 0; k < count; ++k) {
        changes.push_back({.row = static_cast<std::int32_t>(offsets[2 * k]) - padding,
                           .column = static_cast<std::int32_t>(offsets[2 * k + 1]) - padding,
                           .flip = flips[k] != 0.0});
        samples.push_back(static_cast<std::uint32_t>(k));
    }
    for (const auto& [fill, name] : {std::pair(CropFill::reflect, "reflect"), std::pair(CropFill::zero, "zeros")}) {
        const std::vector<double> wanted = file.read(name).to_doubles();
        const std::vector<float> found = changed_batch(
            dataset.train, samples, how, {shape, {.crop_padding = padding, .crop_fill = fill, .flip = true}, changes});
        REQUIRE(found.size() == wanted.size());
        double worst = 0.0;
        for (std::size_t f = 0; f < shape.features(); ++f) {
            for (std::size_t k = 0; k < count; ++k) {
                const double difference = double{found[f * count + k]} - wanted[k * shape.features() + f];
                worst = std::max(worst, std::abs(difference));
            }
        }
        INFO(name);
        CHECK(worst < 1e-6);
    }
}

TEST_CASE("augmentation: every pixel agrees with the definition, bytes and floats", "[data][augmentation]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const std::vector<SampleShape> shapes = {{3, 32, 32}, {1, 28, 28}, {2, 5, 7}, {3, 9, 1}, {1, 1, 40}, {4, 3, 100}};
    for (const SampleShape& shape : shapes) {
        for (const std::size_t lanes : {1, 16, 17, 140}) {
            for (const CropFill fill : {CropFill::reflect, CropFill::zero}) {
                CAPTURE(shape.channels, shape.height, shape.width, lanes, fill);
                const std::size_t shortest = std::min(shape.height, shape.width);
                const std::size_t padding = fill == CropFill::zero ? 4 : std::min<std::size_t>(4, shortest - 1);
                const Augmentation augmentation{
                    .crop_padding = padding, .crop_fill = fill, .flip = true, .cutout = stream.below(6)};
                Dataset dataset = images(20, shape, stream);
                if (lanes % 2 == 1) {
                    const Bytes bytes = std::get<Bytes>(dataset.train.values);
                    dataset.train.values = std::vector<float>(bytes.begin(), bytes.end());
                }
                std::vector<std::uint32_t> samples(lanes);
                for (auto& sample : samples) sample = static_cast<std::uint32_t>(stream.below(20));
                std::vector<ImageChange> changes;
                draw_changes(augmentation, shape, 5, 6, samples, changes);
                const Standardisation how = scaled(shape.features(), 0.25F, -3.0F);  // exact in any order
                const ImageChanges all{shape, augmentation, changes};
                const std::vector<float> found = changed_batch(dataset.train, samples, how, all);
                std::size_t wrong = 0;
                for (std::size_t f = 0; f < shape.features(); ++f) {
                    for (std::size_t k = 0; k < lanes; ++k) {
                        const float wanted = by_definition(dataset.train, samples[k], how, all, changes[k], f);
                        wrong += found[f * lanes + k] == wanted ? 0 : 1;
                    }
                }
                CHECK(wrong == 0);
            }
        }
    }
}

TEST_CASE("augmentation: changes depend on seed, epoch and sample alone", "[data][augmentation]") {
    const Augmentation all{.crop_padding = 4, .flip = true, .cutout = 8};
    const SampleShape shape{3, 32, 32};
    const auto drawn = [&](std::uint64_t seed, std::uint64_t epoch, const std::vector<std::uint32_t>& samples) {
        std::vector<ImageChange> changes;
        draw_changes(all, shape, seed, epoch, samples, changes);
        std::vector<std::vector<std::int64_t>> numbers;
        for (const ImageChange& c : changes) numbers.push_back({c.row, c.column, c.flip, c.cut_row, c.cut_column});
        return numbers;
    };
    const auto together = drawn(1, 2, {7, 8, 4'000'000'000U});
    CHECK(drawn(1, 2, {8})[0] == together[1]);
    CHECK(drawn(1, 2, {4'000'000'000U, 7})[0] == together[2]);
    CHECK(drawn(2, 2, {7, 8, 9}) != together);
    CHECK(drawn(1, 3, {7, 8, 9}) != together);
    // The numbers are part of what a run can be repeated by.
    CHECK(drawn(0, 0, {0, 1}) == std::vector<std::vector<std::int64_t>>{{2, -2, 0, 8, 27}, {-4, -1, 1, 10, 27}});
}

TEST_CASE("augmentation: all offsets, centres and flips are equally likely", "[data][augmentation]") {
    const Augmentation all{.crop_padding = 2, .flip = true, .cutout = 1};
    std::vector<std::uint32_t> samples(20000);
    for (std::size_t k = 0; k < samples.size(); ++k) samples[k] = static_cast<std::uint32_t>(k);
    std::vector<ImageChange> changes;
    draw_changes(all, {1, 6, 3}, 11, 4, samples, changes);
    std::map<std::pair<int, int>, int> offsets;
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> centres;
    int flips = 0;
    for (const ImageChange& change : changes) {
        ++offsets[{change.row, change.column}];
        ++centres[{change.cut_row, change.cut_column}];
        flips += change.flip ? 1 : 0;
    }
    CHECK(std::abs(flips - 10000) < 350);  // five standard deviations
    REQUIRE(offsets.size() == 25);
    CHECK(offsets.begin()->first == std::pair(-2, -2));
    CHECK(offsets.rbegin()->first == std::pair(2, 2));
    for (const auto& [offset, count] : offsets) CHECK(std::abs(count - 800) < 140);
    REQUIRE(centres.size() == 18);
    CHECK(centres.rbegin()->first == std::pair(5U, 2U));
    for (const auto& [centre, count] : centres) CHECK(std::abs(count - 1111) < 165);
    draw_changes({.cutout = 1}, {1, 6, 3}, 11, 4, samples, changes);
    CHECK(std::ranges::all_of(changes, [](const ImageChange& c) { return c.row == 0 && c.column == 0 && !c.flip; }));
}

TEST_CASE("augmentation: the same bits for any number of threads", "[data][augmentation]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const SampleShape shape{3, 32, 32};
    const Dataset dataset = images(128, shape, stream);
    std::vector<std::uint32_t> samples(128);
    for (std::size_t k = 0; k < samples.size(); ++k) samples[k] = static_cast<std::uint32_t>(k);
    const Augmentation all{.crop_padding = 4, .flip = true, .cutout = 16};
    std::vector<ImageChange> changes;
    draw_changes(all, shape, 1, 1, samples, changes);
    const Standardisation how = scaled(shape.features(), 0.01F, -1.3F);
    const auto alone = changed_batch(dataset.train, samples, how, {shape, all, changes});
    set_threads(3);
    CHECK(changed_batch(dataset.train, samples, how, {shape, all, changes}) == alone);
    set_threads(1);
}

TEST_CASE("augmentation is refused, naming the key, where samples are no images or too small", "[data][augmentation]") {
    Stream stream = test_stream();
    const Dataset small = images(2, {3, 4, 5}, stream);
    CHECK_NOTHROW(require_augmentable({.crop_padding = 3}, small));
    CHECK_THROWS_AS(require_augmentable({.crop_padding = 4}, small), ConfigError);
    CHECK_THROWS_WITH(
        require_augmentable({.crop_padding = 4}, small),
        Contains("data.crop_padding = 4: images of random are 4x5, and at most 3 pixels can be reflected; "
                 "or data.crop_fill = \"zero\""));
    CHECK_NOTHROW(require_augmentable({.crop_padding = 4, .crop_fill = CropFill::zero}, small));
    const Dataset table = images(2, {12, 1, 1}, stream);
    CHECK_NOTHROW(require_augmentable({}, table));
    CHECK_THROWS_WITH(require_augmentable({.flip = true}, table), Contains("data.flip = true changes images, but"));
    CHECK_THROWS_WITH(require_augmentable({.cutout = 2}, table), Contains("data.cutout = 2 changes images"));
    CHECK_THROWS_WITH(require_augmentable({.crop_padding = 1}, table), Contains("rows of a table"));
    Dataset selected = small;
    selected.selected = {1, 2};
    CHECK_THROWS_WITH(require_augmentable({.flip = true}, selected), Contains("data.features"));
}

TEST_CASE("augmentation: changes that do not fit the batch are refused", "[data][augmentation]") {
    Stream stream = test_stream();
    const Dataset dataset = images(3, {1, 2, 2}, stream);
    const std::vector<ImageChange> one(1);
    const Standardisation how = scaled(4, 1.0F, 0.0F);
    CHECK_NOTHROW(changed_batch(dataset.train, {2}, how, {dataset.shape, {}, one}));
    CHECK_THROWS_WITH(changed_batch(dataset.train, {0, 1}, how, {dataset.shape, {}, one}),
                      Contains("or the changes of its images"));
    CHECK_THROWS_AS(changed_batch(dataset.train, {0}, how, {{1, 2, 3}, {}, one}), FormatError);
}

}  // namespace espalier::data
