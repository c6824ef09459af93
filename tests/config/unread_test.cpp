#include <algorithm>
#include <set>

#include <espalier/config/print.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/schema.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/config/unread.hpp>
#include <espalier/sparsity/methods/methods.hpp>

#include "support.hpp"

namespace espalier::config {
using namespace testing;
namespace {

std::string unread(const std::vector<std::string>& assignments) {
    Settings settings;
    override_with(settings, assignments);
    return unread_keys(settings, resolve(settings));
}

/// Keys that every run reads, or that are refused where they have no meaning.
const std::set<std::string> always = {
    "name",
    "seed",
    "data.dataset",
    "data.root",
    "data.validation",
    "data.standardise",
    "data.features",
    "data.crop_padding",
    "data.flip",
    "data.cutout",
    "model.kind",
    "model.classes",
    "model.input_noise",
    "model.init",
    "model.fan_in",
    "model.execution",
    "sparsity.method",
    "sparsity.init",
    "sparsity.epsilon",
    "sparsity.structure",
    "sparsity.drop_rule",
    "sparsity.grow_rule",
    "sparsity.parameters",
    "sparsity.density_schedule",
    "sparsity.channel_share",
    "sparsity.importance_every",
    "sparsity.exploration",
    "sparsity.placement",
    "sparsity.init_weights",
    "optimizer.kind",
    "optimizer.learning_rate",
    "optimizer.nesterov",
    "optimizer.weight_decay",
    "optimizer.schedule",
    "optimizer.warmup",
    "training.epochs",
    "training.start",
    "training.batch_size",
    "training.blocks",
    "training.evaluate_every",
    "training.checkpoint_every",
    "training.order_seed",
    "training.shuffle",
    "training.log",
    "training.loss",
    "training.weight_average",
    "training.callbacks",
    "data.label",
    "data.test",
    "snapshots.every",
    "snapshots.at",
    "snapshots.weights",
};

}  // namespace

TEST_CASE("unread keys: each key of the schema is read always, or by what the table says", "[config][unread]") {
    std::set<std::string> listed;
    for (const KeyReader& reader : readers()) {
        INFO(reader.key);
        CHECK(find_key(reader.key).name == reader.key);
        CHECK(listed.insert(reader.key).second);
        CHECK_FALSE(always.contains(reader.key));
    }
    for (const Key& key : schema()) {
        INFO(key.name);
        CHECK((listed.contains(key.name) || always.contains(key.name) || key.table() == "tickets"));
    }
}

TEST_CASE("unread keys: what the chosen method or schedule ignores is named with what would read it",
          "[config][unread]") {
    struct Case {
        std::vector<std::string> given;
        std::string says;
    };
    const std::vector<Case> cases = {
        {{"optimizer.kind=adam", "optimizer.momentum=0.5"},
         "without effect here: optimizer.momentum = 0.5 (for kind sgd)"},
        {{"sparsity.method=static", "sparsity.update_every=7it"}, "sparsity.update_every = \"7it\" (for methods whose"},
        {{"sparsity.method=dense", "sparsity.density=0.05"}, "sparsity.density = 0.05 (for methods and inits that do"},
        {{"optimizer.milestones=[0.2]"}, "optimizer.milestones = [0.2] (for schedule step)"},
        {{"model.hidden=[]", "model.activation=srelu", "model.dropout=0.2", "model.normalisation=batch_norm"},
         "model.activation = \"srelu\" (for models with hidden layers), model.dropout = 0.2 (for models with hidden "
         "layers), model.normalisation = \"batch_norm\" (for models with hidden layers)"},
        {{"model.kind=residual_mlp", "model.hidden=[8]", "model.dropout=0.2"}, "model.dropout = 0.2 (for models"},
        {{"data.mean=[0.5]"}, "data.mean = [0.5] (for standardise constants)"},
        {{"data.crop_fill=zero"}, "data.crop_fill = \"zero\" (for crop_padding above 0)"},
        {{"model.leaky_slope=0.3"}, "model.leaky_slope = 0.3 (for activation leaky_relu)"},
        {{"model.kind=autoencoder", "training.label_smoothing=0.1"},
         "training.label_smoothing = 0.1 (for models that learn labels by cross_entropy)"},
        {{"model.width=8"}, "model.width = 8 (for models of images)"},
        {{"model.kind=vgg11", "model.global_pool=true"}, "model.global_pool = true (for resnet#_cifar, wrn-#-# and "},
        {{"model.heads=4", "model.head_blocks=1", "model.merge_heads=probabilities", "model.shared_final_norm=true"},
         "model.heads = 4 (for models with heads), model.head_blocks = 1 (for models with heads), model.merge_heads = "
         "\"probabilities\" (for models with heads), model.shared_final_norm = true (for neurotrails_wrn-#-#)"},
        {{"model.kind=vgg11", "model.hidden=[8]"}, "model.hidden = [8] (for models of features)"},
        {{"model.kind=vgg11", "model.dropout=0.2"}, "model.dropout = 0.2 (for models"},
        {{"sparsity.init=snip", "sparsity.score_batch_norm=eval"},
         "sparsity.score_batch_norm = \"eval\" (for init snip, iter_snip and grasp of models with batch_norm)"},
        {{"sparsity.init=npb", "sparsity.npb_beta=0.3"}, "sparsity.npb_beta = 0.3 (for init npb of models of images)"},
        {{"model.kernels=[7]"}, "model.kernels = [7] (for slak and convnext)"},
        {{"model.layer_scale=0.5", "model.stochastic_depth=0.5"},
         "model.layer_scale = 0.5 (for slak and convnext), model.stochastic_depth = 0.5 (for slak and convnext)"},
        {{"sparsity.init=snip", "sparsity.dense_from=0.5"},
         "sparsity.dense_from = 0.5 (for initial masks of random positions)"},
        {{"optimizer.decay_of=weights"}, "optimizer.decay_of = \"weights\" (for weight_decay above 0)"},
        {{"sparsity.npb_alpha=0.3"}, "sparsity.npb_alpha = 0.3 (for init npb)"},
        {{"sparsity.drop_power=2"}, "sparsity.drop_power = 2.0 (for drop_schedule inverse_power)"},
        {{"sparsity.method=gmp", "sparsity.drop_fraction=0.2"}, "sparsity.drop_fraction = 0.2 (for methods that"},
        {{"sparsity.method=set", "sparsity.density_until=0.7"}, "sparsity.density_until = 0.7 (for density schedules)"},
        {{"sparsity.method=set", "sparsity.zero_gradient=random"},
         "sparsity.zero_gradient = \"random\" (for grow rules that rank all absent positions by gradients, one by "
         "one)"},
        {{"sparsity.method=gmp", "sparsity.classifier_density=0.2"},
         "sparsity.classifier_density = 0.2 (for prune_scope layer)"},
        {{"sparsity.method=static", "sparsity.dormant_samples=100"},
         "sparsity.dormant_samples = 100 (for methods whose"},
        {{"sparsity.method=set", "sparsity.dormant_threshold=0.1"}, "(for dormant_samples above 0)"},
        {{"sparsity.method=set", "sparsity.revival_tolerance=0.1", "sparsity.revival_next=fallen"},
         "sparsity.revival_next = \"fallen\" (for drop_rule revival_change), sparsity.revival_tolerance = 0.1 (for "
         "drop_rule "
         "revival_change)"},
        {{"sparsity.regroup_places=2"}, "sparsity.regroup_places = 2 (for regroup_rows above 0)"},
        {{"sparsity.method=set", "sparsity.mask_rate=1"}, "sparsity.mask_rate = 1.0 (for parameters scored)"},
        {{"sparsity.method=bidst", "sparsity.mask_ridge=2"}, "sparsity.mask_ridge = 2.0 (for mask_gradient bilinear)"},
        {{"sparsity.update_factor=3"}, "sparsity.update_factor = 3 (for update_milestones)"},
        {{"sparsity.method=topkast", "sparsity.drop_fraction=0.2"}, "sparsity.drop_fraction = 0.2"},
        {{"sparsity.method=set", "sparsity.threshold=0.5", "sparsity.early_stop=3ep"},
         "sparsity.threshold = 0.5 (for drop_rule threshold), sparsity.early_stop = \"3ep\" (for grow_rule "
         "cosine_seq)"},
    };
    for (const Case& example : cases) CHECK_THAT(unread(example.given), Contains(example.says));
}

TEST_CASE("unread keys: nothing is said of what is read, or has its default", "[config][unread]") {
    const std::vector<std::vector<std::string>> quiet = {
        {},
        {"data.crop_fill=zero", "data.crop_padding=2"},
        {"data.standardise=constants", "data.mean=[0.5]", "data.std=[0.5]"},
        {"optimizer.momentum=0.5"},
        {"optimizer.schedule=step", "optimizer.milestones=[0.2]", "optimizer.factor=0.5"},
        {"optimizer.kind=adam", "optimizer.momentum=0.9"},
        {"sparsity.method=dense", "sparsity.density=1.0"},
        {"sparsity.method=gmp", "sparsity.density=0.01", "sparsity.update_every=20it", "sparsity.density_until=0.6"},
        {"sparsity.method=rigl", "sparsity.drop_fraction=0.2", "sparsity.gradient_time=fresh"},
        {"sparsity.method=rigl", "sparsity.update_milestones=[0.5]", "sparsity.update_factor=4"},
        {"sparsity.method=topkast", "sparsity.backward_density=0.3", "sparsity.update_every=5it"},
        {"sparsity.method=neurrev", "sparsity.revival_next=shrunk", "sparsity.dormant_threshold=0.02"},
        {"sparsity.method=bidst", "sparsity.mask_gradient=bilinear", "sparsity.mask_ridge=2",
         "sparsity.gradient_time=fresh"},
        {"sparsity.method=snfs", "sparsity.zero_gradient=random"},
        {"sparsity.method=gmp_uniform", "sparsity.classifier_density=0.2"},
        {"sparsity.init=grasp", "sparsity.score_temperature=100", "sparsity.score_samples=3"},
        {"sparsity.init=snip", "sparsity.score_batch_norm=eval", "model.normalisation=batch_norm"},
        {"sparsity.init=grasp", "sparsity.score_batch_norm=eval", "model.kind=cifar_resnet_8_4"},
        {"sparsity.init=npb", "sparsity.npb_kernel=5", "model.kind=cifar_resnet_8_4"},
        {"sparsity.init=erk_plus", "sparsity.erk_power=0.5"},
        {"model.kind=residual_mlp", "model.hidden=[8]", "model.normalisation=batch_norm"},
        {"model.kind=residual_mlp", "model.hidden=[8, 4]", "model.dropout=0.2"},
    };
    for (const auto& given : quiet) CHECK(unread(given).empty());
}

TEST_CASE("unread keys: a complete configuration, every key given, says nothing", "[config][unread]") {
    for (const std::string& method : names_of(sparsity::methods())) {
        INFO(method);
        Settings settings;
        override_with(settings, std::vector<std::string>{"sparsity.method=" + method});
        if (method == "dsr") override_with(settings, std::vector<std::string>{"sparsity.threshold=0.05"});
        const Settings printed = parse_toml(to_toml(resolve(settings)), "run.toml");
        CHECK(unread_keys(printed, resolve(printed)).empty());
    }
}

TEST_CASE("unread: keys that a run reads, by section", "[config][unread]") {
    const auto read = [](const std::vector<std::string>& assignments, const std::string& key) {
        Settings settings;
        override_with(settings, assignments);
        return std::ranges::count(keys_read(resolve(settings), "sparsity"), key);
    };
    CHECK(read({}, "drop_fraction") == 1);
    CHECK(read({}, "threshold") == 0);
    CHECK(read({"sparsity.method=static"}, "drop_fraction") == 0);
    CHECK(read({"sparsity.method=static"}, "density") == 1);
    CHECK(read({}, "hidden") == 0);
}

}  // namespace espalier::config
