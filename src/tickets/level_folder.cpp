#include <charconv>

#include <espalier/base/formats/zero_padded.hpp>
#include <espalier/tickets/level_folder.hpp>

namespace espalier::tickets {
namespace {

namespace fs = std::filesystem;

const std::string level_prefix = "level-";

/// The number and what stands behind it; nothing where `name` is no level's.
std::optional<LevelPlace> parsed(const std::string& name) {
    if (!name.starts_with(level_prefix)) return std::nullopt;
    LevelPlace place{};
    const char* end = name.data() + name.size();
    const auto [rest, error] = std::from_chars(name.data() + level_prefix.size(), end, place.number);
    if (error != std::errc() || (rest != end && *rest != '-')) return std::nullopt;
    if (rest != end) place.control.assign(rest + 1, end);
    return name == level_folder(place.number, place.control) ? std::optional(place) : std::nullopt;
}

/// "file:ticket.h5" as the run file has it, which says the folder before it too.
bool begins_with_ticket(const config::RunConfig& config) {
    const std::string& init = config.sparsity.init;
    return init.starts_with("file:") && fs::path(init.substr(5)).filename() == "ticket.h5";
}

}  // namespace

std::string level_folder(std::size_t number, const std::string& control) {
    return level_prefix + zero_padded(static_cast<std::int64_t>(number), 2) + (control.empty() ? "" : "-" + control);
}

std::optional<LevelPlace> level_place(const fs::path& run_file, const config::RunConfig& config) {
    const fs::path folder = fs::absolute(run_file).lexically_normal().parent_path();
    std::optional<LevelPlace> place = parsed(folder.filename().string());
    if (!place) return std::nullopt;
    const bool is_one =
        place->number == 0 ? place->control.empty() && config.sparsity.method == "dense" : begins_with_ticket(config);
    if (!is_one) return std::nullopt;
    place->chain = folder.parent_path().string();
    place->name = folder.parent_path().filename().string();
    return place;
}

}  // namespace espalier::tickets
