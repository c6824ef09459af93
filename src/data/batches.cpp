#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include <espalier/base/random/random.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/data/batches.hpp>

namespace espalier::data {

Batches::Batches(Range range, std::size_t batch_size) : range_(range), batch_size_(batch_size) {
    if (batch_size == 0) throw ConfigError("training.batch_size = 0: at least 1 is needed");
    if (range.end > std::numeric_limits<std::uint32_t>::max()) {
        throw FormatError("a dataset of " + std::to_string(range.end) + " examples; fewer than 2^32 are needed");
    }
    order_.resize(range.size());
    file_order();
}

void Batches::file_order() {
    std::iota(order_.begin(), order_.end(), static_cast<std::uint32_t>(range_.begin));
}

void Batches::shuffle(std::uint64_t seed, std::uint64_t epoch) {
    file_order();  // each epoch starts from the same order, or it would depend on the ones before
    Stream stream(seed, Purpose::data_order, 0, epoch);
    for (std::size_t left = order_.size(); left > 1; --left) {
        std::swap(order_[left - 1], order_[stream.below(left)]);
    }
}

std::span<const std::uint32_t> Batches::operator[](std::size_t batch) const {
    const std::size_t begin = batch * batch_size_;
    return std::span(order_).subspan(begin, std::min(batch_size_, order_.size() - begin));
}

}  // namespace espalier::data
