#include <cmath>
#include <fstream>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/ticket.hpp>

#include "safetensors_builder.hpp"
#include "tickets.hpp"

namespace espalier::tickets {
using namespace testing;

TEST_CASE("ticket: runs, snapshots and files are read with all they hold", "[tickets][ticket]") {
    TemporaryFolder folder;
    const std::string run = trained(folder / "run", {"model.activation=srelu"});
    const std::vector<Ticket> last = read_tickets({run});
    REQUIRE(last.size() == 1);
    CHECK(last[0].label == run);
    CHECK(last[0].config.seed == 3);
    CHECK(last[0].config.model.activation == "srelu");
    CHECK(last[0].network.parameters.size() == 3 + 2 * 4);
    CHECK(read_tickets({run + "/run.h5@all"}).size() == 4);

    // A file that another command has written records its configuration.
    const std::string file = (folder / "t.h5").string();
    topology::StoredNetwork network = last[0].network;
    network.topology.label = "ticket";
    topology::write_network_file(file, network, {{"config", config::to_toml(last[0].config)}});
    const Ticket again = read_tickets({file}).front();
    CHECK(config::to_toml(again.config) == config::to_toml(last[0].config));
    CHECK(again.network.parameters.size() == last[0].network.parameters.size());

    CHECK(read_tickets({run}, {.assignments = {"data.root=/elsewhere"}})[0].config.data.root == "/elsewhere");
}

TEST_CASE("ticket: what was guessed in reading it is told, and once", "[tickets][ticket]") {
    TemporaryFolder folder;
    const std::string file = folder / "net.safetensors";
    const auto ones = [](std::size_t count) { return bytes_of(std::vector<float>(count, 1.0F)); };
    write_bytes(file, safetensors({{"inp.weight", "F32", {32, 64}, ones(32 * 64)},
                                   {"inp.bias", "F32", {32}, ones(32)},
                                   {"hidden.weight", "F32", {16, 32}, ones(16 * 32)},
                                   {"final.weight", "F32", {10, 16}, ones(10 * 16)}}));
    const std::string config = folder / "c.toml";
    std::ofstream(config) << "[model]\nhidden = [32, 16]\n[data]\ndataset = 'digits'\n";
    std::vector<std::string> notes;
    const auto notice = [&](const std::string& text) { notes.push_back(text); };
    CHECK(read_tickets({file, file}, {.config = config, .notice = notice}).size() == 2);
    REQUIRE(notes.size() == 1);  // nothing of the bias, which is read
    CHECK_THAT(notes[0], Contains(file) && Contains("in the order of the file"));
}

TEST_CASE("ticket: keys that another program has recorded are no whole configuration", "[tickets][ticket]") {
    TemporaryFolder folder;
    topology::StoredNetwork network = read_tickets({trained(folder / "run")})[0].network;
    network.topology.label = "ticket";
    const std::string file = (folder / "t.h5").string();
    const auto record = [&](const std::string& text) {
        topology::write_network_file(file, network, {{"config", text}});
    };
    std::vector<std::string> notes;
    const auto notice = [&](const std::string& text) { notes.push_back(text); };

    record("[sparsity]\nmethod = 'rigl'\ndensity = 0.1\n");
    CHECK_THROWS_WITH(read_tickets({file}),
                      Contains("holds of its configuration only sparsity.density, sparsity.method") &&
                          Contains("what data the ticket is for") && Contains("--config"));
    const std::string config = (folder / "c.toml").string();
    std::ofstream(config) << "[model]\nhidden = [32, 16]\n[data]\ndataset = 'digits'\n[sparsity]\nmethod = 'set'\n";
    const config::RunConfig filled = read_tickets({file}, {.config = config, .notice = notice})[0].config;
    CHECK(filled.data.dataset == "digits");
    CHECK(filled.sparsity.method == "rigl");  // what the ticket says stands over what somebody says of it
    CHECK(filled.sparsity.grow_rule == "gradient");
    REQUIRE(notes.size() == 1);
    CHECK_THAT(notes[0], Contains("all else is of " + config));

    record("[data]\ndataset = 'digits'\n[model]\nhidden = [32, 16]\n");
    CHECK(read_tickets({file}, {.notice = notice})[0].config.model.hidden == std::vector<std::int64_t>{32, 16});
    REQUIRE(notes.size() == 2);
    CHECK_THAT(notes[1], Contains("only data.dataset, model.hidden; all else is the default"));
}

TEST_CASE("ticket: what is none says why", "[tickets][ticket]") {
    TemporaryFolder folder;
    const std::string bare = trained(folder / "bare", {"snapshots.weights=false"});
    CHECK_THROWS_WITH(read_tickets({bare}), Contains("layer 000_fc1 has a mask but no weights") &&
                                                Contains("snapshots.weights = true") && Contains(bare));
    CHECK_THROWS_WITH(read_tickets({(folder / "none.h5").string()}), Contains("no such file"));

    topology::StoredNetwork network = read_tickets({trained(folder / "run")})[0].network;
    network.topology.label = "ticket";
    const std::string file = (folder / "t.h5").string();
    topology::write_network_file(file, network);
    CHECK_THROWS_WITH(read_tickets({file}), Contains("holds no configuration") && Contains("--config"));
    const std::string config = (folder / "c.toml").string();
    std::ofstream(config) << "[model]\nhidden = [32, 16]\n[data]\ndataset = 'digits'\n";
    CHECK(read_tickets({file}, {.config = config})[0].config.data.dataset == "digits");

    network.topology.layers[1].values[0] = std::nanf("");
    topology::write_network_file(file, network);
    CHECK_THROWS_WITH(read_tickets({file}, {.config = config}),
                      Contains("layer '003_fc2'") && Contains("is NaN, not a finite number"));
    network.topology.layers[1].values[0] = 0.0F;
    network.parameters[0].values[3] = INFINITY;
    topology::write_network_file(file, network);
    CHECK_THROWS_WITH(read_tickets({file}, {.config = config}), Contains("'bias' of layer '000_fc1'"));
}

TEST_CASE("ticket: parameters that the model has no place for, or that are missing, are named", "[tickets][ticket]") {
    TemporaryFolder folder;
    const std::string config = (folder / "c.toml").string();
    std::ofstream(config) << "[model]\nhidden = [32, 16]\n[data]\ndataset = 'digits'\n";
    topology::StoredNetwork network = read_tickets({trained(folder / "run")})[0].network;
    network.topology.label = "ticket";
    const std::string file = (folder / "t.h5").string();
    network.parameters.push_back({"001_bn1", "running_var", std::vector<float>(32, 1.0F)});
    network.parameters.push_back({"001_prelu1", "weight", {0.25F}});
    topology::write_network_file(file, network);
    CHECK_THROWS_WITH(read_tickets({file}, {.config = config}),
                      Contains(file) && Contains("has no place for bn1.running_var, prelu1.weight"));
    network.parameters.resize(network.parameters.size() - 2);
    topology::write_network_file(file, network);
    CHECK(read_tickets({file}, {.config = config}).size() == 1);
    CHECK_THROWS_WITH(read_tickets({file}, {.config = config, .assignments = {"model.activation=srelu"}}),
                      Contains("holds no srelu1.left_threshold, srelu1.left_slope"));
}

}  // namespace espalier::tickets
