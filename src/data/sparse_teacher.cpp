#include <algorithm>
#include <cmath>

#include <boost/math/special_functions/erf.hpp>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/base/random/random.hpp>
#include <espalier/data/sparse_teacher.hpp>

namespace espalier::data {
namespace {

constexpr std::size_t features = 54675;
constexpr std::size_t groups = 64;
constexpr std::uint32_t classes = 18;
constexpr std::size_t teacher_features = 50;
constexpr std::size_t training = 2000;
constexpr std::size_t testing = 500;
constexpr double correlation = 0.8;  // of two features of a group
constexpr double noise = 0.2;        // standard deviation beside answers of 1

constexpr int center = 128;      // the byte of 0
constexpr double unit = 32.0;    // bytes a standard deviation
constexpr double fixed = 256.0;  // sums have eight bits behind the point

/// What the numbers of a stream are for; its step is the sample or the class.
enum class Use : std::uint32_t { own_part, group_part, teacher, label_noise };

Stream stream(Use use, std::size_t number) {
    constexpr std::uint64_t seed = 54675;
    return {seed, Purpose::dataset, static_cast<std::uint32_t>(use), number};
}

/// Standard normal numbers for 16 random bits: the quantiles of 65536 equal shares.
const std::vector<double>& normal_table() {
    static const std::vector<double> table = [] {
        std::vector<double> quantiles(65536);
        for (std::size_t k = 0; k < quantiles.size(); ++k) {
            quantiles[k] = -std::sqrt(2.0) * boost::math::erfc_inv(2.0 * (static_cast<double>(k) + 0.5) / 65536.0);
        }
        return quantiles;
    }();
    return table;
}

double normal(Stream& numbers) {
    return normal_table()[numbers() >> 16];
}

std::vector<std::int32_t> fixed_point_table(double deviation) {
    std::vector<std::int32_t> table;
    for (const double x : normal_table())
        table.push_back(static_cast<std::int32_t>(std::lround(x * deviation * fixed)));
    return table;
}

/// One class's teacher: answer = sum of weight * feature.
struct Teacher {
    std::vector<std::size_t> of;
    std::vector<double> weights;

    double answer(const std::uint8_t* sample) const {
        double sum = 0.0;
        for (std::size_t k = 0; k < of.size(); ++k) sum += weights[k] * (sample[of[k]] - center) / unit;
        return sum;
    }
};

Teacher make_teacher(std::uint32_t of_class) {
    Teacher teacher;
    Stream numbers = stream(Use::teacher, of_class);
    while (teacher.of.size() < teacher_features) {
        const std::size_t feature = numbers.below(features);
        if (std::ranges::find(teacher.of, feature) == teacher.of.end()) teacher.of.push_back(feature);
    }
    std::vector<double> by_group(groups, 0.0);
    double variance = 0.0;
    for (const std::size_t feature : teacher.of) {
        teacher.weights.push_back(normal(numbers));
        variance += (1.0 - correlation) * teacher.weights.back() * teacher.weights.back();
        by_group[feature % groups] += teacher.weights.back();
    }
    for (const double sum : by_group) variance += correlation * sum * sum;
    for (double& weight : teacher.weights) weight /= std::sqrt(variance);
    return teacher;
}

/// Features of one sample: what its groups share and what each has of its own.
void fill_sample(std::size_t number, const std::vector<std::int32_t>& own_table,
                 const std::vector<std::int32_t>& group_table, std::uint8_t* values) {
    std::int32_t shared[groups];
    Stream group_numbers = stream(Use::group_part, number);
    constexpr std::int32_t middle = center * 256 + 128;  // and a half, to round
    for (std::int32_t& part : shared) part = group_table[group_numbers() >> 16] + middle;
    const Stream own_numbers = stream(Use::own_part, number);
    for (std::size_t begin = 0; begin < features; begin += 8) {
        const auto words = own_numbers.at(static_cast<std::uint32_t>(begin / 8));
        for (std::size_t k = 0; k < std::min<std::size_t>(8, features - begin); ++k) {
            const std::uint32_t bits = (words[k / 2] >> (k % 2 * 16)) & 0xFFFFU;
            const std::int32_t sum = (own_table[bits] + shared[(begin + k) % groups]) >> 8;
            values[begin + k] = static_cast<std::uint8_t>(std::clamp(sum, 0, 255));
        }
    }
}

std::uint32_t label(std::size_t number, const std::vector<Teacher>& teachers, const std::uint8_t* values) {
    Stream numbers = stream(Use::label_noise, number);
    std::uint32_t best = 0;
    double highest = 0.0;
    for (std::uint32_t c = 0; c < classes; ++c) {
        const double answer = teachers[c].answer(values) + noise * normal(numbers);
        if (c > 0 && answer <= highest) continue;
        highest = answer;
        best = c;
    }
    return best;
}

/// Samples [first, first + count) of the endless list.
Examples make_examples(std::size_t first, std::size_t count, const std::vector<Teacher>& teachers) {
    const std::vector<std::int32_t> own_table = fixed_point_table(std::sqrt(1.0 - correlation) * unit);
    const std::vector<std::int32_t> group_table = fixed_point_table(std::sqrt(correlation) * unit);
    std::vector<std::uint8_t> values(count * features);
    std::vector<std::uint32_t> labels(count);
    for_row_runs(count, count * features, [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = begin; k < end; ++k) {
            fill_sample(first + k, own_table, group_table, values.data() + k * features);
            labels[k] = label(first + k, teachers, values.data() + k * features);
        }
    });
    return {count, features, std::move(values), std::move(labels)};
}

}  // namespace

Dataset make_sparse_teacher() {
    std::vector<Teacher> teachers;
    for (std::uint32_t c = 0; c < classes; ++c) teachers.push_back(make_teacher(c));
    return {.name = "sparse-teacher",
            .shape = {features, 1, 1},
            .classes = classes,
            .white = 255.0,
            .train = make_examples(0, training, teachers),
            .test = make_examples(training, testing, teachers)};
}

}  // namespace espalier::data
