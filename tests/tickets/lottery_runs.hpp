#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/config/print.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/tickets/level_agenda.hpp>
#include <espalier/tickets/level_ticket.hpp>
#include <espalier/topology/files/stored_network.hpp>
#include <espalier/training/run/run.hpp>

namespace espalier::testing {

/// A lottery on the embedded digits, 64-32-16-10, two epochs of 21 steps, whose runs are made in this process.
class SmallLottery {
  public:
    /// @param find  the lines of [find]
    SmallLottery(std::filesystem::path out, const std::string& find, const std::string& base = "")
        : file_(tickets::parse_lottery_file("name = \"small\"\nbase = \"base.toml\"\n[find]\n" + find, "l.toml")),
          out_(std::move(out)) {
        const std::string text =
            "[data]\ndataset = \"digits\"\n[model]\nhidden = [32, 16]\nactivation = \"srelu\"\n"
            "[optimizer]\nlearning_rate = 0.05\n[training]\nepochs = 2\nbatch_size = 64\n" +
            base;
        levels = tickets::expand_levels(file_, config::parse_toml(text, "base.toml"), [](const config::RunConfig&) {
            return tickets::DataSizes{64, 10, 1437};
        });
    }

    /// Trains all that is to be trained; how many runs these were.
    std::size_t work_off(const sweep::Policy& policy = {}) {
        const std::vector<sweep::Item> items = agenda(policy);
        sweep::require_possible(items);
        const std::vector<std::size_t> order = tickets::level_order(levels, items);
        for (const std::size_t place : order) {
            tickets::prepare_level(file_.finding, levels, items, place, out_);
            train(items[place].folder);
        }
        return order.size();
    }

    std::vector<sweep::Item> agenda(const sweep::Policy& policy = {}) const {
        return tickets::level_agenda(file_.finding, levels, out_, policy);
    }

    /// A snapshot of a level's run: "@first", "@last", "@7".
    topology::StoredNetwork snapshot(std::size_t place, const std::string& which) const {
        return topology::read_network((folder(place) / "run.h5").string() + which);
    }
    std::filesystem::path folder(std::size_t place) const { return out_ / levels[place].point.name; }

    std::vector<tickets::Level> levels;

  private:
    /// As `espalier run run.toml --force` does it.
    static void train(const std::filesystem::path& folder) {
        training::RunRequest request;
        request.config = config::resolve(config::read_toml(folder / "run.toml"));
        request.config_text = config::to_toml(config::portable(request.config, folder));
        request.folder = folder;
        request.force = true;
        training::run(request);
    }

    tickets::LotteryFile file_;
    std::filesystem::path out_;
};

}  // namespace espalier::testing
