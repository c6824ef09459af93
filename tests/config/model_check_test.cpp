#include <espalier/base/text/error.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/sparsity/methods/methods.hpp>
#include <espalier/sparsity/saliency/saliencies.hpp>

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

TEST_CASE("model check: every method and init is for residual networks and images, too", "[config]") {
    for (const char* kind : {"residual_mlp", "mlp", "cifar_resnet_8_4", "vgg11", "mobilenet_v1_cifar"}) {
        INFO(kind);
        const std::string model = "kind = '" + std::string(kind) + "'";
        for (const std::string& method : names_of(sparsity::methods())) {
            INFO(method);
            CHECK(model_refusal(model, "method = '" + method + "'" + (method == "dsr" ? "\nthreshold = 0.05" : ""))
                      .empty());
        }
        for (const sparsity::Saliency& saliency : sparsity::saliencies()) {
            INFO(saliency.name);
            CHECK(model_refusal(model, "method = 'static'\ninit = '" + saliency.name + "'").empty());
        }
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
    CHECK_THAT(model_refusal("kind = 'slak_1_1'", "method = 'static'\ninit = 'synflow'"),
               Contains("layer normalisations of model.kind = \"slak_1_1\""));
    CHECK(model_refusal("kind = 'slak_1_1'", "method = 'slak'").empty());
    CHECK(model_refusal("normalisation = 'batch_norm'", "method = 'static'\ninit = 'synflow'").empty());
    CHECK(model_refusal("normalisation = 'layer_norm'", "method = 'static'\ninit = 'snip'").empty());
}

}  // namespace espalier::config
