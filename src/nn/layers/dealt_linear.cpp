#include <algorithm>
#include <array>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/fused_gradients.hpp>
#include <espalier/kernels/sparse_product.hpp>
#include <espalier/nn/layers/dealt_linear.hpp>

namespace espalier::nn {
namespace {

/// Some rows of activations.
template <class U>
kernels::View<U> rows_of_view(kernels::View<U> view, const ElementRange& rows) {
    return {view.row(rows.begin), rows.size(), view.lanes, view.stride};
}

template <class U>
std::span<const std::byte> bytes_out(kernels::View<U> view) {
    return std::as_bytes(std::span(view.data, view.features * view.stride));
}
template <class U>
std::span<std::byte> bytes_in(kernels::View<U> view) {
    return std::as_writable_bytes(std::span(view.data, view.features * view.stride));
}

/// Each rank's neurons to all others. Own ones are `own`, which may stand in `all` already.
template <class T>
void tell_neurons(const DealtNeurons& dealing, kernels::View<const T> own, kernels::View<T> all) {
    Communicator& ranks = dealing.ranks();
    T* const place = all.row(dealing.own(all.features).begin);
    if (place != own.data) std::copy_n(own.data, own.features * own.stride, place);
    for (int turn = 1; turn < ranks.size(); ++turn) {
        const int other = ranks.rank() ^ turn;
        const ElementRange theirs = dealing.of(other, all.features);
        ranks.exchange(other, bytes_out(own), bytes_in(rows_of_view(all, theirs)));
    }
}

template <class T>
MaskedWeight<T> own_weight(const Pattern& pattern, const DealtNeurons& dealing) {
    MaskedWeight<T> weight(rows_of(pattern, dealing.own(pattern.rows())), {pattern.rows(), pattern.cols()});
    weight.be_rows_of(pattern.rows(), pattern.edges());
    return weight;
}

/// Small enough to have several on their way, large enough to be worth a message.
constexpr std::size_t chunk_bytes = std::size_t{1} << 24;
constexpr std::size_t chunks_a_rank = 8;

}  // namespace

template <class T>
DealtLinear<T>::DealtLinear(std::string name, const Pattern& pattern, bool has_bias, const DealtNeurons& dealing,
                            WholeActivations whole, std::shared_ptr<DealtMemory<T>> memory)
    : Linear<T>(std::move(name), own_weight<T>(pattern, dealing), has_bias),
      dealing_(dealing),
      whole_(whole),
      own_rows_(dealing.own(pattern.rows())),
      memory_(std::move(memory)) {}

template <class T>
void DealtLinear<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) {
    kernels::View<const T> all = in;
    if (!whole_.taken) {
        memory_->all.resize(all_inputs(), in.lanes);
        tell_neurons<T>(dealing_, in, memory_->all.view());
        all = std::as_const(memory_->all).view();
    }
    if (!whole_.given) return Linear<T>::forward(all, out, pass);
    const kernels::View<T> own = rows_of_view(out, own_rows_);
    Linear<T>::forward(all, own, pass);
    memory_->all = {};  // no layer behind takes what is dealt, but in the next pass
    tell_neurons<T>(dealing_, own, out);
}

template <class T>
void DealtLinear<T>::backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                              kernels::View<T> grad_in, const Pass& pass) {
    const kernels::View<const T> own = whole_.given ? rows_of_view(grad_out, own_rows_) : grad_out;
    if (grad_in.data == nullptr) return Linear<T>::backward(in, out, own, grad_in, pass);
    if (!bias_.values.empty()) kernels::sum_lanes<T>(own, bias_.gradient_of(pass.gradient_slot));
    pass_chunks(in, own, grad_in, weight_.parameter().gradient_of(pass.gradient_slot));
}

template <class T>
std::vector<typename DealtLinear<T>::Chunk> DealtLinear<T>::chunks(std::size_t stride) const {
    std::vector<Chunk> found;
    for (int rank = 0; rank < dealing_.ranks().size(); ++rank) {
        const ElementRange theirs = dealing_.of(rank, all_inputs());
        const std::size_t bytes = theirs.size() * stride * sizeof(T);
        const std::size_t count =
            std::min(theirs.size(), std::max(chunks_a_rank, (bytes + chunk_bytes - 1) / chunk_bytes));
        for (std::size_t k = 0; k < count; ++k) {
            found.push_back(
                {{theirs.begin + theirs.size() * k / count, theirs.begin + theirs.size() * (k + 1) / count}, rank});
        }
    }
    return found;
}

/// The chunks on their way through the ranks. In turn t every rank has what chunk t takes in, and rank r works at chunk
/// t - r, which it then hands on; the last rank gives what is done to whom it belongs.
template <class T>
class ChunkPipeline {
  public:
    ChunkPipeline(const DealtNeurons& dealing, std::size_t lanes)
        : ranks_(dealing.ranks()), lanes_(lanes), inputs_(static_cast<std::size_t>(ranks_.size())) {}

    bool is_last() const { return ranks_.rank() + 1 == ranks_.size(); }

    /// What chunk `turn` takes in, from its owner to all.
    /// @param own  there
    void spread(std::size_t turn, int owner, std::size_t features, kernels::View<const T> own) {
        kernels::Activations<T>& to = inputs_[turn % inputs_.size()];
        to.resize(features, lanes_);
        if (ranks_.rank() != owner) return ranks_.exchange(owner, {}, bytes_in(to.view()));
        std::copy_n(own.data, own.features * own.stride, to.view().data);
        for (int other = 0; other < ranks_.size(); ++other) {
            if (other != owner) ranks_.exchange(other, bytes_out(own), {});
        }
    }
    kernels::View<const T> input(std::size_t chunk) const { return inputs_[chunk % inputs_.size()].view(); }

    /// The gradient at a chunk's inputs so far; of rank 0 whatever stands there.
    kernels::View<T> at(std::size_t features) {
        now_.resize(features, lanes_);
        return now_.view();
    }

    /// Sends on what this rank has done, if anything, and takes what comes, if anything. Neighbours do so in different
    /// order, so that no rank waits for more than two messages.
    void hand_on(bool sends, std::size_t features_to_come) {
        const int rank = ranks_.rank();
        sends = sends && !is_last();
        const bool takes = rank > 0 && features_to_come > 0;
        const auto send = [&] {
            if (sends) ranks_.exchange(rank + 1, bytes_out(now_.view()), {});
        };
        const auto take = [&] {
            if (!takes) return;
            next_.resize(features_to_come, lanes_);
            ranks_.exchange(rank - 1, {}, bytes_in(next_.view()));
        };
        if (rank % 2 == 0) {
            send();
            take();
        } else {
            take();
            send();
        }
    }
    /// What came is what is worked at next.
    void turn() { std::swap(now_, next_); }

    /// A chunk that is done, from the last rank to its owner, or to all.
    void deliver(int owner, bool to_all, kernels::View<T> place) {
        const int last = ranks_.size() - 1;
        if (ranks_.rank() != last) {
            if (to_all || ranks_.rank() == owner) ranks_.exchange(last, {}, bytes_in(place));
            return;
        }
        for (int other = 0; other < last; ++other) {
            if (to_all || other == owner) ranks_.exchange(other, bytes_out(now_.view()), {});
        }
        if (to_all || owner == last) std::copy_n(now_.view().data, place.features * place.stride, place.data);
    }

  private:
    Communicator& ranks_;
    std::size_t lanes_;
    std::vector<kernels::Activations<T>> inputs_;  // of the chunks under way
    kernels::Activations<T> now_, next_;
};

template <class T>
void DealtLinear<T>::pass_chunks(kernels::View<const T> in, kernels::View<const T> grad_out, kernels::View<T> grad_in,
                                 std::span<T> gradient) {
    const kernels::SparseMatrix<T> all = weight_.transposed();
    const std::vector<Chunk> chunks = this->chunks(in.stride);
    const auto rank = static_cast<std::size_t>(dealing_.ranks().rank());
    const auto last = static_cast<std::size_t>(dealing_.ranks().size()) - 1;
    const std::size_t own_begin = whole_.taken ? 0 : own_inputs().begin;  // of `in` and `grad_in`
    const auto place_in = [&](const Chunk& chunk) {
        return ElementRange{chunk.inputs.begin - own_begin, chunk.inputs.end - own_begin};
    };
    ChunkPipeline<T> pipeline(dealing_, in.lanes);
    for (std::size_t turn = 0; turn < chunks.size() + last; ++turn) {
        if (turn < chunks.size() && !whole_.taken) {
            const Chunk& chunk = chunks[turn];
            const bool is_own = chunk.owner == dealing_.ranks().rank();
            pipeline.spread(turn, chunk.owner, chunk.inputs.size(),
                            is_own ? rows_of_view(in, place_in(chunk)) : kernels::View<const T>{});
        }
        const bool works = turn >= rank && turn - rank < chunks.size();
        if (works) {
            const Chunk& chunk = chunks[turn - rank];
            kernels::SparseMatrix<T> some = all;
            some.rows = chunk.inputs.size();
            some.offsets = all.offsets.subspan(chunk.inputs.begin, chunk.inputs.size() + 1);
            some.whole_rows = all.rows;
            some.whole_edges = all.indices.size();
            kernels::fused_gradients<T>(
                some, grad_out, whole_.taken ? rows_of_view(in, chunk.inputs) : pipeline.input(turn - rank),
                pipeline.at(chunk.inputs.size()), gradient, pipeline.is_last() ? this->input_slope() : T(1), rank > 0);
        }
        const bool comes = turn + 1 >= rank && turn + 1 - rank < chunks.size();
        pipeline.hand_on(works, comes ? chunks[turn + 1 - rank].inputs.size() : 0);
        if (turn >= last) {
            const Chunk& done = chunks[turn - last];
            const bool is_here = whole_.taken || done.owner == dealing_.ranks().rank();
            pipeline.deliver(done.owner, whole_.taken,
                             is_here ? rows_of_view(grad_in, place_in(done)) : kernels::View<T>{});
        }
        if (rank > 0) pipeline.turn();
    }
}

template <class T>
void DealtLinear<T>::gradient_rows(kernels::View<const T>, kernels::View<const T>, std::size_t, std::size_t,
                                   std::span<T>) const {
    throw Error("layer " + this->name() + ": neurons are dealt, no rank has gradients of absent weights");
}

template class DealtLinear<float>;
template class DealtLinear<double>;

}  // namespace espalier::nn
