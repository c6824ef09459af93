#pragma once

#include <exception>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <espalier/sweep/agenda.hpp>
#include <espalier/training/plan/plan.hpp>

/// What commands that work off many runs find out before they start any.
namespace espalier::report {

/// Sizes of datasets, each loaded once.
class KnownSizes {
  public:
    /// @throws what loading throws, every time
    const training::DataSizes& operator()(const config::RunConfig& config);

  private:
    struct Loaded {
        training::DataSizes sizes{};
        std::exception_ptr failure = nullptr;
    };
    /// All that training::load_data looks at: model.kind, and of data: dataset, root, label, features, test,
    /// validation.
    using Wanted = std::tuple<std::string, std::string, std::string, std::string, std::string, double, double>;
    std::map<Wanted, Loaded> loaded_;
};

/// " (in the run a)", " (in 9 of 20 runs: a, b, c and 6 more)".
/// @param all  how many there are
std::string concerning(const std::vector<std::string>& runs, std::size_t all);

/// Plans a run and throws where it would fail at its start.
void plan_run(const config::RunConfig& config, KnownSizes& sizes);

/// Plans each of these items. Failures of equal causes are told once, with the runs they concern: of several causes
/// each in a line on stderr, one in the error.
/// @param order      the items that are to be run
/// @param plan_item  throws where this item would fail at its start
/// @throws ConfigError where an item would fail; Error where that is for a bad file
void require_no_failure(const std::vector<sweep::Item>& agenda, const std::vector<std::size_t>& order,
                        const std::function<void(std::size_t)>& plan_item,
                        const std::function<void(const std::string&)>& notice);

}  // namespace espalier::report
