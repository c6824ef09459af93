#include <espalier/training/updates/topology_updater.hpp>

/// Topology updates where neurons are dealt to ranks. One layer at a time is whole on every rank while its mask
/// changes, so that all come to the same mask as one rank would, by the same rules; each keeps its rows.
namespace espalier::training {

bool TopologyUpdater::is_dealt(std::size_t number) const {
    return dealing_ != nullptr && dealing_->node(ports_[number].layer()).is_dealt;
}

PatternUpdate TopologyUpdater::exchange_dealt(std::size_t number, std::int64_t step, double fraction,
                                              const Quota& quota) {
    nn::MaskedWeight<float>& own = weight(number);
    const Pattern before = dealing_->whole(own.pattern(), nn::Reach::all);
    const std::vector<float> values = dealing_->whole(std::span<const float>(own.parameter().values), nn::Reach::all);
    const std::vector<float> gradient =
        dealing_->whole(std::span<const float>(own.parameter().gradient), nn::Reach::all);
    const sparsity::DropContext of_own = drop_context(number, step, fraction);
    const sparsity::GrowSource source{
        .stream = Stream(seed_, Purpose::growth, static_cast<std::uint32_t>(number), static_cast<std::uint64_t>(step))};
    const PatternUpdate all =
        sparsity::exchange(plan_, form_, {before, values, gradient, {}, fraction, of_own.options, of_own.stream},
                           quota.dropped, quota.grown, source);
    const nn::ElementRange rows = dealing_->own(before.rows());
    PatternUpdate update{.pattern = nn::rows_of(all.pattern, rows), .dropped = all.dropped, .grown = all.grown};
    const std::size_t first = all.pattern.row_begin(rows.begin);
    const auto begin = static_cast<std::uint32_t>(before.row_begin(rows.begin));
    update.source.assign(all.source.begin() + static_cast<std::ptrdiff_t>(first),
                         all.source.begin() + static_cast<std::ptrdiff_t>(first + update.pattern.edges()));
    for (std::uint32_t& place : update.source) place -= place == PatternUpdate::grown_here ? 0 : begin;
    own.be_rows_of(before.rows(), all.pattern.edges());
    return update;
}

}  // namespace espalier::training
