#include <espalier/config/print.hpp>
#include <espalier/config/schema.hpp>

namespace espalier::config {
namespace {

/// True for a value that has no part in the run and may not be given beside the one that has.
bool is_unused(const Key& key, const RunConfig& config) {
    return key.name == "sparsity.density" && config.sparsity.epsilon > 0.0;
}

std::string line(const Key& key, const RunConfig& config, const Settings* given) {
    const std::string setting = key.leaf() + " = " + toml_text(key.get(config)) + "\n";
    const bool by_method = given != nullptr && key.rule.by_method && !given->has(key.name);
    const char* before = is_unused(key, config) ? "# not used: " : (by_method ? "# by the method: " : "");
    return "# " + key.help + "\n" + before + setting;
}

std::string printed(const RunConfig& config, const Settings* given) {
    std::string text;
    std::string table;
    for (const Key& key : schema()) {
        if (key.table() != table) {
            table = key.table();
            text += "\n[" + table + "]\n";
        }
        text += line(key, config, given);
    }
    return text;
}

std::string code(const std::string& text) {
    return text.empty() ? "" : "`" + text + "`";
}

std::string default_text(const Key& key) {
    return key.rule.by_method ? "the method's own" : code(toml_text(key.get(RunConfig{})));
}

std::string allowed_text(const Key& key) {
    std::string type = type_name(key.get(RunConfig{}));
    if (key.rule.allowed.empty()) return type;
    return type == "text" ? key.rule.allowed : type + ", " + key.rule.allowed;
}

std::string heading(const std::string& table) {
    const std::string title = table.empty() ? "Top level" : code("[" + table + "]");
    return "\n## " + title + "\n\n| key | default | may be | meaning |\n| --- | --- | --- | --- |\n";
}

/// Text that Markdown would take for HTML or for the end of a cell.
std::string cell(const std::string& text) {
    std::string safe;
    for (const char c : text) safe += c == '<' ? "&lt;" : c == '|' ? "\\|" : std::string(1, c);
    return safe;
}

std::string row(const Key& key) {
    return "| " + code(key.leaf()) + " | " + default_text(key) + " | " + cell(allowed_text(key)) + " | " +
           cell(key.help) + " |\n";
}

constexpr const char* introduction = R"(# Configuration

<!-- Written from the keys in src/config by the tests: ESPALIER_UPDATE_DOCS=1 ctest --preset release -R docs -->

A run is described by a TOML file. Every key has a default; a key that is not known is an error.
`espalier run --print-defaults` prints a complete file, `espalier run CONFIG.toml --print-defaults` the file as it will be
run. `--set sparsity.density=0.05` sets a key from the command line: the value is read as TOML, a bare word as text.

Lengths of time are written `"5ep"` (epochs), `"400it"` (optimizer steps), or as a bare number of epochs.
Where the default is *the method's own*, it is listed with the method in [methods.md](methods.md); `""` asks for it.
Relative paths start at the folder of the configuration file.
)";

}  // namespace

std::string to_toml(const RunConfig& config) {
    return printed(config, nullptr);
}

std::string template_toml(const RunConfig& config, const Settings& given) {
    return printed(config, &given);
}

std::string configuration_markdown() {
    std::string text = introduction;
    const Key* previous = nullptr;
    for (const Key& key : schema()) {
        if (previous == nullptr || previous->table() != key.table()) text += heading(key.table());
        text += row(key);
        previous = &key;
    }
    return text;
}

}  // namespace espalier::config
