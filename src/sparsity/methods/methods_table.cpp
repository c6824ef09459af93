#include <array>
#include <cstdio>

#include <espalier/sparsity/initial/structures.hpp>
#include <espalier/sparsity/masks/distribution.hpp>
#include <espalier/sparsity/methods/methods.hpp>
#include <espalier/sparsity/methods/methods_table.hpp>
#include <espalier/sparsity/methods/ticket_methods.hpp>
#include <espalier/sparsity/saliency/saliencies.hpp>
#include <espalier/sparsity/update/drop_schedule.hpp>
#include <espalier/sparsity/update/update_plan.hpp>

namespace espalier::sparsity {
namespace {

std::string shortest(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%g", value);
    return text.data();
}

std::string code(const std::string& text) {
    return '`' + text + '`';
}

std::string value_text(const std::string& text) {
    return '"' + text + '"';
}
std::string value_text(double number) {
    return shortest(number);
}
std::string value_text(bool flag) {
    return flag ? "true" : "false";
}
std::string value_text(const std::vector<double>& list) {
    std::vector<std::string> items;
    for (const double item : list) items.push_back(shortest(item));
    return '[' + join(items, ", ") + ']';
}

std::string parts_text(const std::vector<Part>& parts) {
    std::vector<std::string> lines;
    for (const Part& part : parts) {
        std::string line = part.key;
        line.append(" = ");
        line.append(std::visit([](const auto& held) { return value_text(held); }, part.value));
        lines.push_back(code(line));
    }
    return join(lines, ", ");
}

/// Of a Method or a TicketMethod.
template <class Entry>
std::string method_row(const Entry& method) {
    const std::vector<std::string> cells = {code(method.name), method.help, parts_text(method.parts),
                                            method.source.empty() ? "–" : method.source};
    return join(cells, " | ").insert(0, "| ").append(" |\n");
}

template <class Entries>
std::string pieces(const std::string& title, const Entries& entries) {
    std::string text = "\n### " + title + "\n\n| name | what it does | source |\n| --- | --- | --- |\n";
    for (const auto& entry : entries) {
        text += "| `" + entry.name + "` | " + entry.help + " | " + (entry.source.empty() ? "–" : entry.source) + " |\n";
    }
    return text;
}

}  // namespace

std::string methods_markdown() {
    std::string text = "| method | what it does | what it sets | source |\n| --- | --- | --- | --- |\n";
    for (const Method& method : methods()) text += method_row(method);
    text += pieces("Initial distributions (`sparsity.init`)", distributions());
    text += pieces("Initial structures (`sparsity.init`; densities by `sparsity.layer_densities`)", structures());
    text += pieces("Initial masks by looking at the network (`sparsity.init`)", saliencies());
    text += pieces("Drop rules (`sparsity.drop_rule`)", drop_rules());
    text += pieces("Grow rules (`sparsity.grow_rule`)", grow_rules());
    text += pieces("Schedules of the drop fraction (`sparsity.drop_schedule`)", drop_schedules());
    text += pieces("Schedules of the density (`sparsity.density_schedule`)", density_schedules());
    text += pieces("How many weights a layer grows (`sparsity.budget`)", budgets());
    text += pieces("Redistribution across layers (`sparsity.redistribution`)", redistributions());
    text += pieces("Which absent positions may grow (`sparsity.candidates`)", candidate_sets());
    text += pieces("What a weight gets that is dropped and grown at once (`sparsity.regrown_value`)", regrown_values());
    text += pieces("Which parameters there are (`sparsity.parameters`)", parameter_sets());
    text += pieces("How the loss' gradient at a mask is found (`sparsity.mask_gradient`)", mask_gradients());
    text += pieces("The derivative of choosing the highest scores (`sparsity.mask_soft`)", soft_masks());
    text += pieces("Which scores compete (`sparsity.mask_scope`)", mask_scopes());
    text += pieces("Momentum of absent positions (`sparsity.momentum_state`)", momentum_states());
    text += pieces("When the gradient is taken (`sparsity.gradient_time`)", gradient_times());
    text += pieces("What grows where too few positions have a gradient (`sparsity.zero_gradient`)", zero_gradients());
    text += pieces("What revival_change drops behind neurons that stood still (`sparsity.revival_next`)",
                   revival_followers());
    text += "\n### Cheap tickets within a run (`tickets.method`)\n\n";
    text += "| method | what it does | what it sets | source |\n| --- | --- | --- | --- |\n";
    for (const TicketMethod& method : ticket_methods()) text += method_row(method);
    return text;
}

}  // namespace espalier::sparsity
