#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/data/batches.hpp>
#include <espalier/data/gather.hpp>

#include "fixtures.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

Standardisation random_standardisation(std::size_t features, Stream& stream) {
    Standardisation standardisation;
    for (const double value : random_values(features, stream)) {
        standardisation.scale.push_back(static_cast<float>(value));
        standardisation.shift.push_back(static_cast<float>(2.0 - value));
    }
    return standardisation;
}

Examples random_examples(std::size_t count, std::size_t features, bool as_floats, Stream& stream) {
    Examples examples = random_byte_dataset(count, {1, 1, features}, stream).train;
    if (as_floats) {
        const Bytes bytes = std::get<Bytes>(examples.values);
        examples.values = std::vector<float>(bytes.begin(), bytes.end());
    }
    return examples;
}

std::vector<std::uint32_t> random_samples(std::size_t count, std::size_t bound, Stream& stream) {
    std::vector<std::uint32_t> samples(count);
    for (std::uint32_t& sample : samples) sample = static_cast<std::uint32_t>(stream.below(bound));
    return samples;
}

/// All of the memory that the view shows, tail lanes too.
template <class T>
std::vector<T> memory(kernels::View<T> view) {
    return {view.data, view.data + view.features * view.stride};
}

template <class T>
struct Batch {
    std::vector<T> inputs;
    std::vector<std::uint32_t> labels;
};

template <class T>
Batch<T> gathered(const Examples& examples, const std::vector<std::uint32_t>& samples, const Standardisation& how) {
    kernels::Activations<T> inputs(examples.features, samples.size());
    std::fill_n(inputs.view().data, examples.features * inputs.view().stride, T(77));  // of the batch before
    std::vector<std::uint32_t> labels(samples.size());
    gather(examples, samples, how, inputs.view(), labels);
    return {memory(inputs.view()), labels};
}

template <class T>
Batch<T> by_definition(const Examples& examples, const std::vector<std::uint32_t>& samples,
                       const Standardisation& how) {
    const std::size_t stride = kernels::padded_lanes(samples.size());
    Batch<T> batch{std::vector<T>(examples.features * stride, T(0)), {}};
    for (std::size_t lane = 0; lane < samples.size(); ++lane) {
        for (std::size_t f = 0; f < examples.features; ++f) {
            const std::size_t k = samples[lane] * examples.features + f;
            const auto value =
                std::visit([&](const auto& values) { return static_cast<T>(values[k]); }, examples.values);
            batch.inputs[f * stride + lane] = value * static_cast<T>(how.scale[f]) + static_cast<T>(how.shift[f]);
        }
        batch.labels.push_back(examples.labels[samples[lane]]);
    }
    return batch;
}

template <class T>
bool same(const Batch<T>& a, const Batch<T>& b) {
    return a.labels == b.labels && std::ranges::equal(a.inputs, b.inputs, [](T x, T y) {
               return x == Approx(y).epsilon(1e-6).margin(1e-6);  // a compiler may fuse multiply and add on one side
           });
}

}  // namespace

TEST_CASE("gather: two samples of three features, by hand", "[data][gather]") {
    Examples examples{3, 3, Bytes{1, 2, 3, 10, 20, 30, 100, 110, 120}, {5, 6, 7}};
    const Standardisation how{{1.0F, 0.5F, 2.0F}, {0.0F, 1.0F, -3.0F}};
    const Batch<float> batch = gathered<float>(examples, {2, 0}, how);
    REQUIRE(batch.inputs.size() == 3 * 16);
    CHECK(batch.inputs[0] == 100.0F);
    CHECK(batch.inputs[1] == 1.0F);
    CHECK(batch.inputs[16] == 56.0F);
    CHECK(batch.inputs[17] == 2.0F);
    CHECK(batch.inputs[32] == 237.0F);
    CHECK(batch.inputs[33] == 3.0F);
    CHECK(std::count(batch.inputs.begin(), batch.inputs.end(), 0.0F) == 3 * 14);  // tail lanes
    CHECK(batch.labels == std::vector<std::uint32_t>{7, 5});
}

TEST_CASE("gather agrees with its definition for all sizes around the tiles", "[data][gather]") {
    Stream stream = test_stream();
    INFO(seed_text());
    for (const std::size_t features : {1, 15, 16, 17, 63, 64, 65, 80, 200}) {
        for (const std::size_t lanes : {1, 2, 15, 16, 17, 31, 127, 128, 129, 300}) {
            for (const bool as_floats : {false, true}) {
                CAPTURE(features, lanes, as_floats);
                const Examples examples = random_examples(40, features, as_floats, stream);
                const std::vector<std::uint32_t> samples = random_samples(lanes, 40, stream);
                const Standardisation how = random_standardisation(features, stream);
                CHECK(same(gathered<float>(examples, samples, how), by_definition<float>(examples, samples, how)));
                CHECK(same(gathered<double>(examples, samples, how), by_definition<double>(examples, samples, how)));
            }
        }
    }
}

TEST_CASE("gather: blocks of 16 lanes hold what rows hold", "[data][gather]") {
    Stream stream = test_stream();
    INFO(seed_text());
    for (const std::size_t features : {1, 17, 64, 200}) {
        for (const std::size_t lanes : {1, 16, 17, 32, 100, 128, 129, 300}) {
            for (const bool as_floats : {false, true}) {
                CAPTURE(features, lanes, as_floats);
                const Examples examples = random_examples(40, features, as_floats, stream);
                const std::vector<std::uint32_t> samples = random_samples(lanes, 40, stream);
                const Standardisation how = random_standardisation(features, stream);
                const std::vector<float> rows = gathered<float>(examples, samples, how).inputs;
                const std::size_t padded = kernels::padded_lanes(lanes);
                AlignedVector<float> memory(features * padded, 77.0F);
                std::vector<std::uint32_t> labels(lanes);
                gather(examples, samples, how, {memory.data(), features, lanes, 16}, labels);
                std::size_t wrong = 0;
                for (std::size_t f = 0; f < features; ++f) {
                    for (std::size_t b = 0; b < padded; ++b) {
                        const float found = memory[b / 16 * features * 16 + f * 16 + b % 16];
                        wrong += found == rows[f * padded + b] ? 0 : 1;
                    }
                }
                CHECK(wrong == 0);
            }
        }
    }
}

TEST_CASE("gather: the same bits for any number of threads", "[data][gather]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const Examples examples = random_examples(150, 3072, false, stream);
    const std::vector<std::uint32_t> samples = random_samples(128, 150, stream);
    const Standardisation how = random_standardisation(3072, stream);
    const Batch<float> alone = gathered<float>(examples, samples, how);
    for (const int count : {2, 3, 4}) {
        set_threads(count);
        CHECK(gathered<float>(examples, samples, how).inputs == alone.inputs);
    }
    set_threads(1);
}

TEST_CASE("gather: no samples, no features", "[data][gather]") {
    CHECK(gathered<float>({2, 0, Bytes{}, {1, 2}}, {1, 0}, {}).labels == std::vector<std::uint32_t>{2, 1});
    CHECK(gathered<float>({1, 1, Bytes{3}, {0}}, {}, {{1.0F}, {0.0F}}).inputs.empty());
}

TEST_CASE("gather refuses shapes that disagree and samples outside the set", "[data][gather]") {
    const Examples examples{2, 2, Bytes{1, 2, 3, 4}, {0, 1}};
    const Standardisation how{{1.0F, 1.0F}, {0.0F, 0.0F}};
    kernels::Activations<float> inputs(2, 1);
    std::vector<std::uint32_t> labels(1);
    const auto gather_with = [&](std::vector<std::uint32_t> samples, const Standardisation& standardisation) {
        gather(examples, samples, standardisation, inputs.view(), labels);
    };
    CHECK_NOTHROW(gather_with({1}, how));
    CHECK_THROWS_WITH(gather_with({2}, how), Contains("sample 2 of a set of 2"));
    CHECK_THROWS_AS(gather_with({0, 1}, how), FormatError);
    CHECK_THROWS_AS(gather_with({0}, {{1.0F}, {0.0F}}), FormatError);
    labels.clear();
    CHECK_THROWS_AS(gather_with({0}, how), FormatError);
    std::vector<std::uint32_t> many(40);
    kernels::Activations<float> wide(2, 40);
    kernels::View<float> strange = wide.view();
    strange.stride = 32;  // neither 48 nor 16
    CHECK_THROWS_AS(gather(examples, many, how, strange, many), FormatError);
}

}  // namespace espalier::data
