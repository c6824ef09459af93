#include <utility>

#include <espalier/training/updates/gathered_gradients.hpp>

namespace espalier::training {

GatheredGradients::GatheredGradients(Form form, std::vector<nn::WeightPort<float>> ports,
                                     const std::vector<bool>& changes)
    : form_(std::move(form)), ports_(std::move(ports)), gathered_(form_.decay, form_.weight) {
    for (std::size_t number = 0; number < ports_.size(); ++number) {
        gathered_.add_layer(changes[number] ? ports_[number].pattern().positions() : 0);
    }
}

void GatheredGradients::after_backward(const nn::Passes<float>& passes) {
    for (std::size_t number = 0; number < ports_.size(); ++number) {
        const nn::WeightPort<float>& port = ports_[number];
        if (gathered_[number].empty()) continue;
        gathered_.gather(number, port.pattern().rows(), port.pattern().cols(),
                         [&](std::size_t first, std::size_t count, std::span<float> out) {
                             port.gradient_rows(passes, first, count, out);
                         });
    }
}

void GatheredGradients::after_exchange() {
    for (std::size_t number = 0; form_.starts_anew && number < ports_.size(); ++number) gathered_.clear(number);
}

sparsity::PositionRows GatheredGradients::scores(std::size_t number) const {
    return gathered_.rows(number, ports_[number].pattern().cols());
}

void GatheredGradients::save(CheckpointWriter& checkpoint) const {
    for (std::size_t number = 0; number < ports_.size(); ++number) {
        checkpoint.put(form_.name + std::to_string(number), gathered_[number]);
    }
}

void GatheredGradients::load(const CheckpointReader& checkpoint) {
    for (std::size_t number = 0; number < ports_.size(); ++number) {
        checkpoint.get_into(form_.name + std::to_string(number), gathered_[number]);
    }
}

}  // namespace espalier::training
