#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/kernels/tree_sum.hpp>
#include <espalier/nn/graph/blocks.hpp>
#include <espalier/nn/graph/rank_arrays.hpp>
#include <espalier/nn/parameters/pieces.hpp>

namespace espalier::nn {
namespace {

template <class T>
void multiply_lanes(kernels::View<T> view, T factor) {
    for (std::size_t f = 0; f < view.features; ++f) {
        T* row = view.row(f);
        for (std::size_t lane = 0; lane < view.lanes; ++lane) row[lane] *= factor;
    }
}

/// One that nobody has, rather one that this thread had last.
std::size_t take_block(const std::vector<std::thread::id>& last, std::vector<std::atomic<bool>>& taken) {
    const std::thread::id here = std::this_thread::get_id();
    for (const bool any : {false, true}) {
        for (std::size_t k = 0; k < last.size(); ++k) {
            if ((any || last[k] == here) && !taken[k].exchange(true)) return k;
        }
    }
    return last.size();  // never: as many are taken as there are
}

/// What a view of a message is like.
struct ViewShape {
    std::uint64_t features, lanes, is_in_blocks;
};

template <class T>
void append_view(Message& message, kernels::View<const T> view) {
    const ViewShape shape{view.features, view.lanes, view.blocks() > 1 ? 1U : 0U};
    const auto front = bytes_of(std::span<const ViewShape>(&shape, 1));
    const auto numbers = bytes_of(std::span<const T>(view.data, view.elements()));
    message.insert(message.end(), front.begin(), front.end());
    message.insert(message.end(), numbers.begin(), numbers.end());
}

/// Takes the next view off a message.
template <class T>
void take_view(std::span<const std::byte>& rest, kernels::Activations<T>& to) {
    const ViewShape shape = numbers_of<ViewShape>(rest.first(sizeof(ViewShape))).front();
    rest = rest.subspan(sizeof(ViewShape));
    to.resize(shape.features, shape.lanes,
              shape.is_in_blocks != 0 ? kernels::Layout::lane_blocks : kernels::Layout::rows);
    const std::size_t bytes = to.view().elements() * sizeof(T);
    std::memcpy(to.view().data, rest.data(), bytes);
    rest = rest.subspan(bytes);
}

}  // namespace

SampleRange block_of(std::size_t samples, std::size_t block, std::size_t blocks) {
    return {samples * block / blocks, samples * (block + 1) / blocks};
}

template <class T>
Blocks<T>::Blocks(std::size_t count, Communicator* ranks) : count_(count), ranks_(ranks) {
    if (!std::has_single_bit(count)) {
        throw ConfigError("training.blocks = " + std::to_string(count) + ": a power of two is needed");
    }
    const auto sharing = static_cast<std::size_t>(rank_count(ranks));
    if (count % sharing != 0) {
        const std::string next = std::to_string(std::bit_ceil(sharing));
        throw ConfigError(std::to_string(sharing) + " ranks cannot share training.blocks = " + std::to_string(count) +
                          ": their number must divide it; start fewer ranks" +
                          (std::has_single_bit(sharing)
                               ? ", or set training.blocks = " + next + " or more"
                               : ", a power of two, with training.blocks = " + next + " for up to so many"));
    }
    blocks_.resize(count / sharing);
    workers_.resize(count / sharing);
}

template <class T>
void Blocks<T>::cut(std::size_t samples) {
    samples_ = samples;
}

template <class T>
kernels::BatchLanes Blocks<T>::lanes(std::size_t block, kernels::Layout layout) const {
    if (count() == 1) return {};
    return {(*this)[block].begin, samples_, layout};
}

template <class T>
void Blocks<T>::for_each(const std::function<void(std::size_t)>& body) {
    if (count() == 1) {
        body(0);  // with all threads for its kernels
        return;
    }
    const std::vector<std::thread::id> last = workers_;
    std::vector<std::atomic<bool>> taken(own_count());
    parallel_for(own_count(), [&](std::size_t) {
        const std::size_t own = take_block(last, taken);
        workers_[own] = std::this_thread::get_id();
        const std::size_t k = own_first() + own;
        if ((*this)[k].size() > 0) body(k);
    });
}

template <class T>
template <class Place, class Of>
std::vector<Place> Blocks<T>::places(const Of& of) {
    std::vector<Place> found;
    for (std::size_t k = 0; k < own_count(); ++k)
        found.push_back((*this)[own_first() + k].size() > 0 ? of(blocks_[k]) : nullptr);
    return found;
}

template <class T>
RankMarks Blocks<T>::ranks_with_samples() const {
    RankMarks have;
    for (std::size_t first = 0; first < count(); first += own_count()) {
        bool any = false;
        for (std::size_t k = first; k < first + own_count(); ++k) any = any || (*this)[k].size() > 0;
        have.push_back(any);
    }
    return have;
}

template <class T>
void Blocks<T>::prepare(Network<T>& network, const Pass& pass) {
    for (std::size_t k = 0; k < own_count(); ++k) {
        Block& block = blocks_[k];
        block.workspace.keep_gradients = keep_gradients;
        block.workspace.is_lean = is_lean;
        block.pass = pass;
        if (count() > 1) block.pass.part = {(*this)[own_first() + k].begin, samples_};
        block.pass.gradient_slot = k;
        block.is_backward = false;
    }
    for (Parameter<T>* parameter : network.table().trained()) parameter->make_slots(own_count());
}

/// All of a step, in order: a rank without samples comes to them, too.
template <class T>
std::vector<typename Blocks<T>::Meeting> Blocks<T>::meetings(const Network<T>& network) const {
    std::vector<Meeting> found;
    for (std::size_t k = 0; k < network.size(); ++k) {
        if (network.layer(k).meets(blocks_.front().pass)) found.push_back({k, Way::forward});
    }
    for (std::size_t k = found.size(); k-- > 0;) found.push_back({found[k].node, Way::backward});
    return found;
}

/// Behind the last node of the forward pass: the loss, and back.
template <class T>
void Blocks<T>::turn(Network<T>& network, std::size_t k, const Work& work) {
    Block& block = this->block(k);
    if (block.is_backward || block.stop != Network<T>::through) return;
    const kernels::View<T> gradient = network.output_gradient(block.workspace);
    block.loss = work.loss(k, network.output(block.workspace), gradient);
    const std::size_t size = (*this)[k].size();
    if (size < samples_)
        multiply_lanes(gradient, static_cast<T>(static_cast<double>(size) / static_cast<double>(samples_)));
    block.is_backward = true;
    block.stop = network.begin_backward(block.workspace, block.pass);
}

/// All blocks stand before the same node: each gets what all have brought.
template <class T>
void Blocks<T>::meet(Network<T>& network, const Meeting& meeting) {
    Layer<T>& layer = network.layer(meeting.node);
    const auto join = [&](std::span<double> left, std::span<const double> right) {
        layer.join(meeting.way, left, right);
    };
    const auto brought =
        places<std::vector<double>*>([&](Block& block) { return &network.shared(block.workspace, meeting.node); });
    std::vector<double> none;
    std::vector<double>* all = kernels::join_by_tree<std::vector<double>*>(
        brought, [&](std::vector<double>* left, const std::vector<double>* right) { join(*left, *right); });
    if (all == nullptr) all = &none;
    if (is_split()) join_over_ranks(*ranks_, *all, ranks_with_samples(), join);
    if (meeting.way == Way::forward) layer.conclude(*all, blocks_.front().pass);
    for (std::vector<double>* block : brought) {
        if (block != nullptr && block != all) *block = *all;
    }
}

template <class T>
kernels::LossSum Blocks<T>::train(Network<T>& network, const Pass& pass, const Work& work) {
    prepare(network, pass);
    for_each([&](std::size_t k) {
        Block& block = this->block(k);
        block.stop = network.begin_forward(block.workspace, work.inputs(k), block.pass);
        turn(network, k, work);
    });
    for (const Meeting& meeting : meetings(network)) {
        meet(network, meeting);
        for_each([&](std::size_t k) {
            Block& block = this->block(k);
            if (block.is_backward) {
                block.stop = network.go_on_backward(block.workspace, block.stop, block.pass);
                return;
            }
            block.stop = network.go_on_forward(block.workspace, block.stop, block.pass);
            turn(network, k, work);
        });
    }
    sum_gradients(network);
    if (is_split() && keep_gradients) collect_distant(network);
    return sum_losses();
}

template <class T>
kernels::LossSum Blocks<T>::sum_losses() {
    const auto leads = places<Block*>([](Block& block) { return &block; });
    const Block* sum = kernels::join_by_tree<Block*>(leads, [](Block* left, const Block* right) {
        left->loss.loss += right->loss.loss;
        left->loss.correct += right->loss.correct;
    });
    const kernels::LossSum own = sum == nullptr ? kernels::LossSum{} : sum->loss;
    if (!is_split()) return own;
    struct Sum {
        double loss;
        std::uint64_t correct, marks, has_samples;
    };
    std::vector<Sum> sums = {{own.loss, own.correct, marks, sum == nullptr ? 0U : 1U}};
    join_over_ranks(*ranks_, sums, RankMarks(static_cast<std::size_t>(ranks_->size()), true),
                    [](std::span<Sum> left, std::span<const Sum> right) {
                        Sum& to = left.front();
                        const Sum& from = right.front();
                        to.marks |= from.marks;
                        if (from.has_samples == 0) return;
                        to.loss = to.has_samples != 0 ? to.loss + from.loss : from.loss;
                        to.correct += from.correct;
                        to.has_samples = 1;
                    });
    marks = sums.front().marks;
    return {sums.front().loss, static_cast<std::size_t>(sums.front().correct)};
}

template <class T>
void Blocks<T>::sum_gradients(const Network<T>& network) {
    if (own_count() > 1) sum_own_gradients(network);
    if (!is_split()) return;
    if (sum_held_alone) {
        sum_shares_over_ranks(*ranks_, network.table(), ranks_with_samples(), flat_);
    } else {
        sum_gradients_over_ranks(*ranks_, network.table(), ranks_with_samples(), flat_);
    }
}

template <class T>
void Blocks<T>::collect_values(Network<T>& network) {
    if (is_split()) collect_shares(*ranks_, network.table(), SharedArray::values, flat_);
}

template <class T>
void Blocks<T>::collect_gradients(Network<T>& network) {
    if (is_split()) collect_shares(*ranks_, network.table(), SharedArray::gradients, flat_);
}

template <class T>
void Blocks<T>::sum_own_gradients(const Network<T>& network) {
    const std::vector<Parameter<T>*> trained = network.table().trained();
    for_pieces<T>(trained, own_count() + 1, [&](const Piece<T>& piece) {
        const auto gradients = places<T*>([&](const Block& block) {
            return piece.parameter->gradient_of(block.pass.gradient_slot).data() + piece.begin;
        });
        kernels::tree_sum<T>(gradients, piece.size(), piece.parameter->gradient.data() + piece.begin);
    });
}

/// What layers that are read took in, and what came back to them, goes from every rank to every other, so that each can
/// compute any row of a dense gradient in the order of one rank. No dense gradient is ever sent.
template <class T>
void Blocks<T>::collect_distant(const Network<T>& network) {
    const std::size_t in_rank = own_count();
    Message own;
    for (std::size_t k = 0; k < in_rank; ++k) {
        if ((*this)[own_first() + k].size() == 0) continue;
        for (const std::size_t layer : read_layers) {
            append_view<T>(own, network.layer_input(blocks_[k].workspace, layer));
            append_view<T>(own, network.layer_output_gradient(blocks_[k].workspace, layer));
        }
    }
    const std::vector<Message> all = all_gather(*ranks_, std::move(own));
    distant_.resize(count());
    for (std::size_t rank = 0; rank < all.size(); ++rank) {
        const std::size_t first = rank * in_rank;
        if (first == own_first()) continue;
        std::span<const std::byte> rest = all[rank];
        for (std::size_t k = first; k < first + in_rank; ++k) {
            if ((*this)[k].size() == 0) continue;
            Distant& distant = distant_[k];
            distant.inputs.resize(read_layers.size());
            distant.gradients.resize(read_layers.size());
            for (std::size_t l = 0; l < read_layers.size(); ++l) {
                take_view(rest, distant.inputs[l]);
                take_view(rest, distant.gradients[l]);
                network.show_layer(distant.workspace, read_layers[l], std::as_const(distant.inputs[l]).view(),
                                   distant.gradients[l].view());
            }
        }
    }
}

template <class T>
Passes<T> Blocks<T>::passes() const {
    std::vector<const Workspace<T>*> found(count());
    for (std::size_t k = 0; k < count(); ++k) {
        if ((*this)[k].size() == 0) continue;
        const bool is_own = k >= own_first() && k < own_first() + own_count();
        if (is_own) {
            found[k] = &blocks_[k - own_first()].workspace;
        } else if (!distant_.empty()) {
            found[k] = &distant_[k].workspace;
        }
    }
    return Passes<T>(std::move(found));
}

template class Blocks<float>;
template class Blocks<double>;

}  // namespace espalier::nn
