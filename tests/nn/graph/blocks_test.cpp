#include <espalier/base/ranks/thread_ranks.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/kernels/loss.hpp>
#include <espalier/nn/graph/blocks.hpp>
#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/graph/weight_port.hpp>
#include <espalier/nn/layers/batch_norm_layer.hpp>
#include <espalier/nn/layers/dropout_layer.hpp>
#include <espalier/nn/layers/layer_norm_layer.hpp>
#include <espalier/nn/layers/leaky_relu_layer.hpp>
#include <espalier/nn/layers/linear.hpp>
#include <espalier/nn/layers/srelu_layer.hpp>
#include <espalier/nn/layers/sum_layer.hpp>
#include <espalier/nn/models/image_builder.hpp>

#include "nn/gradient_check.hpp"
#include "nn/node_list.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

constexpr Pass fifth_step{.training = true, .seed = 1, .step = 4};

/// Every kind of layer of features: 8 features, 4 classes.
template <class T>
Network<T> network_of_features(Stream& stream, bool batch_norm) {
    NodeList<T> nodes;
    const auto linear = [&](const char* name, std::size_t outputs, std::size_t inputs) {
        return std::make_unique<Linear<T>>(name, random_pattern(outputs, inputs, 0.6, stream));
    };
    const std::size_t stem = nodes.add(linear("stem", 10, 8));
    if (batch_norm) {
        nodes.add(std::make_unique<BatchNorm<T>>("norm1", 10));
    } else {
        nodes.add(std::make_unique<LayerNorm<T>>("norm1", 10));
    }
    nodes.add(linear("fc1", 7, 10));
    nodes.add(std::make_unique<LeakyRelu<T>>("relu", "relu", 7, T(0.1)));
    nodes.add(std::make_unique<Dropout<T>>("dropout", 7, 0.3, 9));
    const std::size_t second = nodes.add(linear("fc2", 10, 7));
    nodes.add(std::make_unique<Sum<T>>("sum", 10, 2), {second, stem});
    if (batch_norm) nodes.add(std::make_unique<BatchNorm<T>>("norm2", 10));
    nodes.add(std::make_unique<Srelu<T>>("srelu", 10));
    nodes.add(std::make_unique<Linear<T>>("head", Pattern::full(4, 10)));
    Network<T> network = nodes.network();
    for (std::size_t k = 0; k < network.size(); ++k) {
        for (Parameter<T>* parameter : arrays_of(network.layer(k))) {
            if (!parameter->is_trained()) continue;
            const std::vector<double> values = random_values(parameter->values.size(), stream);
            for (std::size_t e = 0; e < values.size(); ++e) parameter->values[e] = static_cast<T>(values[e]);
        }
    }
    return network;
}

/// Convolutions, grouped ones too, both kinds of normalisation over batch and sample, pooling, dropout: 3x6x6, 4
/// classes.
template <class T>
Network<T> network_of_images(Stream& stream) {
    ImageBuilder b({3, 6, 6});
    b.conv("conv1", {.channels = 6, .kernel = 3, .padding = 1}).batch_norm("bn1").relu("relu1");
    const std::size_t block = b.last();
    b.conv("conv2", {.channels = 6, .kernel = 3, .padding = 1})
        .batch_norm("bn2")
        .sum("sum", block)
        .relu("relu2")
        .group_norm("gn", 3);
    b.dropout("dropout", 0.3).adaptive_pool("pool", 2).flatten("flatten").linear("fc", 4);
    const NetworkSpec spec = b.take();
    std::vector<Pattern> masks;
    for (const std::vector<std::size_t>& shape : spec.weight_shapes()) {
        std::size_t columns = 1;
        for (std::size_t k = 1; k < shape.size(); ++k) columns *= shape[k];
        masks.push_back(random_pattern(shape[0], columns, 0.5, stream));
    }
    return build<T>(spec, std::move(masks), {});
}

template <class T>
T& element(kernels::View<T> view, std::size_t feature, std::size_t lane) {
    return view.block(lane / view.stride).row(feature)[lane % view.stride];
}

/// Samples and labels, and a step by blocks.
template <class T>
struct Batch {
    kernels::Activations<T> inputs;
    std::vector<std::uint32_t> labels;
    std::vector<kernels::Activations<T>> parts;  // of the last step: its workspaces refer to them

    Batch(const Network<T>& network, std::size_t samples, Stream& stream) {
        inputs.resize(network.inputs(), samples, network.input_layout());
        for (std::size_t lane = 0; lane < samples; ++lane) {
            const std::vector<double> values = random_values(network.inputs(), stream);
            for (std::size_t f = 0; f < values.size(); ++f) element(inputs.view(), f, lane) = static_cast<T>(values[f]);
            labels.push_back(static_cast<std::uint32_t>(stream.below(4)));
        }
    }

    kernels::Activations<T> part(const Network<T>& network, const SampleRange& range) const {
        kernels::Activations<T> some;
        some.resize(network.inputs(), range.size(), network.input_layout());
        for (std::size_t f = 0; f < network.inputs(); ++f) {
            for (std::size_t lane = 0; lane < range.size(); ++lane)
                element(some.view(), f, lane) = element(inputs.view(), f, range.begin + lane);
        }
        return some;
    }
    std::span<const std::uint32_t> labels_of(const SampleRange& range) const {
        return std::span(labels).subspan(range.begin, range.size());
    }

    kernels::LossSum step(Network<T>& network, Blocks<T>& blocks) {
        blocks.cut(labels.size());
        parts.resize(blocks.count());
        return blocks.train(network, fifth_step,
                            {[&](std::size_t k) {
                                 parts[k] = part(network, blocks[k]);
                                 return std::as_const(parts[k]).view();
                             },
                             [&](std::size_t k, kernels::View<T> outputs, kernels::View<T> gradient) {
                                 return kernels::softmax_cross_entropy<T>(outputs, labels_of(blocks[k]), gradient);
                             }});
    }
};

template <class T>
std::vector<double> gradients(const Network<T>& network) {
    std::vector<double> all;
    for (const Parameter<T>* parameter : network.table().trained())
        all.insert(all.end(), parameter->gradient.begin(), parameter->gradient.end());
    return all;
}

/// Running means and variances.
template <class T>
std::vector<double> statistics(const Network<T>& network) {
    std::vector<double> all;
    for (const ParameterEntry<T>& entry : network.table().entries()) {
        if (!entry.parameter->is_trained())
            all.insert(all.end(), entry.parameter->values.begin(), entry.parameter->values.end());
    }
    return all;
}

void check_near(const std::vector<double>& found, const std::vector<double>& expected, double bound) {
    REQUIRE(found.size() == expected.size());
    double worst = 0.0;
    for (std::size_t k = 0; k < found.size(); ++k) worst = std::max(worst, std::abs(found[k] - expected[k]));
    CHECK(worst <= bound);
}

template <class T>
Network<T> network_number(int kind, Stream& stream) {
    return kind == 2 ? network_of_images<T>(stream) : network_of_features<T>(stream, kind == 1);
}

}  // namespace

TEST_CASE("blocks: consecutive samples, sizes that differ by one at most, none lost", "[nn]") {
    for (const std::size_t samples : {1U, 2U, 7U, 8U, 100U, 128U}) {
        for (const std::size_t blocks : {1U, 2U, 4U, 8U, 16U}) {
            std::size_t next = 0;
            for (std::size_t k = 0; k < blocks; ++k) {
                const SampleRange range = block_of(samples, k, blocks);
                CHECK(range.begin == next);
                CHECK(range.size() >= samples / blocks);
                CHECK(range.size() <= (samples + blocks - 1) / blocks);
                next = range.end;
            }
            CHECK(next == samples);
        }
    }
    CHECK_THROWS_WITH(Blocks<float>(3), Contains("training.blocks = 3"));
    CHECK_THROWS_AS(Blocks<float>(0), ConfigError);
}

TEST_CASE("blocks: gradient, loss and running statistics are those of the whole batch but for rounding", "[nn]") {
    INFO(seed_text());
    const int kind = GENERATE(0, 1, 2);
    for (const std::size_t samples : {2U, 5U, 21U, 40U}) {
        const auto made = [&] {
            Stream stream = test_stream();
            return network_number<double>(kind, stream);
        };
        Network<double> whole = made();
        Stream numbers(5, Purpose::test);
        Batch<double> batch(whole, samples, numbers);
        Blocks<double> one;
        const kernels::LossSum expected = batch.step(whole, one);
        for (const std::size_t count : {2U, 4U, 8U}) {
            INFO(kind << ": " << samples << " samples, " << count << " blocks");
            Network<double> network = made();
            Blocks<double> blocks(count);
            const kernels::LossSum sum = batch.step(network, blocks);
            CHECK(sum.loss == Approx(expected.loss).epsilon(1e-13));
            CHECK(sum.correct == expected.correct);
            check_near(gradients(network), gradients(whole), 1e-12);
            check_near(statistics(network), statistics(whole), 1e-13);
        }
    }
}

TEST_CASE("blocks: the gradient is the loss's slope", "[nn]") {
    INFO(seed_text());
    const int kind = GENERATE(1, 2);
    Stream stream = test_stream();
    Network<double> network = network_number<double>(kind, stream);
    Batch<double> batch(network, 11, stream);
    Blocks<double> blocks(4);
    batch.step(network, blocks);
    const std::vector<double> analytic = gradients(network);
    std::size_t place = 0;
    double worst = 0.0;
    Blocks<double> other(4);
    for (Parameter<double>* parameter : network.table().trained()) {
        for (std::size_t k = 0; k < parameter->values.size(); ++k, ++place) {
            if (k % 3 != 0) continue;
            double& x = parameter->values[k];
            const double before = x;
            x = before + 1e-6;
            const double up = batch.step(network, other).loss;
            x = before - 1e-6;
            const double down = batch.step(network, other).loss;
            x = before;
            worst = std::max(worst, std::abs(analytic[place] - (up - down) / 2e-6 / 11.0));
        }
    }
    CHECK(worst <= gradient_tolerance);
}

TEST_CASE("blocks: where none meet, the gradient is the tree's sum of passes made one by one", "[nn]") {
    // The independent slow version: a workspace and a network for each block, sums in float from the leaves up.
    INFO(seed_text());
    constexpr std::size_t count = 4;
    constexpr std::size_t samples = 22;
    const auto made = [&] {
        Stream stream = test_stream();
        return network_number<float>(0, stream);
    };
    Network<float> network = made();
    Stream numbers(6, Purpose::test);
    Batch<float> batch(network, samples, numbers);
    Blocks<float> blocks(count);
    batch.step(network, blocks);
    std::vector<std::vector<float>> level;
    for (std::size_t k = 0; k < count; ++k) {
        Network<float> alone = made();
        const SampleRange range = block_of(samples, k, count);
        Workspace<float> workspace;
        Pass pass = fifth_step;
        pass.part = {range.begin, samples};
        const auto in = batch.part(alone, range);
        const auto out = alone.forward(workspace, in.view(), pass);
        const auto gradient = alone.output_gradient(workspace);
        kernels::softmax_cross_entropy<float>(out, batch.labels_of(range), gradient);
        for (std::size_t f = 0; f < gradient.features; ++f) {
            for (std::size_t lane = 0; lane < gradient.lanes; ++lane)
                gradient.row(f)[lane] *= static_cast<float>(static_cast<double>(range.size()) / samples);
        }
        alone.backward(workspace, pass);
        level.emplace_back();
        for (const double g : gradients(alone)) level.back().push_back(static_cast<float>(g));
    }
    for (std::size_t width = count; width > 1; width /= 2) {
        for (std::size_t k = 0; k < width / 2; ++k) {
            level[k] = level[2 * k];
            for (std::size_t e = 0; e < level[k].size(); ++e) level[k][e] += level[2 * k + 1][e];
        }
    }
    const std::vector<double> found = gradients(network);
    REQUIRE(found.size() == level[0].size());
    for (std::size_t e = 0; e < found.size(); ++e) CHECK(static_cast<float>(found[e]) == level[0][e]);
}

namespace {

/// All that a step leaves: gradients, dense ones too, and statistics.
void append_bits(Network<float>& network, const Blocks<float>& blocks, std::vector<double>& all) {
    for (const std::vector<double>& numbers : {gradients(network), statistics(network)})
        all.insert(all.end(), numbers.begin(), numbers.end());
    for (const WeightPort<float>& port : weight_ports(network)) {
        std::vector<float> dense(port.pattern().positions());
        port.gradient_rows(blocks.passes(), 0, port.pattern().rows(), dense);
        all.insert(all.end(), dense.begin(), dense.end());
    }
}

}  // namespace

TEST_CASE("blocks: equal bits for any number of threads", "[nn]") {
    INFO(seed_text());
    const int kind = GENERATE(0, 1, 2);
    for (const std::size_t count : {1U, 2U, 4U, 8U}) {
        const auto bits_with = [&](int workers) {
            Stream stream = test_stream();
            Network<float> network = network_number<float>(kind, stream);
            Blocks<float> blocks(count);
            blocks.keep_gradients = true;
            std::vector<double> all;
            set_threads(workers);
            for (const std::size_t samples : {33U, 5U}) {
                Batch<float> batch(network, samples, stream);
                all.push_back(batch.step(network, blocks).loss);
                append_bits(network, blocks, all);
            }
            set_threads(1);
            return all;
        };
        const std::vector<double> expected = bits_with(1);
        for (const int workers : {2, 3, 4, 8}) CHECK(bits_with(workers) == expected);
    }
}

TEST_CASE("blocks: equal bits for any number of ranks, on each of them", "[nn][ranks]") {
    INFO(seed_text());
    const int kind = GENERATE(0, 1, 2);
    Stream once = test_stream();
    const std::uint64_t seed = once.below(1U << 30);
    constexpr std::size_t count = 8;
    const auto bits_of = [&](Communicator* ranks) {
        Stream stream(seed, Purpose::test);
        Network<float> network = network_number<float>(kind, stream);
        Blocks<float> blocks(count, ranks);
        blocks.keep_gradients = true;
        blocks.read_layers = network.weighted_layers();
        std::vector<double> all;
        for (const std::size_t samples : {33U, 5U, 3U}) {  // of 5 and 3 some ranks have none
            Batch<float> batch(network, samples, stream);
            blocks.marks = std::uint64_t{1} << rank_of(ranks);
            all.push_back(batch.step(network, blocks).loss);
            if (ranks != nullptr && blocks.marks != (std::uint64_t{1} << ranks->size()) - 1)
                throw Error("marks are lost");
            append_bits(network, blocks, all);
        }
        return all;
    };
    const std::vector<double> expected = bits_of(nullptr);
    for (const int number : {1, 2, 4, 8}) {
        INFO(number << " ranks");
        std::vector<std::vector<double>> found(static_cast<std::size_t>(number));
        run_as_ranks(number,
                     [&](Communicator& ranks) { found[static_cast<std::size_t>(ranks.rank())] = bits_of(&ranks); });
        for (const std::vector<double>& bits : found) CHECK(bits == expected);
    }
    CHECK_THROWS_WITH(run_as_ranks(8, [](Communicator& ranks) { Blocks<float>(4, &ranks); }),
                      Contains("8 ranks cannot share training.blocks = 4") && Contains("training.blocks = 8"));
}

TEST_CASE("blocks: the gradient at all positions is that of the kept weights, and of the whole batch", "[nn]") {
    INFO(seed_text());
    const int kind = GENERATE(0, 1, 2);
    Stream stream = test_stream();
    Network<double> network = network_number<double>(kind, stream);
    Batch<double> batch(network, 19, stream);
    Blocks<double> one;
    Blocks<double> blocks(8);
    one.keep_gradients = blocks.keep_gradients = true;
    batch.step(network, one);
    std::vector<std::vector<double>> whole;
    for (const WeightPort<double>& port : weight_ports(network)) {
        whole.emplace_back(port.pattern().positions());
        port.gradient_rows(one.passes(), 0, port.pattern().rows(), whole.back());
    }
    batch.step(network, blocks);
    const std::vector<WeightPort<double>> ports = weight_ports(network);
    for (std::size_t number = 0; number < ports.size(); ++number) {
        const WeightPort<double>& port = ports[number];
        std::vector<double> dense(port.pattern().positions());
        port.gradient_rows(blocks.passes(), 0, port.pattern().rows(), dense);
        check_near(dense, whole[number], 1e-12);
        const AlignedVector<double>& kept = port.weight().parameter().gradient;
        std::vector<double> at(port.pattern().edges());
        if (port.pattern().is_full()) {  // it has no indices
            port.gradient_rows(blocks.passes(), 0, port.pattern().rows(), at);
        } else {
            port.gradient_at(blocks.passes(), port.pattern(), at, GradientWay::as_trained);
        }
        std::size_t edge = 0;
        for (const std::uint64_t position : port.pattern().flat()) {
            CHECK(dense[position] == Approx(kept[edge]).margin(1e-13));
            CHECK(at[edge] == Approx(kept[edge]).margin(1e-13));
            ++edge;
        }
    }
}

TEST_CASE("blocks: a batch of one sample has no variance, however it is cut", "[nn]") {
    Stream stream = test_stream();
    Network<float> network = network_number<float>(1, stream);
    Batch<float> batch(network, 1, stream);
    Blocks<float> blocks(2);
    CHECK_THROWS_WITH(batch.step(network, blocks), Contains("norm1") && Contains("training.batch_size"));
}

}  // namespace espalier::nn
