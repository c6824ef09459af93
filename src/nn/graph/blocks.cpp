#include <atomic>
#include <bit>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/kernels/tree_sum.hpp>
#include <espalier/nn/graph/blocks.hpp>
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

}  // namespace

SampleRange block_of(std::size_t samples, std::size_t block, std::size_t blocks) {
    return {samples * block / blocks, samples * (block + 1) / blocks};
}

template <class T>
Blocks<T>::Blocks(std::size_t count) : blocks_(count), workers_(count) {
    if (!std::has_single_bit(count)) {
        throw ConfigError("training.blocks = " + std::to_string(count) + ": a power of two is needed");
    }
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
    std::vector<std::atomic<bool>> taken(count());
    parallel_for(count(), [&](std::size_t) {
        const std::size_t k = take_block(last, taken);
        workers_[k] = std::this_thread::get_id();
        if ((*this)[k].size() > 0) body(k);
    });
}

template <class T>
template <class Place, class Of>
std::vector<Place> Blocks<T>::places(const Of& of) {
    std::vector<Place> found;
    for (std::size_t k = 0; k < count(); ++k) found.push_back((*this)[k].size() > 0 ? of(blocks_[k]) : nullptr);
    return found;
}

template <class T>
void Blocks<T>::prepare(Network<T>& network, const Pass& pass) {
    for (std::size_t k = 0; k < count(); ++k) {
        Block& block = blocks_[k];
        block.workspace.keep_gradients = keep_gradients;
        block.pass = pass;
        if (count() > 1) block.pass.part = {(*this)[k].begin, samples_};
        block.pass.gradient_slot = k;
        block.is_backward = false;
    }
    for (Parameter<T>* parameter : network.table().trained()) parameter->make_slots(count());
}

/// Behind the last node of the forward pass: the loss, and back.
template <class T>
void Blocks<T>::turn(Network<T>& network, std::size_t k, const Work& work) {
    Block& block = blocks_[k];
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
void Blocks<T>::meet(Network<T>& network) {
    const Block* any = nullptr;
    const auto brought = places<std::vector<double>*>([&](Block& block) {
        any = &block;
        return &network.shared(block.workspace, block.stop);
    });
    Layer<T>& layer = network.layer(any->stop);
    const Way way = any->is_backward ? Way::backward : Way::forward;
    const std::vector<double>* all = kernels::join_by_tree<std::vector<double>*>(
        brought, [&](std::vector<double>* left, const std::vector<double>* right) { layer.join(way, *left, *right); });
    if (way == Way::forward) layer.conclude(*all, any->pass);
    for (std::vector<double>* block : brought) {
        if (block != nullptr && block != all) *block = *all;
    }
}

template <class T>
kernels::LossSum Blocks<T>::train(Network<T>& network, const Pass& pass, const Work& work) {
    prepare(network, pass);
    for_each([&](std::size_t k) {
        Block& block = blocks_[k];
        block.stop = network.begin_forward(block.workspace, work.inputs(k), block.pass);
        turn(network, k, work);
    });
    const auto leads = places<Block*>([](Block& block) { return &block; });
    const Block* lead = kernels::join_by_tree<Block*>(leads, [](Block*, Block*) {});
    while (lead->stop != Network<T>::through) {
        meet(network);
        for_each([&](std::size_t k) {
            Block& block = blocks_[k];
            if (block.is_backward) {
                block.stop = network.go_on_backward(block.workspace, block.stop, block.pass);
                return;
            }
            block.stop = network.go_on_forward(block.workspace, block.stop, block.pass);
            turn(network, k, work);
        });
    }
    sum_gradients(network);
    return kernels::join_by_tree<Block*>(leads,
                                         [](Block* left, const Block* right) {
                                             left->loss.loss += right->loss.loss;
                                             left->loss.correct += right->loss.correct;
                                         })
        ->loss;
}

template <class T>
void Blocks<T>::sum_gradients(const Network<T>& network) {
    if (count() == 1) return;
    const std::vector<Parameter<T>*> trained = network.table().trained();
    for_pieces<T>(trained, count() + 1, [&](const Piece<T>& piece) {
        const auto gradients = places<T*>([&](const Block& block) {
            return piece.parameter->gradient_of(block.pass.gradient_slot).data() + piece.begin;
        });
        kernels::tree_sum<T>(gradients, piece.size(), piece.parameter->gradient.data() + piece.begin);
    });
}

template <class T>
Passes<T> Blocks<T>::passes() const {
    std::vector<const Workspace<T>*> found;
    for (std::size_t k = 0; k < count(); ++k) found.push_back((*this)[k].size() > 0 ? &blocks_[k].workspace : nullptr);
    return Passes<T>(std::move(found));
}

template class Blocks<float>;
template class Blocks<double>;

}  // namespace espalier::nn
