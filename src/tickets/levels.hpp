#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <espalier/sweep/points.hpp>
#include <espalier/tickets/lottery_file.hpp>
#include <espalier/tickets/pruning.hpp>
#include <espalier/training/plan/plan.hpp>

namespace espalier::tickets {

using training::DataSizes;

/// One run of a lottery: the dense network, a ticket of some level, or a control.
struct Level {
    sweep::Point point;  ///< called "<chain>/level-03" or "<chain>/level-03-random_mask"; its config is portable()
    std::string chain;   ///< "lenet-s0": runs that come one from the other
    std::size_t number = 0;
    std::string control;  ///< empty: the ticket itself
    double asked_density = 1.0;
    std::int64_t start = 0;               ///< step of the schedule
    std::int64_t rewind = 0;              ///< the step that level 0 has a snapshot of for it
    std::size_t first = 0;                ///< the chain's level 0, as a place in the list
    std::optional<std::size_t> parent{};  ///< whose last weights say the mask; before this one in the list
    DataSizes data;
    Pruning pruning;
};

/// All runs of a lottery, chain by chain and level by level, controls behind their ticket. Densities are known before
/// anything is trained, since counts are exact.
/// @param base     the settings of file.runs.base, with those of --set
/// @param sizes_of of the data that a configuration names
/// @throws ConfigError with the place of the key that would have to change
std::vector<Level> expand_levels(const LotteryFile& file, const config::Settings& base,
                                 const std::function<DataSizes(const config::RunConfig&)>& sizes_of);

/// What a draw of a level is for.
enum class Draw : std::uint8_t { removal, shuffle, weights, order };

/// The number that names a level's draw among those of its seed.
std::uint64_t draw_number(std::size_t level, Draw draw);

/// A seed of a level's own, below 2^31.
std::int64_t drawn_seed(std::int64_t seed, std::size_t level, Draw draw);

}  // namespace espalier::tickets
