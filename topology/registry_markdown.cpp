#include <espalier/base/text/text.hpp>
#include <espalier/topology/registry.hpp>
#include <espalier/topology/registry_markdown.hpp>

namespace espalier::topology {
namespace {

std::string settings_text(const std::vector<Setting>& settings) {
    std::vector<std::string> all;
    for (const Setting& setting : settings) {
        const std::string choices = setting.choices.empty() ? "" : " (" + join(setting.choices, ", ") + ")";
        all.push_back("`" + setting.name + "=" + setting.fallback + "`: " + setting.help + choices);
    }
    return all.empty() ? "–" : join(all, "; ");
}

/// Papers and sections of docs/definitions.md.
std::string source_text(const std::string& source) {
    return source.empty() ? "–" : source;
}

std::string row(const Named& entry, const std::string& mark, const std::vector<Setting>& settings) {
    return "| `" + entry.name + "`" + mark + " | " + entry.help + " | " + settings_text(settings) + " | " +
           source_text(entry.source) + " |\n";
}

std::string header(const std::string& name) {
    return "| " + name + " | what it tells | settings | source |\n| --- | --- | --- | --- |\n";
}

}  // namespace

std::string metrics_markdown() {
    std::string text = header("metric");
    for (const Metric& metric : metrics()) text += row(metric, metric.is_costly ? " (costly)" : "", metric.settings);
    return text;
}

std::string series_metrics_markdown() {
    std::string text = header("metric of a series");
    for (const SeriesMetric& metric : series_metrics()) text += row(metric, "", metric.settings);
    return text;
}

std::string distances_markdown() {
    std::string text = header("distance");
    for (const Distance& distance : distances()) text += row(distance, "", distance.settings);
    return text;
}

}  // namespace espalier::topology
