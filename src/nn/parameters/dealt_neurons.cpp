#include <algorithm>
#include <bit>
#include <string>

#include <espalier/base/ranks/collectives.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/nn/parameters/dealt_neurons.hpp>

namespace espalier::nn {
namespace {

/// begins[r]: where the part of rank r stands.
std::vector<std::size_t> begins_of(Communicator& ranks, std::size_t own) {
    const auto size = static_cast<std::uint64_t>(own);
    std::vector<std::size_t> begins = {0};
    for (const Message& message : all_gather(ranks, message_of(std::span<const std::uint64_t>(&size, 1))))
        begins.push_back(begins.back() + espalier::numbers_of<std::uint64_t>(message).at(0));
    return begins;
}

}  // namespace

DealtNeurons::DealtNeurons(Communicator& ranks) : ranks_(ranks) {
    if (std::has_single_bit(static_cast<unsigned>(ranks.size()))) return;
    throw ConfigError("--split-neurons: " + std::to_string(ranks.size()) +
                      " ranks: their number must be a power of two");
}

ElementRange DealtNeurons::of(int rank, std::size_t neurons) const {
    return StateShare{static_cast<std::size_t>(rank), static_cast<std::size_t>(ranks_.size())}.of(neurons);
}

template <class T>
std::vector<T> DealtNeurons::whole(std::span<const T> own, Reach reach) const {
    const std::vector<std::size_t> begins = begins_of(ranks_, own.size());
    const int here = ranks_.rank();
    if (reach == Reach::first && here != 0) {
        ranks_.exchange(0, bytes_of(own), {});
        return {};
    }
    std::vector<T> all(begins.back());
    const auto part = [&](int rank) {
        const auto r = static_cast<std::size_t>(rank);
        return std::span<T>(all).subspan(begins[r], begins[r + 1] - begins[r]);
    };
    std::ranges::copy(own, part(here).begin());
    // The other differs in some bits of its number: all meet all others, two by two.
    for (int turn = 1; turn < ranks_.size(); ++turn) {
        const int other = here ^ turn;
        ranks_.exchange(other, reach == Reach::all ? bytes_of(own) : std::span<const std::byte>(),
                        std::as_writable_bytes(part(other)));
    }
    return all;
}

template std::vector<float> DealtNeurons::whole(std::span<const float>, Reach) const;
template std::vector<double> DealtNeurons::whole(std::span<const double>, Reach) const;
template std::vector<std::uint32_t> DealtNeurons::whole(std::span<const std::uint32_t>, Reach) const;
template std::vector<std::uint64_t> DealtNeurons::whole(std::span<const std::uint64_t>, Reach) const;

Pattern DealtNeurons::whole(const Pattern& own, Reach reach) const {
    // Where rows end, counted from the first edge of all.
    const std::vector<std::size_t> begins = begins_of(ranks_, own.edges());
    std::vector<std::uint64_t> ends(own.offsets().begin() + 1, own.offsets().end());
    for (std::uint64_t& end : ends) end += begins[static_cast<std::size_t>(ranks_.rank())];
    std::vector<std::uint64_t> offsets = whole<std::uint64_t>(ends, reach);
    ends = {};
    std::vector<std::uint32_t> indices = whole<std::uint32_t>(own.indices(), reach);
    offsets.insert(offsets.begin(), 0);
    const std::size_t rows = offsets.size() - 1;
    return {rows, own.cols(), std::move(offsets), std::move(indices)};
}

Pattern rows_of(const Pattern& pattern, const ElementRange& rows) {
    const std::size_t begin = pattern.row_begin(rows.begin);
    const auto offsets = pattern.offsets().subspan(rows.begin, rows.size() + 1);
    std::vector<std::uint64_t> own(offsets.begin(), offsets.end());
    for (std::uint64_t& offset : own) offset -= begin;
    const auto indices = pattern.indices().subspan(begin, own.back());
    return {rows.size(), pattern.cols(), std::move(own), {indices.begin(), indices.end()}};
}

}  // namespace espalier::nn
