#include <algorithm>
#include <cmath>

#include <espalier/base/threads/threads.hpp>
#include <espalier/robustness/images/frequency.hpp>
#include <espalier/robustness/pixel_network.hpp>
#include <espalier/robustness/suite_images.hpp>

namespace espalier::robustness {
namespace {

/// What an attack has made of some samples so far, added up in their order.
struct AttackSum {
    std::size_t correct = 0;
    std::size_t flat = 0;
    double loss = 0.0;
};

void attack_part(const Attack& attack, const SuiteInput& input, PixelNetwork<float>& network, double white,
                 data::Range range, std::uint64_t seed, std::size_t number, AttackSum& sum) {
    const std::size_t features = input.examples.features;
    const std::size_t count = range.size();
    std::vector<double> pixels(count * features);
    std::vector<double> start(attack.starts_random ? pixels.size() : 0);
    parallel_for(count, [&](std::size_t k) {
        const PixelImage image = pixels_of(input.examples, input.shape, white, range.begin + k);
        std::ranges::copy(image.values, pixels.begin() + static_cast<std::ptrdiff_t>(k * features));
        if (start.empty()) return;
        draw_start(attack, Stream(seed, Purpose::attack, static_cast<std::uint32_t>(number), range.begin + k),
                   std::span(start).subspan(k * features, features));
    });
    const auto labels = std::span<const std::uint32_t>(input.examples.labels).subspan(range.begin, count);
    bool is_first = true;
    const PixelGradient gradient = [&](std::span<const double> now, std::span<double> slope) {
        network.gradient(now, labels, slope);
        for (std::size_t k = 0; is_first && k < count; ++k) {
            const auto of_sample = std::span<const double>(slope).subspan(k * features, features);
            if (std::ranges::all_of(of_sample, [](double x) { return x == 0.0; })) ++sum.flat;
        }
        is_first = false;
    };
    const std::vector<double> changed = attacked(attack, pixels, features, start, gradient);
    const Logits logits = network.logits(changed);
    for (std::size_t k = 0; k < count; ++k) {
        const auto row = logits.row(k);
        sum.loss += log_sum_exp(row) - row[labels[k]];
        if (largest(row) == labels[k]) ++sum.correct;
    }
}

}  // namespace

CorruptionsResult corruptions_part(const SuiteInput& input, const PixelScale& scale, Scorer& scorer,
                                   const SuiteOptions& options, const TellPart& tell) {
    CorruptionsResult result{.missing = scale.missing, .each = {}};
    if (!scale.missing.empty()) return result;
    const std::vector<Corruption>& all = corruptions();
    for (std::size_t c = 0; c < all.size(); ++c) {
        CorruptionResult one{.corruption = &all[c]};
        for (int severity = 1; severity <= severities; ++severity) {
            tell((static_cast<double>(c) + (severity - 1) / 5.0) / static_cast<double>(all.size()), all[c].name);
            const Logits found = scorer.logits(input.examples.count, [&](std::size_t sample, std::span<float> raw) {
                Stream stream = corruption_stream(options.seed, c, severity, sample);
                store_levels(
                    corrupted(pixels_of(input.examples, input.shape, scale.white, sample), all[c], severity, stream),
                    all[c], scale.white, raw);
            });
            one.accuracy[static_cast<std::size_t>(severity - 1)] = accuracy(found, input.examples.labels);
        }
        result.each.push_back(one);
    }
    return result;
}

AttacksResult attacks_part(const SuiteInput& input, const PixelScale& scale, std::size_t batch,
                           const SuiteOptions& options, const TellPart& tell) {
    AttacksResult result{.missing = scale.missing, .each = {}};
    if (!scale.missing.empty()) return result;
    PixelNetwork<float> network(input.network, input.standardisation, scale.white);
    const std::vector<Attack> all = attacks(options.attacks);
    const std::size_t samples = input.examples.count;
    for (std::size_t number = 0; number < all.size(); ++number) {
        AttackSum sum;
        for (std::size_t begin = 0; begin < samples; begin += batch) {
            const double done = static_cast<double>(begin) / static_cast<double>(samples);
            tell((static_cast<double>(number) + done) / static_cast<double>(all.size()), all[number].name);
            attack_part(all[number], input, network, scale.white, {begin, std::min(samples, begin + batch)},
                        options.seed, number, sum);
        }
        const auto count = static_cast<double>(samples);
        result.each.push_back({all[number], static_cast<double>(sum.correct) / count, sum.loss / count,
                               static_cast<double>(sum.flat) / count});
    }
    return result;
}

double first_layer_energy(const SuiteInput& input, std::string& missing) {
    const std::vector<std::size_t>& shape = input.first_layer;
    const data::SampleShape& image = input.shape;
    const bool is_linear = shape.size() == 2 && shape[1] == image.features();
    const bool is_convolution =
        shape.size() == 4 && shape[1] == image.channels && shape[2] <= image.height && shape[3] <= image.width;
    if (!is_linear && !is_convolution) {
        missing = "the first layer with weights does not read the image's pixels";
        return std::nan("");
    }
    const std::size_t height = is_linear ? image.height : shape[2];
    const std::size_t width = is_linear ? image.width : shape[3];
    const nn::MaskedWeight<float>& weight = *input.network.weight(input.network.weighted_layers().front());
    const Pattern& pattern = weight.pattern();
    double above = 0.0;
    double all = 0.0;
    std::vector<double> filters(pattern.cols());
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        std::ranges::fill(filters, 0.0);
        const std::span<const std::uint32_t> columns = pattern.row(row);
        for (std::size_t k = 0; k < columns.size(); ++k)
            filters[columns[k]] = static_cast<double>(weight.parameter().values[pattern.row_begin(row) + k]);
        const FilterEnergy energy = filter_energy(filters, height, width, image, 0.5);
        above += energy.above;
        all += energy.all;
    }
    if (all == 0.0) missing = "the first layer keeps no weight";
    return all > 0.0 ? above / all : std::nan("");
}

FrequencyResult frequency_part(const SuiteInput& input, const PixelScale& scale, Scorer& scorer, const TellPart& tell) {
    FrequencyResult result{
        .missing = scale.missing, .filters = {}, .filter_energy = std::nan(""), .no_filter_energy = scale.missing};
    if (!scale.missing.empty()) return result;
    constexpr std::array<double, 6> cut_offs = {0.125, 0.25, 0.375, 0.5, 0.75, 1.0};
    for (std::size_t k = 0; k < cut_offs.size(); ++k) {
        FilterResult one{.cut_off = cut_offs[k]};
        for (const Band band : {Band::low, Band::high}) {
            const double part = band == Band::low ? 0.0 : 0.5;
            tell((static_cast<double>(k) + part) / static_cast<double>(cut_offs.size()), "filters");
            const Logits found = scorer.logits(input.examples.count, [&](std::size_t sample, std::span<float> raw) {
                const PixelImage image =
                    filtered(pixels_of(input.examples, input.shape, scale.white, sample), band, one.cut_off);
                for (std::size_t f = 0; f < raw.size(); ++f) raw[f] = static_cast<float>(image.values[f] * scale.white);
            });
            (band == Band::low ? one.low : one.high) = accuracy(found, input.examples.labels);
        }
        result.filters.push_back(one);
    }
    result.filter_energy = first_layer_energy(input, result.no_filter_energy);
    return result;
}

}  // namespace espalier::robustness
