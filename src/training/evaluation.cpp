#include <utility>

#include <espalier/base/error.hpp>
#include <espalier/data/batches.hpp>
#include <espalier/data/gather.hpp>
#include <espalier/kernels/loss.hpp>
#include <espalier/training/evaluation.hpp>

namespace espalier::training {

Score Evaluator::operator()(const data::Examples& examples, data::Range range,
                            const data::Standardisation& standardisation) {
    constexpr std::size_t batch_size = 256;
    if (range.size() == 0) throw ConfigError("evaluation: there are no examples");
    const data::Batches batches(range, batch_size);
    double loss = 0.0;
    std::size_t correct = 0;
    std::vector<std::uint32_t> labels;
    for (std::size_t b = 0; b < batches.count(); ++b) {
        const auto samples = batches[b];
        inputs_.resize(examples.features, samples.size());
        labels.resize(samples.size());
        data::gather(examples, samples, standardisation, inputs_.view(), labels);
        const auto logits = network_.forward(workspace_, std::as_const(inputs_).view(), {});
        const kernels::LossSum sum = kernels::softmax_cross_entropy<float>(logits, labels, {});
        loss += sum.loss;
        correct += sum.correct;
    }
    const auto count = static_cast<double>(range.size());
    return {loss / count, static_cast<double>(correct) / count};
}

}  // namespace espalier::training
