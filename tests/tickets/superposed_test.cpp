#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/superposed.hpp>

#include "topology/superposition/dense_twin.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

Superposed example() {
    Superposed facts;
    facts.method = "lottery_pools";
    facts.options = {{"candidates", "3"}, {"coefficients", "0.1,0.5"}};
    facts.target = "runs/a";
    facts.members = {{"runs/a", 0.5, true, 0.1, 0.90, 0.88},
                     {"runs/b", 0.5, true, 0.2, 0.92, 0.87, 17},
                     {"runs/c", 0.0, false, 0.3, 0.92, 0.91}};
    facts.trials = {{1, 0.1, 0.89, false}, {1, 0.5, 0.93, true}, {2, 0.1, 0.92, false}};
    facts.density = 0.1;
    facts.validation_accuracy = 0.93;
    facts.test_accuracy = 0.9;
    facts.test_loss = 0.4;
    return facts;
}

}  // namespace

TEST_CASE("superposed: the best member is the one best on validation", "[tickets][superposed]") {
    Superposed facts = example();
    CHECK(facts.best_member() == 1);  // of equal ones the first, however the test set sees them
    CHECK(facts.mean_member_test_accuracy() == Approx((0.88 + 0.87 + 0.91) / 3));
    CHECK(facts.highest_member_test_accuracy() == 0.91);
    for (SuperposedMember& member : facts.members) member.validation_accuracy = std::nan("");
    CHECK_FALSE(facts.best_member());
}

TEST_CASE("superposed: written and read back, network and all", "[tickets][superposed]") {
    const TemporaryFolder folder;
    Stream stream = test_stream();
    const std::filesystem::path file = folder / "t.h5";
    const topology::StoredNetwork network = random_network("runs/a", 0.3, stream);
    const Superposed facts = example();
    write_superposed(file, network, facts, "seed = 3\n");
    const topology::StoredNetwork again = topology::read_network(file.string());
    CHECK(same_bits(again, network));
    const auto read = read_superposed(file);
    REQUIRE(read);
    CHECK(read->method == facts.method);
    CHECK(read->options == facts.options);
    CHECK(read->target == facts.target);
    CHECK(read->test_accuracy == facts.test_accuracy);
    REQUIRE(read->members.size() == 3);
    for (std::size_t m = 0; m < 3; ++m) {
        CHECK(read->members[m].label == facts.members[m].label);
        CHECK(read->members[m].coefficient == facts.members[m].coefficient);
        CHECK(read->members[m].accepted == facts.members[m].accepted);
        CHECK(read->members[m].density == facts.members[m].density);
        CHECK(read->members[m].validation_accuracy == facts.members[m].validation_accuracy);
        CHECK(read->members[m].test_accuracy == facts.members[m].test_accuracy);
        CHECK(read->members[m].moved_units == facts.members[m].moved_units);
    }
    REQUIRE(read->trials.size() == 3);
    CHECK(read->trials[1].accepted);
    CHECK(read->trials[2].member == 2);
    CHECK(read->trials[2].accuracy == 0.92);
    CHECK(hdf5::File::open(file).root().attribute_as<std::string>("config") == "seed = 3\n");
}

TEST_CASE("superposed: other files are none, damaged ones are refused", "[tickets][superposed]") {
    const TemporaryFolder folder;
    Stream stream = test_stream();
    const std::filesystem::path file = folder / "t.h5";
    topology::StoredNetwork network = random_network("a", 0.3, stream);
    topology::write_network_file(file, network);
    CHECK_FALSE(read_superposed(file));
    Superposed facts = example();
    write_superposed(file, network, facts, "");
    {
        hdf5::File written = hdf5::File::open_for_writing(file);
        hdf5::Group members = written.root().group("members");
        members.unlink("density");
        members.write("density", std::vector<double>{1.0});
    }
    CHECK_THROWS_AS(read_superposed(file), FormatError);
}

}  // namespace espalier::tickets
