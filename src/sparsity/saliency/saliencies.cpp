#include <espalier/sparsity/saliency/grasp.hpp>
#include <espalier/sparsity/saliency/magnitude.hpp>
#include <espalier/sparsity/saliency/npb.hpp>
#include <espalier/sparsity/saliency/phew.hpp>
#include <espalier/sparsity/saliency/saliencies.hpp>
#include <espalier/sparsity/saliency/snip.hpp>
#include <espalier/sparsity/saliency/synflow.hpp>

namespace espalier::sparsity {

const std::vector<Saliency>& saliencies() {
    static const std::vector<Saliency> table = {
        {{.name = "random", .help = "any positions of the network: layers keep about the same share", .source = ""},
         random_positions,
         {.ranks_globally = true}},
        {{.name = "magnitude", .help = "the largest initial weights", .source = "definitions.md 2.12"},
         magnitude,
         {.reads_weights = true, .ranks_globally = true}},
        {{.name = "snip",
          .help = "the largest absolute values of gradient * weight for one batch",
          .source = "Lee et al., ICLR 2019"},
         snip,
         {.reads_weights = true, .batches = 1, .ranks_globally = true}},
        {{.name = "iter_snip",
          .help = "snip by score_passes passes, each with the mask of the last",
          .source = "de Jorge et al., ICLR 2021"},
         iter_snip,
         {.reads_weights = true, .batches = 1, .ranks_globally = true, .is_iterative = true}},
        {{.name = "grasp",
          .help = "the largest weight * (Hessian * gradient), which preserve the gradient's flow",
          .source = "Wang et al., ICLR 2020"},
         grasp,
         {.reads_weights = true, .batches = 2, .ranks_globally = true}},
        {{.name = "synflow",
          .help = "the largest flow of signal through a network of absolute weights, by score_passes passes; no data",
          .source = "Tanaka et al., NeurIPS 2020"},
         synflow,
         {.reads_weights = true, .ranks_globally = true, .is_iterative = true, .needs_linear = true}},
        {{.name = "phew",
          .help = "what random walks by absolute weight pass, from input to output and back; no data",
          .source = "Patil and Dovrolis, ICML 2021"},
         phew,
         {.reads_weights = true, .ranks_globally = true, .is_iterative = true}},
        {{.name = "npb",
          .help =
              "node-path balancing: many neurons and many paths in use; counts by sparsity.layer_densities; no data",
          .source = "Pham et al., NeurIPS 2023"},
         npb,
         {}},
    };
    return table;
}

}  // namespace espalier::sparsity
