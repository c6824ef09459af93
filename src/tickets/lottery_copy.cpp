#include <algorithm>
#include <fstream>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/tickets/lottery_copy.hpp>

namespace espalier::tickets {
namespace {

namespace fs = std::filesystem;

/// The three files of a copy as texts.
struct CopiedTexts {
    std::string lottery;
    std::string base;
    std::string given;  ///< folder of the lottery file, folder of its base, then the assignments, a line each

    bool operator==(const CopiedTexts&) const = default;
};

const std::vector<std::pair<const char*, std::string CopiedTexts::*>> copied_files = {
    {"lottery.toml", &CopiedTexts::lottery}, {"base.toml", &CopiedTexts::base}, {"given.txt", &CopiedTexts::given}};

std::string folder_text(const fs::path& file) {
    return fs::absolute(file).lexically_normal().parent_path().string();
}

CopiedTexts texts_of(const fs::path& file, const std::vector<std::string>& assignments) {
    const fs::path base = read_lottery_file(file).runs.base;
    CopiedTexts texts{.lottery = read_text(file), .base = read_text(base), .given = {}};
    texts.given = folder_text(file) + "\n" + folder_text(base) + "\n";
    for (const std::string& assignment : assignments) {
        if (assignment.find('\n') != std::string::npos) {
            throw ConfigError(
                "--set: a value of several lines cannot be given to a batch system: put it into the base");
        }
        texts.given += assignment + "\n";
    }
    return texts;
}

CopiedTexts texts_in(const fs::path& folder) {
    CopiedTexts texts;
    for (const auto& [name, text] : copied_files) {
        std::error_code none;
        if (!fs::exists(folder / name, none)) {
            throw ConfigError(folder.string() + " holds no " + name +
                              ": it is no element of a lottery, as tickets find --launcher slurm makes them");
        }
        texts.*text = read_text(folder / name);
    }
    return texts;
}

}  // namespace

AskedLottery read_asked_lottery(const fs::path& file, const std::vector<std::string>& assignments) {
    AskedLottery asked{.file = read_lottery_file(file), .base = {}};
    asked.base = config::read_toml(asked.file.runs.base);
    config::override_with(asked.base, assignments);
    return asked;
}

void write_lottery_copy(const fs::path& folder, const fs::path& file, const std::vector<std::string>& assignments) {
    const CopiedTexts texts = texts_of(file, assignments);
    for (const auto& [name, text] : copied_files) {
        const std::string& content = texts.*text;
        const fs::path target = folder / name;
        replace_file(target, [&](const fs::path& temporary) {
            std::ofstream out(temporary, std::ios::binary);
            out << content;
            if (!out.flush()) throw IoError("cannot write " + target.string());
        });
    }
}

AskedLottery read_lottery_copy(const fs::path& folder) {
    const CopiedTexts texts = texts_in(folder);
    const std::vector<std::string> given = split_lines(texts.given);
    if (given.size() < 2) throw FormatError((folder / "given.txt").string() + ": two folders are missing");
    AskedLottery asked{.file = parse_lottery_file(texts.lottery, (folder / "lottery.toml").string(), given[0]),
                       .base = config::parse_toml(texts.base, (folder / "base.toml").string(), given[1])};
    std::vector<std::string> assignments(given.begin() + 2, given.end());
    std::erase(assignments, "");
    config::override_with(asked.base, assignments);
    return asked;
}

bool is_copy_of(const fs::path& folder, const fs::path& file, const std::vector<std::string>& assignments) {
    return texts_in(folder) == texts_of(file, assignments);
}

std::vector<Level> levels_of_chains(const std::vector<Level>& levels, const std::vector<std::string>& chains) {
    std::vector<Level> chosen;
    std::vector<std::size_t> place_of(levels.size(), 0);
    for (std::size_t k = 0; k < levels.size(); ++k) {
        if (std::ranges::find(chains, levels[k].chain) == chains.end()) continue;
        place_of[k] = chosen.size();
        Level level = levels[k];
        level.first = place_of[level.first];
        if (level.parent) level.parent = place_of[*level.parent];
        chosen.push_back(std::move(level));
    }
    return chosen;
}

std::vector<std::vector<std::size_t>> by_chain(const std::vector<Level>& levels,
                                               const std::vector<std::size_t>& places) {
    std::vector<std::string> chains;
    std::vector<std::vector<std::size_t>> all;
    for (const std::size_t place : places) {
        const auto found = std::ranges::find(chains, levels[place].chain);
        const auto chain = static_cast<std::size_t>(found - chains.begin());
        if (found == chains.end()) {
            chains.push_back(levels[place].chain);
            all.emplace_back();
        }
        all[chain].push_back(place);
    }
    for (std::vector<std::size_t>& chain : all) std::ranges::sort(chain);
    return all;
}

}  // namespace espalier::tickets
