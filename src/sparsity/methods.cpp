#include <espalier/sparsity/methods.hpp>

namespace espalier::sparsity {

const std::vector<Method>& methods() {
    // name, help, source | init | drop rule, grow rule, schedule of the drop fraction | update every, fraction, stop
    static const std::vector<Method> table = {
        {{"dense", "every weight kept: the baseline", ""}, "dense", "", "", "constant", "0ep", 0.0, 1.0},
        {{"static", "a fixed random mask", ""}, "erk", "", "", "constant", "0ep", 0.0, 1.0},
        {{"set", "sparse evolutionary training: drop small weights, grow random ones",
          "Mocanu et al., Nature Communications 2018"},
         "erk",
         "magnitude",
         "random",
         "constant",
         "1ep",
         0.3,
         1.0},
        {{"rigl", "drop small weights, grow where the dense gradient is largest", "Evci et al., ICML 2020"},
         "erk",
         "magnitude",
         "gradient",
         "cosine",
         "100it",
         0.3,
         0.75},
    };
    return table;
}

}  // namespace espalier::sparsity
