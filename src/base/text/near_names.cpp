#include <algorithm>
#include <cctype>
#include <iterator>
#include <numeric>
#include <utility>

#include <espalier/base/text/near_names.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier {
namespace {

/// Edits that make b of a: a letter put in, left out, replaced, or swapped with its neighbour (optimal string
/// alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before = std::exchange(last, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), last[j] + 1, row[j - 1] + 1});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return row.back();
}

/// What makes no difference to a reader is taken away.
std::string folded(std::string_view name) {
    name.remove_prefix(std::min(name.find_first_not_of('-'), name.size()));
    std::string text(name);
    for (char& c : text) c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

std::string digits_of(std::string_view text) {
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits), is_digit);
    return digits;
}

/// A candidate that came twice is one.
void add_once(const std::string& name, std::vector<std::string>& names) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

/// Those that begin with the word, where it has three letters at least.
std::vector<std::string> begun_by(const std::string& word, std::span<const std::string> candidates) {
    std::vector<std::string> found;
    for (const std::string& candidate : candidates) {
        if (word.size() >= 3 && folded(candidate).starts_with(word)) add_once(candidate, found);
    }
    return found;
}

}  // namespace

std::vector<std::string> near_names(std::string_view word, std::span<const std::string> candidates) {
    const std::string wanted = folded(word);
    std::vector<std::string> best;
    std::size_t best_distance = std::min<std::size_t>(3, wanted.size() / 3);
    for (const std::string& candidate : candidates) {
        const std::string name = folded(candidate);
        if (digits_of(name) != digits_of(wanted)) continue;
        const std::size_t distance = edit_distance(wanted, name);
        if (distance > best_distance) continue;
        if (distance < best_distance) best.clear();
        best_distance = distance;
        add_once(candidate, best);
    }
    const std::vector<std::string> begun = begun_by(wanted, candidates);
    const bool is_another = begun.size() == 1 && std::ranges::find(best, begun.front()) == best.end();
    if (is_another) best.insert(best.begin(), begun.front());
    return best.size() <= 2 ? best : std::vector<std::string>();
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates, const std::string& prefix) {
    std::vector<std::string> quoted;
    for (const std::string& name : near_names(word, candidates)) quoted.push_back("'" + prefix + name + "'");
    return quoted.empty() ? "" : " Did you mean " + join(quoted, " or ") + "?";
}

std::string not_known(std::string_view word, std::span<const std::string> known) {
    const std::string guess = did_you_mean(word, known);
    return " is not known" + (guess.empty() ? "; known: " : "." + guess + " Known: ") + join(known);
}

}  // namespace espalier
