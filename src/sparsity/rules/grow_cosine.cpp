#include <espalier/sparsity/masks/pattern_sets.hpp>
#include <espalier/sparsity/masks/random_mask.hpp>
#include <espalier/sparsity/rules/best_absent.hpp>

namespace espalier::sparsity {
namespace {

Pattern most_similar(const GrowContext& context, std::size_t count) {
    return best_absent(context, count, "grow rule cosine: a similarity");
}

Pattern random_absent(const Pattern& taken, std::size_t count, const Stream& stream) {
    return absent_positions(taken, random_subset(taken.positions() - taken.edges(), count, stream));
}

/// `count` random positions beside `taken`; positions of `last` only where the others are too few.
Pattern random_beside(const Pattern& taken, const Pattern& last, std::size_t count, const Stream& stream) {
    const Pattern closed = united(taken, last);
    const std::size_t open = closed.positions() - closed.edges();
    if (count <= open) return random_absent(closed, count, stream);
    // Those not in `last` all come, without chance: the stream is still whole.
    const Pattern all = random_absent(closed, open, stream);
    return disjoint_union(all, random_absent(united(taken, all), count - open, stream));
}

/// The most similar ones, those that this update dropped replaced by random ones.
Pattern most_similar_anew(const GrowContext& context, std::size_t count) {
    Pattern fresh = without(most_similar(context, count), context.before);
    if (fresh.edges() == count) return fresh;
    const Pattern closed = united(context.taken, fresh);
    return disjoint_union(fresh, random_beside(closed, context.before, count - fresh.edges(), context.stream));
}

}  // namespace

GrowRule grow_cosine() {
    return {{"cosine",
             "where the two neurons' activations over the training set are most similar: the largest absolute cosines; "
             "costs a pass over the training set and dense memory at every update",
             "Atashgahi et al., Machine Learning 2022 (CTRE)"},
            GrowScore::similarity,
            most_similar};
}

GrowRule grow_cosine_seq() {
    GrowRule rule = grow_cosine();
    rule.name = "cosine_seq";
    rule.help =
        "as cosine until the validation accuracy has not improved for sparsity.early_stop, as random from then on";
    rule.source = "Atashgahi et al., Machine Learning 2022 (CTREseq)";
    rule.until_plateau = true;
    rule.choose = [](const GrowContext& context, std::size_t count) {
        return context.rows ? most_similar(context, count) : random_absent(context.taken, count, context.stream);
    };
    return rule;
}

GrowRule grow_cosine_sim() {
    GrowRule rule = grow_cosine();
    rule.name = "cosine_sim";
    rule.help = "as cosine, but random positions in place of those among them that this update dropped";
    rule.source = "Atashgahi et al., Machine Learning 2022 (CTREsim)";
    rule.choose = most_similar_anew;
    return rule;
}

}  // namespace espalier::sparsity
