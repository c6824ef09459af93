#include <algorithm>
#include <stdexcept>
#include <string>

#include <dlfcn.h>

#include <espalier/base/text/error.hpp>
#include <espalier/plugin/adopt.hpp>
#include <espalier/plugin/load.hpp>

namespace espalier::plugin {
namespace {

namespace fs = std::filesystem;

/// What goes wrong while a plug-in adds to the host: told when it is back, for exceptions do not pass through it.
struct Loading {
    std::string trouble;
};

void require_done(const char* trouble) {
    if (trouble != nullptr) throw std::runtime_error(trouble);
}

template <class Entry, class Adopt>
void add(void* program, const Entry* entry, const Adopt& adopt) {
    auto& loading = *static_cast<Loading*>(program);
    const auto text = [](const char* given) { return std::string(given == nullptr ? "" : given); };
    try {
        adopt(Named{text(entry->name), text(entry->help), text(entry->source)});
    } catch (const std::exception& error) {
        if (loading.trouble.empty()) loading.trouble = error.what();
    }
}

void add_drop_rule(void* program, const DropRuleEntry* entry) {
    add(program, entry, [e = *entry](const Named& named) {
        adopt_drop_rule(named, [e](const DropQuestion& asked, std::span<float> scores) {
            require_done(e.score(e.state, &asked, scores.data()));
        });
    });
}

void add_grow_rule(void* program, const GrowRuleEntry* entry) {
    add(program, entry, [e = *entry](const Named& named) {
        adopt_grow_rule(named, e.wants_gradient != 0,
                        [e](const GrowQuestion& asked, const RowsView& rows, std::span<float> scores) {
                            require_done(e.score(e.state, &asked, &rows, scores.data()));
                        });
    });
}

void add_metric(void* program, const MetricEntry* entry) {
    add(program, entry, [e = *entry](const Named& named) {
        adopt_metric(named, [e](const NetworkView& network, std::span<double> of_layers, double& of_network) {
            require_done(e.measure(e.state, &network, of_layers.data(), &of_network));
        });
    });
}

void add_distance(void* program, const DistanceEntry* entry) {
    add(program, entry, [e = *entry](const Named& named) {
        adopt_distance(named, [e](const NetworkView& first, const NetworkView& second, std::span<double> of_layers) {
            require_done(e.measure(e.state, &first, &second, of_layers.data()));
        });
    });
}

void add_loss(void* program, const LossEntry* entry) {
    add(program, entry, [e = *entry](const Named& named) {
        adopt_loss(named, [e](const LossQuestion& asked) {
            double sum = 0.0;
            require_done(e.sum(e.state, &asked, &sum));
            return sum;
        });
    });
}

void add_callback(void* program, const CallbackEntry* entry) {
    add(program, entry, [e = *entry](const Named& named) {
        adopt_callback(named, [e](const EpochQuestion& asked) {
            std::uint32_t ends = 0;
            require_done(e.at_epoch_end(e.state, &asked, &ends));
            return ends != 0;
        });
    });
}

std::vector<fs::path>& loaded_files() {
    static std::vector<fs::path> files;
    return files;
}

template <class Function>
Function function_of(void* library, const char* name) {
    return reinterpret_cast<Function>(dlsym(library, name));
}

}  // namespace

void load(const fs::path& file) {
    const auto refuse = [&](const std::string& why) { throw ConfigError("plug-in " + file.string() + ": " + why); };
    std::error_code missing;
    const fs::path absolute = fs::canonical(file, missing);
    if (missing) refuse("there is no such file");
    if (std::ranges::find(loaded_files(), absolute) != loaded_files().end()) return;
    void* const library = dlopen(absolute.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) refuse(std::string("cannot be loaded: ") + dlerror());
    const auto version = function_of<std::uint32_t (*)()>(library, "espalier_plugin_version");
    const auto add_all = function_of<const char* (*)(const Host*)>(library, "espalier_plugin_add");
    if (version == nullptr || add_all == nullptr) refuse("is no plug-in: it lacks ESPALIER_PLUGIN(host) { ... }");
    if (version() != interface_version) {
        refuse("is made for interface " + std::to_string(version()) + " and this program has " +
               std::to_string(interface_version) + ": compile it with this program's header");
    }
    Loading loading;
    const Host host{interface_version, &loading,     add_drop_rule, add_grow_rule,
                    add_metric,        add_distance, add_loss,      add_callback};
    if (const char* trouble = add_all(&host)) refuse(trouble);
    if (!loading.trouble.empty()) refuse(loading.trouble);
    loaded_files().push_back(absolute);
}

const std::vector<fs::path>& loaded() {
    return loaded_files();
}

}  // namespace espalier::plugin
