#include <array>
#include <cstdio>

#include <espalier/sparsity/distribution.hpp>
#include <espalier/sparsity/drop_schedule.hpp>
#include <espalier/sparsity/methods.hpp>
#include <espalier/sparsity/methods_table.hpp>
#include <espalier/sparsity/rules.hpp>
#include <espalier/sparsity/structures.hpp>

namespace espalier::sparsity {
namespace {

std::string or_dash(const std::string& text) {
    return text.empty() ? "–" : "`" + text + "`";
}

std::string shortest(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%g", value);
    return text.data();
}

std::string method_row(const Method& method) {
    const bool dynamic = method.is_dynamic();
    return "| `" + method.name + "` | " + method.help + " | `" + method.init + "` | " + or_dash(method.drop_rule) +
           " | " + or_dash(method.grow_rule) + " | " + (dynamic ? "`" + method.drop_schedule + "`" : "–") + " | " +
           (dynamic ? shortest(method.drop_fraction) : "–") + " | " +
           (dynamic ? "`" + method.update_every + "`" : "–") + " | " +
           (dynamic ? shortest(method.stop_fraction) : "–") + " | " + (method.source.empty() ? "–" : method.source) +
           " |\n";
}

template <class Entry>
std::string pieces(const std::string& title, const std::vector<Entry>& entries) {
    std::string text = "\n### " + title + "\n\n| name | what it does | source |\n| --- | --- | --- |\n";
    for (const Entry& entry : entries) {
        text += "| `" + entry.name + "` | " + entry.help + " | " + (entry.source.empty() ? "–" : entry.source) + " |\n";
    }
    return text;
}

}  // namespace

std::string methods_markdown() {
    std::string text =
        "| method | what it does | init | drop | grow | schedule | fraction | every | until | source |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
    for (const Method& method : methods()) text += method_row(method);
    text += pieces("Initial distributions (`sparsity.init`)", distributions());
    text += pieces("Initial structures (`sparsity.init`; densities by `sparsity.layer_densities`)", structures());
    text += pieces("Drop rules (`sparsity.drop_rule`)", drop_rules());
    text += pieces("Grow rules (`sparsity.grow_rule`)", grow_rules());
    text += pieces("Schedules of the drop fraction (`sparsity.drop_schedule`)", drop_schedules());
    return text;
}

}  // namespace espalier::sparsity
