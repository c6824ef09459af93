#include <espalier/config/callbacks.hpp>

namespace espalier::config {
namespace {

Registry<Callback>& all_callbacks() {
    static Registry<Callback> all({});
    return all;
}

}  // namespace

const Registry<Callback>& callbacks() {
    return all_callbacks();
}

void add_callback(Callback callback) {
    all_callbacks().add(std::move(callback), "callback");
}

}  // namespace espalier::config
