#include "given_config.hpp"

#include <espalier/config/schema.hpp>
#include <espalier/config/toml.hpp>

namespace espalier::python {

config::Settings settings_of(const GivenConfig& given) {
    config::Settings settings =
        given.path.empty() ? config::parse_toml(given.text, "config") : config::read_toml(given.path);
    const config::Settings over = config::parse_toml(given.overrides, "set");
    for (const auto& [name, place] : over.places) {
        const config::Key& key = config::find_key(name);
        key.put(settings.config, key.get(over.config));
        settings.places[name] = place;
    }
    return settings;
}

}  // namespace espalier::python
