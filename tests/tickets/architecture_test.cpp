#include <espalier/base/text/error.hpp>
#include <espalier/tickets/architecture.hpp>

#include "tickets.hpp"

namespace espalier::tickets {
using namespace testing;

TEST_CASE("architecture: another shape names the layer and both", "[tickets][architecture]") {
    TemporaryFolder folder;
    const std::string a = trained(folder / "a");
    const std::string b = trained(folder / "b", {"model.hidden=[32,17]"});
    const std::string c = trained(folder / "c", {"model.hidden=[32]"});
    const std::string d = trained(folder / "d", {"model.activation=srelu"});
    const std::string e = trained(folder / "e", {"seed=8", "sparsity.density=0.2", "data.validation=0"});
    const std::string f = trained(folder / "f", {"model.activation=leaky_relu"});
    CHECK_NOTHROW(require_same_architecture(read_tickets({a, e})));
    CHECK_THROWS_WITH(require_same_architecture(read_tickets({a, e, b})),
                      Contains(a + " and " + b + ": layer 1 ('003_fc2') has shapes 16x32 and 17x32"));
    CHECK_THROWS_WITH(require_same_architecture(read_tickets({a, c})), Contains("have 3 and 2 layers"));
    CHECK_THROWS_WITH(require_same_architecture(read_tickets({a, d})), Contains("'left_") || Contains("srelu1"));
    CHECK_THROWS_WITH(require_same_architecture(read_tickets({a, f})), Contains("model.activation = \"leaky_relu\""));
}

TEST_CASE("architecture: other data, and none held out", "[tickets][architecture]") {
    TemporaryFolder folder;
    const std::string a = trained(folder / "a");
    const std::string b = trained(folder / "b", {"data.validation=0"});
    CHECK_NOTHROW(require_same_data(read_tickets({a, a})));
    CHECK_THROWS_WITH(require_same_data(read_tickets({a, b})),
                      Contains(b + " has data.validation = 0") && Contains(a + " 0.1"));
    CHECK_NOTHROW(require_validation(read_tickets({a})[0], "greedy_soup"));
    CHECK_THROWS_AS(require_validation(read_tickets({b})[0], "greedy_soup"), ConfigError);
    CHECK_THROWS_WITH(require_validation(read_tickets({b})[0], "greedy_soup"),
                      Contains(b + ": data.validation = 0 holds no example out, and greedy_soup selects"));
}

}  // namespace espalier::tickets
