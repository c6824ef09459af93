#include <algorithm>

#include <espalier/sparsity/methods/methods.hpp>

namespace espalier::sparsity {
namespace {

/// `base` with other or further parts.
std::vector<Part> with(std::vector<Part> base, const std::vector<Part>& others) {
    for (const Part& other : others) {
        const auto same = std::ranges::find(base, other.key, &Part::key);
        if (same != base.end()) {
            *same = other;
        } else {
            base.push_back(other);
        }
    }
    return base;
}

}  // namespace

std::string Method::text(const std::string& key) const {
    const auto part = std::ranges::find(parts, key, &Part::key);
    if (part == parts.end()) return "";
    const auto* held = std::get_if<std::string>(&part->value);
    return held == nullptr ? "" : *held;
}

const std::vector<Method>& methods() {
    static const std::vector<Part> fixed = {{"init", "erk"}};
    static const std::vector<Part> set = {{"init", "erk"},        {"drop_rule", "magnitude"}, {"grow_rule", "random"},
                                          {"drop_fraction", 0.3}, {"update_every", "1ep"},    {"stop_fraction", 1.0}};
    static const std::vector<Part> rigl = with(
        set,
        {{"grow_rule", "gradient"}, {"drop_schedule", "cosine"}, {"update_every", "100it"}, {"stop_fraction", 0.75}});
    // ITOP's settings: half of the weights, a cosine to 0.005, until the end.
    static const std::vector<Part> itop = {
        {"drop_fraction", 0.5}, {"drop_fraction_min", 0.005}, {"drop_schedule", "cosine"}, {"stop_fraction", 1.0}};
    static const std::vector<Part> gmp = {{"init", "dense"},          {"drop_rule", "magnitude"},
                                          {"update_every", "1000it"}, {"density_schedule", "cubic_events"},
                                          {"initial_density", 1.0},   {"density_until", 0.5}};
    static const std::vector<Part> granet =
        with(with(gmp, itop), {{"init", "erk"}, {"grow_rule", "gradient"}, {"initial_density", 0.5}});
    static const std::vector<Part> mest = with(set, {{"drop_rule", "magnitude_gradient"}, {"update_every", "5ep"}});
    static const std::vector<Part> mest_em = with(mest, {{"drop_fraction", 0.5},
                                                         {"drop_schedule", "stepwise"},
                                                         {"drop_milestones", std::vector<double>{0.5625, 0.75}},
                                                         {"drop_factors", std::vector<double>{0.5, 0.0}}});
    static const std::vector<Part> ctre =
        with(set, {{"init", "er"}, {"epsilon", 13.0}, {"drop_fraction", 0.2}, {"grow_rule", "cosine"}});
    // Its program's settings for 160 epochs; the last 30 are DST at the density alone.
    static const std::vector<Part> chase = with(with(rigl, itop), {{"update_every", "1000it"},
                                                                   {"exchange_scope", "global"},
                                                                   {"min_per_layer", 1.0},
                                                                   {"regrown_value", "as_new"},
                                                                   {"soft_bound", 0.05},
                                                                   {"soft_until", 0.8125},
                                                                   {"channel_share", 0.4},
                                                                   {"channel_every", "1000it"},
                                                                   {"channel_until", 0.8125}});
    static const std::vector<Method> table = {
        {{"dense", "every weight kept: the baseline", ""}, {{"init", "dense"}}},
        {{"static", "a fixed mask", ""}, fixed},
        {{"set", "sparse evolutionary training: drop small weights, grow random ones",
          "Mocanu et al., Nature Communications 2018"},
         set},
        {{"rigl", "drop small weights, grow where the dense gradient is largest", "Evci et al., ICML 2020"}, rigl},
        {{"global_rigl", "rigl with all layers in one ranking, for what goes and for what comes",
          "Yin et al., NeurIPS 2023 (Chase's program)"},
         with(rigl, {{"exchange_scope", "global"}, {"min_per_layer", 1.0}})},
        {{"set_itop", "SET with long training between updates, to explore reliably", "Liu et al., ICML 2021"},
         with(with(set, itop), {{"update_every", "1500it"}})},
        {{"rigl_itop", "RigL with long training between updates, to explore reliably", "Liu et al., ICML 2021"},
         with(with(rigl, itop), {{"update_every", "4000it"}})},
        {{"snfs",
          "sparse networks from scratch: grow by a running mean of gradients, in the layers where it is largest",
          "Dettmers and Zettlemoyer 2019"},
         with(with(set, itop), {{"grow_rule", "momentum"}, {"redistribution", "momentum"}})},
        {{"dsr", "dynamic sparse reparameterisation: an adaptive threshold drops, survivors decide where weights grow",
          "Mostafa and Wang, ICML 2019"},
         with(set, {{"init", "uniform"},
                    {"drop_rule", "threshold"},
                    {"drop_fraction", 0.05},
                    {"redistribution", "nonzeros"},
                    {"min_per_layer", 1.0},
                    {"update_every", "100it"},
                    {"update_milestones", std::vector<double>{0.125, 0.4, 0.7}},
                    {"stop_fraction", 0.95}})},
        {{"mest", "drop by value and gradient, grow randomly", "Yuan et al., NeurIPS 2021"}, mest},
        {{"mest_em", "mest that exchanges less and less (elastic mutation)", "Yuan et al., NeurIPS 2021"}, mest_em},
        {{"mest_ems", "mest_em that grows first and drops at the next update (soft memory bound)",
          "Yuan et al., NeurIPS 2021"},
         with(mest_em, {{"budget", "soft"}})},
        {{"neurrev", "SET that wakes dormant neurons: what holds them below 0 is dropped first; a reconstruction",
          "Li et al., ICLR 2024 (NeurRev)"},
         with(set, {{"drop_rule", "revival_change"}, {"dormant_samples", 1024.0}})},
        {{"ctre_cos", "grow where the activations of two neurons are most similar",
          "Atashgahi et al., Machine Learning 2022 (CTRE)"},
         ctre},
        {{"ctre_seq", "ctre_cos until the validation accuracy stops improving, random growth from then on",
          "Atashgahi et al., Machine Learning 2022 (CTREseq)"},
         with(ctre, {{"grow_rule", "cosine_seq"}})},
        {{"ctre_sim", "ctre_cos with random positions in place of those just dropped",
          "Atashgahi et al., Machine Learning 2022 (CTREsim)"},
         with(ctre, {{"grow_rule", "cosine_sim"}})},
        {{"importance_pruning", "SET that prunes weak hidden neurons, too: the number of weights falls",
          "Curci, Mocanu and Pechenizkiy 2021"},
         with(set, {{"importance_every", "10ep"}})},
        {{"chase",
          "removes whole channels for good while weights of all layers compete, with more weights than the density "
          "until near the end",
          "Yin et al., NeurIPS 2023 (Chase)"},
         chase},
        {{"slak", "SET with layer densities by SNIP's scores; what is drawn next to dense stays dense",
          "Liu et al., ICLR 2023 (SLaK)"},
         with(with(set, itop), {{"init", "snip_ratio"},
                                {"placement", "bernoulli"},
                                {"dense_from", 0.99},
                                {"drop_fraction", 0.3},
                                {"update_every", "2000it"}})},
        {{"topkast", "dense parameters; the largest are used, those next in size trained along",
          "Jayakumar et al., NeurIPS 2020"},
         {{"init", "uniform"}, {"parameters", "dense"}, {"update_every", "100it"}}},
        {{"bidst",
          "masks follow scores that take a step down the loss' gradient at the mask after every some steps of the "
          "weights; a reconstruction",
          "Ji et al., ICML 2024 (BiDST)"},
         {{"init", "erk"}, {"parameters", "scored"}, {"update_every", "100it"}}},
        {{"gmp", "gradual magnitude pruning from dense, all layers in one ranking",
          "Zhu and Gupta, ICLR workshop 2018; as in GraNet's program"},
         gmp},
        {{"gmp_uniform", "gradual magnitude pruning from dense, the same density in every layer",
          "Zhu and Gupta, ICLR workshop 2018"},
         with(gmp, {{"prune_scope", "layer"}})},
        {{"granet", "gradual pruning from half the weights, with RigL's exchange at every event",
          "Liu et al., NeurIPS 2021"},
         granet},
        {{"granet_dense", "the same from all weights: dense to sparse", "Liu et al., NeurIPS 2021"},
         with(granet, {{"init", "dense"}, {"initial_density", 1.0}})},
        {{"granet_uniform", "granet with every layer pruned to the same density, the last one to 0.2 at least",
          "Liu et al., NeurIPS 2021; its program"},
         with(granet, {{"init", "uniform"}, {"prune_scope", "layer"}, {"classifier_density", 0.2}})},
    };
    return table;
}

}  // namespace espalier::sparsity
