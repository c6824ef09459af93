#include <cmath>
#include <map>

#include <espalier/base/files/files.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/files/stored_network.hpp>
#include <espalier/training/trainer/trainer.hpp>
#include <espalier/training/updates/weight_average.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

/// By entry and flat position: what the rule says, without arrays that follow masks.
using SlowAverage = std::map<std::pair<std::size_t, std::uint64_t>, double>;

SlowAverage values_by_position(Trainer& t, const std::vector<AlignedVector<float>>* instead = nullptr) {
    SlowAverage all;
    const auto entries = t.network().table().entries();
    for (std::size_t k = 0; k < entries.size(); ++k) {
        const auto& values = instead != nullptr ? (*instead)[k] : entries[k].parameter->values;
        std::vector<std::uint64_t> flat(values.size());
        for (std::size_t e = 0; e < flat.size(); ++e) flat[e] = e;
        if (entries[k].weight != nullptr) flat = entries[k].weight->pattern().flat();
        REQUIRE(flat.size() == values.size());
        for (std::size_t e = 0; e < flat.size(); ++e) all[{k, flat[e]}] = values[e];
    }
    return all;
}

/// Absent: none; new: the value; others: the mean.
void follow_slowly(SlowAverage& average, const SlowAverage& now) {
    SlowAverage next;
    for (const auto& [place, value] : now) {
        const auto before = average.find(place);
        next[place] = before == average.end() ? value : before->second;
    }
    average = next;
}

double largest_difference(const SlowAverage& a, const SlowAverage& b) {
    REQUIRE(a.size() == b.size());
    double largest = 0.0;
    for (const auto& [place, value] : a) largest = std::max(largest, std::abs(value - b.at(place)));
    return largest;
}

Trainer averaging_trainer(const std::string& method, std::vector<std::string> overrides = {}) {
    overrides.push_back("training.weight_average=0.8");
    return {digits_request(method, "unused", overrides).config, digits()};
}

}  // namespace

TEST_CASE("weight average: it is the running mean of what is kept, and new weights begin at their values",
          "[training][average]") {
    const std::vector<std::pair<std::string, std::vector<std::string>>> runs = {
        {"set", {"model.normalisation=batch_norm"}},
        {"rigl", {"sparsity.grow_init=normal:0.1"}},
        {"gmp", {}},
        {"dense", {}},
        {"static", {}}};
    for (const auto& [method, overrides] : runs) {
        INFO(method);
        Trainer t = averaging_trainer(method, overrides);
        SlowAverage slow = values_by_position(t);
        REQUIRE(t.weight_average() != nullptr);
        while (!t.is_done()) {
            t.train_step();
            for (const auto& [place, value] : values_by_position(t)) {
                double& average = slow.at(place);
                average = 0.8 * average + 0.2 * value;
            }
            if (!t.update_is_due()) continue;
            t.update_topology();
            follow_slowly(slow, values_by_position(t));
            const auto& averages = t.weight_average()->averages();
            CHECK(largest_difference(slow, values_by_position(t, &averages)) < 1e-6);
        }
        const auto& averages = t.weight_average()->averages();
        CHECK(largest_difference(slow, values_by_position(t, &averages)) < 1e-6);
    }
}

TEST_CASE("weight average: scores are those of the averages, and training goes on from the weights",
          "[training][average]") {
    Trainer averaging = averaging_trainer("set");
    Trainer plain(digits_request("set", "unused").config, digits());
    for (int step = 0; step < 12; ++step) {
        for (Trainer* t : {&averaging, &plain}) {
            t->train_step();
            if (t->update_is_due()) t->update_topology();
        }
    }
    const double with_average = averaging.test_score().loss;
    CHECK(with_average == averaging.test_score().loss);
    CHECK(with_average != plain.test_score().loss);
    CHECK((values_by_position(averaging) == values_by_position(plain)));

    const auto averages = averaging.weight_average()->averages();
    const auto to = plain.network().table().entries();
    for (std::size_t k = 0; k < to.size(); ++k) to[k].parameter->values = averages[k];
    CHECK(plain.test_score().loss == with_average);
}

TEST_CASE("weight average: a channel that is removed has no bias in the average either", "[training][average]") {
    Trainer t = averaging_trainer("chase");
    std::size_t removed = 0;
    while (!t.is_done()) {
        t.train_step();
        if (t.update_is_due()) t.update_topology();
    }
    const auto entries = t.network().table().entries();
    for (std::size_t k = 0; k < entries.size(); ++k) {
        if (entries[k].weight == nullptr) continue;
        for (std::size_t other = 0; other < entries.size(); ++other) {
            if (entries[other].layer != entries[k].layer || entries[other].parameter->role != nn::Role::bias) continue;
            for (std::size_t row = 0; row < entries[k].weight->pattern().rows(); ++row) {
                if (!entries[k].weight->pattern().row(row).empty()) continue;
                if (entries[other].parameter->values[row] != 0.0F) continue;
                ++removed;
                CHECK(t.weight_average()->averages()[other][row] == 0.0F);
            }
        }
    }
    CHECK(removed > 0);
}

TEST_CASE("weight average: what averages do not go with is refused", "[training][average]") {
    const auto refused = [](const std::vector<std::string>& more) {
        std::vector<std::string> overrides = {"training.weight_average=0.9"};
        overrides.insert(overrides.end(), more.begin(), more.end());
        return [=] { digits_request("set", "unused", overrides); };
    };
    CHECK_THROWS_WITH(refused({"tickets.method=edst"})(),
                      Contains("training.weight_average = 0.9") && Contains("leave one out"));
    CHECK_THROWS_WITH(refused({"training.weight_average=1"})(), Contains("training.weight_average"));
}

TEST_CASE("weight average: equal bits for any number of threads, and resumed or not", "[runs][average]") {
    for (const char* method : {"set", "rigl", "gmp"}) {
        INFO(method);
        const std::vector<std::string> overrides = {"training.weight_average=0.9"};
        const TemporaryFolder whole;
        run(digits_request(method, whole.path(), overrides));
        const TemporaryFolder parts;
        set_threads(3);
        run_in_parts(digits_request(method, parts.path(), overrides), {1, 7, 8, 40});
        set_threads(1);
        CHECK((all_arrays(whole.path()) == all_arrays(parts.path())));
    }
}

TEST_CASE("weight average: a snapshot has both, and readers take the averages unless told otherwise",
          "[runs][average]") {
    const TemporaryFolder averaging;
    run(digits_request("set", averaging.path(), {"training.weight_average=0.9", "model.normalisation=batch_norm"}));
    const TemporaryFolder logged;
    run(digits_request("set", logged.path(), {"training.weight_average=0.9", "training.log=[\"csv\"]"}));
    const TemporaryFolder plain;
    run(digits_request("set", plain.path(), {"model.normalisation=batch_norm"}));
    const std::string file = (averaging / "run.h5").string();
    const topology::StoredNetwork trained = topology::read_network((plain / "run.h5").string());
    const topology::StoredNetwork back = topology::read_network(file, {.unaveraged = true});
    const topology::StoredNetwork average = topology::read_network(file);
    REQUIRE(average.parameters.size() == trained.parameters.size());
    REQUIRE(back.parameters.size() == trained.parameters.size());
    for (std::size_t k = 0; k < trained.parameters.size(); ++k) {
        CHECK(back.parameters[k].name == trained.parameters[k].name);
        CHECK(back.parameters[k].values == trained.parameters[k].values);
        CHECK(average.parameters[k].values != trained.parameters[k].values);
    }
    for (std::size_t k = 0; k < trained.topology.layers.size(); ++k) {
        CHECK(back.topology.layers[k].values == trained.topology.layers[k].values);
        CHECK(average.topology.layers[k].values != trained.topology.layers[k].values);
        CHECK((average.topology.layers[k].pattern == trained.topology.layers[k].pattern));
    }
    CHECK_THAT(read_text(logged / "log.csv"), Contains(",average,") && !Contains(",trained,"));
    CHECK_THROWS_WITH(topology::read_network((plain / "run.h5").string(), {.unaveraged = true}),
                      Contains("holds no averages of weights") && Contains("leave out --unaveraged"));
}

}  // namespace espalier::training
