#include <algorithm>
#include <tuple>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/data/split.hpp>
#include <espalier/tickets/level_folder.hpp>
#include <espalier/tickets/levels.hpp>
#include <espalier/training/plan/plan.hpp>

namespace espalier::tickets {
namespace {

using config::RunConfig;
using config::Settings;
using Counts = std::vector<std::size_t>;

const std::string ticket_init = "file:ticket.h5";  // in the run's own folder

/// Empty where a lottery leaves this key to the base, else what to do instead.
std::string belongs_to_lottery(const config::Key& key) {
    if (key.name == "sparsity.exploration") return "";
    if (key.name == "sparsity.dense_layers") return "give the layers as exclude in [find]";
    if (key.table() == "sparsity") return "level 0 keeps every weight, and what the others keep [find] says";
    if (key.table() == "tickets") return "its runs end with one ticket each";
    if (key.name == "training.start") return "[find] says where levels begin, by retrain and rewind";
    return "";
}

void check_base(const LotteryFile& file, const Settings& base) {
    const auto require_free = [](const config::Key& key, const std::string& place) {
        const std::string why = belongs_to_lottery(key);
        if (why.empty()) return;
        throw ConfigError((place.empty() ? "" : place + ": ") + key.name + " is not for the base of a lottery: " + why);
    };
    if (file.finding.reshuffle_per_level && base.has("training.order_seed")) {
        refuse(file.finding, "reshuffle_per_level",
               "= true gives each level an order, and training.order_seed of the "
               "base all of them one: leave one out");
    }
    for (const config::Key& key : config::schema()) {
        if (base.has(key.name)) require_free(key, base.places.find(key.name)->second);
    }
    for (const sweep::Axis& axis : file.runs.grid) require_free(*axis.key, axis.place);
    for (const sweep::Variant& variant : file.runs.variants) {
        for (const sweep::Override& value : variant.overrides) require_free(*value.key, value.place);
    }
}

constexpr std::size_t longest_name = 180;  // of a chain: names of its controls are longer

/// The levels of one point of the sweep: one dense network and what comes from it.
class Chain {
  public:
    Chain(const LotteryFile& file, const sweep::Point& point, const DataSizes& sizes)
        : finding_(file.finding), point_(point), sizes_(sizes) {
        name_ = point.variant.empty() ? file.runs.name + "-" + point.name : point.name;
        if (name_.size() > longest_name) {
            throw ConfigError("the folder " + name_ + " has more than " + std::to_string(longest_name) +
                              " bytes: shorten the name of the lottery or of the variant");
        }
        if (!point.config.snapshots.weights) {
            throw ConfigError("snapshots.weights = false leaves no weights to make tickets of: set it true");
        }
        set_times();
        set_layers();
    }

    /// @param first  the place of the first in the list
    std::vector<Level> operator()(std::size_t first) {
        first_ = first;
        std::vector<Level> levels = {dense()};
        std::size_t parent = first;
        for (std::size_t number = 1; number <= finding_.last_level(); ++number) {
            const std::size_t place = first + levels.size();
            levels.push_back(ticket(number, "", parent));
            const bool has_controls = number % static_cast<std::size_t>(finding_.control_every) == 0;
            for (std::size_t c = 0; has_controls && c < finding_.controls.size(); ++c) {
                levels.push_back(ticket(number, finding_.controls[c], parent));
            }
            if (finding_.method != "oneshot") parent = place;
        }
        return levels;
    }

  private:
    void set_times() {
        const auto examples =
            data::split_off_validation(sizes_.examples, point_.config.data.validation).training.size();
        const auto batch = static_cast<std::size_t>(point_.config.training.batch_size);
        steps_per_epoch_ = static_cast<std::int64_t>((examples + batch - 1) / batch);
        total_ = point_.config.training.epochs * steps_per_epoch_;
        rewind_ = step_of("rewind", finding_.rewind);
        start_ = rewind_;
        if (finding_.retrain == "finetune") {
            const std::int64_t length = finding_.finetune.in_steps(steps_per_epoch_);
            if (length > total_) {
                refuse(finding_, "finetune",
                       "= \"" + finding_.finetune.text() + "\" is longer than the training, of " +
                           std::to_string(total_) + " steps");
            }
            start_ = total_ - length;
        }
        reinit_start_ = finding_.reinit_start == "rewind"
                            ? start_
                            : step_of("reinit_start", Duration::parse(finding_.reinit_start));
    }

    std::int64_t step_of(const std::string& key, const Duration& length) const {
        const std::int64_t step = length.in_steps(steps_per_epoch_);
        if (step < total_) return step;
        refuse(finding_, key,
               "= \"" + length.text() + "\" is step " + std::to_string(step) + ", and the training ends with step " +
                   std::to_string(total_));
    }

    void set_layers() {
        const training::NetworkPlan plan =
            training::plan_network(config::resolve(settings("dense")), sizes_.inputs, sizes_.classes);
        names_ = plan.spec.weight_names();
        for (const sparsity::LayerAllotment& layer : plan.layers)
            positions_.push_back(sparsity::positions(layer.shape));
        pruning_ = {.by_layer = finding_.scope == "layer",
                    .at_random = finding_.method == "random_imp",
                    .count_ignored = finding_.count_ignored,
                    .rates = std::vector<double>(names_.size(), 1.0)};
        for (const std::string& name : finding_.half_rate) pruning_.rates[layer_of("half_rate", name)] = 0.5;
        for (const std::string& name : finding_.exclude) pruning_.rates[layer_of("exclude", name)] = 0.0;
        if (std::ranges::count(pruning_.rates, 0.0) == std::ssize(pruning_.rates)) {
            refuse(finding_, "exclude", "names every layer, so that none is left to prune");
        }
        kept_ = positions_;
    }

    std::size_t layer_of(const std::string& key, const std::string& name) const {
        if (name == "first") return 0;
        if (name == "last") return names_.size() - 1;
        const auto found = std::ranges::find(names_, name);
        if (found == names_.end()) {
            refuse(finding_, key,
                   "names no layer '" + excerpt(name) + "'." + did_you_mean(name, names_) + " Layers: " + join(names_) +
                       ", first, last");
        }
        return static_cast<std::size_t>(found - names_.begin());
    }

    /// The base's settings with a method of ours.
    Settings settings(const std::string& method) const {
        Settings settings{.config = point_.config, .places = {}};
        const bool exploration = settings.config.sparsity.exploration;
        settings.config.sparsity = {};
        settings.config.sparsity.exploration = exploration;
        settings.config.sparsity.method = method;
        settings.places["sparsity.method"] = "[find]";
        // At all levels, so that their configurations differ in as little as possible; level 0 needs it.
        if (rewind_ > 0) settings.config.snapshots.at.push_back(finding_.rewind.text());
        return settings;
    }

    Level level(std::size_t number, const std::string& control) const {
        Level level{.point = point_, .chain = name_, .number = number, .control = control};
        level.point.name = name_ + "/" + level_folder(number, control);
        level.asked_density = finding_.asked_density(number);
        level.first = first_;
        level.rewind = rewind_;
        level.data = sizes_;
        level.pruning = pruning_;
        return level;
    }

    Level dense() const {
        Level dense = level(0, "");
        const Settings given = settings("dense");
        dense.point.config = config::resolve(given);
        return dense;
    }

    Level ticket(std::size_t number, const std::string& control, std::size_t parent) {
        Level ticket = level(number, control);
        if (control.empty()) prune(number);
        ticket.parent = parent;
        ticket.start = control == "random_reinit" ? reinit_start_ : start_;
        Settings given = settings("static");
        RunConfig& config = given.config;
        config.sparsity.init = ticket_init;
        config.sparsity.init_weights = true;
        config.sparsity.density = density();
        for (const char* key : {"sparsity.init", "sparsity.init_weights", "sparsity.density"}) given.places[key] = "";
        config.training.start = Duration::steps(ticket.start);
        if (!control.empty()) config.name += "-" + control;
        if (finding_.reshuffle_per_level) config.training.order_seed = drawn_seed(config.seed, number, Draw::order);
        ticket.point.config = config::resolve(given, config::InitFile::trust);
        return ticket;
    }

    /// Takes what a level removes off the counts. Which layer of a ranking loses how much only training shows; their
    /// sum is what counts here.
    void prune(std::size_t number) {
        if (finding_.method == "oneshot") kept_ = positions_;
        const Counts removed = finding_.method == "oneshot"
                                   ? removals_to(kept_, positions_, finding_.densities[number - 1], pruning_)
                                   : removals(kept_, finding_.fraction, pruning_);
        for (std::size_t g = 0; g < removed.size(); ++g) {
            std::size_t left = removed[g];
            for (std::size_t l = pruning_.by_layer ? g : 0; l < kept_.size() && left > 0; ++l) {
                if (pruning_.rates[l] == 0.0) continue;
                const std::size_t here = std::min(left, kept_[l]);
                kept_[l] -= here;
                left -= here;
            }
        }
        if (density() > 0.0) return;
        refuse(finding_, finding_.method == "oneshot" ? "densities" : "levels",
               "leaves no weight at level " + std::to_string(number) + " of this network");
    }

    /// As topology::density has it.
    double density() const {
        std::size_t kept = 0;
        std::size_t all = 0;
        for (std::size_t l = 0; l < kept_.size(); ++l) {
            kept += kept_[l];
            all += positions_[l];
        }
        return static_cast<double>(kept) / static_cast<double>(all);
    }

    const Finding& finding_;
    const sweep::Point& point_;
    DataSizes sizes_;
    std::string name_;
    std::size_t first_ = 0;
    std::int64_t steps_per_epoch_ = 1;
    std::int64_t total_ = 1;
    std::int64_t rewind_ = 0;
    std::int64_t start_ = 0;
    std::int64_t reinit_start_ = 0;
    std::vector<std::string> names_;
    Counts positions_;
    Counts kept_;
    Pruning pruning_;
};

/// Of all draws of tickets, those for seeds.
constexpr std::uint32_t seeds_layer = (1U << 24) - 1;

}  // namespace

std::vector<Level> expand_levels(const LotteryFile& file, const Settings& base,
                                 const std::function<DataSizes(const RunConfig&)>& sizes_of) {
    check_base(file, base);
    std::vector<Level> levels;
    for (const sweep::Point& point : sweep::expand(file.runs, base)) {
        const std::vector<Level> chain = Chain(file, point, sizes_of(point.config))(levels.size());
        levels.insert(levels.end(), chain.begin(), chain.end());
    }
    return levels;
}

std::uint64_t draw_number(std::size_t level, Draw draw) {
    return 4 * static_cast<std::uint64_t>(level) + static_cast<std::uint64_t>(draw);
}

std::int64_t drawn_seed(std::int64_t seed, std::size_t level, Draw draw) {
    Stream stream(static_cast<std::uint64_t>(seed), Purpose::ticket_sampling, seeds_layer, draw_number(level, draw));
    return static_cast<std::int64_t>(stream.below(std::uint64_t{1} << 31));
}

}  // namespace espalier::tickets
