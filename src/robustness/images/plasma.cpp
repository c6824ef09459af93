#include <algorithm>
#include <bit>

#include <boost/random/uniform_real_distribution.hpp>

#include <espalier/robustness/images/plasma.hpp>

namespace espalier::robustness {

Plane plasma(std::size_t least, double decay, Stream& stream) {
    const std::size_t side = std::max<std::size_t>(2, std::bit_ceil(least));
    Plane map(side, side);
    double wibble = 100.0;
    const auto wibbled = [&](double sum_of_four) {
        return sum_of_four / 4.0 + wibble * boost::random::uniform_real_distribution<double>(-wibble, wibble)(stream);
    };
    const auto around = [&](std::size_t at) { return at % side; };
    for (std::size_t step = side; step >= 2; step /= 2) {
        const std::size_t half = step / 2;
        for (std::size_t row = 0; row < side; row += step) {
            for (std::size_t column = 0; column < side; column += step) {
                map.at(row + half, column + half) =
                    wibbled(map.at(row, column) + map.at(around(row + step), column) +
                            map.at(row, around(column + step)) + map.at(around(row + step), around(column + step)));
            }
        }
        const auto diamond = [&](std::size_t row, std::size_t column) {
            map.at(row, column) =
                wibbled(map.at(around(row + half), column) + map.at(around(row + side - half), column) +
                        map.at(row, around(column + half)) + map.at(row, around(column + side - half)));
        };
        for (std::size_t row = 0; row < side; row += step) {
            for (std::size_t column = half; column < side; column += step) diamond(row, column);
        }
        for (std::size_t row = half; row < side; row += step) {
            for (std::size_t column = 0; column < side; column += step) diamond(row, column);
        }
        wibble /= decay;
    }
    const auto [least_value, most_value] = std::ranges::minmax(map.values);
    for (double& value : map.values) value = (value - least_value) / (most_value - least_value);
    return map;
}

}  // namespace espalier::robustness
