#include <algorithm>

#include <espalier/sweep/log_tail.hpp>
#include <espalier/sweep/run_notices.hpp>

namespace espalier::sweep {

std::vector<std::uintmax_t> log_lengths(const std::vector<Item>& agenda) {
    std::vector<std::uintmax_t> lengths;
    for (const Item& item : agenda) {
        std::error_code none;
        const std::uintmax_t length = std::filesystem::file_size(item.folder / "log.txt", none);
        lengths.push_back(none ? 0 : length);
    }
    return lengths;
}

std::vector<RunNotice> notices_of_runs(const std::vector<Item>& agenda, const std::vector<std::uintmax_t>& starts) {
    std::vector<RunNotice> all;
    for (std::size_t k = 0; k < agenda.size(); ++k) {
        const Item& item = agenda[k];
        if (!item.ran) continue;
        for (const std::string& line : notices(item.folder / "log.txt", starts[k])) {
            if (line == item.reason) continue;
            auto same = std::ranges::find(all, line, &RunNotice::text);
            if (same == all.end()) same = all.insert(all.end(), {line, {}});
            if (same->runs.empty() || same->runs.back() != item.point.name) same->runs.push_back(item.point.name);
        }
    }
    return all;
}

}  // namespace espalier::sweep
