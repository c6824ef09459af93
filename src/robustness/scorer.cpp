#include <algorithm>

#include <espalier/base/threads/threads.hpp>
#include <espalier/robustness/scorer.hpp>

namespace espalier::robustness {

void Scorer::append(const data::Examples& examples, Logits& found) {
    evaluator_.visit(examples, {0, examples.count}, standardisation_, [&](const training::Evaluator::Batch& batch) {
        found.classes = batch.outputs.features;
        found.samples += batch.outputs.lanes;
        for (std::size_t lane = 0; lane < batch.outputs.lanes; ++lane) {
            for (std::size_t k = 0; k < batch.outputs.features; ++k)
                found.values.push_back(static_cast<double>(batch.outputs.row(k)[lane]));
        }
    });
}

Logits Scorer::logits(const data::Examples& examples) {
    Logits found;
    append(examples, found);
    return found;
}

Logits Scorer::logits(std::size_t samples, const MakeSample& make) {
    Logits found;
    const std::size_t most = 4 * evaluator_.batch_size();
    data::Examples part;
    part.features = features_;
    for (std::size_t begin = 0; begin < samples; begin += part.count) {
        part.count = std::min(most, samples - begin);
        part.labels.assign(part.count, 0);
        std::vector<float> values(part.count * features_);
        parallel_for(part.count,
                     [&](std::size_t k) { make(begin + k, std::span(values).subspan(k * features_, features_)); });
        part.values = std::move(values);
        append(part, found);
    }
    return found;
}

double accuracy(const Logits& logits, std::span<const std::uint32_t> labels) {
    require_labels(logits, labels);
    std::size_t correct = 0;
    for (std::size_t n = 0; n < logits.samples; ++n) correct += largest(logits.row(n)) == labels[n] ? 1 : 0;
    return static_cast<double>(correct) / static_cast<double>(logits.samples);
}

}  // namespace espalier::robustness
