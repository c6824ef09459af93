#pragma once

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/sparsity/rules/rules.hpp>

namespace espalier::sparsity {

/// scores[k] = score(k) for every kept weight, dealt to threads.
template <class Score>
void score_each(std::span<float> scores, const Score& score) {
    for_row_runs(scores.size(), scores.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = begin; k < end; ++k) scores[k] = score(k);
    });
}

}  // namespace espalier::sparsity
