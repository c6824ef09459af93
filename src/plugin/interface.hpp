#pragma once

/// What a plug-in needs: this header alone, and C++20. docs/plugins.md has a whole one.
///
/// A plug-in is a shared library that brings drop rules, grow rules, metrics, distances, losses and callbacks by name:
///
///     #include <espalier/plugin/interface.hpp>
///     ESPALIER_PLUGIN(host) {
///         host.drop_rule("mine", "weights that are small go", [](const espalier::plugin::DropQuestion& asked,
///                                                                std::span<float> scores) { ... });
///     }
///
/// `espalier run config.toml --plugin ./mine.so` then knows `sparsity.drop_rule = "mine"`. What passes between program
/// and plug-in are plain structs and function pointers, so that compilers may differ; exceptions become messages. All
/// functions may be called by several threads at once, and must give the same answer whenever they are asked the same.
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace espalier::plugin {

/// Changes when anything in this header does; the program loads plug-ins of its own number alone.
inline constexpr std::uint32_t interface_version = 1;

/// A layer's mask in compressed rows: output r keeps the inputs indices[offsets[r]] to indices[offsets[r + 1] - 1],
/// ascending. Of a convolution an input is a place of the flattened [in / groups, kh, kw].
struct LayerView {
    const char* name;  ///< empty in questions of rules
    std::uint64_t outputs, inputs;
    const std::uint64_t* offsets;  ///< [outputs + 1]
    const std::uint32_t* indices;  ///< [edges()]
    const float* values;           ///< [edges()] the weights; null where there are none

    std::uint64_t edges() const { return offsets[outputs]; }
};

struct NetworkView {
    const LayerView* layers;
    std::uint64_t count;

    const LayerView* begin() const { return layers; }
    const LayerView* end() const { return layers + count; }
};

/// A layer at an update, after the optimizer step.
struct DropQuestion {
    LayerView layer;
    const float* gradient;  ///< [edges] from before the step
    double fraction;        ///< of the kept weights that is to go
    std::uint64_t seed;     ///< another for every layer and update, of the run's seed
};

/// A layer whose dropped weights are to come back elsewhere.
struct GrowQuestion {
    LayerView before;  ///< the mask before the update
    LayerView taken;   ///< where nothing can grow: no values
    std::uint64_t count;
    std::uint64_t seed;
};

/// Some rows of a layer, whole: [outputs x inputs], row-major.
struct RowsView {
    std::uint64_t first;    ///< output
    std::uint64_t outputs;  ///< how many
    std::uint64_t inputs;
    const float* gradient;  ///< of the last batch at every position; null where it was not asked for
};

/// Outputs of a batch, or of one of its blocks (training.blocks): output c of sample b is outputs[c * stride + b].
struct LossQuestion {
    const float* outputs;
    const std::uint32_t* labels;  ///< [samples]
    std::uint64_t classes, samples, stride;
    float* gradient;  ///< laid out as the outputs: of the sum of the samples' losses. Null: it is not wanted
};

/// The end of an epoch.
struct EpochQuestion {
    std::int64_t step, total_steps, epoch, epochs;
    double loss;                                  ///< mean over the epoch
    double validation_accuracy, validation_loss;  ///< NaN for none
};

// The entries below are what passes to the program. Functions return null, or what went wrong; the text stays good
// until the same thread calls again.

struct DropRuleEntry {
    const char *name, *help, *source;
    void* state;
    const char* (*score)(void* state, const DropQuestion*, float* scores);
};
struct GrowRuleEntry {
    const char *name, *help, *source;
    void* state;
    std::uint32_t wants_gradient;
    const char* (*score)(void* state, const GrowQuestion*, const RowsView*, float* scores);
};
struct MetricEntry {
    const char *name, *help, *source;
    void* state;
    const char* (*measure)(void* state, const NetworkView*, double* of_layers, double* of_network);
};
struct DistanceEntry {
    const char *name, *help, *source;
    void* state;
    const char* (*measure)(void* state, const NetworkView* first, const NetworkView* second, double* of_layers);
};
struct LossEntry {
    const char *name, *help, *source;
    void* state;
    const char* (*sum)(void* state, const LossQuestion*, double* sum);
};
struct CallbackEntry {
    const char *name, *help, *source;
    void* state;
    const char* (*at_epoch_end)(void* state, const EpochQuestion*, std::uint32_t* ends_run);
};

/// What the program offers a plug-in that is being loaded. Names are as in a configuration: a lower-case letter, then
/// lower-case letters, digits and underscores; one that is taken is refused.
struct Host {
    std::uint32_t version;
    void* program;
    void (*add_drop_rule)(void* program, const DropRuleEntry*);
    void (*add_grow_rule)(void* program, const GrowRuleEntry*);
    void (*add_metric)(void* program, const MetricEntry*);
    void (*add_distance)(void* program, const DistanceEntry*);
    void (*add_loss)(void* program, const LossEntry*);
    void (*add_callback)(void* program, const CallbackEntry*);

    /// The weights with the lowest scores are dropped, of equal ones the higher positions.
    /// @param score  fills scores [edges]; NaN is refused
    using DropScore = std::function<void(const DropQuestion&, std::span<float> scores)>;
    void drop_rule(const char* name, const char* help, DropScore score, const char* source = "") const {
        const DropRuleEntry entry{
            name, help, source, kept(std::move(score)), [](void* state, const DropQuestion* asked, float* scores) {
                return guarded([&] { of<DropScore>(state)(*asked, {scores, asked->layer.edges()}); });
            }};
        add_drop_rule(program, &entry);
    }

    /// Weights grow where scores are highest among what is not taken, of equal ones the lower positions.
    /// @param score  fills the scores of some rows [outputs x inputs], of taken positions too; negative ones and NaN
    /// are
    ///               refused
    using GrowScore = std::function<void(const GrowQuestion&, const RowsView&, std::span<float> scores)>;
    void grow_rule(const char* name, const char* help, bool wants_gradient, GrowScore score,
                   const char* source = "") const {
        const GrowRuleEntry entry{
            name,
            help,
            source,
            kept(std::move(score)),
            wants_gradient ? 1U : 0U,
            [](void* state, const GrowQuestion* asked, const RowsView* rows, float* scores) {
                return guarded([&] { of<GrowScore>(state)(*asked, *rows, {scores, rows->outputs * rows->inputs}); });
            }};
        add_grow_rule(program, &entry);
    }

    /// @param measure  fills one value a layer, and may set that of the network, which else is the mean of the layers
    ///                 where it is defined. NaN: undefined
    using Measure = std::function<void(const NetworkView&, std::span<double> of_layers, double& of_network)>;
    void metric(const char* name, const char* help, Measure measure, const char* source = "") const {
        const MetricEntry entry{
            name, help, source, kept(std::move(measure)),
            [](void* state, const NetworkView* network, double* of_layers, double* of_network) {
                return guarded([&] { of<Measure>(state)(*network, {of_layers, network->count}, *of_network); });
            }};
        add_metric(program, &entry);
    }

    /// @param measure  fills one distance a layer, of two networks of one architecture
    using Compare = std::function<void(const NetworkView&, const NetworkView&, std::span<double> of_layers)>;
    void distance(const char* name, const char* help, Compare measure, const char* source = "") const {
        const DistanceEntry entry{
            name, help, source, kept(std::move(measure)),
            [](void* state, const NetworkView* first, const NetworkView* second, double* of_layers) {
                return guarded([&] { of<Compare>(state)(*first, *second, {of_layers, first->count}); });
            }};
        add_distance(program, &entry);
    }

    /// @param sum  the losses of all samples summed; fills the gradient of that sum where it is wanted
    using Sum = std::function<double(const LossQuestion&)>;
    void loss(const char* name, const char* help, Sum sum, const char* source = "") const {
        const LossEntry entry{name, help, source, kept(std::move(sum)),
                              [](void* state, const LossQuestion* asked, double* result) {
                                  return guarded([&] { *result = of<Sum>(state)(*asked); });
                              }};
        add_loss(program, &entry);
    }

    /// @param at_epoch_end  true ends the run, saved
    using AtEpochEnd = std::function<bool(const EpochQuestion&)>;
    void callback(const char* name, const char* help, AtEpochEnd at_epoch_end, const char* source = "") const {
        const CallbackEntry entry{name, help, source, kept(std::move(at_epoch_end)),
                                  [](void* state, const EpochQuestion* asked, std::uint32_t* ends_run) {
                                      return guarded([&] { *ends_run = of<AtEpochEnd>(state)(*asked) ? 1U : 0U; });
                                  }};
        add_callback(program, &entry);
    }

  private:
    /// Plug-ins stay to the end of the process.
    template <class Function>
    static void* kept(Function function) {
        return std::make_unique<Function>(std::move(function)).release();
    }
    template <class Function>
    static const Function& of(void* state) {
        return *static_cast<const Function*>(state);
    }
    template <class Work>
    static const char* guarded(const Work& work) {
        thread_local std::string message;
        try {
            work();
            return nullptr;
        } catch (const std::exception& error) {
            message = error.what();
        } catch (...) {
            message = "an exception that says nothing";
        }
        return message.c_str();
    }
};

}  // namespace espalier::plugin

/// The one definition of a plug-in: what it adds to the host.
#define ESPALIER_PLUGIN(host)                                                                   \
    static void espalier_plugin_adds(const espalier::plugin::Host& host);                       \
    extern "C" __attribute__((visibility("default"))) std::uint32_t espalier_plugin_version() { \
        return espalier::plugin::interface_version;                                             \
    }                                                                                           \
    extern "C" __attribute__((visibility("default"))) const char* espalier_plugin_add(          \
        const espalier::plugin::Host* given) {                                                  \
        static std::string message;                                                             \
        try {                                                                                   \
            espalier_plugin_adds(*given);                                                       \
            return nullptr;                                                                     \
        } catch (const std::exception& error) {                                                 \
            message = error.what();                                                             \
        }                                                                                       \
        return message.c_str();                                                                 \
    }                                                                                           \
    static void espalier_plugin_adds(const espalier::plugin::Host& host)
