#include <algorithm>
#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/kernels/loss.hpp>
#include <espalier/nn/layers/heads_layer.hpp>
#include <espalier/training/trainer/head_scores.hpp>

#include "home_reference.hpp"
#include "support.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("head scores: shares of three heads on four samples, by hand", "[training]") {
    // Heads name 0 1 1 0, 0 0 1 0 and 1 1 1 0; the labels are 0 1 1 1.
    const float outputs[][4] = {{2, 0, 0, 1}, {1, 3, 4, 1}, {5, 5, 0, 2}, {0, 1, 1, 0}, {0, 0, 0, 3}, {1, 2, 1, 2}};
    kernels::Activations<float> all(6, 4);
    for (std::size_t row = 0; row < 6; ++row) std::copy_n(outputs[row], 4, all.view().row(row));
    const std::vector<std::uint32_t> labels = {0, 1, 1, 1};
    HeadScores scores(3);
    scores.add(std::as_const(all).view(), labels);
    CHECK(scores.accuracies() == std::vector{0.75, 0.5, 0.5});
    // Pairs differ on 1 (first and second), 1 (first and third) and 2 (second and third) samples.
    CHECK(std::abs(scores.disagreement() - 4.0 / 12.0) < 1e-15);
}

TEST_CASE("head scores: accuracy of both means and pairs that disagree as the reference has them",
          "[training][reference]") {
    const auto folder = reference_folder();
    if (!folder) return skip("needs the folder of reference values, ESPALIER_REFERENCE");
    const auto known = nlohmann::json::parse(std::ifstream(*folder / "more" / "misc.json")).at("heads");
    const auto logits = known.at("logits").get<std::vector<std::vector<std::vector<double>>>>();  // head, sample, class
    const auto labels = known.at("labels").get<std::vector<std::uint32_t>>();
    const std::size_t heads = logits.size();
    const std::size_t classes = logits[0][0].size();
    kernels::Activations<float> all(heads * classes, labels.size());
    for (std::size_t h = 0; h < heads; ++h) {
        for (std::size_t lane = 0; lane < labels.size(); ++lane) {
            for (std::size_t c = 0; c < classes; ++c)
                all.view().row(h * classes + c)[lane] = static_cast<float>(logits[h][lane][c]);
        }
    }
    HeadScores scores(heads);
    scores.add(std::as_const(all).view(), labels);
    CHECK(std::abs(scores.disagreement() - known.at("pair_disagreement").get<double>()) < 1e-12);
    for (const bool of_probabilities : {false, true}) {
        nn::HeadMean<float> mean("head_mean", classes, heads, of_probabilities);
        kernels::Activations<float> answer(classes, labels.size());
        nn::Cache<float> cache;
        const kernels::View<const float> view = all.view();
        mean.forward_node({&view, 1}, answer.view(), cache, {});
        const kernels::LossSum sum = kernels::softmax_cross_entropy<float>(std::as_const(answer).view(), labels, {});
        const std::string kind = of_probabilities ? "probability" : "logits";
        const auto count = static_cast<double>(labels.size());
        CHECK(std::abs(static_cast<double>(sum.correct) / count - known.at("accuracy_mean_" + kind).get<double>()) <
              1e-12);
        CHECK(std::abs(sum.loss / count - known.at("nll_mean_" + kind).get<double>()) < 1e-6);
    }
}

}  // namespace espalier::training
