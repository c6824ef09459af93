#include <espalier/base/text/error.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>

#include "support.hpp"

namespace espalier::config {
using namespace testing;
namespace {

std::string model_refusal(const std::string& model, const std::string& sparsity) {
    try {
        resolve(parse_toml("[model]\n" + model + "\n[sparsity]\n" + sparsity, "run.toml"));
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("model check: what follows neurons from layer to layer is refused for a residual network", "[config]") {
    struct Case {
        std::string sparsity;
        std::string says;
    };
    const std::vector<Case> cases = {
        {"method = 'static'\ninit = 'phew'", "run.toml:5: sparsity.init asks for init \"phew\""},
        {"method = 'static'\ninit = 'npb'", "sparsity.init asks for init \"npb\""},
        {"method = 'importance_pruning'", "sparsity.method prunes neurons"},
        {"method = 'ctre_cos'", "sparsity.method grows by similar neurons"},
        {"method = 'set'\ngrow_rule = 'cosine'", "sparsity.grow_rule grows by similar neurons"},
    };
    for (const Case& c : cases) {
        INFO(c.sparsity);
        CHECK_THAT(model_refusal("kind = 'residual_mlp'", c.sparsity),
                   Contains(c.says) && Contains("residual_mlp") && Contains("model.kind = \"mlp\""));
        CHECK(model_refusal("kind = 'mlp'", c.sparsity).empty());
    }
    for (const char* fine : {"method = 'rigl'", "method = 'set'", "method = 'static'\ninit = 'synflow'",
                             "method = 'static'\ninit = 'snip'", "method = 'granet'", "method = 'topkast'"}) {
        INFO(fine);
        CHECK(model_refusal("kind = 'residual_mlp'", fine).empty());
    }
}

TEST_CASE("model check: a stream needs a width, and synflow a network that is linear for ones", "[config]") {
    CHECK_THAT(model_refusal("kind = 'residual_mlp'\nhidden = []", "method = 'set'"),
               Contains("run.toml:3: model.hidden is empty"));
    CHECK(model_refusal("kind = 'mlp'\nhidden = []", "method = 'set'").empty());
    CHECK(model_refusal("kind = 'vgg11'\nexecution = 'dense'", "method = 'set'").empty());
    CHECK_THAT(model_refusal("kind = 'mlp'\ninit = 'published'", "method = 'set'"), Contains("models of images"));
    CHECK_THAT(model_refusal("kind = 'vgg12'", "method = 'set'"), Contains("11, 13, 16 and 19"));
    CHECK_THAT(model_refusal("normalisation = 'layer_norm'", "method = 'static'\ninit = 'synflow'"),
               Contains("run.toml:5: sparsity.init") && Contains("centre") && Contains("batch_norm"));
    CHECK(model_refusal("normalisation = 'batch_norm'", "method = 'static'\ninit = 'synflow'").empty());
    CHECK(model_refusal("normalisation = 'layer_norm'", "method = 'static'\ninit = 'snip'").empty());
}

}  // namespace espalier::config
