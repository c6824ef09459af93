#include <algorithm>
#include <functional>
#include <mutex>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/topology/assignment/candidate_lists.hpp>

namespace espalier::topology {
namespace {

constexpr std::size_t sampled = 512;
constexpr std::size_t nanoseconds_a_pair = 5;

/// A value that about `wanted` of them exceed; of many a sample decides.
double threshold(const std::vector<double>& values, std::size_t wanted) {
    const std::size_t step = std::max<std::size_t>(1, values.size() / sampled);
    std::vector<double> some;
    for (std::size_t k = 0; k < values.size(); k += step) some.push_back(values[k]);
    const auto place = some.begin() + static_cast<std::ptrdiff_t>(std::min(wanted / step, some.size() - 1));
    std::ranges::nth_element(some, place, std::greater<>());
    return *place;
}

}  // namespace

CandidateLists::CandidateLists(const SimilarityRows& rows, std::size_t wanted)
    : rows_(rows), first_price_(rows.size(), 0.0), lists_(rows.size()) {
    set_first_prices();
    for_row_runs(size(), size() * size() * nanoseconds_a_pair, [&](std::size_t begin, std::size_t end) {
        std::vector<double> line(size());
        for (std::size_t a = begin; a < end; ++a) {
            rows_.row(a, line);
            lists_[a] = choose(a, line, wanted);
        }
    });
}

void CandidateLists::set_first_prices() {
    std::mutex merging;  // the largest of several is the same in any order
    for_row_runs(size(), size() * size() * nanoseconds_a_pair, [&](std::size_t begin, std::size_t end) {
        std::vector<double> line(size());
        std::vector<double> largest(size(), 0.0);
        for (std::size_t a = begin; a < end; ++a) {
            rows_.row(a, line);
            for (std::size_t b = 0; b < size(); ++b) largest[b] = largest[b] < line[b] ? line[b] : largest[b];
        }
        const std::scoped_lock lock(merging);
        for (std::size_t b = 0; b < size(); ++b) first_price_[b] = std::max(first_price_[b], largest[b]);
    });
}

CandidateLists::List CandidateLists::choose(std::size_t a, std::span<const double> line, std::size_t wanted) const {
    std::vector<double> values;
    for (std::size_t b = 0; b < line.size(); ++b) {
        if (line[b] > 0) values.push_back(line[b] - first_price_[b]);
    }
    List list;
    list.wanted = wanted;
    list.is_complete = values.size() <= 2 * wanted;
    if (!list.is_complete) list.rest = threshold(values, wanted);
    const auto add = [&](std::size_t b) { list.candidates.push_back({static_cast<std::uint32_t>(b), line[b]}); };
    for (std::size_t b = 0; b < line.size(); ++b) {
        if (line[b] > 0 && (list.is_complete || line[b] - first_price_[b] > list.rest)) add(b);
    }
    if (list.is_complete || list.candidates.size() >= wanted) return list;
    // Columns equal to the bound fill the list up, from the diagonal on: rows that all like the same must not all list
    // the same.
    for (std::size_t k = 0; k < line.size() && list.candidates.size() < wanted; ++k) {
        const std::size_t b = (a + k) % line.size();
        if (line[b] > 0 && line[b] - first_price_[b] == list.rest) add(b);
    }
    std::ranges::sort(list.candidates, {}, &Candidate::column);
    return list;
}

void CandidateLists::extend(std::size_t a) {
    std::vector<double> line(size());
    rows_.row(a, line);
    lists_[a] = choose(a, line, 2 * lists_[a].wanted);
}

}  // namespace espalier::topology
