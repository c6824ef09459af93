#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include <espalier/base/threads/thread_pool.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/nn/parameters/parameter.hpp>

namespace espalier::nn {

/// Elements [begin, end) of a parameter's arrays.
template <class T>
struct Piece {
    Parameter<T>* parameter;
    std::size_t begin = 0;
    std::size_t end = 0;

    std::size_t size() const { return end - begin; }
};

/// Numbers read or written below which one thread does all pieces: about 50 microseconds, and a tenth where the others
/// are awake.
inline constexpr std::size_t piece_numbers_worth_waking = 300'000;
inline constexpr std::size_t piece_numbers_worth_sharing = 30'000;

/// Elements of a piece: what is done to it stays in the nearest caches, and many small layers are shared as few large.
inline constexpr std::size_t piece_elements = std::size_t{1} << 13;

/// body(piece) once for each piece of all parameters, on several threads where that pays. For what is done to each
/// element by itself: bits depend neither on pieces nor on threads.
/// @param arrays  how many numbers are read or written for an element
/// @param range   range(parameter) says of which elements
template <class T, class Range, class Body>
void for_pieces(std::span<Parameter<T>* const> parameters, std::size_t arrays, const Range& range, const Body& body) {
    std::vector<Piece<T>> pieces;
    std::size_t elements = 0;
    for (Parameter<T>* parameter : parameters) {
        const ElementRange all = range(*parameter);
        elements += all.size();
        for (std::size_t begin = all.begin; begin < all.end; begin += piece_elements)
            pieces.push_back({parameter, begin, std::min(all.end, begin + piece_elements)});
    }
    const bool awake = ThreadPool::instance().is_awake();
    if (elements * arrays < (awake ? piece_numbers_worth_sharing : piece_numbers_worth_waking)) {
        for (const Piece<T>& piece : pieces) body(piece);
    } else {
        parallel_for(pieces.size(), [&](std::size_t k) { body(pieces[k]); });
    }
}
/// The same of all elements.
template <class T, class Body>
void for_pieces(std::span<Parameter<T>* const> parameters, std::size_t arrays, const Body& body) {
    for_pieces<T>(
        parameters, arrays,
        [](const Parameter<T>& parameter) {
            return ElementRange{0, parameter.values.size()};
        },
        body);
}

}  // namespace espalier::nn
