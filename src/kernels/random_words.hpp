#pragma once

#include <algorithm>

#include <espalier/base/random/random.hpp>
#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/raw.hpp>

namespace espalier::kernels {

/// Which lanes of a batch a view shows, so that its elements take the random words that they have in the batch,
/// however that is cut.
struct BatchLanes {
    std::size_t first = 0;         ///< of the batch, number of the view's first lane
    std::size_t all = 0;           ///< of the batch; 0: the view shows all of it, as it lies
    Layout layout = Layout::rows;  ///< of the batch; one of up to 16 lanes has both
};

/// Calls body(in, out, words) for parts of two views of one shape whose words lie in rows: both whole, or block by
/// block of 16 lanes, of which those of two blocks of the batch come one after the other.
/// @param tails  whether lanes behind the last sample take words, too
template <class T, class Body>
void for_random_words(View<const T> in, View<T> out, const Stream& stream, const BatchLanes& batch, bool tails,
                      const Body& body) {
    const bool is_whole = batch.all == 0;
    const auto end_of = [tails](const View<const T>& part) { return tails ? part.stride : part.lanes; };
    const RandomWords words{stream.key().data(), stream.counter().data(), 0, 0, 0, 0, 0};
    if (is_whole ? in.blocks() < 2 : batch.layout == Layout::rows) {
        RandomWords all = words;
        all.lane = batch.first;
        all.stride = padded_lanes(is_whole ? in.lanes : batch.all);
        all.end = end_of(in);
        body(in, out, all);
        return;
    }
    for (std::size_t block = 0; block < in.blocks(); ++block) {
        const View<const T> part = in.block(block);
        const std::size_t sample = batch.first + block * lane_padding;
        RandomWords here = words;
        here.row = sample / lane_padding * in.features;
        here.lane = sample % lane_padding;
        here.stride = lane_padding;
        here.end = std::min(end_of(part), lane_padding - here.lane);
        body(part, out.block(block), here);
        if (here.end == end_of(part)) continue;
        here.row += in.features;
        here.begin = here.end;
        here.lane = std::size_t{0} - here.begin;  // below 0 it wraps, and back with the lane
        here.end = end_of(part);
        body(part, out.block(block), here);
    }
}

}  // namespace espalier::kernels
