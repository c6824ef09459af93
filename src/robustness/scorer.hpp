#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include <espalier/data/dataset.hpp>
#include <espalier/data/standardise.hpp>
#include <espalier/nn/graph/network.hpp>
#include <espalier/robustness/logits.hpp>
#include <espalier/training/trainer/evaluation.hpp>

namespace espalier::robustness {

/// Writes the raw values of sample `sample`, as its dataset stores them. Called from several threads.
using MakeSample = std::function<void(std::size_t sample, std::span<float> raw)>;

/// What a network gives for samples of many kinds, in evaluation mode. Bits do not depend on the number of threads.
class Scorer {
  public:
    /// @param batch  samples at a time; 0: as training::Evaluator has it
    Scorer(nn::Network<float>& network, const data::Standardisation& standardisation, std::size_t batch = 0)
        : evaluator_(network, training::objective("mlp"), batch),
          features_(network.inputs()),
          standardisation_(standardisation) {}

    Logits logits(const data::Examples& examples);
    /// Of samples that are made a part at a time: all of them need not fit into memory.
    Logits logits(std::size_t samples, const MakeSample& make);

    /// Samples at a time.
    std::size_t batch_size() const { return evaluator_.batch_size(); }

  private:
    void append(const data::Examples& examples, Logits& found);

    training::Evaluator evaluator_;
    std::size_t features_;
    const data::Standardisation& standardisation_;
};

/// The share of samples whose largest logit is the label's.
double accuracy(const Logits& logits, std::span<const std::uint32_t> labels);

}  // namespace espalier::robustness
