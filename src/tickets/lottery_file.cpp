#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/config/table_reader.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/config/toml_nodes.hpp>
#include <espalier/tickets/lottery_file.hpp>

namespace espalier::tickets {
namespace {

using config::Value;

/// Each item of a list of texts one of these.
config::Rule some_of(const std::vector<std::string>& names) {
    const config::Rule one = config::one_of(names);
    return {.allowed = "each " + one.allowed, .read = [one](const Value& given, const Value& like) {
                Value list = config::converted(given, like);
                for (const std::string& item : std::get<std::vector<std::string>>(list)) {
                    one.read(item, std::string());
                }
                return list;
            }};
}

std::vector<FindKey> all_keys() {
    using T = Finding;
    const auto key = [](auto... parts) { return config::table_key<T>(parts...); };
    constexpr config::Range inner_share{.low = 0.0, .high = 1.0, .without_low = true, .without_high = true};
    return {
        key("method", &T::method, config::one_of({"imp", "random_imp", "oneshot"}),
            "imp: each level removes the smallest weights of the level before; random_imp: any weights, a control; "
            "oneshot: each level prunes the dense network once, to its density"),
        key("retrain", &T::retrain, config::one_of({"rewind_lt", "lt", "lr_rewind", "pt", "finetune"}),
            "What a level starts from. rewind_lt: the dense network's weights after rewind, and that step of the "
            "schedule; lt: its initial weights; lr_rewind: the trained weights, and the schedule from rewind on; pt: "
            "the last weights of level 0, and the schedule from rewind on; finetune: the trained weights, and the "
            "schedule's last part"),
        key("rewind", &T::rewind, config::length(), "The step that levels go back to"),
        key("levels", &T::levels, config::within({.low = 1, .high = 99}), "Of imp and random_imp: how often is pruned"),
        key("fraction", &T::fraction, config::within(inner_share),
            "Of imp and random_imp: share of the weights that a level removes, rounded up to a whole number"),
        key("densities", &T::densities, config::within(inner_share), "Of oneshot: one level each"),
        key("scope", &T::scope, config::one_of({"global", "layer"}), "One ranking of all layers, or one per layer"),
        key("exclude", &T::exclude, config::anything(),
            "Layers that are never pruned, and not counted: their names, first, last"),
        key("half_rate", &T::half_rate, config::anything(), "Of scope = \"layer\": layers that lose half of fraction"),
        key("count_ignored", &T::count_ignored, config::anything(),
            "Of scope = \"global\": fraction is of the weights of excluded layers too"),
        key("finetune", &T::finetune, config::positive_length(), "Of retrain = \"finetune\": how long"),
        key("controls", &T::controls, some_of({"random_reinit", "random_mask"}),
            "Runs beside each level. random_reinit: its mask with weights drawn anew; random_mask: as many weights in "
            "each layer at other positions, with the dense network's weights there"),
        key("control_every", &T::control_every, config::within({.low = 1, .high = 99}),
            "Controls at every n-th level alone"),
        key("reinit_start", &T::reinit_start,
            config::text_that("\"rewind\" or a length of time",
                              [](const std::string& text) {
                                  if (text != "rewind") Duration::parse(text);
                              }),
            "Of random_reinit: the step of the schedule that it begins at; rewind: its level's"),
        key("reshuffle_per_level", &T::reshuffle_per_level, config::anything(),
            "Levels see the samples in orders of their own; else epoch e has one order at all levels"),
    };
}

Finding read_finding(const toml::table& root, const std::string& source) {
    const toml::node* node = root.get("find");
    if (node == nullptr) throw ConfigError(source + ": [find] is missing: how tickets are found");
    Finding finding;
    config::take_table(finding, *node, "find", source, find_keys());
    return finding;
}

/// Keys that have no meaning beside the others.
void check(const Finding& f) {
    const auto only = [&](bool has_meaning, const std::string& key, const std::string& what) {
        if (!has_meaning && f.has(key)) refuse(f, key, "is for " + what + ": leave it out");
    };
    const bool one_shot = f.method == "oneshot";
    const bool has_reinit = std::ranges::find(f.controls, "random_reinit") != f.controls.end();
    only(!one_shot, "levels", "method imp and random_imp; a level of oneshot is a density");
    only(!one_shot, "fraction", "method imp and random_imp; oneshot has densities");
    only(one_shot, "densities", "method oneshot; imp and random_imp have levels and fraction");
    only(!one_shot && f.scope == "layer", "half_rate", "scope = \"layer\" and a fraction");
    only(!one_shot && f.scope == "global", "count_ignored", "scope = \"global\" and a fraction");
    only(f.retrain != "lt" && f.retrain != "finetune", "rewind", "retrain rewind_lt, lr_rewind and pt");
    only(f.retrain == "finetune", "finetune", "retrain = \"finetune\"");
    only(f.retrain != "finetune", "controls", "levels that are trained anew, not finetuned");
    only(!f.controls.empty(), "control_every", "controls, of which there are none");
    only(has_reinit, "reinit_start", "controls = [\"random_reinit\"]");
    if (one_shot && f.densities.empty()) {
        throw ConfigError("[find]: method oneshot needs densities, densities = [0.2, 0.1]");
    }
    for (const std::string& name : f.half_rate) {
        if (std::ranges::find(f.exclude, name) == f.exclude.end()) continue;
        refuse(f, "half_rate", "has '" + name + "', which exclude has too: leave it out of one");
    }
}

}  // namespace

std::size_t Finding::last_level() const {
    return method == "oneshot" ? densities.size() : static_cast<std::size_t>(levels);
}

double Finding::asked_density(std::size_t level) const {
    if (level == 0) return 1.0;
    return method == "oneshot" ? densities[level - 1] : std::pow(1.0 - fraction, static_cast<double>(level));
}

const std::vector<FindKey>& find_keys() {
    static const std::vector<FindKey> keys = all_keys();
    return keys;
}

void refuse(const Finding& finding, const std::string& key, const std::string& why) {
    const auto place = finding.places.find(key);
    throw ConfigError((place == finding.places.end() ? "[find]: " : place->second + ": ") + key + " " + why);
}

LotteryFile parse_lottery_file(std::string_view text, const std::string& source, const std::filesystem::path& folder) {
    LotteryFile file{.runs = sweep::parse_sweep_file(text, source, folder, {"find"}),
                     .finding = read_finding(config::parse_table(text, source), source)};
    check(file.finding);
    return file;
}

LotteryFile read_lottery_file(const std::filesystem::path& file) {
    return parse_lottery_file(config::read_toml_text(file), file.string(), file.parent_path());
}

std::string find_keys_markdown() {
    return config::table_keys_markdown(find_keys());
}

}  // namespace espalier::tickets
