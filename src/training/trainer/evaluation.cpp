#include <algorithm>
#include <cmath>
#include <utility>

#include <espalier/base/ranks/collectives.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/data/batches.hpp>
#include <espalier/data/gather.hpp>
#include <espalier/training/trainer/evaluation.hpp>

namespace espalier::training {

std::size_t Evaluator::batch_size() const {
    if (batch_ > 0) return batch_;
    std::size_t widest = 1;
    for (std::size_t k = 0; k < network_.size(); ++k) widest = std::max(widest, network_.layer(k).outputs());
    return fitting(widest);
}

std::size_t Evaluator::fitting(std::size_t widest) {
    constexpr std::size_t most = 256;
    constexpr std::size_t largest_bytes = std::size_t{64} << 20;
    const std::size_t fitting =
        largest_bytes / (widest * sizeof(float)) / kernels::lane_padding * kernels::lane_padding;
    return std::clamp(fitting, kernels::lane_padding, most);
}

void Evaluator::visit(const data::Examples& examples, data::Range range, const data::Standardisation& standardisation,
                      const std::function<void(const Batch&)>& look) {
    visit_parts(examples, range, standardisation, 0, 1, look);
}

void Evaluator::visit_parts(const data::Examples& examples, data::Range range,
                            const data::Standardisation& standardisation, std::size_t first, std::size_t stride,
                            const std::function<void(const Batch&)>& look) {
    if (range.size() == 0) throw ConfigError("evaluation: there are no examples");
    const data::Batches batches(range, batch_size());
    std::vector<std::uint32_t> labels;
    for (std::size_t b = first; b < batches.count(); b += stride) {
        const auto samples = batches[b];
        inputs_.resize(examples.features, samples.size(), network_.input_layout());
        labels.resize(samples.size());
        data::gather(examples, samples, standardisation, inputs_.view(), labels);
        const auto inputs = std::as_const(inputs_).view();
        const auto outputs = network_.forward(workspace_, inputs, {});
        look({inputs, outputs, labels, network_.outputs_of_heads(workspace_)});
    }
}

Score Evaluator::operator()(const data::Examples& examples, data::Range range,
                            const data::Standardisation& standardisation) {
    struct Sum {
        double loss;
        std::uint64_t correct;
    };
    std::vector<Sum> own;
    const auto size = static_cast<std::size_t>(rank_count(ranks_));
    visit_parts(examples, range, standardisation, static_cast<std::size_t>(rank_of(ranks_)), size,
                [&](const Batch& batch) {
                    const kernels::LossSum sum = objective_.loss(batch.outputs, batch.inputs, batch.labels, {}, 0.0);
                    own.push_back({sum.loss, sum.correct});
                });
    std::vector<std::vector<Sum>> sums = {std::move(own)};
    if (size > 1) {
        const std::vector<Message> all = all_gather(*ranks_, message_of(std::span<const Sum>(sums.front())));
        sums.clear();
        for (const Message& message : all) sums.push_back(numbers_of<Sum>(message));
    }
    double loss = 0.0;
    std::size_t correct = 0;
    for (std::size_t b = 0; b / size < sums[b % size].size(); ++b) {
        loss += sums[b % size][b / size].loss;
        correct += sums[b % size][b / size].correct;
    }
    const auto count = static_cast<double>(range.size());
    return {loss / count, objective_.has_accuracy ? static_cast<double>(correct) / count : std::nan("")};
}

}  // namespace espalier::training
