#pragma once

#include <cstddef>
#include <cstdint>

namespace espalier::kernels {

// What the vectorised kernels are given: plain pointers and counts only. Their sources are compiled once for each
// instruction set, so they must not contain inline functions of other headers: the linker would keep one copy, perhaps
// the one that this processor cannot run.

/// Activations as View describes them.
template <class T>
struct RawView {
    T* data;
    std::size_t lanes;
    std::size_t stride;
};

/// How a product walks its edges: `cols` inputs at a time for all of some rows, so that inputs read again are still in
/// a cache. All of them: no blocking.
struct Blocking {
    std::size_t cols;
};
inline constexpr std::size_t most_rows_at_once = 4096;

/// A leaky ReLU that a product applies on the way; off where slope is 1.
template <class T>
struct FusedActivation {
    T slope;
};

template <class T>
struct ProductArguments {
    std::size_t cols;
    const std::uint64_t* offsets;    ///< [rows + 1]
    const std::uint32_t* indices;    ///< [edges] row of `in`
    const std::uint32_t* positions;  ///< [edges] place of each edge's value, or null where they are in order
    const T* values;
    const T* bias;  ///< [rows] or null
    RawView<const T> in;
    RawView<T> out;
    FusedActivation<T> activation;  ///< of out
    Blocking blocking;
};

template <class T>
struct SampledArguments {
    std::size_t cols;
    const std::uint64_t* offsets;  ///< [rows + 1]
    const std::uint32_t* indices;  ///< [edges] row of `cols`
    RawView<const T> rows;         ///< gradient at the outputs
    RawView<const T> inputs;
    T* result;  ///< [edges]
    Blocking blocking;
};

/// Of the transposed matrix: its rows are inputs, its columns outputs.
template <class T>
struct FusedGradientArguments {
    std::size_t cols;
    const std::uint64_t* offsets;    ///< [inputs + 1]
    const std::uint32_t* indices;    ///< [edges] output
    const std::uint32_t* positions;  ///< [edges] place of each edge's value and gradient
    const T* values;
    RawView<const T> grad_out;
    RawView<const T> in;
    RawView<T> grad_in;
    T* gradient;                    ///< [edges]
    FusedActivation<T> activation;  ///< whose output `in` is: grad_in is taken before it
    Blocking blocking;
    bool adds;  ///< to what stands in grad_in
};

/// Lanes of a pixel that lie side by side: what convolutions move at a time.
inline constexpr std::size_t lane_unit = 16;

/// One kept weight as a convolution meets it.
template <class T>
struct Tap {
    std::uint32_t offset;  ///< into the tile, of what it meets at the first output
    T weight;
};

/// The taps of one channel of outputs.
struct TapRange {
    std::uint64_t begin;
    std::uint32_t count;
    std::uint16_t fresh;  ///< not 0: sums begin at the bias; else they go on from what is there
    std::uint16_t last;   ///< not 0: sums are complete behind it
};

/// Outputs of a tile and where they lie; steps are counted in elements.
template <class T>
struct TileShape {
    std::size_t height, width;  ///< outputs
    std::size_t lane_blocks;    ///< units of a pixel
    std::size_t packed_row;     ///< in the tile, from one row of outputs to the next
    /// Of a tile that lies in an image, in memory that is far: its channels, from one to the next, and how far ahead
    /// of what an output meets first the next row of outputs meets what is new. No channels: the tile is near.
    std::size_t channels, packed_channel, ahead;
    std::size_t out_channel, out_row, out_step, out_block;
};

template <class T>
struct ConvolutionArguments {
    TileShape<T> shape;
    const T* packed;
    const Tap<T>* taps;
    const TapRange* ranges;  ///< [rows]
    std::size_t rows;        ///< channels of outputs
    const T* bias;           ///< [rows] or null
    T slope;                 ///< of a leaky ReLU that complete sums go through; 1: none
    T* out;
};

/// One sample: what is read lies pixel by pixel, what is written has a unit for each.
template <class T>
struct PlanarArguments {
    const T* packed;
    std::size_t packed_row;
    std::size_t height, width;  ///< outputs
    const Tap<T>* taps;
    const TapRange* ranges;  ///< [rows]
    std::size_t rows;
    const T* bias;  ///< [rows] or null
    T slope;        ///< 1: no leaky ReLU
    T* out;
    std::size_t out_channel, out_row;
};

/// Gradients at weights: those of a tap are summed lane by lane, in a vector of `sums`.
template <class T>
struct CorrelationArguments {
    TileShape<T> shape;
    const T* packed;
    const Tap<T>* taps;      ///< whose weights do not matter
    const TapRange* ranges;  ///< [rows]
    std::size_t rows;
    std::uint64_t first_tap;  ///< whose sum is the first
    const T* grad_out;
    T* sums;  ///< [taps], a vector each: room for lane_unit numbers each will do
};

/// Channels of outputs whose weights lie side by side, tap by tap, where all positions are kept.
inline constexpr std::size_t panel_rows = 6;

/// Where a tap finds what it meets in the tile, and its weights in a panel.
struct PanelTap {
    std::uint32_t offset, weights;
};

template <class T>
struct PanelArguments {
    TileShape<T> shape;
    const T* packed;
    /// Outputs of one class meet the border of their image alike: [row class][column class] the taps that meet the
    /// image
    const PanelTap* const* taps;
    const std::uint32_t* tap_counts;  ///< of each list, [row class][column class]
    const std::uint32_t* row_class;   ///< [shape.height]
    const std::uint32_t* col_class;   ///< [shape.width]
    std::size_t col_classes;
    std::size_t count;  ///< taps of a panel
    const T* panels;    ///< [rows / panel_rows, rounded up][count][panel_rows]
    std::size_t rows;
    bool fresh;     ///< sums begin at the bias; else they go on from what is there
    bool last;      ///< sums are complete behind it
    const T* bias;  ///< [rows] or null
    T slope;        ///< of a leaky ReLU that complete sums go through; 1: none
    T* out;
};

/// Where a tap finds what it meets in the tile, its number among those of its block, and the outputs of all tiles for
/// which that lies in the image: rows [first_row, end_row), columns likewise.
struct CorrelationTap {
    std::uint32_t offset, number;
    std::uint32_t first_row, end_row, first_col, end_col;
};

/// Taps whose gradients are summed at a time.
inline constexpr std::size_t correlated_taps = 3;

template <class T>
struct PanelCorrelationArguments {
    TileShape<T> shape;
    const T* packed;
    const CorrelationTap* taps;  ///< [count]
    std::size_t count;
    std::size_t first_row;  ///< of the tile
    std::size_t rows;       ///< channels of outputs
    const T* grad_out;
    T* sums;  ///< [rows][count], added to
};

/// What one window covers of an axis: elements [begin, end), all inside the image.
struct Span {
    std::size_t begin, end;
    std::size_t size;  ///< elements that count for a mean, padding among them where it does
};

/// The windows over one channel in one lane block; pixels from one row to the next.
struct PoolingPlane {
    const Span* rows;
    std::size_t row_count;
    const Span* cols;
    std::size_t col_count;
    std::size_t in_row, out_row;
};

/// Normalisation of one channel, and a leaky ReLU behind it: leaky(x * factor + constant).
template <class T>
struct ChannelNorm {
    T mean;
    T factor, constant;
    T slope;  ///< 1: no ReLU
};

template <class T>
struct SgdArguments {
    T learning_rate, momentum, weight_decay;
    bool nesterov;
};

template <class T>
struct AdamArguments {
    T learning_rate, beta_1, beta_2, epsilon, weight_decay;
    T fresh_1, fresh_2;            ///< 1 - beta, taken in double: in float 1 - 0.999 is off by 1e-5
    T correction_1, correction_2;  ///< 1 - beta^t
};

/// The random words of a matrix of elements, and where in it those that a view shows stand: row f of the view is row
/// `row` + f, lane b is lane `lane` + b.
struct RandomWords {
    const std::uint32_t* key;
    const std::uint32_t* counter;
    std::size_t row;
    std::size_t lane;        ///< may lie below 0, wrapped
    std::size_t stride;      ///< lanes of a row of the matrix, each of which has words of its own
    std::size_t begin, end;  ///< lanes of the view that are meant
};

template <class T>
struct SreluArrays {
    T *left_threshold, *left_slope, *right_threshold, *right_slope;  ///< [features]
};

/// One instruction set's kernels. Each works on a range of rows (features) or elements, so that the caller can deal
/// ranges to threads; what a row's result is never depends on the range.
template <class T>
struct SimdKernels {
    void (*sparse_product)(const ProductArguments<T>&, std::size_t begin, std::size_t end);
    /// One lane: `x` holds the inputs side by side.
    void (*matrix_vector)(const ProductArguments<T>&, const T* x, std::size_t begin, std::size_t end);
    void (*sampled_product)(const SampledArguments<T>&, std::size_t begin, std::size_t end);
    void (*fused_gradients)(const FusedGradientArguments<T>&, std::size_t begin, std::size_t end);
    void (*sum_lanes)(RawView<const T>, T* sums, std::size_t begin, std::size_t end);
    void (*add_bias)(RawView<T>, const T* bias, std::size_t begin, std::size_t end);
    void (*leaky_relu)(RawView<const T> in, RawView<T> out, T slope, std::size_t begin, std::size_t end);
    void (*leaky_relu_gradient)(RawView<const T> sign, RawView<const T> grad_out, RawView<T> grad_in, T slope,
                                std::size_t begin, std::size_t end);
    void (*sigmoid)(RawView<const T> in, RawView<T> out, std::size_t begin, std::size_t end);
    void (*sigmoid_gradient)(RawView<const T> in, RawView<const T> grad_out, RawView<T> grad_in, std::size_t begin,
                             std::size_t end);
    void (*srelu)(RawView<const T> in, RawView<T> out, SreluArrays<const T>, std::size_t begin, std::size_t end);
    void (*srelu_gradient)(RawView<const T> in, RawView<const T> grad_out, RawView<T> grad_in, SreluArrays<const T>,
                           SreluArrays<T> gradients, std::size_t begin, std::size_t end);
    void (*scale_by_mask)(RawView<const T> in, RawView<T> out, const RandomWords&, std::uint32_t threshold, T scale,
                          std::size_t begin, std::size_t end);
    void (*add_gaussian_noise)(RawView<const T> in, RawView<T> out, const RandomWords&, T deviation, std::size_t begin,
                               std::size_t end);
    void (*sgd)(T* values, const T* gradient, T* velocity, const SgdArguments<T>&, std::size_t begin, std::size_t end);
    void (*adam)(T* values, const T* gradient, T* first, T* second, const AdamArguments<T>&, std::size_t begin,
                 std::size_t end);
    void (*convolution)(const ConvolutionArguments<T>&);
    void (*planar_convolution)(const PlanarArguments<T>&);
    void (*correlation)(const CorrelationArguments<T>&);
    void (*dense_convolution)(const PanelArguments<T>&);
    void (*dense_correlation)(const PanelCorrelationArguments<T>&);
    void (*correlation_sums)(const T* sums, std::size_t count, T* result);
    /// Of one channel in one lane block: `count` numbers. Sums are [2][lane_unit], and are added to.
    void (*channel_moments)(const T* x, std::size_t count, T near, double* sums);
    void (*normalise_channel)(const T* x, T* y, std::size_t count, const ChannelNorm<T>&);
    void (*channel_gradient_sums)(const T* x, const T* grad_out, std::size_t count, const ChannelNorm<T>&,
                                  double* sums);
    void (*channel_gradient)(const T* x, const T* grad_out, T* grad_in, std::size_t count, const ChannelNorm<T>&,
                             T by_distance, T by_sum);
    void (*add_leaky)(const T* a, const T* b, T* out, std::size_t count, T slope);
    void (*max_pool)(const PoolingPlane&, const T* in, T* out);
    void (*max_pool_gradient)(const PoolingPlane&, const T* in, const T* out, const T* grad_out, T* grad_in);
    std::size_t (*collect_above)(const T* numbers, std::size_t count, T bound, std::uint32_t* places, T* sizes);
};

/// The kernels of the instruction set in use; double has portable ones only, for checks.
template <class T>
const SimdKernels<T>& simd();
template <>
const SimdKernels<float>& simd<float>();
template <>
const SimdKernels<double>& simd<double>();

extern const SimdKernels<float> portable_kernels;
extern const SimdKernels<double> portable_kernels_double;
#if defined(ESPALIER_X86)
extern const SimdKernels<float> avx2_kernels;
extern const SimdKernels<float> avx512_kernels;
#endif

}  // namespace espalier::kernels
