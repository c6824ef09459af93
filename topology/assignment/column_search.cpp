#include <array>

#include <espalier/topology/assignment/column_search.hpp>

namespace espalier::topology {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t lanes = 8;

/// Shortens the distances of a few columns by the way through one row; returns the smallest distance.
double relax_block(const double* __restrict line, const double* __restrict price, double offset, double from,
                   double* __restrict distance, double* __restrict before, std::size_t count) {
    for (std::size_t j = 0; j < count; ++j) {
        const double through = line[j] - price[j] + offset;
        const bool shorter = through < distance[j];
        before[j] = shorter ? from : before[j];
        distance[j] = shorter ? through : distance[j];
    }
    std::array<double, lanes> low;
    low.fill(infinity);
    const std::size_t whole = count / lanes * lanes;
    for (std::size_t j = 0; j < whole; j += lanes) {
        for (std::size_t k = 0; k < lanes; ++k) low[k] = distance[j + k] < low[k] ? distance[j + k] : low[k];
    }
    for (std::size_t j = whole; j < count; ++j) low[0] = std::min(low[0], distance[j]);
    return *std::ranges::min_element(low);
}

}  // namespace

TwoSmallest two_smallest(std::span<const double> row, std::span<const double> price) {
    // Independent lanes, so that the comparisons of eight columns go side by side; columns are looked up afterwards.
    std::array<double, lanes> low;
    std::array<double, lanes> next;
    low.fill(infinity);
    next.fill(infinity);
    const std::size_t whole = row.size() / lanes * lanes;
    for (std::size_t j = 0; j < whole; j += lanes) {
        for (std::size_t k = 0; k < lanes; ++k) {
            const double value = row[j + k] - price[j + k];
            const double larger = value < low[k] ? low[k] : value;
            low[k] = value < low[k] ? value : low[k];
            next[k] = larger < next[k] ? larger : next[k];
        }
    }
    TwoSmallest best;
    const auto offer = [&](double value) {
        best.second = std::min(best.second, std::max(best.first, value));
        best.first = std::min(best.first, value);
    };
    for (const double value : low) offer(value);
    for (const double value : next) offer(value);
    for (std::size_t j = whole; j < row.size(); ++j) offer(row[j] - price[j]);
    const auto column_of = [&](double value, std::size_t from) {
        while (from < row.size() && row[from] - price[from] != value) ++from;
        return from;
    };
    best.first_column = column_of(best.first, 0);
    best.second_column = column_of(best.second, best.second == best.first ? best.first_column + 1 : 0);
    return best;
}

void ColumnSearch::start(std::span<const double> price) {
    std::ranges::copy(price, price_.begin());
    std::ranges::fill(distance_, infinity);
}

void ColumnSearch::relax(std::span<const double> row, std::size_t number, double offset) {
    for (std::size_t begin = 0; begin < row.size(); begin += block) {
        const std::size_t count = std::min(block, row.size() - begin);
        lowest_[begin / block] =
            relax_block(row.data() + begin, price_.data() + begin, offset, static_cast<double>(number),
                        distance_.data() + begin, before_.data() + begin, count);
    }
}

void ColumnSearch::close(std::size_t column) {
    price_[column] = -infinity;
    distance_[column] = infinity;
}

}  // namespace espalier::topology
