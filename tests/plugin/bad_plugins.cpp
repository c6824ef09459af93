// Plug-ins that go wrong, one a library: PLUGIN_FAULT says how.
#include <stdexcept>

#include <espalier/plugin/interface.hpp>

#if PLUGIN_FAULT == 1  // of another interface
extern "C" __attribute__((visibility("default"))) std::uint32_t espalier_plugin_version() {
    return 999;
}
extern "C" __attribute__((visibility("default"))) const char* espalier_plugin_add(const espalier::plugin::Host*) {
    return nullptr;
}
#elif PLUGIN_FAULT == 2  // throws while it is loaded
ESPALIER_PLUGIN(host) {
    (void)host;
    throw std::runtime_error("no licence today");
}
#elif PLUGIN_FAULT == 3  // takes a name that there is
ESPALIER_PLUGIN(host) {
    host.drop_rule("magnitude", "", [](const espalier::plugin::DropQuestion&, std::span<float>) {});
}
#else                    // functions that fail when they are called
ESPALIER_PLUGIN(host) {
    using namespace espalier::plugin;
    host.drop_rule("throwing", "", [](const DropQuestion&, std::span<float>) { throw std::runtime_error("tired"); });
    host.grow_rule("negative", "", false, [](const GrowQuestion&, const RowsView&, std::span<float> scores) {
        for (float& score : scores) score = -1.0F;
    });
    host.loss("endless", "", [](const LossQuestion&) { return std::numeric_limits<double>::quiet_NaN(); });
    host.metric("nothing", "", [](const NetworkView&, std::span<double>, double&) {});
    host.distance("unset", "", [](const NetworkView&, const NetworkView&, std::span<double>) {});
}
#endif
