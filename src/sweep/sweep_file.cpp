#include <algorithm>
#include <array>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/config/toml_nodes.hpp>
#include <espalier/sweep/sweep_file.hpp>

namespace espalier::sweep {
namespace {

namespace fs = std::filesystem;
using config::Key;
using config::Value;

const std::array<std::string, 6> keys_of_a_sweep = {"name", "base", "seeds", "grid", "variants", "slurm"};

/// A key and what the file gives it, under its dotted name.
struct Entry {
    std::string name;
    const toml::node* node;
};

/// An error that has its place already.
class PlacedError : public ConfigError {
    using ConfigError::ConfigError;
};

bool stands_before(const Entry& a, const Entry& b) {
    const toml::source_position& x = a.node->source().begin;
    const toml::source_position& y = b.node->source().begin;
    return x.line != y.line ? x.line < y.line : x.column < y.column;
}

/// The keys of a table in the order of the file; those in tables of the configuration under their dotted names.
std::vector<Entry> entries_of(const toml::table& table) {
    std::vector<Entry> entries;
    for (const auto& [name, node] : table) {
        const toml::table* inner = config::is_table(name.str()) ? node.as_table() : nullptr;
        if (inner == nullptr) {
            entries.push_back({std::string(name.str()), &node});
        } else {
            for (const auto& [leaf, value] : *inner) {
                entries.push_back({std::string(name.str()) + "." + std::string(leaf.str()), &value});
            }
        }
    }
    std::ranges::stable_sort(entries, stands_before);
    return entries;
}

class Reader {
  public:
    Reader(std::string source, fs::path folder, const std::vector<std::string>& others)
        : source_(std::move(source)), known_(keys_of_a_sweep.begin(), keys_of_a_sweep.end()) {
        known_.insert(known_.end(), others.begin(), others.end());
        read_.folder = std::move(folder);
    }

    SweepFile read(const toml::table& root) {
        for (const auto& [name, node] : root) require_known(std::string(name.str()), node);
        read_.name = text(root, "name");
        at(*root.get("name"), [&] { config::put(scratch_, config::find_key("name"), read_.name, "", read_.folder); });
        read_.base = read_.folder / text(root, "base");
        if (const toml::node* seeds = root.get("seeds")) at(*seeds, [&] { read_seeds(*seeds); });
        if (const toml::node* grid = root.get("grid")) read_grid(*grid);
        if (const toml::node* variants = root.get("variants")) read_variants(*variants);
        return std::move(read_);
    }

  private:
    /// Does something with a node; what goes wrong is reported with the place of the innermost one.
    template <class Work>
    void at(const toml::node& node, const Work& work) const {
        try {
            work();
        } catch (const PlacedError&) {
            throw;
        } catch (const ConfigError& error) {
            throw PlacedError(config::place_of(node, source_) + ": " + error.what());
        }
    }

    void require_known(const std::string& name, const toml::node& node) const {
        if (std::ranges::find(known_, name) != known_.end()) return;
        at(node, [&] {
            if (config::is_table(name) || name == "seed") {
                throw ConfigError(name + " belongs into the base file" +
                                  (name == "seed" ? "; a sweep has seeds = [0, 1, 2]" : ", [grid] or [[variants]]"));
            }
            throw ConfigError(excerpt(name) + " is not a key of a sweep." + did_you_mean(name, known_));
        });
    }

    std::string text(const toml::table& root, const std::string& name) const {
        const toml::node* node = root.get(name);
        if (node == nullptr) {
            throw ConfigError(source_ + ": " + name + " is missing: " +
                              (name == "base" ? "the configuration to vary, base = \"base.toml\""
                                              : "what the sweep is called, name = \"densities\""));
        }
        const std::optional<std::string> value = node->value_exact<std::string>();
        if (!value || value->empty()) at(*node, [&] { throw ConfigError(name + " must be text, and not empty"); });
        return *value;
    }

    void read_seeds(const toml::node& node) {
        const std::optional<Value> value = config::value_of(node);
        const auto* seeds = value ? std::get_if<std::vector<std::int64_t>>(&*value) : nullptr;
        if (seeds == nullptr || seeds->empty()) throw ConfigError("seeds must be a list of integers, seeds = [0, 1]");
        for (const std::int64_t seed : *seeds) {
            config::put(scratch_, config::find_key("seed"), seed, "", read_.folder);
            if (std::ranges::count(*seeds, seed) > 1) {
                throw ConfigError("seeds holds " + std::to_string(seed) + " twice");
            }
        }
        read_.seeds = *seeds;
    }

    static const Key& find(const Entry& entry) {
        const toml::table* table = entry.node->as_table();
        const bool has_inner =
            table != nullptr && !table->empty();  // of an unknown table, whose key may have a near one
        const Key& key =
            config::find_key(has_inner ? entry.name + "." + std::string(table->begin()->first.str()) : entry.name);
        if (key.name == "seed")
            throw ConfigError("seed is not for [grid] and [[variants]]: list seeds = [0, 1, 2] at the top");
        if (key.name == "name") throw ConfigError("name cannot be varied: runs are called as their variant is");
        return key;
    }

    Override override_of(const Key& key, const toml::node& node) {
        const std::optional<Value> value = config::value_of(node);
        if (!value) {
            throw ConfigError(key.name + " is " + config::kind_of(node) + ", and must be " +
                              config::type_name(key.get({})));
        }
        config::put(scratch_, key, *value, "", read_.folder);
        const bool can_be_path = key.rule.absolute && std::holds_alternative<std::string>(*value);
        return {&key, *value, can_be_path ? *value : key.get(scratch_.config), config::place_of(node, source_)};
    }

    void read_grid(const toml::node& node) {
        const toml::table* grid = node.as_table();
        if (grid == nullptr) at(node, [] { throw ConfigError("grid must be a table, [grid]"); });
        for (const Entry& entry : entries_of(*grid)) {
            at(*entry.node, [&] { read_axis(find(entry), *entry.node); });
        }
    }

    void read_axis(const Key& key, const toml::node& node) {
        const toml::array* values = node.as_array();
        if (values == nullptr || values->empty()) {
            throw ConfigError(key.name + " in [grid] must be a list of values with at least one");
        }
        const auto is_there = [&](const Axis& axis) { return axis.key == &key; };
        if (std::ranges::any_of(read_.grid, is_there)) throw ConfigError(key.name + " is in [grid] twice");
        Axis axis{.key = &key, .values = {}, .place = config::place_of(node, source_)};
        for (const toml::node& value : *values) {
            at(value, [&] { add(axis, override_of(key, value)); });
        }
        read_.grid.push_back(std::move(axis));
    }

    static void add(Axis& axis, Override value) {
        const auto is_same = [&](const Override& other) { return other.shown == value.shown; };
        if (std::ranges::any_of(axis.values, is_same)) {
            throw ConfigError(axis.key->name + " in [grid] holds " + config::toml_text(value.shown) + " twice");
        }
        axis.values.push_back(std::move(value));
    }

    void read_variants(const toml::node& node) {
        const toml::array* list = node.as_array();
        const auto is_table = [](const toml::node& entry) { return entry.is_table(); };
        if (list == nullptr || !std::all_of(list->begin(), list->end(), is_table)) {
            at(node, [] { throw ConfigError("variants must be a list of tables: write [[variants]] above each"); });
        }
        for (const toml::node& entry : *list) {
            at(entry, [&] { read_.variants.push_back(variant(*entry.as_table(), config::place_of(entry, source_))); });
        }
    }

    Variant variant(const toml::table& table, const std::string& place) {
        const std::optional<std::string> name = table["name"].value_exact<std::string>();
        if (!name) throw ConfigError("this entry of [[variants]] needs a name = \"...\"");
        config::put(scratch_, config::find_key("name"), *name, "", read_.folder);
        for (const Variant& other : read_.variants) {
            if (other.name == *name) throw ConfigError("two variants are called \"" + *name + "\"");
        }
        Variant variant{.name = *name, .overrides = {}, .place = place};
        for (const Entry& entry : entries_of(table)) {
            if (entry.name != "name") at(*entry.node, [&] { add(variant, entry); });
        }
        return variant;
    }

    void add(Variant& variant, const Entry& entry) {
        const Key& key = find(entry);
        for (const Override& other : variant.overrides) {
            if (other.key == &key) throw ConfigError(key.name + " is in the variant \"" + variant.name + "\" twice");
        }
        for (const Axis& axis : read_.grid) {
            if (axis.key != &key) continue;
            throw ConfigError(key.name + " is in [grid] (" + axis.place + ") and in the variant \"" + variant.name +
                              "\": leave it out of one");
        }
        variant.overrides.push_back(override_of(key, *entry.node));
    }

    std::string source_;
    std::vector<std::string> known_;  // keys at the top
    SweepFile read_;
    config::Settings scratch_;  // takes values one by one, to check them
};

}  // namespace

SweepFile parse_sweep_file(std::string_view text, const std::string& source, const fs::path& folder,
                           const std::vector<std::string>& others) {
    SweepFile file = Reader(source, folder, others).read(config::parse_table(text, source));
    file.slurm = parse_slurm_settings(text, source);
    return file;
}

SweepFile read_sweep_file(const fs::path& file, const std::vector<std::string>& others) {
    return parse_sweep_file(config::read_toml_text(file), file.string(), file.parent_path(), others);
}

}  // namespace espalier::sweep
