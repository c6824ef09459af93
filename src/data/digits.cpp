#include <espalier/data/digits.hpp>
#include <espalier/data/embedded_digits.hpp>
#include <espalier/data/gzip.hpp>
#include <espalier/data/idx_images.hpp>

namespace espalier::data {
namespace {

constexpr std::size_t training = 1437;

Examples slice(const Examples& all, std::size_t begin, std::size_t end) {
    const auto& values = std::get<std::vector<std::uint8_t>>(all.values);
    const auto from = [](const auto& vector, std::size_t k) { return vector.begin() + static_cast<std::ptrdiff_t>(k); };
    return {end - begin, all.features,
            std::vector<std::uint8_t>(from(values, begin * all.features), from(values, end * all.features)),
            std::vector<std::uint32_t>(from(all.labels, begin), from(all.labels, end))};
}

IdxTensor unpack(std::span<const std::uint8_t> packed) {
    return parse_idx(inflate_gzip(packed, "digits"), "digits");
}

}  // namespace

Dataset load_digits() {
    const Examples all = labelled_images(unpack(embedded_digit_images()), unpack(embedded_digit_labels()), "digits");
    return {.name = "digits",
            .shape = {1, 8, 8},
            .classes = 10,
            .white = 16.0,
            .train = slice(all, 0, training),
            .test = slice(all, training, all.count)};
}

}  // namespace espalier::data
