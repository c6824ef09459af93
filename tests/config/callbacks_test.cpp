#include <espalier/config/callbacks.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>

#include "support.hpp"

namespace espalier::config {
using namespace testing;

TEST_CASE("callbacks and losses: a configuration names those that there are", "[config][callbacks]") {
    const auto resolved = [](const std::vector<std::string>& assignments) {
        Settings settings;
        override_with(settings, assignments);
        return resolve(settings);
    };
    CHECK_THROWS_WITH(resolved({"training.callbacks=[\"late\"]"}), Contains("'late'") && Contains("--plugin FILE"));
    add_callback({{"late", "", ""}, [](const EpochReport& now) { return now.epoch > 3; }});
    CHECK(resolved({"training.callbacks=[\"late\"]"}).training.callbacks == std::vector<std::string>{"late"});
    CHECK_THROWS_WITH(resolved({"training.callbacks=[\"late\", \"late\"]"}), Contains("twice"));
    CHECK_THROWS_WITH(resolved({"training.loss=mine"}), Contains("not known") && Contains("--plugin FILE"));
    CHECK_THROWS_WITH(resolved({"training.loss=squared_error"}),
                      Contains("training.loss") && Contains("learns classes"));
    CHECK_THROWS_WITH(resolved({"model.kind=autoencoder", "training.loss=cross_entropy"}), Contains("its inputs"));
    CHECK(resolved({"training.loss=cross_entropy"}).training.loss == "cross_entropy");
}

}  // namespace espalier::config
