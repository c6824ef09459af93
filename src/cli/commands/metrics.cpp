#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/commands/shared_work.hpp>
#include <espalier/cli/commands/topology_argument.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/report/metrics_parts.hpp>

namespace espalier::cli {
namespace {

struct MetricsOptions {
    std::vector<std::string> topologies;
    std::vector<std::string> metrics;
    std::vector<std::string> settings;
    TopologyOptions reading{.weights = topology::WeightCheck::report};
    topology::NullModelOptions null_model{.samples = 0};  ///< no samples: none is wanted
    std::string work;
    int threads = 0;
    bool json = false;
    bool csv = false;

    report::MetricsForm form() const {
        if (json) return report::MetricsForm::json;
        return csv ? report::MetricsForm::csv : report::MetricsForm::words;
    }
};

/// Topologies, or series of which an argument is one, measured a few at a time: as many as there are threads are in
/// memory.
class Measuring {
  public:
    /// What reading has to say is in notes().
    Measuring(const MetricsOptions& options, const report::Wanted& wanted)
        : options_(options), wanted_(wanted), reading_(options.reading.mask_files()) {
        reading_.notice = [this](const std::string& text) { notes_.push_back(text); };
        if (wanted.of_series.empty()) reader_.emplace(topology::named_topologies(options.topologies), reading_);
    }
    Measuring(const Measuring&) = delete;
    Measuring& operator=(const Measuring&) = delete;

    std::size_t size() const { return reader_ ? reader_->named().size() : options_.topologies.size(); }

    std::vector<report::Measured> measure(const std::vector<std::size_t>& chosen) {
        std::vector<report::Measured> measured = reader_ ? of_topologies(chosen) : of_series(chosen);
        for (report::Measured& one : measured) {
            if (options_.null_model.samples == 0) break;
            compare_with_null(one.topology, one.results, wanted_, options_.metrics, options_.null_model);
        }
        return measured;
    }

    const std::vector<std::string>& notes() const { return notes_; }

    /// All that decides the results.
    std::vector<std::string> plan() const;

  private:
    std::vector<report::Measured> of_topologies(const std::vector<std::size_t>& chosen) {
        std::vector<topology::Topology> topologies;
        for (const std::size_t k : chosen) topologies.push_back(load_topology(*reader_, k, options_.reading));
        return report::measure_all(std::move(topologies), wanted_);
    }

    std::vector<report::Measured> of_series(const std::vector<std::size_t>& chosen) const {
        std::vector<std::string> arguments;
        for (const std::size_t k : chosen) arguments.push_back(options_.topologies[k]);
        return report::measure_series(arguments, reading_, topology::parse_conv_mapping(options_.reading.conv),
                                      wanted_);
    }

    const MetricsOptions& options_;
    const report::Wanted& wanted_;
    topology::MaskFileOptions reading_;
    std::vector<std::string> notes_;
    std::optional<topology::TopologyReader> reader_;  ///< not of series
};

std::vector<std::string> Measuring::plan() const {
    std::vector<std::string> plan = {"metrics 1"};
    const auto add = [&](const auto& metrics, std::size_t first) {
        for (std::size_t m = 0; m < metrics.size(); ++m) {
            plan.push_back("metric " + metrics[m]->name);
            for (const topology::Setting& setting : metrics[m]->settings) {
                plan.push_back("setting " + setting.name + " = " + wanted_.settings[first + m].text(setting.name));
            }
        }
    };
    add(wanted_.metrics, 0);
    add(wanted_.of_series, wanted_.metrics.size());
    plan.push_back("named " + std::string(wanted_.are_named ? "yes" : "no"));
    const topology::NullModelOptions& null = options_.null_model;
    plan.push_back("null model of " + std::to_string(null.samples) + ", seed " + std::to_string(null.seed) +
                   ", swaps " + std::to_string(null.swaps));
    std::vector<topology::NamedTopology> inputs;
    if (reader_) inputs = reader_->named();
    for (const std::string& argument : options_.topologies) {
        if (!reader_) inputs.push_back({argument, topology::series_file(argument)});
    }
    std::ranges::move(plan_of_reading(inputs, options_.reading), std::back_inserter(plan));
    for (const topology::NamedTopology& input : inputs) plan.push_back("topology " + input.label);
    return plan;
}

/// `parts` by as many at a time as there are threads.
template <class Take>
void a_few_at_a_time(const std::vector<std::size_t>& parts, const Take& take) {
    const auto most = static_cast<std::size_t>(threads());
    for (std::size_t k = 0; k < parts.size(); k += most) {
        const auto begin = parts.begin() + static_cast<std::ptrdiff_t>(k);
        take(std::vector(begin, begin + static_cast<std::ptrdiff_t>(std::min(most, parts.size() - k))));
    }
}

std::string in_memory(const MetricsOptions& options, Measuring& measuring) {
    std::vector<std::size_t> all(measuring.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    report::MetricsText text(options.form());
    a_few_at_a_time(all, [&](const std::vector<std::size_t>& few) {
        for (const report::Measured& one : measuring.measure(few)) text.add(form_of(one, options.form()));
    });
    return text.text();
}

/// This process's share of the topologies, kept one by one; only the first process has the text in the end.
std::string in_parts(const MetricsOptions& options, const WorkShare& share, Measuring& measuring) {
    const report::MetricsParts parts(options.work, measuring.plan(), measuring.size());
    a_few_at_a_time(parts_to_do(parts, share), [&](const std::vector<std::size_t>& few) {
        const std::vector<report::Measured> measured = measuring.measure(few);
        for (std::size_t k = 0; k < few.size(); ++k) parts.write(few[k], measured[k]);
    });
    share.meet();
    return share.is_first() ? parts.text(options.form()) : "";
}

int metrics(const MetricsOptions& options, const WorkShare& share) {
    const report::Wanted wanted = report::chosen(options.metrics, options.settings);
    if (options.null_model.samples == 1) throw ConfigError("--null-model 1: at least 2 rewired networks are needed");
    require_folder(options.work, share, "metrics");
    use_threads(options.threads);
    Measuring measuring(options, wanted);
    const std::string text = options.work.empty() ? in_memory(options, measuring) : in_parts(options, share, measuring);
    write_notes(share, measuring.notes());
    if (share.is_first()) write_stdout(text);
    return done;
}

void add_null_model(Parser& app, topology::NullModelOptions& options) {
    const Option samples =
        app.add_option("--null-model", options.samples,
                       "Compare each metric with so many networks of the same degrees, rewired at random: z-scores")
            .between(0, 1'000'000)
            .type_name("N");
    app.add_option("--null-seed", options.seed, "Seed of the null model (0)").needs(samples).type_name("SEED");
    app.add_option("--null-swaps", options.swaps, "Swaps the null model attempts for each edge (10)")
        .between(0, 1'000'000)
        .needs(samples)
        .type_name("K");
}

}  // namespace

Command metrics_command() {
    return metrics_command(WorkShare());
}

Command metrics_command(const WorkShare& share) {
    return {.name = "metrics",
            .help = "Graph metrics of topologies, of each layer and of the whole network",
            .example = "espalier metrics runs/set-s0/run.h5@first runs/set-s0/run.h5 --metric degree --json",
            .set_up = [share](Parser& app) -> Action {
                const auto options = std::make_shared<MetricsOptions>();
                add_topologies(app, options->topologies);
                add_metric(app, options->metrics, report::all_metrics(), "all but the costly and those of series");
                add_metric_settings(app, options->settings);
                add_null_model(app, options->null_model);
                add_topology_options(app, options->reading);
                add_conv(app, options->reading);
                add_work(app, options->work);
                add_threads(app, options->threads);
                add_json_or_csv(app, options->json, options->csv);
                return [options, share] { return metrics(*options, share); };
            },
            .explain =
                [] {
                    return explained({columns({"topology", "layer", "network", "metric", "value", "reason"}),
                                      entries(topology::metrics())});
                }};
}

}  // namespace espalier::cli
