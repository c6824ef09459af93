#include <algorithm>
#include <cstddef>

#include <espalier/nn/graph/rank_arrays.hpp>

namespace espalier::nn {
namespace {

template <class T>
AlignedVector<T>& shared_array(Parameter<T>& parameter, SharedArray which) {
    return which == SharedArray::values ? parameter.values : parameter.gradient;
}

/// body(parameter, range) for what the rank with this segment holds (segment_number() turns it back).
template <class T, class Body>
void for_held(const ParameterTable<T>& table, int ranks, std::size_t segment, const Body& body) {
    const StateShare share{segment_number(static_cast<int>(segment), ranks), static_cast<std::size_t>(ranks)};
    for (const ParameterEntry<T>& entry : table.entries()) {
        if (!entry.parameter->is_trained()) continue;
        body(*entry.parameter,
             entry.weight != nullptr ? share.of(entry.weight->pattern()) : share.of(entry.parameter->values.size()));
    }
}

template <class T>
SegmentBounds held_bounds(const ParameterTable<T>& table, int ranks) {
    SegmentBounds bounds = {0};
    for (std::size_t segment = 0; segment < static_cast<std::size_t>(ranks); ++segment) {
        bounds.push_back(bounds.back());
        for_held(table, ranks, segment,
                 [&](const Parameter<T>&, const ElementRange& range) { bounds.back() += range.size(); });
    }
    return bounds;
}

/// Copies segments [first, last) of what ranks hold of an array to their places in `flat`.
template <class T>
void pack(const ParameterTable<T>& table, int ranks, const SegmentBounds& bounds, std::size_t first, std::size_t last,
          SharedArray which, AlignedVector<T>& flat) {
    T* to = flat.data() + bounds[first];
    for (std::size_t segment = first; segment < last; ++segment) {
        for_held(table, ranks, segment, [&](Parameter<T>& parameter, const ElementRange& range) {
            to = std::copy_n(shared_array(parameter, which).data() + range.begin, range.size(), to);
        });
    }
}

template <class T>
void unpack(const ParameterTable<T>& table, int ranks, const SegmentBounds& bounds, std::size_t first, std::size_t last,
            SharedArray which, const AlignedVector<T>& flat) {
    const T* from = flat.data() + bounds[first];
    for (std::size_t segment = first; segment < last; ++segment) {
        for_held(table, ranks, segment, [&](Parameter<T>& parameter, const ElementRange& range) {
            std::copy_n(from, range.size(), shared_array(parameter, which).data() + range.begin);
            from += range.size();
        });
    }
}

}  // namespace

template <class T>
void sum_gradients_over_ranks(Communicator& ranks, const ParameterTable<T>& table, const RankMarks& have,
                              AlignedVector<T>& flat) {
    const std::vector<Parameter<T>*> parameters = table.trained();
    std::size_t elements = 0;
    for (const Parameter<T>* parameter : parameters) elements += parameter->gradient.size();
    flat.resize(elements);
    T* to = flat.data();
    for (const Parameter<T>* parameter : parameters) to = std::ranges::copy(parameter->gradient, to).out;
    sum_over_ranks<T>(ranks, flat, have);
    const T* from = flat.data();
    for (Parameter<T>* parameter : parameters) {
        std::copy_n(from, parameter->gradient.size(), parameter->gradient.data());
        from += parameter->gradient.size();
    }
}

template <class T>
void sum_shares_over_ranks(Communicator& ranks, const ParameterTable<T>& table, const RankMarks& have,
                           AlignedVector<T>& flat) {
    const SegmentBounds bounds = held_bounds(table, ranks.size());
    flat.resize(bounds.back());
    pack(table, ranks.size(), bounds, 0, bounds.size() - 1, SharedArray::gradients, flat);
    sum_segments<T>(ranks, flat, have, bounds);
    const std::size_t own = segment_number(ranks.rank(), ranks.size());
    unpack(table, ranks.size(), bounds, own, own + 1, SharedArray::gradients, flat);
}

template <class T>
void collect_shares(Communicator& ranks, const ParameterTable<T>& table, SharedArray which, AlignedVector<T>& flat) {
    const SegmentBounds bounds = held_bounds(table, ranks.size());
    flat.resize(bounds.back());
    const std::size_t own = segment_number(ranks.rank(), ranks.size());
    pack(table, ranks.size(), bounds, own, own + 1, which, flat);
    collect_segments<T>(ranks, flat, bounds);
    unpack(table, ranks.size(), bounds, 0, bounds.size() - 1, which, flat);
}

template void sum_gradients_over_ranks(Communicator&, const ParameterTable<float>&, const RankMarks&,
                                       AlignedVector<float>&);
template void sum_gradients_over_ranks(Communicator&, const ParameterTable<double>&, const RankMarks&,
                                       AlignedVector<double>&);
template void sum_shares_over_ranks(Communicator&, const ParameterTable<float>&, const RankMarks&,
                                    AlignedVector<float>&);
template void sum_shares_over_ranks(Communicator&, const ParameterTable<double>&, const RankMarks&,
                                    AlignedVector<double>&);
template void collect_shares(Communicator&, const ParameterTable<float>&, SharedArray, AlignedVector<float>&);
template void collect_shares(Communicator&, const ParameterTable<double>&, SharedArray, AlignedVector<double>&);

}  // namespace espalier::nn
