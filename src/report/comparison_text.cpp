#include <array>
#include <cmath>
#include <functional>

#include <espalier/report/comparison_report.hpp>
#include <espalier/report/square_table.hpp>
#include <espalier/report/table.hpp>

namespace espalier::report {
namespace {

using tickets::Comparison;
using tickets::PairFacts;
using tickets::Placed;

/// A measure of two tickets, and what it is of a ticket with itself.
struct Measure {
    const char* name;
    double of_itself;
    double (*value)(const Placed&);
};

const std::array<Measure, 7>& measures() {
    static const std::array<Measure, 7> table = {{
        {"IoU of masks", 1.0, [](const Placed& p) { return p.overlap.total.iou; }},
        {"containment", 1.0, [](const Placed& p) { return p.overlap.total.containment; }},
        {"cosine of weights", 1.0, [](const Placed& p) { return p.overlap.total.cosine; }},
        {"sign agreement", 1.0, [](const Placed& p) { return p.overlap.total.sign_agreement; }},
        {"loss barrier", 0.0, [](const Placed& p) { return p.barrier.loss; }},
        {"accuracy barrier", 0.0, [](const Placed& p) { return p.barrier.accuracy; }},
        {"error barrier", 0.0, [](const Placed& p) { return p.barrier.error; }},
    }};
    return table;
}

std::string tickets_table(const Comparison& comparison) {
    Table table({"ticket", "density", "test accuracy", "test loss", "validation accuracy", "calibration error"});
    for (const tickets::TicketFacts& ticket : comparison.tickets) {
        table.add({ticket.label, rounded(ticket.density), percent(ticket.test.accuracy), rounded(ticket.test.loss),
                   percent(ticket.validation ? ticket.validation->accuracy : std::nan("")),
                   rounded(ticket.calibration_error)});
    }
    std::string text = table.text();
    if (!comparison.tickets.front().validation)
        text += "- validation accuracy: no example is held out, data.validation = 0\n";
    return text;
}

std::string pair_table(const PairFacts& pair) {
    Table table({"", "as they are", "aligned"});
    const auto add = [&](const std::string& name, double value, double aligned) {
        table.add({name, rounded(value), rounded(aligned)});
    };
    for (const Measure& measure : measures()) {
        add(measure.name, measure.value(pair.as_is), pair.aligned ? measure.value(*pair.aligned) : std::nan(""));
    }
    add("nnstd", pair.nnstd, std::nan(""));
    add("agreement", pair.agreement.agreement, std::nan(""));
    add("KL divergence", pair.agreement.divergence, std::nan(""));
    if (std::isnan(pair.nnstd)) return table.text() + "- nnstd: " + tickets::no_chain_reason + "\n";
    std::string text = table.text() + "- aligned: nnstd and the predictions do not depend on the numbers of neurons";
    return text + (pair.aligned ? "\n" : "; without --align nothing is aligned\n");
}

std::string square(const Comparison& comparison, const std::string& name, double of_itself,
                   const std::function<double(const PairFacts&)>& value) {
    const std::size_t size = comparison.tickets.size();
    std::vector<std::vector<double>> values(size, std::vector<double>(size, of_itself));
    std::vector<std::string> labels;
    for (const tickets::TicketFacts& ticket : comparison.tickets) labels.push_back(ticket.label);
    for (const PairFacts& pair : comparison.pairs) {
        values[pair.first][pair.second] = values[pair.second][pair.first] = value(pair);
    }
    return std::string(1, '\n').append(square_table(name, labels, values));
}

std::string squares(const Comparison& comparison) {
    const bool is_chain = !std::isnan(comparison.pairs.front().nnstd);
    std::string text =
        (is_chain ? square(comparison, "nnstd", 0.0, [](const PairFacts& pair) { return pair.nnstd; }) : "") +
        square(comparison, "agreement", 1.0, [](const PairFacts& pair) { return pair.agreement.agreement; });
    for (const Measure& measure : measures()) {
        text += square(comparison, measure.name, measure.of_itself,
                       [&](const PairFacts& pair) { return measure.value(pair.as_is); });
        if (!comparison.pairs.front().aligned) continue;
        text += square(comparison, std::string(measure.name) + ", aligned", measure.of_itself,
                       [&](const PairFacts& pair) { return measure.value(*pair.aligned); });
    }
    if (!is_chain) text += std::string("- nnstd: ") + tickets::no_chain_reason + "\n";
    return text;
}

}  // namespace

std::string comparison_text(const Comparison& comparison) {
    const bool is_pair = comparison.pairs.size() == 1;
    if (!is_pair) return tickets_table(comparison) + squares(comparison);
    return tickets_table(comparison).append(1, '\n').append(pair_table(comparison.pairs.front()));
}

}  // namespace espalier::report
