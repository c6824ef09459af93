#include <espalier/data/digits.hpp>
#include <espalier/data/embedded_digits.hpp>
#include <espalier/data/gzip.hpp>
#include <espalier/data/idx_images.hpp>
#include <espalier/data/split.hpp>

namespace espalier::data {
namespace {

constexpr std::size_t training_digits = 1437;

IdxTensor unpack(std::span<const std::uint8_t> packed) {
    return parse_idx(inflate_gzip(packed, "digits"), "digits");
}

}  // namespace

Dataset load_digits() {
    const Examples all =
        labelled_images(unpack(embedded_digit_images()), unpack(embedded_digit_labels()), {.count = 10}, "digits");
    return {.name = "digits",
            .shape = {1, 8, 8},
            .classes = 10,
            .white = 16.0,
            .train = slice(all, {0, training_digits}),
            .test = slice(all, {training_digits, all.count})};
}

}  // namespace espalier::data
