#include <cstring>
#include <numeric>

#include <espalier/base/random/random.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/files/dense_layer.hpp>
#include <espalier/topology/files/dense_view.hpp>

#include "support.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

std::vector<std::ptrdiff_t> packed_strides(const std::vector<std::size_t>& shape, std::size_t width) {
    std::vector<std::ptrdiff_t> strides(shape.size(), static_cast<std::ptrdiff_t>(width));
    for (std::size_t k = shape.size() - 1; k-- > 0;) {
        strides[k] = strides[k + 1] * static_cast<std::ptrdiff_t>(shape[k + 1]);
    }
    return strides;
}

/// Elements that are 0 with probability 1 - density; others are -1, 1 or, of numbers with a point, 0.5, and some -0.
std::vector<std::byte> drawn_bytes(ElementType type, std::size_t count, double density, Stream& stream) {
    std::vector<std::byte> bytes(count * type.width);
    const auto put = [&](std::size_t k, const void* value) {
        std::memcpy(bytes.data() + k * type.width, value, type.width);
    };
    for (std::size_t k = 0; k < count; ++k) {
        const bool is_kept = static_cast<double>(stream.below(1000)) < 1000 * density;
        if (type.kind == ElementKind::floating && type.width == 4) {
            const float value = is_kept ? 0.5F + static_cast<float>(k) : (k % 3 == 0 ? -0.0F : 0.0F);
            put(k, &value);
        } else if (type.kind == ElementKind::floating && type.width == 8) {
            const double value = is_kept ? -0.25 * static_cast<double>(k + 1) : -0.0;
            put(k, &value);
        } else if (type.width == 2 && type.kind != ElementKind::signed_integer) {
            const std::uint16_t half = is_kept ? 0x3c00 : 0x8000;  // 1 in half precision, and -0
            put(k, &half);
        } else {
            const std::int64_t value = is_kept ? (type.kind == ElementKind::boolean ? 1 : -1) : 0;
            put(k, &value);
        }
    }
    return bytes;
}

Tensor drawn_tensor(ElementType type, const std::vector<std::size_t>& shape, double density, Stream& stream) {
    const std::size_t count = std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
    return {type, shape, drawn_bytes(type, count, density, stream), "drawn"};
}

DenseView tensor_view(const Tensor& tensor) {
    return {tensor.where(), tensor.type(), tensor.bytes().data(), tensor.shape(),
            packed_strides(tensor.shape(), tensor.type().width)};
}

void check_same_layer(const Layer& found, const Layer& wanted) {
    CHECK(found.pattern == wanted.pattern);
    CHECK(found.pattern.is_full() == wanted.pattern.is_full());
    CHECK(found.shape == wanted.shape);
    CHECK(found.values == wanted.values);
}

const std::vector<ElementType> view_types = {{ElementKind::boolean, 1},          {ElementKind::signed_integer, 2},
                                             {ElementKind::unsigned_integer, 4}, {ElementKind::signed_integer, 8},
                                             {ElementKind::floating, 2},         {ElementKind::floating, 4},
                                             {ElementKind::floating, 8},         {ElementKind::brain_floating, 2}};

}  // namespace

TEST_CASE("dense view: the layer that a file's array would be, for every type, density and orientation",
          "[topology][files][dense_view]") {
    const std::vector<std::vector<std::size_t>> shapes = {{3, 5},       {70, 130}, {1, 64}, {6, 4, 3},
                                                          {5, 7, 3, 3}, {0, 4},    {4, 0}};
    Stream stream(7, Purpose::rewiring);
    for (const int threads : {1, 3}) {
        set_threads(threads);
        for (const ElementType type : view_types) {
            for (const auto& shape : shapes) {
                for (const double density : {0.0, 0.1, 0.9, 0.999, 1.0}) {
                    const Tensor tensor = drawn_tensor(type, shape, density, stream);
                    for (const Orientation orientation :
                         {Orientation::out_in, Orientation::in_out, Orientation::transposed}) {
                        const MaskFileOptions options{.orientation = orientation};
                        check_same_layer(layer_of_view(tensor_view(tensor), nullptr, "x", options),
                                         dense_layer(tensor, "x", options));
                    }
                }
            }
        }
    }
    set_threads(1);
}

TEST_CASE("dense view: a transposed view is the array in the other orientation; every second row, and a bias dropped",
          "[topology][files][dense_view]") {
    Stream stream(8, Purpose::rewiring);
    const Tensor tensor = drawn_tensor({ElementKind::floating, 4}, {130, 70}, 0.2, stream);
    DenseView turned = tensor_view(tensor);
    std::swap(turned.shape[0], turned.shape[1]);
    std::swap(turned.strides[0], turned.strides[1]);
    check_same_layer(layer_of_view(turned, nullptr, "x", {}),
                     dense_layer(tensor, "x", {.orientation = Orientation::in_out}));

    DenseView second = tensor_view(tensor);
    second.shape[0] /= 2;
    second.strides[0] *= 2;
    const Layer whole = dense_layer(tensor, "x", {});
    const Layer half = layer_of_view(second, nullptr, "x", {});
    REQUIRE(half.pattern.rows() == 65);
    CHECK(std::ranges::equal(half.pattern.row(3), whole.pattern.row(6)));

    const MaskFileOptions dropping{.drop_last_input = true};
    check_same_layer(layer_of_view(tensor_view(tensor), nullptr, "x", dropping), dense_layer(tensor, "x", dropping));
}

TEST_CASE("dense view: a mask beside weights says which there are, zeros too", "[topology][files][dense_view]") {
    Stream stream(9, Purpose::rewiring);
    for (const Orientation orientation : {Orientation::out_in, Orientation::in_out}) {
        const Tensor mask = drawn_tensor({ElementKind::boolean, 1}, {40, 100}, 0.3, stream);
        const Tensor weight = drawn_tensor({ElementKind::floating, 8}, {40, 100}, 0.8, stream);
        const DenseView weights = tensor_view(weight);
        const MaskFileOptions options{.orientation = orientation};
        check_same_layer(layer_of_view(tensor_view(mask), &weights, "x", options),
                         dense_layer(MaskedArray<Tensor>(mask, weight), "x", options));
    }
    const Tensor mask = drawn_tensor({ElementKind::boolean, 1}, {4, 10}, 0.3, stream);
    const Tensor weight = drawn_tensor({ElementKind::floating, 4}, {10, 4}, 0.8, stream);
    const DenseView weights = tensor_view(weight);
    CHECK_THROWS_WITH(layer_of_view(tensor_view(mask), &weights, "x", {}), Contains("4x10") && Contains("10x4"));
}

TEST_CASE("dense view: rows that keep much behind rows that keep little, and the other way round",
          "[topology][files][dense_view]") {
    Stream stream(10, Purpose::rewiring);
    const std::size_t rows = 640;
    const std::size_t columns = 100;
    for (const bool is_first_sparse : {true, false}) {
        std::vector<std::byte> bytes;
        for (std::size_t row = 0; row < rows; ++row) {
            const double density = ((row / 5) % 2 == 0) == is_first_sparse ? 0.1 : 1.0;
            const auto more = drawn_bytes({ElementKind::floating, 4}, columns, density, stream);
            bytes.insert(bytes.end(), more.begin(), more.end());
        }
        const Tensor tensor({ElementKind::floating, 4}, {rows, columns}, bytes, "drawn");
        check_same_layer(layer_of_view(tensor_view(tensor), nullptr, "x", {}), dense_layer(tensor, "x", {}));
    }
}

TEST_CASE("dense view: what is not finite is refused by its place in the array", "[topology][files][dense_view]") {
    std::vector<float> numbers(3 * 80, 0.0F);
    numbers[2 * 80 + 70] = std::nanf("");
    std::vector<std::byte> bytes(numbers.size() * sizeof(float));
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
    const Tensor tensor({ElementKind::floating, 4}, {3, 80}, bytes, "fc1");
    CHECK_THROWS_WITH(layer_of_view(tensor_view(tensor), nullptr, "x", {}), Contains("fc1: entry 230 is NaN"));
    CHECK_THROWS_WITH(layer_of_view({"v", {ElementKind::floating, 4}, bytes.data(), {240}, {4}}, nullptr, "x", {}),
                      Contains("1 dimensions"));
}

}  // namespace espalier::topology
