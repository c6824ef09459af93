#include <limits>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/sources.hpp>
#include <espalier/topology/files/topology_file.hpp>

#include "npz_builder.hpp"
#include "pickle_builder.hpp"
#include "safetensors_builder.hpp"
#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// Snapshots at steps 0, 500 and 1500, told apart by their edges: 1, 2 and 3.
void write_run(const std::filesystem::path& path) {
    write_topology_file(path, {network("000000000", {pattern({{1, 0, 0}}), pattern({{1}})}),
                               network("000000500", {pattern({{1, 1, 0}}), pattern({{1}})}),
                               network("000001500", {pattern({{1, 1, 1}}), pattern({{1}})})});
}

std::size_t edges_of(const std::string& argument) {
    const std::vector<Topology> topologies = read_topologies(argument);
    REQUIRE(topologies.size() == 1);
    CHECK(topologies.front().label == argument);
    return topologies.front().layers.front().pattern.edges();
}

}  // namespace

TEST_CASE("sources: a run file, its snapshots and its folder", "[topology][sources]") {
    const TemporaryFolder folder;
    const std::string run = folder / "run.h5";
    write_run(run);
    CHECK(edges_of(run) == 3);
    CHECK(edges_of(folder.path()) == 3);
    CHECK(edges_of(run + "@first") == 1);
    CHECK(edges_of(run + "@last") == 3);
    CHECK(edges_of(run + "@0") == 1);
    CHECK(edges_of(run + "@500") == 2);
    CHECK(edges_of(run + "@000000500") == 2);
    CHECK(edges_of(folder.path().string() + "@500") == 2);
    const std::vector<Topology> all = read_topologies(run + "@all");
    REQUIRE(all.size() == 3);
    CHECK(all[0].label == run + "@0");
    CHECK(all[2].label == run + "@1500");
    CHECK(read_topologies(std::vector{run, run + "@all"}).size() == 4);
}

TEST_CASE("sources: topologies that are named and read later are those that are read at once", "[topology][sources]") {
    const TemporaryFolder folder;
    const std::string run = folder / "run.h5";
    const std::string masks = folder / "masks.npz";
    write_run(run);
    write_bytes(masks, scipy_npz("csr", 1, 2, {0, 1}, {1}, {1}));
    const std::vector<std::string> arguments = {run + "@all", masks, folder.path(), run + "@first"};
    const std::vector<NamedTopology> named = named_topologies(arguments);
    const std::vector<Topology> read = read_topologies(arguments);
    REQUIRE(named.size() == read.size());
    TopologyReader reader(named, {});
    for (std::size_t k = named.size(); k-- > 0;) {
        const Topology one = reader.read(k);
        CHECK(one.label == read[k].label);
        CHECK(one.label == named[k].label);
        CHECK(one.source == read[k].source);
        CHECK(one.snapshot == read[k].snapshot);
        CHECK(one.layers.front().pattern == read[k].layers.front().pattern);
    }
    // A run that has gone on meanwhile: its snapshots are the same, and are looked at anew.
    write_topology_file(run, {network("000000000", {pattern({{1, 0, 0}}), pattern({{1}})}),
                              network("000000500", {pattern({{1, 1, 0}}), pattern({{1}})}),
                              network("000001500", {pattern({{1, 1, 1}}), pattern({{1}})}),
                              network("000002000", {pattern({{1, 1, 1}}), pattern({{1}})})});
    CHECK(reader.read(1).layers.front().pattern == read[1].layers.front().pattern);
    std::filesystem::remove(run);
    CHECK_THROWS_AS(reader.read(1), IoError);
    CHECK_THROWS_WITH(named_topologies({folder / "gone.h5"}), Contains("no such file"));
    write_run(run);
    CHECK_THROWS_WITH(named_topologies({run + "@7"}), Contains("there is no snapshot '7'"));
    CHECK_THROWS_WITH(named_topologies({masks + "@7"}), Contains("chooses a snapshot"));
}

TEST_CASE("sources: a reader of more files than it keeps open", "[topology][sources]") {
    const TemporaryFolder folder;
    std::vector<std::string> arguments;
    for (std::size_t k = 0; k < 80; ++k) {
        arguments.push_back(folder / ("net" + std::to_string(k) + ".h5"));
        write_topology_file(arguments.back(), {network("x", {Pattern::full(k + 1, 2)})});
    }
    TopologyReader reader(named_topologies(arguments), {});
    for (const std::size_t step : {1, 7, 79}) {
        for (std::size_t k = 0, at = 0; k < 80; ++k, at = (at + step) % 80) {
            CHECK(reader.read(at).layers.front().pattern.rows() == at + 1);
        }
    }
}

TEST_CASE("sources: the one snapshot that an argument names", "[topology][sources]") {
    const TemporaryFolder folder;
    const std::string run = folder / "run.h5";
    write_run(run);
    CHECK(snapshot_place(run)->label == "000001500");
    CHECK(snapshot_place(folder.path().string() + "@first")->label == "000000000");
    CHECK(snapshot_place(run + "@500")->file == run);
    CHECK_THROWS_WITH(snapshot_place(run + "@all"),
                      Contains("names 3 topologies") && Contains("the last at step 1500"));
    CHECK_THROWS_WITH(snapshot_place(run + "@7"), Contains("no snapshot '7'"));
    CHECK_THROWS_AS(snapshot_place("nowhere.h5"), ConfigError);
    CHECK(read_parameters(run, "000000500").empty());  // masks alone
    const std::string masks = folder / "m.npz";
    write_bytes(masks, "");
    CHECK_FALSE(snapshot_place(masks));
}

TEST_CASE("sources: labels of nine digits are steps, other numbers are names", "[topology][sources]") {
    CHECK(is_step("000001500"));
    for (const char* name : {"1500", "00001500", "0000001500", "00000150a", ""}) CHECK_FALSE(is_step(name));
}

TEST_CASE("sources: the snapshots that a run says are its tickets", "[topology][sources][tickets]") {
    const TemporaryFolder folder;
    const std::string run = folder / "run.h5";
    write_run(run);
    CHECK_THROWS_WITH(read_topologies(run + "@tickets"), Contains("run.h5: no snapshot is said to be a ticket"));
    CHECK(ticket_labels(run, 0).empty());
    const auto say = [&](const std::vector<std::int64_t>& tickets, const std::vector<std::int64_t>& steps) {
        hdf5::File file = hdf5::File::open_for_writing(run);
        hdf5::Group root = file.root();
        if (root.exists("metrics")) root.unlink("metrics");
        hdf5::Group table = root.create_group("metrics").create_group("tickets");
        table.write("ticket", tickets);
        table.write("snapshot", steps);
    };
    say({0, 1, 2}, {0, 500, 1500});
    const std::vector<Topology> found = read_topologies(run + "@tickets");
    REQUIRE(found.size() == 2);  // those of the phases
    CHECK(found[0].label == run + "@500");
    CHECK(found[1].label == run + "@1500");
    CHECK(ticket_labels(run, 0) == std::vector<std::string>{"000000000", "000000500", "000001500"});
    CHECK_THROWS_WITH(snapshot_place(run + "@tickets"), Contains("names 2 topologies"));
    say({0, 1}, {0, 500});
    REQUIRE(read_topologies(run + "@tickets").size() == 1);
    CHECK(read_topologies(run + "@tickets").front().label == run + "@500");
    say({0, 1}, {0, 700});
    CHECK_THROWS_WITH(ticket_labels(run, 0), Contains("names the snapshot 000000700, which is not there"));
    say({0, 1}, {0});
    CHECK_THROWS_WITH(ticket_labels(run, 0), Contains("columns of different lengths"));
    // In a topology file it may be a name.
    write_topology_file(run, {network("tickets", {pattern({{1, 0, 0}}), pattern({{1}})}),
                              network("others", {pattern({{1, 1, 0}}), pattern({{1}})})});
    CHECK(edges_of(run + "@tickets") == 1);
}

TEST_CASE("sources: a topology file, whole and by label", "[topology][sources]") {
    const TemporaryFolder folder;
    const std::string file = folder / "masks.h5";
    write_topology_file(file, {network("a", {pattern({{1, 0}})}), network("b", {pattern({{1, 1}})})});
    CHECK(edges_of(file + "@b") == 2);
    const std::vector<Topology> both = read_topologies(file);
    REQUIRE(both.size() == 2);
    CHECK(both[1].label == file + "@b");
    CHECK_THROWS_WITH(read_topologies(file + "@c"), Contains("'c'") && Contains("It holds a, b"));
    write_topology_file(file, {network("only", {pattern({{1, 0}})})});
    CHECK(edges_of(file) == 1);
}

TEST_CASE("sources: layers can be selected from any source", "[topology][sources]") {
    const TemporaryFolder folder;
    const std::string run = folder / "run.h5";
    write_run(run);
    MaskFileOptions options;
    options.layers = {"1"};
    const std::vector<Topology> chosen = read_topologies(run, options);
    REQUIRE(chosen.front().layers.size() == 1);
    CHECK(chosen.front().layers.front().pattern == pattern({{1}}));
    options.layers = {"7"};
    CHECK_THROWS_AS(read_topologies(run, options), ConfigError);
}

TEST_CASE("sources: npz files and folders of them", "[topology][sources]") {
    const TemporaryFolder folder;
    write_bytes(folder / "layer0.npz", scipy_npz("csr", 1, 2, {0, 1}, {1}, {1}));
    write_bytes(folder / "odd@name.npz", scipy_npz("csr", 1, 2, {0, 2}, {0, 1}, {1, 1}));
    CHECK(edges_of(folder / "layer0.npz") == 1);
    CHECK(edges_of(folder / "odd@name.npz") == 2);
    CHECK(read_topologies(folder.path().string()).front().layers.size() == 2);
    CHECK_THROWS_WITH(read_topologies((folder / "layer0.npz").string() + "@first"), Contains("is not"));
}

TEST_CASE("sources: one array, integers of a .safetensors, and checkpoints of PyTorch", "[topology][sources]") {
    const TemporaryFolder folder;
    write_bytes(folder / "fc1.npy", npy<std::int32_t>("<i4", {2, 2}, {0, 3, -1, 0}));
    CHECK(edges_of(folder / "fc1.npy") == 2);
    CHECK(read_topologies(folder / "fc1.npy").front().layers.front().name == "fc1");
    write_bytes(folder / "i.safetensors", safetensors({{"fc1", "U8", {1, 3}, std::string("\1\0\1", 3)}}));
    CHECK(edges_of(folder / "i.safetensors") == 2);
    const std::string weights = pickled_dict({{"module.fc1.weight", pickled_tensor()}});
    const std::vector<std::pair<std::string, std::string>> data{{"0", bytes_of<float>({0, 0, 5, 0, 1, 0})}};
    write_bytes(folder / "m.pth.tar", torch_archive(pickled_dict({{"state_dict", weights}, {"epoch", "K\x01"}}), data));
    CHECK(edges_of(folder / "m.pth.tar") == 2);
    write_bytes(folder / "two.pt", torch_archive(pickled_dict({{"ema", weights}, {"net", weights}}), data));
    CHECK(edges_of((folder / "two.pt").string() + ":net") == 2);
    CHECK_THROWS_WITH(read_topologies(folder / "two.pt"), Contains("several dicts of tensors: ema, net"));
    CHECK_THROWS_AS(read_topologies((folder / "none.pt").string() + ":net"), ConfigError);
}

TEST_CASE("sources: what is not there is the command line's fault and named", "[topology][sources]") {
    const TemporaryFolder folder;
    const std::string run = folder / "run.h5";
    CHECK_THROWS_AS(read_topologies(run), ConfigError);
    CHECK_THROWS_WITH(read_topologies(run + "@500"), Contains("no such file") && Contains("run.h5"));
    write_run(run);
    CHECK_THROWS_AS(read_topologies(run + "@17"), ConfigError);
    CHECK_THROWS_WITH(read_topologies(run + "@17"),
                      Contains("'17'") && Contains("3 snapshots, the first at step 0, the last at step 1500"));
    CHECK_THROWS_WITH(read_topologies(run + "@"), Contains("missing after '@'"));
}

TEST_CASE("sources: weights that are no numbers are refused or reported, with layer and place", "[topology][sources]") {
    const TemporaryFolder folder;
    const std::string file = folder / "masks.h5";
    const float nan = std::numeric_limits<float>::quiet_NaN();
    write_topology_file(file, {{"a",
                                {{"fc1", {2, 3}, pattern({{1, 0, 1}, {0, 1, 0}}), {1, 2, nan}},
                                 {"fc2", {1, 2}, pattern({{1, 1}}), {1, 2}}}}});
    CHECK_THROWS_WITH(read_topologies(file),
                      Contains(file + ": layer '000_fc1'") && Contains("output 1 from input 1 is NaN"));
    CHECK(read_topologies(file, {.layers = {"fc2"}}).front().layers.size() == 1);
    std::string heard;
    const MaskFileOptions options{.weights = WeightCheck::report,
                                  .notice = [&](const std::string& line) { heard += line + "\n"; }};
    CHECK(read_topologies(file, options).front().layers.front().values.size() == 3);
    CHECK(heard == file + ": layer '000_fc1': the weight of output 1 from input 1 is NaN\n");
}

TEST_CASE("sources: HDF5 files of other programs are called what they are", "[topology][sources]") {
    const TemporaryFolder folder;
    const std::string file = folder / "other.h5";
    const auto write = [&](const std::string& group, const std::string& attribute) {
        hdf5::File made = hdf5::File::create(file);
        {
            hdf5::Group root = made.root();
            if (!group.empty()) root.create_group(group);
            if (!attribute.empty()) root.set_attribute(attribute, std::string("2.11.0"));
        }
        made.close();
    };
    for (const std::string attribute : {"keras_version", "layer_names"}) {
        write("", attribute);
        CHECK_THROWS_WITH(read_topologies(file), Contains(file) && Contains("a file of Keras") &&
                                                     Contains("get_weights()") && Contains("--orientation in-out"));
    }
    write("model_weights", "");
    CHECK_THROWS_WITH(read_topologies(file), Contains("a file of Keras"));
    write("entry", "");
    CHECK_THROWS_WITH(read_topologies(file), Contains("another program (it holds entry)") && Contains("np.savez"));
    write("", "");
    CHECK_THROWS_WITH(read_topologies(file), Contains("holds nothing"));
}

}  // namespace espalier::topology
