#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <espalier/base/text/text.hpp>
#include <espalier/sweep/point_name.hpp>
#include <espalier/sweep/sheet.hpp>

namespace espalier::sweep {
namespace {

Field number_field(double value) {
    return std::isnan(value) ? Field() : Field(value);
}

Field attribute_field(const hdf5::Attribute& attribute) {
    if (const auto* text = std::get_if<std::string>(&attribute)) return *text;
    if (const auto* integer = std::get_if<std::int64_t>(&attribute)) return *integer;
    if (const auto* real = std::get_if<double>(&attribute)) return number_field(*real);
    return config::toml_text(std::get<std::vector<std::int64_t>>(attribute));
}

Field result_field(const RunRecord& run, const std::string& name) {
    const auto found = std::ranges::find(run.results, name, [](const auto& result) { return result.first; });
    return found == run.results.end() ? Field() : attribute_field(found->second);
}

/// "runs/x" for runs/x/run.h5; of a file with another name the file.
std::string folder_of(const RunRecord& run) {
    if (run.file.filename() != "run.h5") return run.file.string();
    return run.file.has_parent_path() ? run.file.parent_path().string() : ".";
}

std::vector<std::string> front_header(const std::vector<const config::Key*>& keys) {
    std::vector<std::string> header = {"folder", "name", "seed", "status"};
    for (const config::Key* key : keys) header.push_back(key->name);
    return header;
}

/// What says which run it is; of one that cannot be read there is little.
std::vector<Field> front(const RunRecord& run, const std::vector<const config::Key*>& keys) {
    const bool is_readable = run.status != "unreadable";
    std::vector<Field> row = {folder_of(run)};
    row.push_back(is_readable ? Field(run.name) : Field());
    row.push_back(is_readable ? Field(run.seed) : Field());
    row.emplace_back(run.status);
    for (const config::Key* key : keys) row.push_back(config_field(run, *key));
    return row;
}

bool differs(const config::Key& key, const std::vector<const RunRecord*>& runs) {
    const auto knows = [&](const RunRecord* run) { return run->knows(key.name); };
    const auto first = std::ranges::find_if(runs, knows);
    return std::any_of(first, runs.end(), [&](const RunRecord* run) {
        return knows(run) && key.get(run->config) != key.get((*first)->config);
    });
}

}  // namespace

Field config_field(const RunRecord& run, const config::Key& key) {
    return run.knows(key.name) && run.status != "unreadable" ? field_of(key.get(run.config)) : Field();
}

Field field_of(const config::Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
    if (const auto* real = std::get_if<double>(&value)) return *real;
    return plain_text(value);
}

bool field_less(const Field& a, const Field& b) {
    const auto as_number = [](const Field& field) -> std::optional<double> {
        if (const auto* integer = std::get_if<std::int64_t>(&field)) return static_cast<double>(*integer);
        if (const auto* real = std::get_if<double>(&field)) return *real;
        return std::nullopt;
    };
    const auto rank = [&](const Field& field) {
        return std::holds_alternative<std::monostate>(field) ? 0 : as_number(field) ? 1 : 2;
    };
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    if (rank(a) == 1) return *as_number(a) < *as_number(b);
    return rank(a) == 2 && natural_less(std::get<std::string>(a), std::get<std::string>(b));
}

std::vector<const config::Key*> columns_of_keys(const std::vector<RunRecord>& runs,
                                                const std::vector<std::string>& asked) {
    std::set<const config::Key*> wanted;
    for (const std::string& name : asked) wanted.insert(&config::find_key(name));
    std::vector<const RunRecord*> readable;
    for (const RunRecord& run : runs) {
        if (run.status != "unreadable") readable.push_back(&run);
    }
    std::vector<const config::Key*> keys;
    for (const config::Key& key : config::schema()) {
        if (key.name == "name" || key.name == "seed") continue;
        const bool tells_apart = key.name != "model.crossovers" && differs(key, readable);
        if (tells_apart || wanted.contains(&key)) keys.push_back(&key);
    }
    return keys;
}

std::vector<const config::Key*> keys_of_groups(std::vector<const config::Key*> keys,
                                               const std::vector<std::string>& asked) {
    const config::Key& order_seed = config::find_key("training.order_seed");
    if (std::ranges::find(asked, order_seed.name) == asked.end()) std::erase(keys, &order_seed);
    return keys;
}

TellingKeys telling_keys(const std::vector<RunRecord>& runs, const std::vector<const config::Key*>& keys,
                         const std::vector<std::string>& asked) {
    std::vector<const RunRecord*> known;
    for (const RunRecord& run : runs) {
        if (run.status != "unreadable" && run.has_config) known.push_back(&run);
    }
    std::vector<std::vector<config::Value>> said;  // of each run: its name, then telling keys
    for (const RunRecord* run : known) said.push_back({run->name});
    std::vector<const config::Key*> order = keys;
    std::stable_partition(order.begin(), order.end(),
                          [](const config::Key* key) { return key->name == "sparsity.method"; });
    std::set<const config::Key*> telling;
    for (const config::Key* key : order) {
        std::map<std::vector<config::Value>, config::Value> values;
        bool follows = true;
        for (std::size_t k = 0; k < known.size(); ++k) {
            const config::Value value = key->get(known[k]->config);
            follows = follows && values.try_emplace(said[k], value).first->second == value;
        }
        if (follows) continue;
        telling.insert(key);
        for (std::size_t k = 0; k < known.size(); ++k) said[k].push_back(key->get(known[k]->config));
    }
    TellingKeys split;
    for (const config::Key* key : keys) {
        const bool is_asked = std::ranges::find(asked, key->name) != asked.end();
        (is_asked || telling.contains(key) ? split.telling : split.following).push_back(key);
    }
    return split;
}

std::vector<std::string> result_names(const std::vector<RunRecord>& runs) {
    std::vector<std::string> first = common_results();
    std::set<std::string> others;
    for (const RunRecord& run : runs) {
        for (const auto& [name, value] : run.results) others.insert(name);
    }
    for (const std::string& name : first) others.erase(name);
    first.insert(first.end(), others.begin(), others.end());
    return first;
}

Sheet sheet_of_runs(const std::vector<RunRecord>& runs, const std::vector<const config::Key*>& keys) {
    const std::vector<std::string> results = result_names(runs);
    const bool some_unreadable = std::ranges::any_of(runs, [](const RunRecord& run) { return !run.reason.empty(); });
    Sheet sheet{.header = front_header(keys), .rows = {}};
    sheet.header.insert(sheet.header.end(), results.begin(), results.end());
    if (some_unreadable) sheet.header.emplace_back("reason");
    for (const RunRecord& run : runs) {
        std::vector<Field> row = front(run, keys);
        for (const std::string& name : results) row.push_back(result_field(run, name));
        if (some_unreadable) row.push_back(run.reason.empty() ? Field() : Field(run.reason));
        sheet.rows.push_back(std::move(row));
    }
    return sheet;
}

Sheet sheet_of_evaluations(const std::vector<RunRecord>& runs, const std::vector<const config::Key*>& keys) {
    Sheet sheet{.header = front_header(keys), .rows = {}};
    for (const char* name : {"step", "epoch", "test_accuracy", "validation_accuracy", "test_loss", "validation_loss",
                             "density", "exploration_rate"}) {
        sheet.header.emplace_back(name);
    }
    for (const RunRecord& run : runs) {
        for (const Evaluation& at : run.evaluations) {
            std::vector<Field> row = front(run, keys);
            row.emplace_back(at.step);
            for (const double value : {at.epoch, at.test_accuracy, at.validation_accuracy, at.test_loss,
                                       at.validation_loss, at.density, at.exploration_rate}) {
                row.push_back(number_field(value));
            }
            sheet.rows.push_back(std::move(row));
        }
    }
    return sheet;
}

}  // namespace espalier::sweep
