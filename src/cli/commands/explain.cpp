#include <algorithm>
#include <map>

#include <espalier/cli/commands/explain.hpp>
#include <espalier/report/table.hpp>
#include <espalier/training/run/result_fields.hpp>

namespace espalier::cli {
namespace {

const std::map<std::string, std::string>& all_columns() {
    static const std::map<std::string, std::string> table = {
        // which
        {"folder", "Folder of the run; of a file that is not called run.h5 the file"},
        {"name", "What the run is called; in a sweep its variant"},
        {"run", "Name of the run's folder"},
        {"variant", "Name in [[variants]] of the sweep file"},
        {"seed", "Start of the run's random streams"},
        {"status",
         "finished, running, interrupted (no process writes it), failed (it diverged, or a plug-in threw), unreadable"},
        {"reason", "Why the file cannot be read, or the number is undefined"},
        {"<key>", "A key of the configuration in which runs differ (docs/configuration.md)"},
        {"<name>_reason", "Why <name> is undefined"},
        {"there is", "What the run's folder holds now"},
        {"would be done", "start, resume, skip (finished), replace, leave (failed), refuse"},
        {"chain", "Levels that follow from each other: one per seed"},
        {"level", "How often was pruned; 0 is the network before"},
        {"control", "What was put in place of the ticket to compare it with; - for the ticket itself"},
        {"from step", "Step of the schedule that the level begins at"},
        {"ticket", "The run or snapshot; in a run its number, 0 at the end of the pretraining"},
        {"end of its phase", "Step at which the phase ends that left the ticket"},
        {"snapshot", "Step of the snapshot that is the ticket"},
        {"topology", "Label of the topology"},
        {"layer", "Layer of the network, in its order"},
        {"network", "The whole network; of a metric of layers the mean over those where it is defined"},
        {"metric", "Name of the number, with a dot before a part of it"},
        {"value", "The number; empty where it is undefined"},
        {"a", "First topology of the pair"},
        {"b", "Second topology of the pair"},
        {"dataset", "Name in data.dataset"},
        {"present", "Whether its files are there"},
        {"where", "Folder, or where was looked"},
        {"what", "What it holds"},
        // accuracies and losses
        {"part after step", "Steps that were done when this part of the run began"},
        {"instruction set", "Of the kernels"},
        {"espalier", "Version of the program"},
        {"threads", "Threads of the part"},
        {"begun", "When the part began, UTC"},
        {"test accuracy", "Share of the test set that is classified rightly"},
        {"validation accuracy", "Share of the held out part of the training set that is classified rightly"},
        {"test loss", "Mean loss over the test set"},
        {"calibration error", "Mean distance between confidence and accuracy, in 15 bins of confidence"},
        {"test", "Test accuracy at the end of the level"},
        {"validation", "Validation accuracy at the end of the level"},
        {"best validation", "Highest validation accuracy of the level's evaluations"},
        {"at step (epoch)", "When it was reached first"},
        // sizes and costs
        {"asked density", "Density that the initial distribution gives the layer"},
        {"density asked", "Density that the level was to have"},
        {"exactly", "Density to the last weight"},
        {"as trained", "Density at the end of the level"},
        {"kind", "Kind of the layer"},
        {"shape", "Outputs x inputs; of a layer without weights its outputs"},
        {"parameters", "All parameters of the layer as if nothing were masked, biases among them"},
        {"kept", "Weights that are kept"},
        {"dense macs", "Multiply-adds of a forward pass of one sample with every weight kept"},
        {"macs", "Multiply-adds of a forward pass of one sample"},
        {"edges", "Kept weights"},
        {"weights", "Whether the file holds values for them"},
        {"step", "Optimizer steps done"},
        {"epoch", "Passes over the training set, with the share of the running one"},
        // means over seeds
        {"n", "Finished runs that differ in the seed alone: what the mean is of"},
        {"<result>_n", "Runs that have the result, where some lack it"},
        {"<result>_std", "Sample standard deviation, with n - 1"},
        {"<result>_ci95", "Half the width of Student's 95 % confidence interval of the mean"},
        {"unfinished", "Runs of the group that are not in the mean"},
        {"ci95_reason", "Why there is no interval"},
        // pairs
        {"as they are", "Neuron i of one beside neuron i of the other"},
        {"aligned", "After the hidden neurons of the second were put where they fit best"},
        {"IoU of masks", "Kept weights of both over those of either"},
        {"containment", "Kept weights of both over those of the sparser one"},
        {"cosine of weights", "Cosine between the weights, 0 where a mask has none"},
        {"sign agreement", "Share of the weights of both that have one sign"},
        {"loss barrier", "Highest test loss on the straight line between both above the line between their losses"},
        {"accuracy barrier", "The same fall of the test accuracy, a share"},
        {"error barrier", "Highest test error on the line above the mean of both errors"},
        {"agreement", "Share of the test set for which both predict one class"},
        {"nnstd", "Distance between the topologies, whatever the numbers of their neurons; 0: equal (docs/metrics.md)"},
        {"KL divergence", "Mean divergence between the predicted probabilities"},
        {"distance", "How far a is from b; 0: equal"},
        {"at least", "Certified lower bound, where the distance is approximate"},
        {"lower_bound", "Certified lower bound; the distance itself where it is exact"},
        {"mean", "Mean over the layers"},
        {"part", "Coefficient of the member in the sum; they sum to 1"},
        // features
        {"rank", "1: the strongest"},
        {"feature", "Number of the input, from 0"},
        {"strength", "Sum of the absolute weights that leave the input"},
        {"trained on", "What a dense judge saw: the selected features, as many random ones, or all"},
        {"features", "How many inputs"},
        // tuning
        {"product", "Which product of a layer: forward, or of a gradient"},
        {"lanes", "Samples side by side"},
        {"width", "Neurons on both sides of the layer"},
        {"worst at density", "Where the choice loses most"},
        {"sparse ms", "Time of the sparse kernel"},
        {"dense ms", "Time by dense scratch and GEMM"},
        {"chosen", "What the table takes"},
        {"ratio", "Time of what is chosen over that of the better way"}};
    return table;
}

/// Results of runs are explained where they are defined.
std::string explanation(const std::string& name) {
    const auto& fields = training::result_fields();
    const auto field = std::ranges::find(fields, name, &training::ResultField::name);
    return field != fields.end() ? field->help : all_columns().at(name);
}

}  // namespace

Explanations columns(const std::vector<std::string>& names) {
    Explanations all;
    for (const std::string& name : names) all.emplace_back(name, explanation(name));
    return all;
}

std::string explained(const std::vector<Explanations>& parts) {
    report::Table table({"column or row", "what it is"});
    for (const Explanations& part : parts) {
        for (const auto& [name, text] : part) table.add({name, text});
    }
    return table.text();
}

}  // namespace espalier::cli
